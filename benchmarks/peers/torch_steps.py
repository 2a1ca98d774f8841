"""The steps of benchmarks/steps in PyTorch, as a careful user would write them.

It talks as serve.hpp does. PRECISION: f32, or bf16 by autocast. MODE: eager, channels_last, split (the concatenating
scorer's first layer applied to features and codes apart), or both joined by '+'.
"""
import math
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

CODE = 64


def block(inputs, outputs):
    return nn.Sequential(nn.Conv2d(inputs, outputs, 4, 2, 1, bias=False), nn.BatchNorm2d(outputs),
                         nn.ReLU(inplace=True))


class Encoder(nn.Module):
    """basic32x32: the map (N, 128, 8, 8), the conv representation (N, 4096), the code (N, 64)."""

    def __init__(self):
        super().__init__()
        self.maps = nn.Sequential(block(3, 64), block(64, 128))
        self.conv = block(128, 256)
        self.fc = nn.Sequential(nn.Linear(4096, 1024, bias=False), nn.BatchNorm1d(1024), nn.ReLU(inplace=True))
        self.code = nn.Linear(1024, CODE)

    def forward(self, x):
        feature_map = self.maps(x)
        conv = self.conv(feature_map).flatten(1)
        return feature_map, conv, self.code(self.fc(conv))


class Head(nn.Module):
    """Rows (R, inputs) to (R, units)."""

    def __init__(self, inputs, units):
        super().__init__()
        self.block = nn.Sequential(nn.Linear(inputs, units, bias=False), nn.BatchNorm1d(units), nn.ReLU(inplace=True),
                                   nn.Linear(units, units))
        self.shortcut = nn.Linear(inputs, units, bias=False)
        self.norm = nn.LayerNorm(units)

    def forward(self, x):
        return self.norm((self.block(x) + self.shortcut(x)).float())


class Dot(nn.Module):
    """JSD of all pairs of features (N P, F) and codes (N, C)."""

    def __init__(self, inputs, units):
        super().__init__()
        self.features, self.codes = Head(inputs, units), Head(CODE, units)

    def forward(self, features, codes):
        n = codes.shape[0]
        u = (self.codes(codes) @ self.features(features).t()).float().reshape(n, n, -1)
        negative = F.softplus(u)
        own = torch.diagonal(negative).mean()  # softplus(-u) = softplus(u) - u
        positive = own - torch.diagonal(u).mean()
        all_pairs = negative.mean()
        return positive + (all_pairs * n - own) / (n - 1) - 2 * math.log(2)


class Concat(nn.Module):
    """JSD with one negative: the code of image i with the features of image i + 1."""

    def __init__(self, inputs, split, hidden=512):
        super().__init__()
        self.split, self.inputs = split, inputs
        self.first = nn.Linear(inputs + CODE, hidden)
        self.rest = nn.Sequential(nn.ReLU(inplace=True), nn.Linear(hidden, hidden), nn.ReLU(inplace=True),
                                  nn.Linear(hidden, 1))

    def forward(self, features, codes):
        n = codes.shape[0]
        features = features.reshape(n, -1, self.inputs)
        shifted = torch.roll(features, -1, 0)
        if self.split:
            of_codes = F.linear(codes, self.first.weight[:, self.inputs:])[:, None]
            of_features = F.linear(features, self.first.weight[:, :self.inputs], self.first.bias)
            true, false = of_features + of_codes, torch.roll(of_features, -1, 0) + of_codes
        else:
            spread = codes[:, None].expand(-1, features.shape[1], -1)
            true = self.first(torch.cat([features, spread], 2))
            false = self.first(torch.cat([shifted, spread], 2))
        positive, negative = self.rest(true).float(), self.rest(false).float()
        return F.softplus(-positive).mean() + F.softplus(negative).mean() - 2 * math.log(2)


def make_step(name, precision, batch, mode):
    """A function that makes a step, and the number of parameters it trains."""
    modes = mode.split('+')
    torch.manual_seed(1)
    memory = torch.channels_last if 'channels_last' in modes else torch.contiguous_format
    encoder = Encoder().to(memory_format=memory)
    images = torch.rand(batch, 3, 32, 32).mul(2).sub(1).to(memory_format=memory)
    split = 'split' in modes
    scorer = {'encoder': lambda: None,
              'local_dot_512': lambda: Dot(128, 512),
              'local_dot_2048': lambda: Dot(128, 2048),
              'local_concat': lambda: Concat(128, split),
              'global_concat': lambda: Concat(4096, split)}[name]()
    adam = {'lr': 1e-4, 'betas': (0.5, 0.999)}
    networks = [encoder] + ([scorer] if scorer else [])
    trained = [p for net in networks for p in net.parameters()]
    optimizer = torch.optim.Adam(trained, **adam)
    adversary = nn.Sequential(nn.Linear(CODE, 1000), nn.ReLU(), nn.Linear(1000, 200), nn.ReLU(), nn.Linear(200, 1))
    adversary_optimizer = torch.optim.Adam(adversary.parameters(), **adam)
    if scorer:
        trained += adversary.parameters()
    autocast = torch.autocast('cpu', dtype=torch.bfloat16, enabled=precision == 'bf16')

    def prior(codes):
        """Steps the adversary with its gradient penalty; returns the encoder's loss."""
        squashed = torch.sigmoid(codes)
        real = torch.rand(batch, CODE, requires_grad=True)
        fake = squashed.detach().requires_grad_()
        d_real, d_fake = adversary(real), adversary(fake)
        penalty = sum(g.square().sum() for g in torch.autograd.grad(d_real.sum() + d_fake.sum(), [real, fake],
                                                                    create_graph=True)) / (2 * batch)
        adversary_optimizer.zero_grad(set_to_none=True)
        (F.softplus(-d_real).mean() + F.softplus(d_fake).mean() + penalty).backward()
        for p in adversary.parameters():
            p.requires_grad_(False)
        loss = F.softplus(-adversary(squashed)).mean()
        for p in adversary.parameters():
            p.requires_grad_(True)
        return loss

    def step():
        optimizer.zero_grad(set_to_none=True)
        with autocast:
            feature_map, conv, codes = encoder(images)
            if name == 'encoder':
                loss = codes.float().mean()
            elif name == 'global_concat':
                loss = scorer(conv, codes)
            else:
                loss = scorer(feature_map.permute(0, 2, 3, 1).reshape(-1, 128), codes)
        if scorer:
            loss = loss + (1 if name == 'global_concat' else 0.1) * prior(codes.float())
        loss.backward()
        optimizer.step()
        if scorer:
            adversary_optimizer.step()

    return step, sum(p.numel() for p in trained)


def main():
    step = None
    for line in sys.stdin:
        words = line.split()
        if words[0] == 'run':
            times = []
            for _ in range(int(words[1])):
                begin = time.perf_counter()
                step()
                times.append(time.perf_counter() - begin)
            print(' '.join('%.6f' % seconds for seconds in times), flush=True)
        else:
            name, precision, batch, threads, mode = words
            torch.set_num_threads(int(threads))
            step, parameters = make_step(name, precision, int(batch), mode)
            step()
            print('ready', parameters, flush=True)


if __name__ == '__main__':
    main()
