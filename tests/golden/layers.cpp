#include <dim/core/scalar_math.hpp>
#include <dim/cpu/squared_error.hpp>

#include "subject.hpp"

BOOST_AUTO_TEST_SUITE(layers)

namespace {

using namespace tests::golden;

/// The names that the vectors use for a layer's parameters.
std::vector<std::string> names_of(const Entries& entries) {
  std::vector<std::string> names;
  for (const auto& entry : entries.parameters)
    names.push_back(std::map<Kind, const char*>{{Kind::weight, "w"},
                                                {Kind::bias, "b"},
                                                {Kind::gain, "gamma"},
                                                {Kind::shift, "beta"}}[entry.array.kind]);
  return names;
}

template <Layer L, Shape In>
Check check_layer(Mode mode = Mode::training) {
  return [=](const Case& test) {
    in_both([&](auto zero) {
      SubjectOf<L, In, decltype(zero)> subject(int(test.shape("in.x").at(0)));
      subject.step.mode = mode;
      check_subject(test, subject, names_of(subject.entries));
    });
  };
}

void check_four_batches(const Case& test) {
  in_both([&](auto zero) {
    using T = decltype(zero);
    SubjectOf<BatchNorm, Shape{3, 1, 1}, T> subject(5);
    std::fill_n(subject.weights.parameters, 6, T(1));
    std::ranges::copy(std::vector<T>{0, 0, 0, 1, 1, 1}, subject.weights.statistics);
    const std::vector<T> batches = test.read<T>("in.xs", {4, 5, 3});
    for (long k = 0; k < 4; ++k) {
      std::copy_n(batches.data() + k * 15, 15, subject.x.data);
      subject.forward();
    }
    test.check("out.running_mean", numbers(subject.weights.statistics, 3));
    test.check("out.running_var", numbers(subject.weights.statistics + 3, 3));
  });
}

void check_drop(const Case& test) {
  in_both([&](auto zero) {
    using T = decltype(zero);
    const std::vector<T> x = test.read<T>("in.x", {4, 6}), dy = test.read<T>("cot.y", {4, 6});
    const std::vector<unsigned char> mask = test.read<unsigned char>("in.mask", {4, 6});
    const auto dropped = [&](const std::vector<T>& values) {
      std::vector<T> result(values.size());
      drop(Cpu{}, Batch<const T>{values.data(), 4, {6, 1, 1}}, mask.data(), T(1 / 0.7),
           Batch<T>{result.data(), 4, {6, 1, 1}}, Write::overwrite);
      return result;
    };
    test.check("out.y", dropped(x));
    test.check("grad.x", dropped(dy));
  });
}

/// softplus(x) and its slope, the sigmoid; or ln sigmoid(x) = -softplus(-x) and its slope.
template <int Sign>
void check_softplus(const Case& test) {
  in_both([&](auto zero) {
    using T = decltype(zero);
    std::vector<T> y = test.read<T>("in.x"), dx = test.read<T>("cot.y");
    for (std::size_t i = 0; i < y.size(); ++i) {
      dx[i] *= sigmoid(Sign * y[i]);
      y[i] = Sign * softplus(Sign * y[i]);
    }
    test.check("out.y", y);
    test.check("grad.x", dx);
  });
}

void check_squared_error(const Case& test) {
  in_both([&](auto zero) {
    using T = decltype(zero);
    const std::vector<T> x = test.read<T>("in.x", {3, 4}), t = test.read<T>("in.t", {3, 4});
    const std::vector<T> dloss = test.read<T>("cot.y");
    const auto rows = [](const std::vector<T>& numbers) {
      return Batch<const T>{numbers.data(), 3, {4, 1, 1}};
    };
    for (const auto& [y, other, gradient] : {std::tuple{&x, &t, "grad.x"}, std::tuple{&t, &x, "grad.t"}}) {
      std::vector<T> dy(12);
      const double loss = squared_error(Cpu{2}, rows(*y), rows(*other), Batch<T>{dy.data(), 3, {4, 1, 1}});
      for (T& number : dy) number *= dloss[0];
      test.check("out.y", T(loss));
      test.check(gradient, dy);
    }
  });
}

constexpr Shape plain{17, 1, 1}, extreme{15, 1, 1};
using Leaky001 = Leaky<Ratio{1, 100}>;

const Claims claims = {
    "layer",
    {{"conv2d_k4s2p1_nobias", check_layer<Conv<5, 4, 2, 1>, Shape{3, 8, 8}>()},
     {"conv2d_k4s2p1_bias", check_layer<Conv<6, 4, 2, 1, Bias::yes>, Shape{4, 9, 7}>()},
     {"conv2d_k5s2p2", check_layer<Conv<4, 5, 2, 2, Bias::yes>, Shape{1, 12, 12}>()},
     {"conv2d_k3s1p1", check_layer<Conv<4, 3, 1, 1, Bias::yes>, Shape{3, 6, 5}>()},
     {"conv2d_k1s1p0", check_layer<Conv<7, 1>, Shape{6, 4, 4}>()},
     {"conv2d_k3s2p0_odd", check_layer<Conv<3, 3, 2, 0, Bias::yes>, Shape{2, 7, 9}>()},
     {"conv2d_full_window", check_layer<Conv<5, 4, 1, 0, Bias::yes>, Shape{3, 4, 4}>()},
     {"conv_transpose2d_k4s2p1", check_layer<ConvTranspose<3, 4, 2, 1, 0, Bias::yes>, Shape{5, 4, 4}>()},
     {"conv_transpose2d_k3s1p1", check_layer<ConvTranspose<4, 3, 1, 1, 0, Bias::yes>, Shape{3, 5, 6}>()},
     {"conv_transpose2d_k3s2p1_op1", check_layer<ConvTranspose<2, 3, 2, 1, 1, Bias::yes>, Shape{3, 4, 3}>()},
     {"conv_transpose2d_k4s1p0_from1x1",
      check_layer<ConvTranspose<3, 4, 1, 0, 0, Bias::yes>, Shape{6, 1, 1}>()},
     {"linear_5x7", check_layer<Linear<5>, Shape{7, 1, 1}>()},
     {"linear_batch1", check_layer<Linear<2>, Shape{3, 1, 1}>()},
     {"linear_wide", check_layer<Linear<129>, Shape{257, 1, 1}>()},
     {"batchnorm_1d_n6_train", check_layer<BatchNorm, Shape{5, 1, 1}>()},
     {"batchnorm_1d_n6_eval", check_layer<BatchNorm, Shape{5, 1, 1}>(Mode::inference)},
     {"batchnorm_1d_n2_train", check_layer<BatchNorm, Shape{3, 1, 1}>()},
     {"batchnorm_1d_n2_eval", check_layer<BatchNorm, Shape{3, 1, 1}>(Mode::inference)},
     {"batchnorm_2d_train", check_layer<BatchNorm, Shape{4, 5, 2}>()},
     {"batchnorm_2d_eval", check_layer<BatchNorm, Shape{4, 5, 2}>(Mode::inference)},
     {"batchnorm_2d_mean1000_train", check_layer<BatchNorm, Shape{3, 4, 4}>()},
     {"batchnorm_2d_mean1000_eval", check_layer<BatchNorm, Shape{3, 4, 4}>(Mode::inference)},
     {"batchnorm_running_4_steps", check_four_batches},
     {"layernorm_last", check_layer<LayerNorm, Shape{9, 1, 1}>()},
     {"layernorm_channels_nchw", check_layer<LayerNorm, Shape{6, 3, 2}>()},
     {"act_relu", check_layer<ReLU, plain>()},
     {"act_relu_extreme", check_layer<ReLU, extreme>()},
     {"act_leaky_relu_001", check_layer<Leaky001, plain>()},
     {"act_leaky_relu_001_extreme", check_layer<Leaky001, extreme>()},
     {"act_leaky_relu_02", check_layer<LeakyReLU, plain>()},
     {"act_leaky_relu_02_extreme", check_layer<LeakyReLU, extreme>()},
     {"act_sigmoid", check_layer<Sigmoid, plain>()},
     {"act_sigmoid_extreme", check_layer<Sigmoid, extreme>()},
     {"act_tanh", check_layer<Tanh, plain>()},
     {"act_tanh_extreme", check_layer<Tanh, extreme>()},
     {"act_softplus", check_softplus<1>},
     {"act_softplus_extreme", check_softplus<1>},
     {"act_log_sigmoid", check_softplus<-1>},
     {"act_log_sigmoid_extreme", check_softplus<-1>},
     {"dropout_mask", check_drop},
     {"mse", check_squared_error},
     {"maxpool_k3s2", check_layer<MaxPool<3, 2>, Shape{3, 7, 8}>()}}};

}  // namespace

BOOST_AUTO_TEST_CASE(as_in_the_reference) {
  run_group("layer");
}

BOOST_AUTO_TEST_SUITE_END()
