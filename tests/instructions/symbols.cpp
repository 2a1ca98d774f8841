// A unit of a program, with functions that the linker may take from any other unit: symbols.cmake looks at their names.
#include <dim/cpu/bfloat16.hpp>
#include <dim/io/checksum.hpp>

template float dim::cpu::Vector<float>::sum() const;
template std::uint64_t dim::detail::XXH64::load<std::uint32_t>(const std::byte*);

// A broadcast beside native products of brain floats: clang 16 can die of it.
void add_products(const dim::cpu::BfloatPair* x, const dim::cpu::BfloatPair* y, float* sums) {
  using Pairs = dim::cpu::Vector<dim::cpu::BfloatPair>;
  dim::cpu::fused(Pairs::all(*x), Pairs::load(y), dim::cpu::Vector<float>::load(sums)).store(sums);
}
