// JPEG and PNG files as bytes.
#pragma once
#include <cstddef>
#include <dim/data/resize.hpp>
#include <span>
#include <string>

namespace program {

/// The most pixels that an image may have, of either side and in all: what is larger is refused before it takes memory.
inline constexpr long longest_image_side = 65000, most_image_pixels = 1L << 27;

/// The image in a JPEG or PNG file's bytes, as three channels (H, W, 3), red, green and blue: gray ones with each the
/// same, what is transparent before white, mixed in linear light as libpng does (Pillow mixes the sRGB values, which is
/// darker), 16 bits a channel as 8, CMYK as it is printed, and a JPEG turned as the camera was (EXIF; in PNG files that is
/// ignored). Of a JPEG whose sides are several times `side`, as few pixels are decoded as still leave both twice that long
/// or more. Throws dim::Error, with `name`, for what is no such file, is damaged or is too large.
dim::ByteImage decode_image(std::span<const std::byte> file, const std::string& name, long side);

/// What decodes images and brings them to another size, in words: as long as it is the same, so are the bytes of a file's
/// image.
std::string decoder_version();

}  // namespace program
