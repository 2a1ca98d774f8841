#include "image_file.hpp"

#include <png.h>

#include <csetjmp>
#include <cstdio>
#include <cstring>
#include <dim/core/config.hpp>
// After <cstdio>, which it wants and doesn't include.
#include <jerror.h>
#include <jpeglib.h>

namespace program {
namespace {

using dim::ByteImage, dim::Error;

void require_size(long height, long width, const std::string& name) {
  if (height < 1 || width < 1 || height > longest_image_side || width > longest_image_side ||
      height * width > most_image_pixels)
    throw Error(name + " has " + std::to_string(width) + " x " + std::to_string(height) +
                " pixels, which is more than is read; make it smaller");
}

/// The image as a camera's orientation 2 to 8 (EXIF) has it upright.
ByteImage upright(const ByteImage& image, int orientation) {
  if (orientation < 2 || orientation > 8) return image;
  const bool turned = orientation >= 5;
  ByteImage result{turned ? image.width : image.height, turned ? image.height : image.width, image.channels,
                   std::vector<std::uint8_t>(image.bytes.size())};
  const bool flips_x = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
  const bool flips_y = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
  for (long y = 0; y < result.height; ++y)
    for (long x = 0; x < result.width; ++x) {
      long from_y = turned ? x : y, from_x = turned ? y : x;
      if (flips_y) from_y = image.height - 1 - from_y;
      if (flips_x) from_x = image.width - 1 - from_x;
      std::memcpy(result.at(y, x), image.at(from_y, from_x), std::size_t(image.channels));
    }
  return result;
}

/// The orientation in a JPEG's EXIF block (tag 0x0112 of its first directory), 1 where there is none or it is damaged.
int orientation_in(const unsigned char* data, std::size_t size) {
  constexpr std::size_t header = 6;  // "Exif\0\0"
  if (size < header + 8 || std::memcmp(data, "Exif\0\0", header) != 0) return 1;
  data += header, size -= header;
  const bool high_first = data[0] == 'M';
  const auto number = [&](std::size_t at, std::size_t bytes) {
    std::size_t value = 0;
    for (std::size_t i = 0; i < bytes; ++i) value = value << 8 | data[at + (high_first ? i : bytes - 1 - i)];
    return value;
  };
  const std::size_t directory = number(4, 4);
  if (directory > size || size - directory < 2) return 1;
  const std::size_t entries = number(directory, 2);
  for (std::size_t i = 0; i < entries; ++i) {
    const std::size_t at = directory + 2 + 12 * i;
    if (at + 12 > size) return 1;
    if (number(at, 2) == 0x0112) return int(number(at + 8, 2));
  }
  return 1;
}

/// What libjpeg calls where it can't go on, and where it finds something odd.
struct JpegErrors : jpeg_error_mgr {
  std::jmp_buf jump;
  char text[JMSG_LENGTH_MAX] = "";
  bool damaged = false;
};

/// The part of decoding that libjpeg may leave by a jump: nothing in it has a destructor. Returns whether it came to its
/// end; what it gives, if anything, lies in `bytes`, whose size its first call tells.
bool read_jpeg(std::span<const std::byte> file, long side, jpeg_decompress_struct& jpeg, JpegErrors& errors,
               void (*begin)(jpeg_decompress_struct&, void*), std::uint8_t* (*line)(void*, long), void* to) {
  if (setjmp(errors.jump) != 0) return false;
  jpeg_create_decompress(&jpeg);
  jpeg_mem_src(&jpeg, reinterpret_cast<const unsigned char*>(file.data()), file.size());
  jpeg_save_markers(&jpeg, JPEG_APP0 + 1, 0xFFFF);
  jpeg_read_header(&jpeg, TRUE);
  jpeg.out_color_space = jpeg.num_components == 1   ? JCS_GRAYSCALE
                         : jpeg.num_components == 4 ? JCS_CMYK
                                                    : JCS_RGB;
  const long shorter = jpeg.image_height < jpeg.image_width ? jpeg.image_height : jpeg.image_width;
  jpeg.scale_num = 1, jpeg.scale_denom = 8;
  while (jpeg.scale_num < 8 && shorter * long(jpeg.scale_num) < 16 * side) ++jpeg.scale_num;
  jpeg_calc_output_dimensions(&jpeg);
  begin(jpeg, to);
  jpeg_start_decompress(&jpeg);
  while (jpeg.output_scanline < jpeg.output_height) {
    JSAMPROW row = line(to, long(jpeg.output_scanline));
    jpeg_read_scanlines(&jpeg, &row, 1);
  }
  jpeg_finish_decompress(&jpeg);
  return true;
}

ByteImage decode_jpeg(std::span<const std::byte> file, const std::string& name, long side) {
  struct Reading {
    ByteImage image;
    int orientation = 1;
  } reading;
  struct Decompression : jpeg_decompress_struct {
    ~Decompression() { jpeg_destroy_decompress(this); }
  } jpeg{};
  JpegErrors errors;
  jpeg.err = jpeg_std_error(&errors);
  errors.error_exit = [](j_common_ptr common) {
    auto& own = static_cast<JpegErrors&>(*common->err);
    own.format_message(common, own.text);
    std::longjmp(own.jump, 1);
  };
  errors.emit_message = [](j_common_ptr common, int level) {
    auto& own = static_cast<JpegErrors&>(*common->err);
    if (level >= 0) return;
    const int code = own.msg_code;  // those after which pixels are made up
    if (code != JWRN_JPEG_EOF && code != JWRN_HIT_MARKER && code != JWRN_HUFF_BAD_CODE &&
        code != JWRN_MUST_RESYNC)
      return;
    if (!own.damaged) own.format_message(common, own.text);
    own.damaged = true;
  };
  const auto begin = [](jpeg_decompress_struct& header, void* to) {
    auto& own = *static_cast<Reading*>(to);
    for (const jpeg_marker_struct* marker = header.marker_list; marker != nullptr; marker = marker->next)
      if (own.orientation == 1) own.orientation = orientation_in(marker->data, marker->data_length);
    const bool fits = header.image_height <= longest_image_side && header.image_width <= longest_image_side &&
                      long(header.image_height) * long(header.image_width) <= most_image_pixels;
    if (!fits) ERREXIT1(&header, JERR_IMAGE_TOO_BIG, unsigned(longest_image_side));
    own.image = {long(header.output_height), long(header.output_width), header.out_color_components, {}};
    own.image.bytes.resize(std::size_t(own.image.height * own.image.width * own.image.channels));
  };
  const auto line = [](void* to, long y) { return static_cast<Reading*>(to)->image.at(y, 0); };
  const bool whole = read_jpeg(file, side, jpeg, errors, begin, line, &reading);
  if (!whole || errors.damaged) throw Error(name + " is a damaged JPEG file: " + errors.text);

  const ByteImage& given = reading.image;
  const bool inverted = jpeg.saw_Adobe_marker;
  ByteImage image{given.height, given.width, 3, {}};
  if (given.channels == 3) {
    image = given;
  } else {
    image.bytes.reserve(std::size_t(3 * given.height * given.width));
    for (std::size_t i = 0; i < given.bytes.size(); i += std::size_t(given.channels))
      for (std::size_t c = 0; c < 3; ++c) {
        if (given.channels == 1) {
          image.bytes.push_back(given.bytes[i]);
          continue;
        }
        const int ink = given.bytes[i + c], black = given.bytes[i + 3];  // Adobe's are how much is left white
        image.bytes.push_back(
            std::uint8_t(inverted ? (ink * black + 127) / 255 : ((255 - ink) * (255 - black) + 127) / 255));
      }
  }
  return upright(image, reading.orientation);
}

ByteImage decode_png(std::span<const std::byte> file, const std::string& name) {
  png_image png;
  std::memset(&png, 0, sizeof png);
  png.version = PNG_IMAGE_VERSION;
  const auto require = [&](int success) {
    if (success != 0 && !PNG_IMAGE_FAILED(png)) return;
    const std::string why = png.message;
    png_image_free(&png);
    throw Error(name + " is a damaged PNG file: " + why);
  };
  require(png_image_begin_read_from_memory(&png, file.data(), file.size()));
  try {
    require_size(long(png.height), long(png.width), name);
  } catch (...) {
    png_image_free(&png);
    throw;
  }
  png.format = PNG_FORMAT_RGB;
  png.flags |= PNG_IMAGE_FLAG_16BIT_sRGB;  // and not linear light, which few files of 16 bits hold
  ByteImage image{long(png.height), long(png.width), 3, {}};
  image.bytes.resize(PNG_IMAGE_SIZE(png));
  const png_color white{255, 255, 255};
  require(png_image_finish_read(&png, &white, image.bytes.data(), 0, nullptr));
  png_image_free(&png);
  return image;
}

}  // namespace

std::string decoder_version() {
  constexpr int own = 1;  // to be raised when a file's image has other bytes than before
  jpeg_error_mgr jpeg;
  jpeg_std_error(&jpeg);
  std::string version = "dim " + std::string(dim::version) + "-" + std::to_string(own) + ", libpng " +
                        std::to_string(png_access_version_number()) + ", libjpeg " +
                        jpeg.jpeg_message_table[JMSG_VERSION] + " " + jpeg.jpeg_message_table[JMSG_COPYRIGHT];
#if defined(LIBJPEG_TURBO_VERSION_NUMBER)
  version += " turbo " + std::to_string(LIBJPEG_TURBO_VERSION_NUMBER);
#endif
  version += ", " __VERSION__;  // and what floating-point numbers may depend on, by which images are resized
#if defined(__OPTIMIZE__)
  version += " optimised";
#endif
#if defined(__FMA__) || defined(__ARM_FEATURE_FMA)
  version += " fused";
#endif
  return version;
}

ByteImage decode_image(std::span<const std::byte> file, const std::string& name, long side) {
  const auto begins_with = [&](std::string_view bytes) {
    return file.size() >= bytes.size() && std::memcmp(file.data(), bytes.data(), bytes.size()) == 0;
  };
  if (begins_with("\xFF\xD8\xFF")) return decode_jpeg(file, name, side);
  if (begins_with("\x89PNG\r\n\x1A\n")) return decode_png(file, name);
  throw Error(name + " is neither a JPEG nor a PNG file");
}

}  // namespace program
