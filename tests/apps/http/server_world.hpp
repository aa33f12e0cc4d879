// A TLS server for tests, with an authority and one client's certificate.
#pragma once

#include <doctest/doctest.h>

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "apps/http/server.hpp"
#include "apps/pki/authority.hpp"
#include "tests/apps/http/tls_client.hpp"
#include "tests/support.hpp"

namespace whorl::test {

using namespace apps;

inline http::response text(unsigned status, std::string body) {
  http::response out;
  out.status = status;
  out.content_type = "text/plain";
  out.body = std::move(body);
  return out;
}

/// What the server is asked it answers with
/// method, target and the body's size, unless a test sets other hooks.
struct server_world {
  temp_folder folder;
  http::server_settings settings;
  http::server_hooks hooks;
  pki::credentials client;
  std::atomic<int> asked{0};
  std::atomic<unsigned> malformed{0};

  server_world() {
    const std::string pki = (folder.path() / "pki").string();
    REQUIRE(pki::create_authority(pki, 10));
    const auto made = pki::issue(pki, pki::certificate_kind::server, {"localhost"}, 10);
    REQUIRE(made);
    const auto someone = pki::issue(pki, pki::certificate_kind::client, {"someone"}, 10);
    REQUIRE(someone);
    client = *someone;
    settings.authority = pki::authority_file(pki);
    settings.certificate = pki + "/server.pem";
    settings.key = pki + "/server.key";
    write_file(settings.certificate, to_bytes(made->certificate));
    write_file(settings.key, to_bytes(made->key));
    hooks.admit = [this](const http::request&, std::uint64_t) {
      ++asked;
      return http::admission();
    };
    hooks.is_known = [](const http::peer&) { return true; };
    hooks.handle = [](http::request whole, http::reply_function reply) {
      reply(text(200, whole.method + " " + whole.target + " " + std::to_string(whole.body.size())));
    };
    hooks.malformed = [this](unsigned status) { malformed = status; };
  }
  result<std::unique_ptr<http::server>> start() { return http::server::start(settings, hooks); }
};

inline std::string get(const std::string& target, const std::string& more = {}) {
  return "GET " + target + " HTTP/1.1\r\nHost: a\r\n" + more + "\r\n";
}
inline std::string post(const std::string& target, std::size_t size, const std::string& more = {}) {
  return "POST " + target + " HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(size) +
         "\r\n" + more + "\r\n";
}

inline void wait_for_connections(const http::server& server, std::size_t count) {
  while (server.connections() != count) std::this_thread::yield();
}

}  // namespace whorl::test
