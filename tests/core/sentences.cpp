// A layer with sizes known at run time is refused in the words with which a compiler refuses its type.
#include <boost/test/unit_test.hpp>
#include <dim/core/graph.hpp>
#include <dim/core/sentences.hpp>
#include <dim/cpu/layers.hpp>
#include <fstream>

BOOST_AUTO_TEST_SUITE(sentences)

using namespace dim;

/// The first sentence that tests/compile_fail/<name>.cpp expects of a compiler.
std::string expected(const std::string& name) {
  std::ifstream file(DIM_TESTS "/compile_fail/" + name + ".cpp");
  std::string line;
  while (std::getline(file, line))
    if (line.starts_with("// expect: ")) return line.substr(11);
  return "nothing of " + name;
}

/// What a network says of a layer, up to the colon after the sentence.
template <class Spec>
std::string said(const Spec& spec, Shape in) {
  Graph<Cpu, float> graph(in);
  try {
    graph.add(spec, "0.");
  } catch (const Error& error) {
    const std::string text = error.what();
    BOOST_TEST(text.find(spec.name() + " on samples of " + to_string(in)) != std::string::npos, text);
    return text.substr(0, text.find(": " + spec.name()));
  }
  return "";
}

BOOST_AUTO_TEST_CASE(run_time_says_what_compilers_say) {
  constexpr Shape image{3, 8, 8}, small{8, 4, 4};
  BOOST_TEST(said(ConvSpec{8, 7, 1, 1}, small) == expected("kernel_too_large"));
  BOOST_TEST(said(ConvSpec{0, 3}, image) == expected("no_filters"));
  BOOST_TEST(said(ConvSpec{8, 3, 1, 3}, image) == expected("too_much_padding"));
  BOOST_TEST(said(ConvSpec{8, Size{1, 5}, 1, Size{1, 2}}, image) ==
             expected("too_much_padding_along_signals"));
  BOOST_TEST(said(ConvSpec{8, Size{1, 9}, Size{1, 2}}, Shape{3, 1, 8}) ==
             expected("kernel_longer_than_signal"));
  BOOST_TEST(said(MaxPoolSpec{5, 5}, small) == expected("pool_too_large"));
  BOOST_TEST(said(ConvTransposeSpec{4, 3, 2, 1, 2}, image) == expected("too_much_output_padding"));
  BOOST_TEST(said(ConvTransposeSpec{4, 3, 1, 2}, Shape{3, 2, 2}) == expected("nothing_left_to_output"));
  BOOST_TEST(said(UnflattenSpec{{3, 2, 2}}, Shape{13, 1, 1}) == expected("vector_of_another_size"));
}

BOOST_AUTO_TEST_CASE(branches_of_other_shapes) {
  Graph<Cpu, float> graph(Shape{3, 8, 8});
  try {
    graph.sum([&] { graph.add(ConvSpec{4, 3, 1, 1}, "0."); }, [&] { graph.add(ConvSpec{5, 3, 1, 1}, "1."); });
    BOOST_TEST(false);
  } catch (const Error& error) {
    BOOST_TEST(std::string(error.what()).starts_with(expected("sum_of_two_shapes") + ", "), error.what());
  }
}

// Sizes that no type can have are refused before anything divides by them.
BOOST_AUTO_TEST_CASE(numbers_that_no_layer_has) {
  constexpr Shape image{3, 8, 8};
  BOOST_TEST(said(ConvSpec{8, 3, 0}, image) == DIM_CONV_NUMBERS);
  BOOST_TEST(said(ConvSpec{8, Size{3, 0}}, image) == DIM_CONV_NUMBERS);
  BOOST_TEST(said(ConvSpec{8, 3, Size{1, 0}}, image) == DIM_CONV_NUMBERS);
  BOOST_TEST(said(ConvSpec{8, 3, 1, Size{-1, 0}}, image) == DIM_CONV_PADDING);
  BOOST_TEST(said(ConvSpec{8, 3, 1, -1}, image) == DIM_CONV_PADDING);
  BOOST_TEST(said(ConvTransposeSpec{8, 3, 0}, image) == DIM_CONV_TRANSPOSE_NUMBERS);
  BOOST_TEST(said(ConvTransposeSpec{8, 3, 1, 3}, image) == DIM_CONV_TRANSPOSE_PADDING);
  BOOST_TEST(said(MaxPoolSpec{2, 0}, image) == DIM_MAX_POOL_NUMBERS);
  BOOST_TEST(said(MaxPoolSpec{16, 1}, image) == DIM_MAX_POOL_NUMBERS);
  BOOST_TEST(said(LinearSpec{.units = 0}, image) == DIM_LINEAR_UNITS);
  BOOST_TEST(said(UnflattenSpec{{3, -1, 2}}, image) == DIM_UNFLATTEN_SHAPE);
  BOOST_TEST(said(LeakySpec{1}, image) == DIM_LEAKY_SLOPE);
  BOOST_TEST(said(LeakySpec{std::nan("")}, image) == DIM_LEAKY_SLOPE);
  BOOST_TEST(said(DropoutSpec{1}, image) == DIM_DROPOUT_PROBABILITY);
  BOOST_TEST(said(DropoutSpec{-0.1}, image) == DIM_DROPOUT_PROBABILITY);
  BOOST_TEST(said(LinearSpec{.units = 4}, image) == "");
}

BOOST_AUTO_TEST_SUITE_END()
