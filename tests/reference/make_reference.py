#!/usr/bin/env python3
"""Reference vectors of the test-suite, computed with PyTorch in double precision.

    python3 make_reference.py [FOLDER]          default: the folder vectors/ beside this file

What it writes
    FOLDER/<group>/<case>/<array>.npy   NumPy files, C order, little endian
    FOLDER/index.tsv                    one array per line: group, case, array, dtype, shape, tol32, tol64
    FOLDER/index.json                   the same, with a description of each case and its attributes

Arrays of a case
    in.*      inputs and parameters, float32: exact in float and in double
    cot.*     cotangents: the scalar differentiated is the sum over k of <out.k, cot.k>
    out.*     expected outputs, float64
    grad.*    expected gradient of that scalar with respect to in.*, float64
    step1.*, final.*   (trajectory) parameters after the first and after the last step, float64

Tolerances   Everything expected is computed in double from the float inputs, hence true for both
    precisions. The bound on max |got - expected| over an array, with scale = max |expected|, is:
    tol64     a double implementation: max(1e-10 scale, 1e-12 of the largest scale in the case);
              a larger error means a different formula
    tol32     a float implementation: max(10 times the error of PyTorch's own float kernels,
              16 x 2^-24 scale)
    structural_zero (index.json) marks parameters of a trajectory whose exact gradient is 0, such as a
              shift that does not affect the loss. Adam turns the remaining rounding noise into steps of size
              lr, so their tolerance is 1.5 lr steps in float and 1e-7 in double.
    In a trajectory 99.9 % of the entries of a parameter must lie within the tolerance and all within
    2 lr: a gradient entry that rounds to the other side of 0 moves one entry by up to 2 lr.

Conventions   Images and maps are (N, C, H, W), weights of a convolution (out, in, kh, kw), of a
    transposed convolution (in, out, kh, kw), of a linear layer (out, in) with y = x W^T + b. A running
    variance takes the unbiased variance of the batch, the normalisation the biased one. Logarithms are
    natural. A score u_ij pairs the global vector of image i with the features of image j.

Numbers come from NumPy's PCG64, seeded with the CRC-32 of a name. GOLDEN_SALT=text in the environment
changes the seeds: the same cases with other values. Takes about ten seconds; one thread.
Needs numpy, torch >= 1.13 and scikit-learn; checks SSIM against scikit-image if that is installed.
"""
import json
import math
import os
import shutil
import sys
import zlib
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.svm import LinearSVC

SALT = os.environ.get("GOLDEN_SALT", "")
FLOAT_EPSILON = 2.0**-24
LN2 = math.log(2)


# ---------------------------------------------------------------------------------------- making cases
def generator(name):
    """A random stream of its own for every name, so that adding a case changes no other."""
    return np.random.Generator(np.random.PCG64(zlib.crc32((SALT + name).encode())))


def float32(values):
    return np.ascontiguousarray(np.asarray(values, dtype=np.float32))


def normal(rng, *shape, scale=1.0):
    return float32(rng.standard_normal(shape) * scale)


def uniform(rng, shape, fan_in):
    """PyTorch's default initialisation of a linear layer or convolution: U(-1, 1) / sqrt(fan_in)."""
    return float32(rng.uniform(-1, 1, shape) / math.sqrt(fan_in))


def max_abs(values):
    return float(np.max(np.abs(values))) if values.size else 0.0


def evaluate(function, inputs, cotangents, dtype, constant=()):
    """Outputs of function(**inputs) and, if cotangents are given, the gradients, in one precision."""
    tensors = {}
    for name, values in inputs.items():
        floating = values.dtype.kind == "f"
        tensors[name] = torch.tensor(values).to(dtype) if floating else torch.tensor(values)
        tensors[name].requires_grad_(floating and name not in constant)
    outputs = function(**tensors)
    scalar = sum((outputs[name] * torch.tensor(cot).to(dtype)).sum() for name, cot in cotangents.items())
    results = {"out." + name: values.detach().numpy() for name, values in outputs.items()}
    if torch.is_tensor(scalar) and scalar.requires_grad:
        scalar.backward()
        results.update({"grad." + name: t.grad.numpy() for name, t in tensors.items() if t.grad is not None})
    return results


class ReferenceSet:
    """The folder being written and the index of its contents."""

    def __init__(self, folder):
        self.target = Path(folder)
        if self.target.exists() and any(self.target.iterdir()) and not (self.target / "index.tsv").exists():
            sys.exit(f"{self.target} is not empty and holds no earlier set: name another folder")
        # Written beside its final place and moved there when complete, so that no test reads half a set.
        self.folder = self.target.with_name(self.target.name + ".partial")
        shutil.rmtree(self.folder, ignore_errors=True)
        self.cases = []

    def record(self, group, case, what, attributes, inputs, expected, measured, steps=0, lr=0.0):
        """Writes one case. expected and measured are the results in double and in float, name -> array;
        steps and lr, for a training run, loosen the tolerance of parameters with a zero gradient."""
        folder = self.folder / group / case
        folder.mkdir(parents=True)
        case_scale = max([1e-30] + [max_abs(v) for v in expected.values() if v.dtype.kind == "f"])
        entries = []
        for name, values in inputs.items():
            name = name if name.startswith(("in.", "cot.")) else "in." + name
            np.save(folder / (name + ".npy"), values)
            entries.append(dict(name=name, shape=list(values.shape), dtype=str(values.dtype)))
        for name, values in expected.items():
            values = np.ascontiguousarray(values)
            np.save(folder / (name + ".npy"), values)
            entry = dict(name=name, shape=list(values.shape), dtype=str(values.dtype))
            entries.append(entry)
            if values.dtype.kind != "f":
                continue
            assert np.isfinite(values).all(), (group, case, name)
            scale = max(1e-30, max_abs(values))
            error = max_abs(values - measured[name].astype(np.float64)) if name in measured else 0.0
            entry.update(scale=scale, torch_f32_error=error,
                         tol64=max(1e-10 * scale, 1e-12 * case_scale),
                         tol32=max(10 * error, 16 * FLOAT_EPSILON * scale))
            kind, parameter = name.split(".", 1)
            gradient = expected.get("grad." + parameter)
            if steps and kind in ("grad", "step1", "final") and gradient is not None:
                if max_abs(gradient) < 1e-12 * case_scale:
                    entry["structural_zero"] = True
                    if kind != "grad":
                        entry["tol32"] = 1.5 * lr * (1 if kind == "step1" else steps)
                        entry["tol64"] = 1e-7
        self.cases.append(dict(group=group, case=case, doc=what, attrs=attributes or {}, arrays=entries))

    def case(self, group, case, what, function, inputs, cotangent_of=("y",), attributes=None, constant=()):
        """Evaluates function in double (the truth) and in float (PyTorch's own error), records both.
        A scalar output has the cotangent 1, others random ones; constant inputs have no gradient."""
        rng = generator(group + "/" + case + "/cot")
        probe = evaluate(function, inputs, {}, torch.float64, constant)
        cotangents = {}
        for name in cotangent_of:
            shape = probe["out." + name].shape
            cotangents[name] = normal(rng, *shape) if shape else float32(1.0)
        expected = evaluate(function, inputs, cotangents, torch.float64, constant)
        measured = evaluate(function, inputs, cotangents, torch.float32, constant)
        saved = {**inputs, **{"cot." + name: values for name, values in cotangents.items()}}
        self.record(group, case, what, attributes, saved, expected, measured)

    def finish(self):
        """Writes the index and replaces an earlier set."""
        versions = dict(torch=torch.__version__, numpy=np.__version__)
        with open(self.folder / "index.json", "w") as file:
            cases = ",\n".join(json.dumps(case, separators=(",", ":")) for case in self.cases)
            file.write(json.dumps(versions)[:-1] + ', "cases": [\n' + cases + "\n]}\n")
        with open(self.folder / "index.tsv", "w") as file:
            file.write("group\tcase\tarray\tdtype\tshape\ttol32\ttol64\n")
            for case in self.cases:
                for a in case["arrays"]:
                    shape = "x".join(map(str, a["shape"]))
                    fields = (case["group"], case["case"], a["name"], a["dtype"], shape,
                              f"{a.get('tol32', 0):.3g}", f"{a.get('tol64', 0):.3g}")
                    file.write("\t".join(fields) + "\n")
        shutil.rmtree(self.target, ignore_errors=True)
        self.folder.rename(self.target)


# ---------------------------------------------------------------------------------------------- layers
def softplus(x):
    return torch.logaddexp(x, torch.zeros_like(x))


def convolutions(ref):
    for tag, n, c_in, h, w, c_out, kernel, stride, padding, bias in [
            ("k4s2p1_nobias", 2, 3, 8, 8, 5, 4, 2, 1, False),
            ("k4s2p1_bias", 3, 4, 9, 7, 6, 4, 2, 1, True),
            ("k5s2p2", 2, 1, 12, 12, 4, 5, 2, 2, True),
            ("k3s1p1", 2, 3, 6, 5, 4, 3, 1, 1, True),
            ("k1s1p0", 2, 6, 4, 4, 7, 1, 1, 0, False),
            ("k3s2p0_odd", 1, 2, 7, 9, 3, 3, 2, 0, True),
            ("full_window", 2, 3, 4, 4, 5, 4, 1, 0, True)]:
        rng = generator("conv" + tag)
        inputs = dict(x=normal(rng, n, c_in, h, w), w=normal(rng, c_out, c_in, kernel, kernel, scale=0.3))
        if bias:
            inputs["b"] = normal(rng, c_out)
        ref.case("layer", "conv2d_" + tag, "2-D cross-correlation (the kernel is not flipped)",
                 lambda x, w, b=None, s=stride, p=padding: dict(y=F.conv2d(x, w, b, s, p)), inputs,
                 attributes=dict(stride=stride, padding=padding))
    for tag, n, c_in, h, w, c_out, kernel, stride, padding, output_padding in [
            ("k4s2p1", 2, 5, 4, 4, 3, 4, 2, 1, 0), ("k3s1p1", 2, 3, 5, 6, 4, 3, 1, 1, 0),
            ("k3s2p1_op1", 1, 3, 4, 3, 2, 3, 2, 1, 1), ("k4s1p0_from1x1", 2, 6, 1, 1, 3, 4, 1, 0, 0)]:
        rng = generator("tconv" + tag)
        inputs = dict(x=normal(rng, n, c_in, h, w), w=normal(rng, c_in, c_out, kernel, kernel, scale=0.3),
                      b=normal(rng, c_out))
        ref.case("layer", "conv_transpose2d_" + tag, "transposed convolution, weight (in, out, kh, kw)",
                 lambda x, w, b, s=stride, p=padding, op=output_padding:
                 dict(y=F.conv_transpose2d(x, w, b, s, p, op)), inputs,
                 attributes=dict(stride=stride, padding=padding, output_padding=output_padding))
    for tag, n, c_in, c_out in (("5x7", 4, 7, 5), ("batch1", 1, 3, 2), ("wide", 3, 257, 129)):
        rng = generator("linear" + tag)
        ref.case("layer", "linear_" + tag, "y = x W^T + b", lambda x, w, b: dict(y=F.linear(x, w, b)),
                 dict(x=normal(rng, n, c_in), w=normal(rng, c_out, c_in, scale=0.2), b=normal(rng, c_out)))


def normalisations(ref):
    def batch_norm(x, gamma, beta, rm, rv, training, momentum=0.1, eps=1e-5):
        rm, rv = rm.detach().clone(), rv.detach().clone()
        y = F.batch_norm(x, rm, rv, gamma, beta, training, momentum, eps)
        return dict(y=y, running_mean=rm, running_var=rv)

    for tag, shape, offset in (("1d_n6", (6, 5), 0.0), ("1d_n2", (2, 3), 0.0), ("2d", (3, 4, 5, 2), 0.0),
                               ("2d_mean1000", (4, 3, 4, 4), 1000.0)):
        for training in (True, False):
            rng = generator("bn" + tag)
            c = shape[1]
            inputs = dict(x=float32(rng.standard_normal(shape) * 1.7 + offset), gamma=normal(rng, c),
                          beta=normal(rng, c), rm=normal(rng, c), rv=float32(rng.random(c) + 0.5))
            ref.case("layer", f"batchnorm_{tag}_{'train' if training else 'eval'}",
                     "batch norm; running_mean and running_var are those after the step",
                     lambda x, gamma, beta, rm, rv, t=training: batch_norm(x, gamma, beta, rm, rv, t), inputs,
                     attributes=dict(momentum=0.1, eps=1e-5, training=training), constant=("rm", "rv"))

    def four_batches(xs):
        rm, rv = torch.zeros(3, dtype=xs.dtype), torch.ones(3, dtype=xs.dtype)
        for batch in xs:
            F.batch_norm(batch, rm, rv, None, None, True, 0.1, 1e-5)
        return dict(running_mean=rm, running_var=rv)
    ref.case("layer", "batchnorm_running_4_steps", "running statistics after 4 batches of 5",
             four_batches, dict(xs=normal(generator("bnrun"), 4, 5, 3)), cotangent_of=(), constant=("xs",))

    def layer_norm(x, gamma, beta):
        return F.layer_norm(x, x.shape[-1:], gamma, beta, 1e-5)
    rng = generator("ln")
    ref.case("layer", "layernorm_last", "layer norm over the last axis",
             lambda x, gamma, beta: dict(y=layer_norm(x, gamma, beta)),
             dict(x=normal(rng, 4, 9), gamma=normal(rng, 9), beta=normal(rng, 9)), attributes=dict(eps=1e-5))
    ref.case("layer", "layernorm_channels_nchw", "layer norm over the channels at every position of a map",
             lambda x, gamma, beta:
             dict(y=layer_norm(x.permute(0, 2, 3, 1), gamma, beta).permute(0, 3, 1, 2)),
             dict(x=normal(rng, 2, 6, 3, 2), gamma=normal(rng, 6), beta=normal(rng, 6)),
             attributes=dict(eps=1e-5))


def activations(ref):
    x = normal(generator("act"), 3, 17, scale=3.0)
    extreme = float32([[-120, -88.8, -30, -20, -1e-3, -1e-30, -0.0,
                        0.0, 1e-30, 1e-3, 1, 20, 20.5, 88.8, 120]])
    functions = dict(relu=F.relu, leaky_relu_001=lambda x: F.leaky_relu(x, 0.01),
                     leaky_relu_02=lambda x: F.leaky_relu(x, 0.2), sigmoid=torch.sigmoid, tanh=torch.tanh,
                     elu=F.elu, softplus=softplus, log_sigmoid=lambda x: -softplus(-x))
    for name, function in functions.items():
        ref.case("layer", "act_" + name, name, lambda x, f=function: dict(y=f(x)), dict(x=x))
        ref.case("layer", "act_" + name + "_extreme",
                 name + " at +-120, +-0 and tiny values: finite, with a finite gradient; relu'(0) = 0",
                 lambda x, f=function: dict(y=f(x)), dict(x=extreme))


def other_layers(ref):
    rng = generator("drop")                                      # shared by the cases below, in this order
    mask = float32(rng.random((4, 6)) < 0.7)
    mask[0, 0] = 0
    dropout = lambda x, mask: dict(y=x * mask / 0.7)
    ref.case("layer", "dropout_mask", "y = x mask / (1 - p) with a given mask; the identity in evaluation",
             dropout, dict(x=normal(rng, 4, 6), mask=mask), attributes=dict(p=0.3), constant=("mask",))
    mask = float32(rng.random((2, 5, 1, 1)) < 0.7)
    ref.case("layer", "dropout2d_mask", "whole channels dropped",
             dropout, dict(x=normal(rng, 2, 5, 3, 3), mask=mask), attributes=dict(p=0.3), constant=("mask",))

    x = normal(rng, 2, 3, 7, 8)
    x[0, 0, :3, :3] = 1.5                                        # a tie
    ref.case("layer", "maxpool_k3s2", "max pooling, floor mode; of a tie the first has the gradient",
             lambda x: dict(y=F.max_pool2d(x, 3, 2)), dict(x=x), attributes=dict(kernel=3, stride=2))
    ref.case("layer", "avgpool_k2s2", "average pooling", lambda x: dict(y=F.avg_pool2d(x, 2, 2)),
             dict(x=normal(rng, 2, 3, 6, 8)), attributes=dict(kernel=2, stride=2))

    def crops(x, size=4, stride=2):
        n, c, h, _ = x.shape
        k = (h - size) // stride + 1
        u = F.unfold(x, size, stride=stride).reshape(n, c, size, size, k * k)
        return dict(y=u.permute(0, 4, 1, 2, 3).reshape(n * k * k, c, size, size))
    ref.case("layer", "strided_crops", "overlapping crops; index of a crop = n K K + row K + column",
             crops, dict(x=normal(rng, 2, 3, 8, 8)), attributes=dict(crop=4, stride=2))

    def cross_entropy(x, labels):
        labelled = labels >= 0
        return dict(y=-F.log_softmax(x, 1)[labelled].gather(1, labels[labelled][:, None]).mean())
    ref.case("layer", "cross_entropy_ignore_minus1", "mean over the labelled rows; -1 is no label",
             cross_entropy, dict(x=normal(rng, 5, 4, scale=4.0), labels=np.array([2, 0, -1, 3, 1], np.int64)))
    ref.case("layer", "log_softmax_extreme", "no overflow at +-1000", lambda x: dict(y=F.log_softmax(x, 1)),
             dict(x=float32([[1000, -1000, 0, 999.5], [-1000, -1000, -1000, -1000]])))
    ref.case("layer", "mse", "mean squared error over all elements",
             lambda x, t: dict(y=((x - t) ** 2).mean()), dict(x=normal(rng, 3, 4), t=normal(rng, 3, 4)))


# ------------------------------------------------------------------------------------------ objectives
# Measure -> (p, n); the loss is the mean of n over the negatives minus the mean of p over the positives.
MEASURES = {
    "GAN": (lambda u: -softplus(-u), softplus),
    "JSD": (lambda u: LN2 - softplus(-u), lambda u: softplus(u) - LN2),
    "KL": (lambda u: u, lambda u: torch.exp(u - 1)),
    "RKL": (lambda u: -torch.exp(-u), lambda u: u - 1),
    "H2": (lambda u: 1 - torch.exp(-u), lambda u: torch.exp(u) - 1),
    "X2_fgan": (lambda u: u, lambda u: 0.25 * u * u + u),         # Pearson (Nowozin et al. 2016)
    "X2_official": (lambda u: u * u, lambda u: -0.5 * (u.abs() + 1) ** 2),    # unbounded: a known mistake
    "W1": (lambda u: u, lambda u: u),
}


def all_pairs(l, m):
    """Features l (N, U, P) and globals m (N, U, M) to scores (N of m, N of l, P, M)."""
    return torch.einsum("auv,bul->ablv", m, l)


def split(u):
    """Positives and negatives of a table of all pairs: u[image of the global, image of the features, ...]."""
    own = torch.eye(u.shape[0], dtype=torch.bool)
    return u[own], u[~own]


def log_mean_exp(u):
    return torch.logsumexp(u.reshape(-1), 0) - math.log(u.numel())


def f_divergence(measure, positive, negative):
    p, n = MEASURES[measure]
    return n(negative).mean() - p(positive).mean()


def donsker_varadhan(positive, negative):
    return log_mean_exp(negative) - positive.mean()


def info_nce(u, own_score=-math.inf):
    """Minus the log-softmax of every positive of u (N, N, P, M) against the same global's scores with all
    locations of all other images. own_score -10 is the masking of the official code, which leaves the
    image's own locations among the negatives with that score; -inf excludes them."""
    n, _, p, m = u.shape
    own = torch.eye(n, dtype=torch.bool)[:, :, None, None].expand_as(u)
    positive = torch.stack([u[i, i] for i in range(n)])
    negative = u.masked_fill(own, own_score).reshape(n, 1, n * p, m).expand(n, p, n * p, m)
    return -(positive - torch.logsumexp(torch.cat([positive[:, :, None, :], negative], 2), 2)).mean()


def estimate(name, u):
    """The loss of one estimator on a table of all pairs (N, N, P, M)."""
    if name == "NCE":
        return info_nce(u)
    if name == "DV":
        return donsker_varadhan(*split(u))
    return f_divergence(name, *split(u))


# As estimate() and MEASURES know them; X2 is the f-GAN form.
ESTIMATORS = {"JSD": "JSD", "NCE": "NCE", "DV": "DV", "KL": "KL", "RKL": "RKL", "H2": "H2", "X2": "X2_fgan"}


def losses_of_vectors(ref):
    """Losses as functions of the projected vectors l (N, U, P) and m (N, U, M)."""
    for tag, (n, units, p, m) in dict(n5_l1_m1=(5, 6, 1, 1), n4_l9_m1=(4, 6, 9, 1), n3_l4_m3=(3, 5, 4, 3),
                                      n2_l4_m1=(2, 5, 4, 1)).items():
        rng = generator("loss" + tag)
        inputs = dict(l=normal(rng, n, units, p, scale=0.7), m=normal(rng, n, units, m, scale=0.7))
        for measure in MEASURES:
            ref.case("loss", f"fd_{measure}_{tag}",
                     "f-divergence: mean over the N(N-1)PM negatives minus mean over the NPM positives",
                     lambda l, m, q=measure: dict(y=estimate(q, all_pairs(l, m))), inputs,
                     attributes=dict(measure=measure))
        ref.case("loss", f"nce_exact_{tag}", "InfoNCE, an image's own locations excluded from the negatives",
                 lambda l, m: dict(y=info_nce(all_pairs(l, m))), inputs)
        ref.case("loss", f"nce_official_{tag}", "InfoNCE of the official code: own locations score -10",
                 lambda l, m: dict(y=info_nce(all_pairs(l, m), -10.0)), inputs)
        ref.case("loss", f"dv_{tag}", "Donsker-Varadhan, exact log-mean-exp over all negatives",
                 lambda l, m: dict(y=estimate("DV", all_pairs(l, m))), inputs)

    three = dict(fd_JSD="JSD", nce_exact="NCE", dv="DV")
    rng = generator("lossbig")
    large = dict(l=normal(rng, 3, 4, 2, scale=12.0), m=normal(rng, 3, 4, 1, scale=12.0))
    rng = generator("losslow")
    low = dict(l=normal(rng, 4, 6, 3, scale=0.7), m=normal(rng, 4, 6, 1, scale=0.7))
    low["l"][:, 5], low["m"][:, 5] = 6.0, -6.0
    for tag, inputs, what in (
            ("large", large, "scores of several hundred: must stay finite in float"),
            ("low", low, "all scores near -36 (NCE and DV do not change under a common shift): "
                         "a mask that writes a finite number such as -10 shows here")):
        for name, estimator in three.items():
            ref.case("loss", f"{name}_{tag}_scores", what,
                     lambda l, m, e=estimator: dict(y=estimate(e, all_pairs(l, m))), inputs)


def losses_of_tables(ref):
    """Losses as functions of the scores themselves."""
    for n, m, p in ((3, 2, 4), (5, 1, 1), (2, 1, 3)):
        u = normal(generator(f"table n{n} m{m} p{p}"), n, m, n, p, scale=1.5)
        for name, estimator in ESTIMATORS.items():
            ref.case("loss", f"table_{name}_n{n}_m{m}_p{p}",
                     "u[i][m][j][p]: score of global m of image i with location p of image j; "
                     "i = j is positive",
                     lambda u, e=estimator: dict(y=estimate(e, u.permute(0, 2, 3, 1))), dict(u=u),
                     attributes=dict(measure=name))

    def one_negative(name, positive, negative):
        """positive (N, M, P), negative (N, K, M, P) with K = 1."""
        if name == "NCE":                              # rivals of a positive: every negative of its global
            rivals = negative.permute(0, 2, 1, 3).flatten(2)[:, :, None, :]
            rivals = rivals.expand(*positive.shape, rivals.shape[3])
            return -(positive - torch.logsumexp(torch.cat([positive[..., None], rivals], 3), 3)).mean()
        if name == "DV":
            return donsker_varadhan(positive, negative)
        return f_divergence(name, positive, negative)

    rng = generator("onenegative n4 m1 p3")
    inputs = dict(positive=normal(rng, 4, 1, 3, scale=1.5), negative=normal(rng, 4, 1, 1, 3, scale=1.5))
    for name, estimator in ESTIMATORS.items():
        ref.case("loss", f"onenegative_{name}_n4_m1_p3",
                 "one negative image for each: positive (N, M, P), negative (N, 1, M, P); NCE: each "
                 "positive against the P negatives of its global; DV: log-mean-exp over all negatives",
                 lambda positive, negative, e=estimator: dict(y=one_negative(e, positive, negative)), inputs,
                 attributes=dict(measure=name))


def mutual_information(ref):
    """Estimates from an N x N matrix of critic scores, to be maximised."""
    def off(s):
        return split(s)[1]
    estimates = dict(
        infonce=lambda s: (s.diagonal() - torch.logsumexp(s, 1)).mean() + math.log(s.shape[0]),
        dv=lambda s: s.diagonal().mean() - log_mean_exp(off(s)),
        nwj=lambda s: s.diagonal().mean() - torch.exp(log_mean_exp(off(s) - 1)),
        jsd_dual=lambda s: -softplus(-s.diagonal()).mean() - softplus(off(s)).mean(),
        jsd_nwj=lambda s: 1 + s.diagonal().mean() - off(s).exp().mean(),
        smile_1=lambda s: s.diagonal().mean() - log_mean_exp(off(s).clamp(-1, 1)),
        smile_5=lambda s: s.diagonal().mean() - log_mean_exp(off(s).clamp(-5, 5)))
    s = float32(generator("crit").standard_normal((6, 6)) * 2)
    for name, function in estimates.items():
        ref.case("loss", "mi_" + name, "estimate from critic scores, joint pairs on the diagonal; "
                 "smile is a value only: its critic learns from jsd_dual",
                 lambda s, f=function: dict(y=f(s)), dict(s=s))

    def mine(tp, tn, decay=0.99):
        average, values, gradients, averages = None, [], [], []
        for joint, product in zip(tp, tn):
            mean = product.exp().mean()
            average = mean if average is None else decay * average + (1 - decay) * mean
            values.append(joint.mean() - log_mean_exp(product))
            gradients.append(-(product.exp() / (product.numel() * average)))
            averages.append(average)
        return dict(value=torch.stack(values), grad_product_scores=torch.stack(gradients),
                    ema=torch.stack(averages))
    rng = generator("mine")
    ref.case("loss", "mine_ema", "12 steps of MINE (Belghazi et al. 2018): DV value, moving average of "
             "E[exp T] (decay 0.99, starts at the first batch's mean), gradient of the product scores "
             "-exp(T) / (n average)", mine, dict(tp=normal(rng, 12, 8), tn=normal(rng, 12, 8)),
             cotangent_of=(), constant=("tp", "tn"))


# --------------------------------------------------------------------------------------------- scorers
def residual_head(x, w1, bn_gamma, bn_beta, w2, b2, s, ln_gamma, ln_beta, running):
    """Rows x (R, I) to (R, U): LayerNorm(W2 relu(BN(W1 x)) + b2 + S x); running = (mean, variance)."""
    h = F.relu(F.batch_norm(F.linear(x, w1), *running, bn_gamma, bn_beta, True, 0.1, 1e-5))
    h = F.linear(h, w2, b2) + F.linear(x, s)
    return F.layer_norm(h, h.shape[1:], ln_gamma, ln_beta, 1e-5)


def fresh_statistics(channels, dtype):
    return torch.zeros(channels, dtype=dtype), torch.ones(channels, dtype=dtype)


def head_parameters(rng, inputs, units):
    return dict(w1=normal(rng, units, inputs, scale=0.5),
                bn_gamma=normal(rng, units), bn_beta=normal(rng, units),
                w2=normal(rng, units, units, scale=0.4), b2=normal(rng, units),
                s=normal(rng, units, inputs, scale=0.5),
                ln_gamma=normal(rng, units), ln_beta=normal(rng, units))


HEAD_CONSTANTS = dict(momentum=0.1, eps=1e-5, ln_eps=1e-5)


def heads(ref):
    def head(x, **parameters):
        running = fresh_statistics(parameters["bn_gamma"].shape[0], x.dtype)
        y = residual_head(x, running=running, **parameters)
        return dict(y=y, running_mean=running[0], running_var=running[1])
    for rows, inputs, units in ((6, 5, 8), (4, 9, 4), (12, 3, 16)):
        case = f"rows{rows}_i{inputs}_u{units}"
        rng = generator("head " + case)
        ref.case("head", case, "y = LayerNorm(W2 relu(BN(W1 x)) + b2 + S x), statistics of the batch; "
                 "running_mean and running_var are those after the step, from 0 and 1", head,
                 dict(x=normal(rng, rows, inputs), **head_parameters(rng, inputs, units)),
                 attributes=HEAD_CONSTANTS)


def concat_scores(l, m, w1, b1, w2, b2, w3, b3, shift):
    """Positive and negative scores (N, P) of features l (N, P, F) and codes m (N, G); the negatives of
    image i pair its code with the features of image (i + shift) mod N."""
    def perceptron(l):
        x = torch.cat([l, m[:, None, :].expand(-1, l.shape[1], -1)], 2)
        return F.linear(F.relu(F.linear(F.relu(F.linear(x, w1, b1)), w2, b2)), w3, b3)[:, :, 0]
    return perceptron(l), perceptron(l.roll(-shift, 0))


def scorers(ref):
    def concat(shift, **inputs):
        positive, negative = concat_scores(shift=shift, **inputs)
        return dict(positive=positive, negative=negative, y=f_divergence("JSD", positive, negative))
    for tag, n, p, f, g, h, shift in (("local", 4, 3, 5, 6, 7, 1), ("local", 5, 4, 5, 6, 7, 3),
                                      ("global", 4, 1, 20, 6, 9, 2)):
        case = f"concat_{tag}_n{n}_p{p}_f{f}_g{g}_h{h}_shift{shift}"
        rng = generator("scorer " + case)
        ref.case("scorer", case, "[features; code] -> H relu -> H relu -> 1 and its JSD loss; one negative a "
                 "image: the code of i with the features of (i + shift) mod N",
                 lambda s=shift, **inputs: concat(s, **inputs),
                 dict(l=normal(rng, n, p, f), m=normal(rng, n, g), w1=normal(rng, h, f + g, scale=0.5),
                      b1=normal(rng, h), w2=normal(rng, h, h, scale=0.5), b2=normal(rng, h),
                      w3=normal(rng, 1, h), b3=normal(rng, 1)),
                 attributes=dict(shift=shift, measure="JSD"))

    n, p, f, g, units = 5, 4, 6, 7, 8

    def dot(estimator, l, m, **parameters):
        def project(side, rows):
            own = {k[len(side) + 1:]: v for k, v in parameters.items() if k.startswith(side + "_")}
            return residual_head(rows, running=fresh_statistics(units, rows.dtype), **own)
        features = project("feature", l.reshape(n * p, f)).reshape(n, p, units)
        u = all_pairs(features.transpose(1, 2), project("code", m)[:, :, None])
        return dict(u=u.permute(0, 3, 1, 2), y=estimate(estimator, u))
    rng = generator("scorer dot")
    inputs = dict(l=normal(rng, n, p, f), m=normal(rng, n, g))
    for side, size in (("feature", f), ("code", g)):
        inputs.update({f"{side}_{k}": v for k, v in head_parameters(rng, size, units).items()})
    for estimator in ("JSD", "NCE", "DV"):
        ref.case("scorer", "dot_" + estimator.lower(), "features and codes through their residual heads, "
                 "scores of all pairs u (N, 1, N, P), loss",
                 lambda e=estimator, **inputs: dot(e, **inputs), inputs,
                 attributes=dict(measure=estimator, units=units, **HEAD_CONSTANTS))


# ---------------------------------------------------------------------------------- adversarial prior
def gradient_penalty(discriminator, real, fake):
    """0.5 (mean |dD/dx|^2 over real + mean over fake), differentiable in the discriminator's weights."""
    total = 0.0
    for x in (real, fake):
        x = x.detach().requires_grad_(True)
        gradient, = torch.autograd.grad(discriminator(x).sum(), x, create_graph=True)
        total = total + 0.5 * (gradient ** 2).sum(1).mean()
    return total


def prior(ref):
    rng = generator("prior")
    d, h = 4, 7
    inputs = dict(real=float32(rng.random((5, d))), fake=float32(rng.random((5, d))),
                  w1=normal(rng, h, d, scale=.5), b1=normal(rng, h), w2=normal(rng, 1, h, scale=.5),
                  b2=normal(rng, 1))
    for name, activation in dict(relu=F.relu, tanh=torch.tanh).items():
        def judge(w1, b1, w2, b2, act=activation):
            return lambda x: F.linear(act(F.linear(x, w1, b1)), w2, b2)

        def discriminator_loss(real, fake, judge=judge, **weights):
            p, q = judge(**weights)(real), judge(**weights)(fake)
            return dict(y=softplus(-p).mean() + softplus(q).mean())

        def encoder_loss(real, fake, judge=judge, **weights):
            no_gradient = 0 * real.sum()                          # writes grad.real, which must be 0
            return dict(y=softplus(-judge(**weights)(fake)).mean() + no_gradient)

        def penalty(real, fake, judge=judge, **weights):
            return dict(y=gradient_penalty(judge(**weights), real, fake))
        ref.case("prior", f"discriminator_loss_{name}", "-E log s(D(real)) - E log(1 - s(D(fake)))",
                 discriminator_loss, inputs)
        ref.case("prior", f"encoder_loss_nonsaturating_{name}", "-E log s(D(fake))", encoder_loss, inputs)
        ref.case("prior", f"gradient_penalty_{name}", "mean of E|dD/dx|^2 over real and fake; its gradient "
                 "needs second derivatives", penalty, inputs)


# ------------------------------------------------------------------------------------------ optimisers
def optimisers(ref):
    makers = dict(
        sgd=lambda p: torch.optim.SGD(p, lr=0.1),
        sgd_momentum=lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9),
        sgd_nesterov_wd=lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.01),
        adam=lambda p: torch.optim.Adam(p, lr=1e-2),
        adam_dim=lambda p: torch.optim.Adam(p, lr=1e-4, betas=(0.5, 0.999)),
        adam_l2=lambda p: torch.optim.Adam(p, lr=1e-2, weight_decay=0.1),
        adamw=lambda p: torch.optim.AdamW(p, lr=1e-2, weight_decay=0.1),
        adam_amsgrad=lambda p: torch.optim.Adam(p, lr=1e-2, amsgrad=True),
        rmsprop=lambda p: torch.optim.RMSprop(p, lr=1e-2),
        rmsprop_momentum=lambda p: torch.optim.RMSprop(p, lr=1e-2, alpha=0.9, momentum=0.9),
        rmsprop_centered=lambda p: torch.optim.RMSprop(p, lr=1e-2, centered=True))
    rng = generator("opt")
    inputs = dict(p0=normal(rng, 9), grads=normal(rng, 30, 9))
    # Columns 5 to 8: comparable with Adam's epsilon (shows where it is added), small, never moved, far below.
    inputs["grads"][:, 5:] *= float32([1e-7, 1e-5, 1, 1e-12])
    inputs["grads"][:, 7] = 0

    for name, maker in makers.items():
        def thirty_steps(p0, grads, maker=maker):
            parameter = p0.detach().clone().requires_grad_(True)
            optimiser = maker([parameter])
            rows = []
            for gradient in grads.detach():
                parameter.grad = gradient.clone()
                optimiser.step()
                rows.append(parameter.detach().clone())
            return dict(trajectory=torch.stack(rows))
        defaults = maker([torch.zeros(1, requires_grad=True)]).defaults
        ref.case("optimiser", name, "30 steps with given gradients; row k = parameters after step k + 1 "
                 "(columns 5 to 8: gradients of size 1e-7, 1e-5, 0 and 1e-12)", thirty_steps, inputs,
                 cotangent_of=(), constant=("p0", "grads"),
                 attributes={k: v for k, v in defaults.items() if isinstance(v, (int, float, bool, tuple))})

    optimiser = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1e-4)
    schedule = torch.optim.lr_scheduler.MultiStepLR(optimiser, [50, 100], 0.1)
    rates = []
    for _ in range(120):
        rates.append(optimiser.param_groups[0]["lr"])
        optimiser.step()
        schedule.step()
    ref.record("optimiser", "schedule_multistep",
               "learning rate of epoch k; milestones 50 and 100, factor 0.1", dict(lr0=1e-4), {},
               {"out.lr": np.array(rates)}, {"out.lr": np.array(rates, dtype=np.float32)})


# ---------------------------------------------------------------------------------------------- images
MS_SSIM_WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)        # Wang, Simoncelli, Bovik 2003


def ssim_maps(a, b, size=11, sigma=1.5, padding=0, data_range=1.0):
    """Maps of SSIM and of its contrast-structure factor, Gaussian window (Wang et al. 2004)."""
    x = torch.arange(size, dtype=a.dtype) - size // 2
    window = torch.exp(-x * x / (2 * sigma * sigma))
    window = window / window.sum()
    channels = a.shape[1]
    window = (window[:, None] * window[None, :]).expand(channels, 1, size, size).contiguous()
    blur = lambda t: F.conv2d(t, window, padding=padding, groups=channels)
    c1, c2 = (0.01 * data_range) ** 2, (0.03 * data_range) ** 2
    ma, mb = blur(a), blur(b)
    va, vb, vab = blur(a * a) - ma * ma, blur(b * b) - mb * mb, blur(a * b) - ma * mb
    cs = (2 * vab + c2) / (va + vb + c2)
    return cs * (2 * ma * mb + c1) / (ma * ma + mb * mb + c1), cs


def ms_ssim(a, b, weights):
    product = None
    for k, weight in enumerate(weights):
        ssim, cs = ssim_maps(a, b)
        last = k == len(weights) - 1
        factor = (ssim if last else cs).mean((2, 3)).clamp(min=0) ** (weight / sum(weights))
        product = factor if product is None else product * factor
        if not last:
            a, b = F.avg_pool2d(a, 2), F.avg_pool2d(b, 2)
    return product.mean()


def ssim(ref):
    rng = generator("ssim")

    def smooth(*shape):
        x = np.cumsum(np.cumsum(rng.standard_normal(shape), 2), 3)
        x = x - x.min((2, 3), keepdims=True)
        return float32(x / x.max((2, 3), keepdims=True))

    def noisy(image, scale):
        return float32(np.clip(image + scale * rng.standard_normal(image.shape), 0, 1))
    a = smooth(2, 3, 32, 32)
    pair = dict(a=a, b=noisy(a, 0.1))
    ref.case("ssim", "ssim_valid", "mean SSIM, 11x11 Gaussian of sigma 1.5, valid windows, range 1",
             lambda a, b: dict(y=ssim_maps(a, b)[0].mean()), pair)
    ref.case("ssim", "ssim_zero_padded_sigma11", "what the official code calls ms_ssim: one scale, zero "
             "padding, sigma 11 (its window size is used as sigma)",
             lambda a, b: dict(y=ssim_maps(a, b, sigma=11.0, padding=5)[0].mean()), pair)
    two = MS_SSIM_WEIGHTS[:2]
    ref.case("ssim", "ms_ssim_2scale_32px", "MS-SSIM with the first two weights, renormalised: images of "
             "32 px have room for two scales of an 11 px window",
             lambda a, b: dict(y=ms_ssim(a, b, two)), pair, attributes=dict(weights=list(two)))
    large = smooth(1, 1, 176, 176)
    ref.case("ssim", "ms_ssim_5scale_176px", "MS-SSIM of five scales; 176 px is the smallest size possible",
             lambda a, b: dict(y=ms_ssim(a, b, MS_SSIM_WEIGHTS)), dict(a=large, b=noisy(large, 0.05)),
             attributes=dict(weights=list(MS_SSIM_WEIGHTS)), constant=("a", "b"))
    ref.case("ssim", "ms_ssim_identical", "identical images: exactly 1",
             lambda a, b: dict(y=ms_ssim(a, b, two)), dict(a=a, b=a.copy()), constant=("a", "b"))

    try:
        from skimage.metrics import structural_similarity
    except ImportError:
        return
    own = ssim_maps(*(torch.tensor(x).double() for x in pair.values()))[0].mean((2, 3)).numpy()
    other = [[structural_similarity(x.astype(float), y.astype(float), gaussian_weights=True, sigma=1.5,
                                    use_sample_covariance=False, data_range=1.0) for x, y in zip(xs, ys)]
             for xs, ys in zip(*pair.values())]
    assert np.allclose(own, other, atol=1e-6), (own, other)


# --------------------------------------------------------------------------------------- training runs
STEPS, BATCH, UNITS, RATE, PRIOR_WEIGHT = 20, 8, 24, 1e-3, 0.1


def encoder_parameters(rng):
    p = {}
    for layer, shape in (("c1", (8, 3, 4, 4)), ("c2", (16, 8, 4, 4)), ("f1", (32, 256))):
        p[layer + ".w"] = uniform(rng, shape, math.prod(shape[1:]))
        p.update(norm_parameters(layer + ".bn", shape[0]))
    p["f2.w"], p["f2.b"] = uniform(rng, (16, 32), 32), uniform(rng, (16,), 32)
    return p


def norm_parameters(name, channels):
    return {name + ".gamma": np.ones(channels, np.float32), name + ".beta": np.zeros(channels, np.float32)}


def dot_parameters(rng, head, inputs):
    """A residual head inputs -> UNITS; its shortcut starts as a noisy copy if it is large enough."""
    p = {head + ".a": uniform(rng, (UNITS, inputs), inputs), **norm_parameters(head + ".bn", UNITS),
         head + ".c": uniform(rng, (UNITS, UNITS), UNITS), head + ".cb": uniform(rng, (UNITS,), UNITS)}
    if UNITS >= inputs:
        shortcut = rng.uniform(-0.01, 0.01, (UNITS, inputs))
        shortcut[np.arange(inputs), np.arange(inputs)] = 1.0
        p[head + ".s"] = float32(shortcut)
    else:
        p[head + ".s"] = uniform(rng, (UNITS, inputs), inputs)
    return {**p, **norm_parameters(head + ".ln", UNITS)}


def concat_parameters(rng, inputs, hidden):
    p = {}
    for k, (i, o) in enumerate(((inputs, hidden), (hidden, hidden), (hidden, 1)), 1):
        p[f"mlp.w{k}"], p[f"mlp.b{k}"] = uniform(rng, (o, i), i), uniform(rng, (o,), i)
    return p


def discriminator_parameters(rng):
    return {"d1.w": uniform(rng, (20, 16), 16), "d1.b": uniform(rng, 20, 16),
            "d2.w": uniform(rng, (1, 20), 20), "d2.b": uniform(rng, 1, 16)}


def encode(p, x, statistics):
    """Images to the second map (N, 16, 4 x 4) and the code (N, 16)."""
    def activate(layer, x):
        layer += ".bn"
        gamma, beta = p[layer + ".gamma"], p[layer + ".beta"]
        return F.relu(F.batch_norm(x, *statistics[layer], gamma, beta, True, 0.1, 1e-5))
    for layer in ("c1", "c2"):
        x = activate(layer, F.conv2d(x, p[layer + ".w"], None, 2, 1))
    hidden = activate("f1", F.linear(x.flatten(1), p["f1.w"]))
    return x.flatten(2), F.linear(hidden, p["f2.w"], p["f2.b"])


def project(p, head, x, statistics):
    """x (N, I, P) through a residual head to (N, UNITS, P)."""
    rows = x.permute(0, 2, 1).reshape(-1, x.shape[1])
    y = residual_head(rows, p[head + ".a"], p[head + ".bn.gamma"], p[head + ".bn.beta"], p[head + ".c"],
                      p[head + ".cb"], p[head + ".s"], p[head + ".ln.gamma"], p[head + ".ln.beta"],
                      statistics[head + ".bn"])
    return y.reshape(x.shape[0], x.shape[2], UNITS).permute(0, 2, 1)


# A term of the objective: (parameters, map, code, running statistics, shift of the step) -> loss.
def local_dot(estimator):
    return lambda p, maps, code, statistics, shift: estimate(
        estimator, all_pairs(project(p, "loc", maps, statistics),
                             project(p, "glo", code[:, :, None], statistics)))


def global_dot(estimator):
    """The map, flattened in the order (C, H, W), is the only location."""
    return lambda p, maps, code, statistics, shift: estimate(
        estimator, all_pairs(project(p, "map", maps.flatten(1)[:, :, None], statistics),
                             project(p, "code", code[:, :, None], statistics)))


def local_concat(estimator):
    def term(p, maps, code, statistics, shift):
        weights = {name[4:]: value for name, value in p.items() if name.startswith("mlp.")}
        return f_divergence(estimator, *concat_scores(maps.transpose(1, 2), code, shift=shift, **weights))
    return term


def train(dtype, initial, images, terms, shifts=None,
          judge=None, draws=None, squash=torch.sigmoid, penalise=False):
    """STEPS Adam steps in one precision; returns the expected results.
    terms: name -> (weight, term).  judge, draws, squash, penalise: the discriminator's parameters, the
    samples of the prior, what is done to codes before judging, and whether to add the gradient penalty."""
    p = {name: torch.tensor(v).to(dtype).requires_grad_(True) for name, v in initial.items()}
    q = {name: torch.tensor(v).to(dtype).requires_grad_(True) for name, v in (judge or {}).items()}
    statistics = {name[:-6]: fresh_statistics(v.shape[0], dtype) for name, v in initial.items()
                  if name.endswith(".bn.gamma")}
    discriminator = lambda z: F.linear(F.relu(F.linear(z, q["d1.w"], q["d1.b"])), q["d2.w"], q["d2.b"])
    optimisers = [torch.optim.Adam(list(group.values()), lr=RATE) for group in (p, q) if group]
    logs, results = {}, {}

    def log(name, value):
        logs.setdefault("out." + name, []).append(value)

    for step in range(STEPS):
        batch = torch.tensor(images[step % len(images)]).to(dtype)
        maps, code = encode(p, batch, statistics)
        loss = 0.0
        for name, (weight, term) in terms.items():
            value = term(p, maps, code, statistics, None if shifts is None else int(shifts[step]))
            loss = loss + weight * value
            if len(terms) > 1:
                log("loss_" + name, value.item())
        log("loss", loss.item())
        if q:
            fake, real = squash(code), torch.tensor(draws[step]).to(dtype)
            judge_loss = softplus(-discriminator(real)).mean() + softplus(discriminator(fake.detach())).mean()
            if penalise:
                penalty = gradient_penalty(discriminator, real, fake)
                judge_loss = judge_loss + penalty
                log("gradient_penalty", penalty.item())
            log("discriminator_loss", judge_loss.item())
            loss = loss + PRIOR_WEIGHT * softplus(-discriminator(fake)).mean()
        # Both players' gradients are taken at the same weights, before either moves.
        for group in (p, q):
            for t in group.values():
                t.grad = None
        loss.backward()
        if q:
            for t, gradient in zip(q.values(), torch.autograd.grad(judge_loss, list(q.values()))):
                t.grad = gradient
        log("grad_norm", math.sqrt(sum((t.grad ** 2).sum().item() for t in p.values())))
        if step == 0:
            results.update({"grad." + name: t.grad.numpy().copy() for name, t in {**p, **q}.items()})
        for optimiser in optimisers:
            optimiser.step()
        if step == 0:
            results.update({"step1." + name: t.detach().numpy().copy() for name, t in {**p, **q}.items()})
    results.update({name: np.array(values) for name, values in logs.items()})
    results.update({"final." + name: t.detach().numpy() for name, t in {**q, **p}.items()})
    for name, (mean, variance) in statistics.items():
        results[f"final.{name}.running_mean"] = mean.numpy()
        results[f"final.{name}.running_var"] = variance.numpy()
    return results


COMMON = f"""
{STEPS} Adam steps; step k trains on in.images[k mod len]. Encoder: conv4s2p1 (3-8) BN ReLU, conv4s2p1 (8-16)
BN ReLU = map, flatten (C, H, W), linear (256-32) BN ReLU, linear (32-16) = code. All networks step together,
from gradients at the same weights. out.*, before each step: loss is the mutual-information term without the
prior's, grad_norm that of encoder and heads on the whole loss. grad.* at the first step: d* of the
discriminator's own loss, the others of the encoder's.""".replace("\n", " ")


def trajectories(ref):
    # All runs share the initial weights, the sequence of batches and the sequence of prior samples.
    rng = generator("traj")
    encoder = encoder_parameters(rng)
    local_heads = {**dot_parameters(rng, "loc", 16), **dot_parameters(rng, "glo", 16)}
    pool = rng.random((BATCH * 4, 3, 16, 16))
    pool = (pool + np.roll(pool, 1, 2) + np.roll(pool, 1, 3)) / 3 * 2 - 1
    images = float32(np.stack([pool[rng.permutation(BATCH * 4)[:BATCH]] for _ in range(STEPS)]))
    uniform_draws = float32(rng.random((STEPS, BATCH, 16)))
    judge = discriminator_parameters(rng)

    # Initial weights from which float follows double: from others, a unit near ReLU's kink separates them at once.
    rng = generator("traj global")
    global_heads = {**dot_parameters(rng, "map", 256), **dot_parameters(rng, "code", 16)}
    perceptron = concat_parameters(rng, 16 + 16, 20)
    shifts = rng.integers(1, BATCH, STEPS)
    gaussian_draws = normal(rng, STEPS, BATCH, 16)

    local = {**encoder, **local_heads}
    jsd = dict(local=(1.0, local_dot("JSD")))
    uniform_prior = dict(judge=judge, draws=uniform_draws)

    def run(name, what, initial, terms, brief=True, **more):
        """brief: cycles through the first four batches and leaves out step1.*, to keep the set small."""
        images = images[:4] if brief else images
        expected, measured = (train(dtype, initial, images, terms, **more)
                              for dtype in (torch.float64, torch.float32))
        if brief:
            expected = {k: v for k, v in expected.items() if not k.startswith("step1.")}
        else:                                # for the first runs' discriminator only the end is recorded
            expected = {k: v for k, v in expected.items() if not k.startswith(("grad.d", "step1.d"))}
        inputs = {**initial, "images": images, **more.get("judge", {})}
        if "draws" in more:
            inputs["prior"] = more["draws"]
        if "shifts" in more:
            inputs["shift"] = more["shifts"]
        inputs = {"in." + key: values for key, values in inputs.items()}
        attributes = dict(lr=RATE, betas=[0.9, 0.999], adam_eps=1e-8, bn_momentum=0.1, bn_eps=1e-5,
                          ln_eps=1e-5, weights={term: weight for term, (weight, _) in terms.items()})
        if "judge" in more:
            attributes["prior_weight"] = PRIOR_WEIGHT
        ref.record("trajectory", name, what + COMMON, attributes, inputs, expected, measured,
                   steps=STEPS, lr=RATE)

    dot = "Local, all pairs: map and code through 1x1 residual heads (loc, glo) to 24 units."
    whole = "Global, all pairs: flattened map (256) and code through residual heads (map, code) to 24 units."
    adversary = dot + " Prior of weight 0.1: sigmoid(code) against U(0, 1)^16 (in.prior), by d1 ReLU d2."
    run("dim_local_jsd", dot, local, jsd, brief=False)
    run("dim_local_nce", dot, local, dict(local=(1.0, local_dot("NCE"))), brief=False)
    run("dim_local_jsd_prior", adversary, local, jsd, brief=False, **uniform_prior)
    run("dim_local_dv", dot, local, dict(local=(1.0, local_dot("DV"))))
    run("dim_global_jsd", whole, {**encoder, **global_heads}, {"global": (1.0, global_dot("JSD"))})
    run("dim_local_global_jsd",
        dot + " " + whole + " Weights 0.1 and 0.5; out.loss_* are unweighted, out.loss the weighted sum.",
        {**local, **global_heads}, {"local": (0.1, local_dot("JSD")), "global": (0.5, global_dot("JSD"))})
    run("dim_local_concat_jsd",
        "Local, one negative an image: [features; code] -> 20 ReLU -> 20 ReLU -> 1 (mlp); negatives pair "
        "the code of i with the features of (i + in.shift[k]) mod 8.",
        {**encoder, **perceptron}, dict(local=(1.0, local_concat("JSD"))), shifts=shifts)
    run("dim_local_jsd_prior_penalty",
        adversary + " The discriminator's loss holds the gradient penalty 0.5 (mean |dD/dx|^2 over real + "
        "mean over fake), which is also recorded alone.", local, jsd, penalise=True, **uniform_prior)
    run("dim_local_jsd_gaussian",
        dot + " Prior of weight 0.1: the raw code against N(0, 1)^16 (in.prior), judged by d1 ReLU d2.",
        local, jsd, judge=judge, draws=gaussian_draws, squash=lambda code: code)


# ------------------------------------------------------------------------------------------ linear SVM
def svm(ref):
    rng = generator("svm")
    dimensions, classes = 12, 4
    centres = rng.standard_normal((classes, dimensions)) * 1.2

    def sample(n):
        labels = np.arange(n) % classes
        return float32(centres[labels] + rng.standard_normal((n, dimensions))), labels.astype(np.int64)
    x, y = sample(240)
    x_test, y_test = sample(120)
    wide, wide_test = x.astype(np.float64), x_test.astype(np.float64)
    for loss in ("squared_hinge", "hinge"):
        for C in (0.01, 1.0):
            model = LinearSVC(C=C, loss=loss, dual=True, tol=1e-9, max_iter=2_000_000, random_state=0,
                              intercept_scaling=1.0)
            model.fit(wide, y)
            objective = []
            for k, (w, b) in enumerate(zip(model.coef_, model.intercept_)):
                margin = np.maximum(0, 1 - np.where(y == k, 1.0, -1.0) * (wide @ w + b))
                margin = margin * margin if loss == "squared_hinge" else margin
                objective.append(0.5 * (w @ w + b ** 2) + C * margin.sum())
            ref.record("svm", f"linear_ovr_{loss}_C{C:g}",
                       "one-vs-rest linear SVM (liblinear, tol 1e-9): minimise 0.5 (|w|^2 + b^2) + C sum "
                       "loss. Compare the objective (relative 1e-4), the test decisions where the margin of "
                       "the two best classes exceeds 1e-3, the accuracy (+-1 sample); weights only loosely",
                       dict(C=C, loss=loss, accuracy=float(model.score(x_test, y_test))),
                       dict(x=x, y=y, x_test=x_test, y_test=y_test),
                       {"out.objective": np.array(objective), "out.coef": model.coef_,
                        "out.intercept": model.intercept_,
                        "out.decision_test": model.decision_function(wide_test),
                        "out.predicted_test": model.predict(x_test).astype(np.int64)}, {})


GROUPS = (convolutions, normalisations, activations, other_layers, losses_of_vectors, losses_of_tables,
          mutual_information, heads, scorers, prior, optimisers, ssim, trajectories, svm)


def main():
    if "--help" in sys.argv or "-h" in sys.argv:
        print(__doc__)
        return
    if len(sys.argv) > 2:
        sys.exit("usage: make_reference.py [FOLDER]")
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    ref = ReferenceSet(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).resolve().parent / "vectors")
    for group in GROUPS:
        group(ref)
    ref.finish()
    print(f"{len(ref.cases)} cases, {sum(len(c['arrays']) for c in ref.cases)} arrays in {ref.target}")


if __name__ == "__main__":
    main()
