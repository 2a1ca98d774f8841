// Files of other kinds, recognised by their first bytes, and how to convert them.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "file.hpp"

namespace dim {
inline namespace DIM_ABI {

/// A kind of file that is easily mistaken for another: its name, and how to make a safetensors file or a .npy file of
/// it; FILE stands for its path.
struct ForeignKind {
  std::string_view name, to_safetensors, to_npy;
};

/// The kind that the first bytes of a file suggest, or null. A safetensors file may begin with any number: ask only
/// about files that can't be read.
inline const ForeignKind* foreign_kind(Bytes file) {
  static constexpr ForeignKind pytorch{
      "a file of PyTorch's torch.save",
      "convert it in Python: safetensors.torch.save_file(torch.load('FILE', map_location='cpu'), "
      "'FILE.safetensors'), or, if it is a whole module, torch.load('FILE', weights_only=False).state_dict()",
      "convert it in Python: numpy.save('FILE.npy', torch.load('FILE', map_location='cpu').numpy())"},
      npz{"an archive of NumPy's savez",
          "convert it in Python: safetensors.numpy.save_file(dict(numpy.load('FILE')), 'FILE.safetensors')",
          "take an array out of it in Python: numpy.save('FILE.npy', numpy.load('FILE')['its name'])"},
      zip{"a zip archive", "unpack it", "unpack it"},
      pickle{"a pickle of Python objects",
             "if you trust it, convert it in Python: safetensors.numpy.save_file(numpy.load('FILE', "
             "allow_pickle=True), 'FILE.safetensors'), if it is a dictionary of arrays",
             "if you trust it, convert it in Python: numpy.save('FILE.npy', numpy.load('FILE', "
             "allow_pickle=True))"},
      npy{"a .npy file",
          "convert it in Python: safetensors.numpy.save_file({'its name': numpy.load('FILE')}, "
          "'FILE.safetensors')",
          ""},
      safetensors{"a safetensors file", "",
                  "take an array out of it in Python: numpy.save('FILE.npy', "
                  "safetensors.numpy.load_file('FILE')['its name'])"},
      hdf5{"an HDF5 file, as Keras writes",
           "convert it in Python, its arrays one by one: h5py.File('FILE')['path of an array'][()]",
           "take an array out of it in Python: numpy.save('FILE.npy', h5py.File('FILE')['path of an "
           "array'][()])"},
      gzip{"compressed by gzip", "decompress it", "decompress it"},
      pointer{"a pointer of Git LFS in place of a file", "fetch the file by git lfs pull",
              "fetch the file by git lfs pull"},
      page{"a page of HTML, perhaps what a server said in place of a file", "fetch the file again",
           "fetch the file again"};

  const std::string_view text(reinterpret_cast<const char*>(file.data()), file.size());
  const auto byte = [&](std::size_t i) { return std::size_t(static_cast<unsigned char>(text[i])); };
  if (text.starts_with("\x93NUMPY")) return &npy;
  if (text.starts_with("PK\x03\x04")) {
    if (text.size() < 30) return &zip;
    // The first file's name, whose length is two bytes, little endian.
    const std::string_view first = text.substr(30, byte(26) + 256 * byte(27));
    if (first.ends_with("/data.pkl") || first.ends_with("/version")) return &pytorch;
    return first.ends_with(".npy") ? &npz : &zip;
  }
  // torch.save's magic number, pickled, with which files of versions before 1.6 begin.
  if (text.starts_with("\x80\x02\x8A\x0Al\xFC\x9C\x46\xF9 j\xA8P\x19.")) return &pytorch;
  if (text.starts_with("\x89HDF\r\n\x1A\n")) return &hdf5;
  if (text.starts_with("\x1F\x8B")) return &gzip;
  if (text.starts_with("version https://git-lfs")) return &pointer;
  if (text.starts_with("<!DOCTYPE") || text.starts_with("<!doctype") || text.starts_with("<html"))
    return &page;
  if (text.size() > 8 && text[8] == '{' && byte(6) + byte(7) == 0) return &safetensors;
  if (text.size() > 2 && byte(0) == 0x80 && byte(1) >= 2 && byte(1) <= 5) return &pickle;
  return nullptr;
}

/// "this is ..., not ...; what to do" for a file that should be of the kind `wanted`, with the advice `to`, such as
/// &ForeignKind::to_npy; empty if its first bytes suggest nothing, or that very kind.
inline std::string foreign_advice(Bytes file, const std::string& path, std::string_view wanted,
                                  std::string_view ForeignKind::*to) {
  const ForeignKind* const kind = foreign_kind(file);
  if (kind == nullptr || (kind->*to).empty()) return "";
  std::string text =
      "this is " + std::string(kind->name) + ", not " + std::string(wanted) + "; " + std::string(kind->*to);
  constexpr std::string_view placeholder = "FILE";
  for (std::size_t at = 0; (at = text.find(placeholder, at)) != text.npos; at += path.size())
    text.replace(at, placeholder.size(), path);
  return text;
}

}  // namespace DIM_ABI
}  // namespace dim
