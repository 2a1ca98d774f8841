#include <boost/test/unit_test.hpp>
#include <dim/io/foreign.hpp>

#include "temporary.hpp"

BOOST_AUTO_TEST_SUITE(foreign)

using dim::foreign_advice, dim::foreign_kind, dim::ForeignKind;

namespace {

std::string kind_of(const std::string& file) {
  const ForeignKind* const kind = foreign_kind(dim::bytes_of(file));
  return kind == nullptr ? "" : std::string(kind->name);
}

// A zip archive whose first file has this name, according to the first bytes of its local header.
std::string zip_of(const std::string& name) {
  std::string header("PK\x03\x04", 4);
  header.resize(26, '\0');
  header += char(name.size() & 0xFF);
  header += char(name.size() >> 8);
  return header + std::string(2, '\0') + name + "content";
}

}  // namespace

BOOST_AUTO_TEST_CASE(kinds_are_told_by_their_first_bytes) {
  for (const std::string name : {"archive/data.pkl", "model/data.pkl", "x/version"})
    BOOST_TEST(has(kind_of(zip_of(name)), "PyTorch"), name);
  BOOST_TEST(has(kind_of(zip_of(std::string(300, 'x') + "/data.pkl")), "PyTorch"));
  // pickle.dumps(0x1950a86a20f9469cfc6c, protocol=2), with which torch.save began before version 1.6.
  BOOST_TEST(has(kind_of(std::string("\x80\x02\x8a\nl\xfc\x9c"
                                     "F\xf9 j\xa8P\x19.\x80\x02M\xe9\x03.",
                                     22)),
                 "PyTorch"));
  BOOST_TEST(has(kind_of(zip_of("weight.npy")), "savez"));
  for (const std::string& zip :
       {zip_of("a.txt"), zip_of(""), std::string("PK\x03\x04"), zip_of("a/data.pkl").substr(0, 35)})
    BOOST_TEST(kind_of(zip) == "a zip archive");
  BOOST_TEST(has(kind_of(std::string("\x80\x04\x95\x10\0\0", 6)), "pickle"));
  BOOST_TEST(has(kind_of("\x93NUMPY"), ".npy"));
  BOOST_TEST(has(kind_of(std::string("\2\0\0\0\0\0\0\0{}", 10)), "safetensors"));
  BOOST_TEST(has(kind_of("\x89HDF\r\n\x1A\n..."), "HDF5"));
  BOOST_TEST(has(kind_of("\x1F\x8B\x08"), "gzip"));
  BOOST_TEST(has(kind_of("version https://git-lfs.github.com/spec/v1\n"), "Git LFS"));
  BOOST_TEST(has(kind_of("<!DOCTYPE html>"), "HTML"));
  for (const char* other : {"", "P", "\x80", "\x80\x02", "text", "{}", "\x93NUMP"})
    BOOST_TEST(kind_of(other) == "");
}

BOOST_AUTO_TEST_CASE(advice_names_the_file) {
  const std::string torch = zip_of("archive/data.pkl");
  const std::string advice =
      foreign_advice(dim::bytes_of(torch), "FILE.pt", "safetensors", &ForeignKind::to_safetensors);
  BOOST_TEST(has(advice,
                 "this is a file of PyTorch's torch.save, not safetensors; convert it in Python: "
                 "safetensors.torch.save_file(torch.load('FILE.pt', map_location='cpu'), "
                 "'FILE.pt.safetensors')"),
             advice);
  BOOST_TEST(has(foreign_advice(dim::bytes_of(torch), "a.pt", "a .npy file", &ForeignKind::to_npy),
                 "numpy.save('a.pt.npy'"));
  BOOST_TEST(foreign_advice(dim::bytes_of("\x93NUMPY"), "x", "a .npy file", &ForeignKind::to_npy) == "");
  BOOST_TEST(foreign_advice(dim::bytes_of("text"), "x", "a .npy file", &ForeignKind::to_npy) == "");
}

BOOST_AUTO_TEST_SUITE_END()
