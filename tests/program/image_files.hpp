// JPEG and PNG files to read.
#pragma once
#include <png.h>

#include <cstdio>
#include <cstring>
#include <dim/data/resize.hpp>
#include <string>
// After <cstdio>, which it wants and doesn't include.
#include <jpeglib.h>

namespace tests {

/// A ramp in each channel, (height, width, channels).
inline dim::ByteImage ramps(long height, long width, long channels = 3) {
  dim::ByteImage image{height, width, channels, {}};
  for (long y = 0; y < height; ++y)
    for (long x = 0; x < width; ++x)
      for (long c = 0; c < channels; ++c)
        image.bytes.push_back(std::uint8_t(c == 0 ? 255 * x / width : c == 1 ? 255 * y / height : 80));
  return image;
}

/// The image as a PNG file; `format` is libpng's, PNG_FORMAT_RGB say. For formats of 16 bits (PNG_FORMAT_FLAG_LINEAR) a
/// number is two bytes of the image, and for one with a palette (PNG_FORMAT_FLAG_COLORMAP) its gray value, of 256.
inline std::string png_of(const dim::ByteImage& image, unsigned format) {
  png_image png;
  std::memset(&png, 0, sizeof png);
  png.version = PNG_IMAGE_VERSION;
  png.width = unsigned(image.width), png.height = unsigned(image.height), png.format = format;
  std::vector<std::uint8_t> palette(4 * 256);
  for (std::size_t i = 0; i < palette.size(); ++i)
    palette[i] = std::uint8_t(i / PNG_IMAGE_SAMPLE_CHANNELS(format));
  png.colormap_entries = format & PNG_FORMAT_FLAG_COLORMAP ? 256 : 0;
  png_alloc_size_t size = 0;
  png_image_write_to_memory(&png, nullptr, &size, 0, image.bytes.data(), 0, palette.data());
  std::string file(size, '\0');
  png_image_write_to_memory(&png, file.data(), &size, 0, image.bytes.data(), 0, palette.data());
  file.resize(size);
  return file;
}

/// The image as a JPEG file of the best quality or of another, with this orientation (EXIF) unless it is 0.
inline std::string jpeg_of(const dim::ByteImage& image, int orientation = 0, bool progressive = false,
                           int quality = 100) {
  jpeg_compress_struct jpeg;
  jpeg_error_mgr errors;
  jpeg.err = jpeg_std_error(&errors);
  jpeg_create_compress(&jpeg);
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&jpeg, &bytes, &size);
  jpeg.image_width = unsigned(image.width), jpeg.image_height = unsigned(image.height);
  jpeg.input_components = int(image.channels);
  jpeg.in_color_space = image.channels == 1 ? JCS_GRAYSCALE : image.channels == 3 ? JCS_RGB : JCS_CMYK;
  jpeg_set_defaults(&jpeg);
  jpeg_set_quality(&jpeg, quality, TRUE);
  if (quality == 100)
    jpeg.comp_info[0].h_samp_factor = jpeg.comp_info[0].v_samp_factor = 1;  // colours as sharp as brightness
  if (progressive) jpeg_simple_progression(&jpeg);
  jpeg_start_compress(&jpeg, TRUE);
  if (orientation > 0) {
    unsigned char exif[] = "Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\0\0\0\0\0\0\0";
    exif[24] = static_cast<unsigned char>(orientation);
    jpeg_write_marker(&jpeg, JPEG_APP0 + 1, exif, sizeof exif - 1);
  }
  while (jpeg.next_scanline < jpeg.image_height) {
    JSAMPROW row = const_cast<std::uint8_t*>(image.at(long(jpeg.next_scanline), 0));
    jpeg_write_scanlines(&jpeg, &row, 1);
  }
  jpeg_finish_compress(&jpeg);
  std::string file(reinterpret_cast<const char*>(bytes), size);
  jpeg_destroy_compress(&jpeg);
  std::free(bytes);
  return file;
}

}  // namespace tests
