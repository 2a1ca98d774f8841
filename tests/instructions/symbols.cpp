// A unit of a program, with functions that the linker may take from any other unit: symbols.cmake checks their names.
#include <dim/cpu/bfloat16.hpp>
#include <dim/io/checksum.hpp>

template float dim::cpu::Vector<float>::sum() const;
template std::uint64_t dim::detail::XXH64::load<std::uint32_t>(const std::byte*);

// A broadcast next to native bfloat16 products, which can crash clang 16.
void add_products(const dim::cpu::BfloatPair* x, const dim::cpu::BfloatPair* y, float* sums) {
  using Pairs = dim::cpu::Vector<dim::cpu::BfloatPair>;
  dim::cpu::fused(Pairs::all(*x), Pairs::load(y), dim::cpu::Vector<float>::load(sums)).store(sums);
}
