// The steps of torch_steps.py in LibTorch: the same layers, losses and optimizer, and its modes that LibTorch has.
#include <torch/torch.h>

#include <cmath>
#include <memory>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "serve.hpp"

namespace {

using torch::Tensor;
namespace nn = torch::nn;
namespace F = torch::nn::functional;

constexpr long code_size = 64;

nn::Linear linear_without_bias(long inputs, long outputs) {
  return nn::Linear(nn::LinearOptions(inputs, outputs).bias(false));
}
nn::ReLU relu() {
  return nn::ReLU(nn::ReLUOptions().inplace(true));
}

/// basic32x32: the map (N, 128, 8, 8), the conv representation (N, 4096), the code (N, 64).
struct Encoder : nn::Module {
  nn::Sequential maps, conv, fc;
  nn::Linear code{1024, code_size};

  Encoder() {
    add_block(maps, 3, 64);
    add_block(maps, 64, 128);
    add_block(conv, 128, 256);
    fc->push_back(linear_without_bias(4096, 1024));
    fc->push_back(nn::BatchNorm1d(1024));
    fc->push_back(relu());
    register_module("maps", maps);
    register_module("conv", conv);
    register_module("fc", fc);
    register_module("code", code);
  }
  std::tuple<Tensor, Tensor, Tensor> forward(const Tensor& x) {
    const Tensor feature_map = maps->forward(x), representation = conv->forward(feature_map).flatten(1);
    return {feature_map, representation, code->forward(fc->forward(representation))};
  }
  static void add_block(nn::Sequential& to, long inputs, long outputs) {
    to->push_back(nn::Conv2d(nn::Conv2dOptions(inputs, outputs, 4).stride(2).padding(1).bias(false)));
    to->push_back(nn::BatchNorm2d(outputs));
    to->push_back(relu());
  }
};

/// A loss of features (N P, F) and codes (N, C).
struct Scorer : nn::Module {
  virtual Tensor forward(const Tensor& features, const Tensor& codes) = 0;
};

/// Rows (R, inputs) to (R, units).
struct Head : nn::Module {
  nn::Sequential block;
  nn::Linear shortcut;
  nn::LayerNorm norm;

  Head(long inputs, long units)
      : block(linear_without_bias(inputs, units), nn::BatchNorm1d(units), relu(), nn::Linear(units, units)),
        shortcut(linear_without_bias(inputs, units)),
        norm(nn::LayerNormOptions({units})) {
    register_module("block", block);
    register_module("shortcut", shortcut);
    register_module("norm", norm);
  }
  Tensor forward(const Tensor& x) { return norm->forward(block->forward(x) + shortcut->forward(x)); }
};

/// JSD of all pairs.
struct Dot final : Scorer {
  std::shared_ptr<Head> of_features, of_codes;

  Dot(long inputs, long units)
      : of_features(register_module("features", std::make_shared<Head>(inputs, units))),
        of_codes(register_module("codes", std::make_shared<Head>(code_size, units))) {}
  Tensor forward(const Tensor& features, const Tensor& codes) override {
    const long n = codes.size(0);
    const Tensor u =
        torch::mm(of_codes->forward(codes), of_features->forward(features).t()).reshape({n, n, -1});
    const Tensor negative = F::softplus(u);
    const Tensor own = torch::diagonal(negative).mean();  // softplus(-u) = softplus(u) - u
    const Tensor positive = own - torch::diagonal(u).mean();
    return positive + (negative.mean() * n - own) / (n - 1) - 2 * std::log(2.0);
  }
};

/// JSD with one negative: the code of image i with the features of image i + 1.
struct Concat final : Scorer {
  static constexpr long hidden = 512;
  long inputs;
  bool split;  // the first layer is applied to features and codes apart
  nn::Linear first;
  nn::Sequential rest{relu(), nn::Linear(hidden, hidden), relu(), nn::Linear(hidden, 1)};

  Concat(long of_features, bool apart)
      : inputs(of_features), split(apart), first(of_features + code_size, hidden) {
    register_module("first", first);
    register_module("rest", rest);
  }
  Tensor forward(const Tensor& rows, const Tensor& codes) override {
    const Tensor features = rows.reshape({codes.size(0), -1, inputs});
    const auto [true_pairs, false_pairs] =
        split ? first_apart(features, codes) : first_together(features, codes);
    const Tensor positive = rest->forward(true_pairs), negative = rest->forward(false_pairs);
    return F::softplus(-positive).mean() + F::softplus(negative).mean() - 2 * std::log(2.0);
  }
  std::pair<Tensor, Tensor> first_apart(const Tensor& features, const Tensor& codes) {
    const std::vector<Tensor> weights = first->weight.split_with_sizes({inputs, code_size}, 1);
    const Tensor of_codes = F::linear(codes, weights[1]).unsqueeze(1);
    const Tensor of_features = F::linear(features, weights[0], first->bias);
    return {of_features + of_codes, torch::roll(of_features, -1, 0) + of_codes};
  }
  std::pair<Tensor, Tensor> first_together(const Tensor& features, const Tensor& codes) {
    const Tensor spread = codes.unsqueeze(1).expand({-1, features.size(1), -1});
    return {first->forward(torch::cat({features, spread}, 2)),
            first->forward(torch::cat({torch::roll(features, -1, 0), spread}, 2))};
  }
};

std::shared_ptr<Scorer> make_scorer(const std::string& step, bool split) {
  if (step == "encoder") return nullptr;
  if (step == "local_dot_512") return std::make_shared<Dot>(128, 512);
  if (step == "local_dot_2048") return std::make_shared<Dot>(128, 2048);
  if (step == "local_concat") return std::make_shared<Concat>(128, split);
  if (step == "global_concat") return std::make_shared<Concat>(4096, split);
  throw std::invalid_argument("there is no step " + step);
}

void append(std::vector<Tensor>& to, const std::vector<Tensor>& more) {
  to.insert(to.end(), more.begin(), more.end());
}

/// What zero_grad(set_to_none=True) does in Python, and Optimizer::zero_grad() doesn't.
void forget_gradients(const std::vector<Tensor>& parameters) {
  for (const Tensor& p : parameters) p.mutable_grad().reset();
}

class Step {
 public:
  explicit Step(const benchmarks::Request& request)
      : batch_(request.batch),
        global_(request.step == "global_concat"),
        scorer_(make_scorer(request.step, request.mode.find("split") != std::string::npos)),
        images_(torch::rand({batch_, 3, 32, 32}).mul(2).sub(1)),
        adversary_(nn::Linear(code_size, 1000), nn::ReLU(), nn::Linear(1000, 200), nn::ReLU(),
                   nn::Linear(200, 1)) {
    if (request.precision != "f32") throw std::invalid_argument("there is no precision " + request.precision);
    if (request.mode.find("channels_last") != std::string::npos) {
      images_ = images_.contiguous(torch::MemoryFormat::ChannelsLast);
      for (Tensor& p : encoder_.parameters())
        if (p.dim() == 4) p.set_data(p.contiguous(torch::MemoryFormat::ChannelsLast));
    }
    const auto adam = torch::optim::AdamOptions(1e-4).betas({0.5, 0.999});
    trained_ = encoder_.parameters();
    if (scorer_) append(trained_, scorer_->parameters());
    optimizer_ = std::make_unique<torch::optim::Adam>(trained_, adam);
    if (!scorer_) return;
    append(trained_, adversary_->parameters());
    adversary_optimizer_ = std::make_unique<torch::optim::Adam>(adversary_->parameters(), adam);
  }
  long parameters() const {
    long count = 0;
    for (const Tensor& p : trained_) count += p.numel();
    return count;
  }
  void run() {
    forget_gradients(encoder_.parameters());
    if (scorer_) forget_gradients(scorer_->parameters());
    const auto [feature_map, conv, codes] = encoder_.forward(images_);
    if (scorer_) {
      const Tensor features = global_ ? conv : feature_map.permute({0, 2, 3, 1}).reshape({-1, 128});
      (scorer_->forward(features, codes) + (global_ ? 1 : 0.1) * prior(codes)).backward();
      adversary_optimizer_->step();
    } else {
      codes.mean().backward();
    }
    optimizer_->step();
  }

 private:
  /// Gives the adversary its gradients, the penalty's too; returns the encoder's loss.
  Tensor prior(const Tensor& codes) {
    const Tensor squashed = torch::sigmoid(codes);
    const Tensor real = torch::rand({batch_, code_size}).requires_grad_();
    const Tensor fake = squashed.detach().requires_grad_();
    const Tensor d_real = adversary_->forward(real), d_fake = adversary_->forward(fake);
    Tensor penalty = torch::zeros({});
    for (const Tensor& g : torch::autograd::grad({d_real.sum() + d_fake.sum()}, {real, fake}, {}, true, true))
      penalty = penalty + g.square().sum() / (2 * batch_);
    forget_gradients(adversary_->parameters());
    (F::softplus(-d_real).mean() + F::softplus(d_fake).mean() + penalty).backward();
    for (Tensor& p : adversary_->parameters()) p.set_requires_grad(false);
    const Tensor loss = F::softplus(-adversary_->forward(squashed)).mean();
    for (Tensor& p : adversary_->parameters()) p.set_requires_grad(true);
    return loss;
  }

  long batch_;
  bool global_;
  Encoder encoder_;
  std::shared_ptr<Scorer> scorer_;
  Tensor images_;
  nn::Sequential adversary_;
  std::vector<Tensor> trained_;
  std::unique_ptr<torch::optim::Adam> optimizer_, adversary_optimizer_;
};

}  // namespace

int main() {
  benchmarks::serve([](const benchmarks::Request& request) {
    torch::set_num_threads(request.threads);
    torch::manual_seed(1);
    const auto step = std::make_shared<Step>(request);
    return benchmarks::Chosen{[step] { step->run(); }, step->parameters()};
  });
}
