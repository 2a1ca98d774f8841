#include "download.hpp"

#include <curl/curl.h>
#include <openssl/evp.h>

#include <algorithm>
#include <cstdio>
#include <dim/io/file.hpp>
#include <exception>
#include <filesystem>
#include <memory>
#include <vector>

#include "../terminal/progress.hpp"
#include "../terminal/signals.hpp"
#include "../terminal/text.hpp"

namespace program {
namespace {

namespace fs = std::filesystem;
using dim::Error;

/// "www.cs.toronto.edu".
std::string host_of(const std::string& address) {
  const std::size_t begin = address.find("//") + 2;
  return address.substr(begin, address.find('/', begin) - begin);
}

/// "9.5 MiB of 162 MiB".
std::string progress_text(long done, long all) {
  return size_text(done) + " of " + size_text(all);
}

/// One request and what came of it. libcurl is C: nothing may be thrown through it.
class Transfer {
 public:
  Transfer(const PublishedFile& remote, const std::string& path, long begun)
      : remote_(remote),
        file_(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW),
        begun_(begun),
        done_(begun),
        bar_(remote.name(), remote.bytes, begun) {
    file_.truncate(begun);
  }

  /// What libcurl says.
  CURLcode run() {
    const std::unique_ptr<CURL, void (*)(CURL*)> curl(curl_easy_init(), curl_easy_cleanup);
    if (!curl) throw Error("libcurl cannot start; is there enough memory?");
    curl_ = curl.get();
    const auto set = [&](auto option, auto value) { curl_easy_setopt(curl_, option, value); };
    set(CURLOPT_URL, remote_.address.c_str());
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    set(CURLOPT_FOLLOWLOCATION, 1L);
    set(CURLOPT_MAXREDIRS, 10L);
    set(CURLOPT_FAILONERROR, 1L);
    set(CURLOPT_USERAGENT, "dim");
    set(CURLOPT_CONNECTTIMEOUT, 30L);
    set(CURLOPT_LOW_SPEED_LIMIT, 1L);  // bytes a second, and for how many seconds
    set(CURLOPT_LOW_SPEED_TIME, 60L);
    set(CURLOPT_ERRORBUFFER, reason_);
    set(CURLOPT_RESUME_FROM_LARGE, curl_off_t(begun_));  // refuses an answer that begins elsewhere
    set(CURLOPT_WRITEFUNCTION, &Transfer::on_bytes);
    set(CURLOPT_WRITEDATA, this);
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_XFERINFOFUNCTION, &Transfer::on_progress);
    const CURLcode code = curl_easy_perform(curl_);
    curl_easy_getinfo(curl_, CURLINFO_RESPONSE_CODE, &status_);
    bar_.clear();
    if (failed_) std::rethrow_exception(failed_);
    stop_if_requested();
    if (code == CURLE_OK) {
      file_.sync();
      file_.close();
    }
    return code;
  }

  long done() const { return done_; }
  long status() const { return status_; }  // of HTTP
  std::string reason(CURLcode code) const { return reason_[0] != '\0' ? reason_ : curl_easy_strerror(code); }

 private:
  static std::size_t on_bytes(char* data, std::size_t, std::size_t count, void* self) {
    return static_cast<Transfer*>(self)->take({data, count}) ? count : 0;
  }
  static int on_progress(void*, curl_off_t, curl_off_t, curl_off_t, curl_off_t) { return stop_requested(); }

  bool take(std::string_view bytes) {
    try {
      curl_off_t announced = -1;
      curl_easy_getinfo(curl_, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &announced);
      if (announced >= 0 && begun_ + announced != remote_.bytes)
        throw Error(remote_.address, " has ", grouped(begun_ + announced), " bytes instead of ",
                    grouped(remote_.bytes), "; the network may ask for a login, or the file has changed");
      if (done_ + std::ssize(bytes) > remote_.bytes)
        throw Error(remote_.address, " goes on beyond its ", grouped(remote_.bytes),
                    " bytes; the network may ask for a login, or the file has changed");
      write(bytes);
      const double seconds = std::max(clock_.seconds(), 1e-3);
      bar_.show(done_, progress_text(done_, remote_.bytes) + "  " +
                           size_text(long(double(done_ - begun_) / seconds)) + "/s");
      return true;
    } catch (...) {
      failed_ = std::current_exception();
      return false;
    }
  }

  void write(std::string_view bytes) {
    try {
      file_.write(dim::bytes_of(bytes));
    } catch (const Error& error) {
      throw Error(error.what(), "; the same command then goes on from there");
    }
    done_ += std::ssize(bytes);
  }

  const PublishedFile& remote_;
  dim::File file_;
  long begun_, done_, status_ = 0;
  CURL* curl_ = nullptr;
  char reason_[CURL_ERROR_SIZE] = "";
  std::exception_ptr failed_;
  Progress bar_;
  Clock clock_;
};

/// What an unsuccessful request is to the user.
Error error_of(CURLcode code, const Transfer& transfer, const PublishedFile& file, const std::string& path) {
  const std::string host = host_of(file.address), reason = transfer.reason(code);
  switch (code) {
    case CURLE_HTTP_RETURNED_ERROR:
      if (transfer.status() >= 500)
        return Error(host, " answers ", transfer.status(), " to ", file.address, "; fetch it again later");
      return Error(host, " answers ", transfer.status(), " to ", file.address,
                   "; get the file elsewhere, put it at ",
                   (fs::path(path).parent_path() / file.name()).string(), " and fetch again");
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
      return Error("cannot reach ", host, ": ", reason, "; check the network, and fetch again");
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
      return Error("cannot tell whether ", host, " is what it says: ", reason,
                   "; install the package ca-certificates, and check the clock");
    default:
      return Error("the transfer from ", host, " broke off after ",
                   progress_text(transfer.done(), file.bytes), ": ", reason,
                   "; the same command goes on from there");
  }
}

/// Gets what is missing of the file.
void transfer(const PublishedFile& file, const std::string& path) {
  std::error_code code;
  const auto size = fs::file_size(path, code);
  long begun = code || long(size) > file.bytes ? 0 : long(size);
  if (begun == file.bytes) return;
  if (begun > 0) std::printf("resumed  at %s\n", progress_text(begun, file.bytes).c_str());
  for (;;) {
    Transfer transfer(file, path, begun);
    const CURLcode result = transfer.run();
    if (result == CURLE_OK && transfer.done() == file.bytes) return;
    const bool not_from_there = result == CURLE_RANGE_ERROR || transfer.status() == 416;
    if (begun == 0 || !not_from_there)
      throw error_of(result == CURLE_OK ? CURLE_PARTIAL_FILE : result, transfer, file, path);
    std::printf("resumed  at the beginning, since %s sends files only as a whole\n",
                host_of(file.address).c_str());
    begun = 0;
  }
}

}  // namespace

std::string size_text(long bytes) {
  const bool large = bytes >= 1 << 20;
  const double size = double(bytes) / (large ? 1 << 20 : 1 << 10);
  return fixed(size, size < 100 ? 1 : 0) + (large ? " MiB" : " KiB");
}

std::string sha256_of(const std::string& path) {
  const dim::File file(path, O_RDONLY);
  const long size = file.size();
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  const auto require_done = [](bool done) {
    if (!done) throw Error("OpenSSL cannot compute SHA-256; check how it is installed");
  };
  require_done(context && EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1);
  std::vector<std::byte> piece(std::size_t(1) << 20);
  Progress bar("checking " + fs::path(path).filename().string(), size);
  for (long at = 0; at < size; at += std::ssize(piece)) {
    stop_if_requested();
    piece.resize(std::size_t(std::min(size - at, std::ssize(piece))));
    file.read(piece.data(), std::ssize(piece), at);
    require_done(EVP_DigestUpdate(context.get(), piece.data(), piece.size()) == 1);
    bar.show(at + std::ssize(piece), "");
  }
  bar.clear();
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  require_done(EVP_DigestFinal_ex(context.get(), digest, &length) == 1);
  std::string text;
  for (unsigned i = 0; i < length; ++i) {
    char digits[3];
    std::snprintf(digits, sizeof digits, "%02x", unsigned(digest[i]));
    text += digits;
  }
  return text;
}

void download(const PublishedFile& file, const std::string& path) {
  const auto keep = [&] {  // what has arrived, if anything has, and returns how much
    std::error_code code;
    const auto bytes = fs::file_size(path, code);
    if (!code && bytes == 0) fs::remove(path, code);
    return code ? 0 : long(bytes);
  };
  try {
    transfer(file, path);
  } catch (const Stopped&) {
    std::printf("stopped at %s: the same command goes on from there\n",
                progress_text(keep(), file.bytes).c_str());
    throw;
  } catch (const Error&) {
    keep();
    throw;
  }
  const std::string sum = sha256_of(path);
  if (sum == file.sha256) return;
  fs::remove(path);
  throw Error("what came from ", file.address, " has the SHA-256 ", sum, " instead of ", file.sha256,
              ", and was thrown away; fetch it again");
}

}  // namespace program
