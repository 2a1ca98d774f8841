// A server of files on the loopback interface, which does what servers and networks do wrong.
#pragma once
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <csignal>
#include <map>

#include "../io/temporary.hpp"

namespace tests {

/// Serves files by HTTP from a process of its own, as /HOW/NAME:
///   good      with Range
///   whole     without
///   elsewhere a range that begins at 0, whatever was asked
///   cut       the first half of what it announces
///   unsaid    the first half, without having said how much there is
///   more      twice as much as there is, without having said so
///   page      a page that asks for a login instead
///   stalled   the first half, and nothing more
///   busy      503
///   moved     says where /good/NAME is
/// and 404 for all others. Requests are written to a file, a line each: "good 100", with the begin of the range.
class FileServer {
 public:
  explicit FileServer(std::map<std::string, std::string> files) : files_(std::move(files)) {
    ::setenv("no_proxy", "127.0.0.1", 1);
    const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    BOOST_TEST_REQUIRE(::bind(listener, reinterpret_cast<sockaddr*>(&address), length) == 0);
    BOOST_TEST_REQUIRE(::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length) == 0);
    BOOST_TEST_REQUIRE(::listen(listener, 8) == 0);
    port_ = ntohs(address.sin_port);
    child_ = ::fork();
    BOOST_TEST_REQUIRE(child_ >= 0);
    if (child_ == 0) {
      std::signal(SIGPIPE, SIG_IGN);
      for (;;) answer(::accept(listener, nullptr, nullptr));
    }
    ::close(listener);
  }
  FileServer(const FileServer&) = delete;
  ~FileServer() {
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
  }

  std::string host() const { return "127.0.0.1:" + std::to_string(port_); }
  std::string address(const std::string& how, const std::string& name) const {
    return "http://" + host() + "/" + how + "/" + name;
  }
  /// The requests so far.
  std::string requests() const { return contents(log_); }

 private:
  void answer(int client) const {
    std::string request;
    char piece[4096];
    while (request.find("\r\n\r\n") == request.npos) {
      const long got = ::read(client, piece, sizeof piece);
      if (got <= 0) break;
      request.append(piece, std::size_t(got));
    }
    const std::size_t slash = request.find('/'), second = request.find('/', slash + 1);
    const std::string how = request.substr(slash + 1, second - slash - 1),
                      name = request.substr(second + 1, request.find(' ', second) - second - 1);
    const std::size_t range = request.find("Range: bytes=");
    const std::size_t begin = range == request.npos ? 0 : std::stoul(request.substr(range + 13));
    std::ofstream(log_, std::ios::app) << how << ' ' << begin << std::endl;
    send(client, reply(how, name, begin));
    if (how == "stalled") ::pause();
    ::close(client);
  }

  std::string reply(const std::string& how, const std::string& name, std::size_t begin) const {
    const auto head = [](const std::string& status, const std::string& more) {
      return "HTTP/1.1 " + status + "\r\nConnection: close\r\n" + more + "\r\n";
    };
    const auto length = [](std::size_t bytes) { return "Content-Length: " + std::to_string(bytes) + "\r\n"; };
    const auto found = files_.find(name);
    if (how == "busy") return head("503 Service Unavailable", length(4)) + "busy";
    if (how == "page") return head("200 OK", length(5)) + "login";
    if (how == "moved") return head("302 Found", "Location: /good/" + name + "\r\n" + length(0));
    if (found == files_.end() || how == "none") return head("404 Not Found", length(4)) + "none";
    const std::string& file = found->second;
    const std::string half = file.substr(begin, (file.size() - begin) / 2);
    if (how == "unsaid") return head("200 OK", "") + half;
    if (how == "more") return head("200 OK", "") + file + file;
    if (begin == 0 || how == "whole")
      return head("200 OK", length(file.size())) + (how == "cut" || how == "stalled" ? half : file);
    if (begin >= file.size()) return head("416 Range Not Satisfiable", length(0));
    if (how == "elsewhere") begin = 0;
    return head("206 Partial Content", length(file.size() - begin) + "Content-Range: bytes " +
                                           std::to_string(begin) + "-" + std::to_string(file.size() - 1) +
                                           "/" + std::to_string(file.size()) + "\r\n") +
           (how == "cut" || how == "stalled" ? half : file.substr(begin));
  }

  static void send(int client, const std::string& text) {
    for (std::size_t sent = 0; sent < text.size();) {
      const long done = ::write(client, text.data() + sent, text.size() - sent);
      if (done <= 0) return;
      sent += std::size_t(done);
    }
  }

  std::map<std::string, std::string> files_;
  TemporaryDirectory directory_;
  std::string log_ = directory_ / "requests";
  int port_ = 0;
  pid_t child_ = 0;
};

}  // namespace tests
