// `whorl serve` as agencies meet it: a store with its authority, a certificate for everybody, the
// gateway over it as a process, and curl.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/apps/curl.hpp"
#include "tests/apps/http/tls_client.hpp"
#include "tests/apps/program.hpp"
#include "tests/support.hpp"

namespace whorl::test {

class served_world {
 public:
  explicit served_world(const std::vector<std::string>& options = {});
  void start(const std::vector<std::string>& options = {});
  /// Ends it as a service manager does; its exit code.
  int stop();
  void kill();
  std::string keys() const { return (folder_.path() / "keys").string(); }
  std::string pki_folder() const { return world_.store() + "/pki"; }
  const small_world& world() const { return world_; }
  std::string serial(const std::string& who) const { return serials_.at(who); }

  /// As the holder of keys/WHO.pem; empty: without certificate. Every answer is held against
  /// /openapi.json (openapi_check.hpp).
  http_answer ask(const std::string& who, const std::string& path,
                  const std::vector<std::string>& more = {}) const;
  /// The program itself as a client of the gateway.
  outcome client(const std::string& who, std::vector<std::string> words) const;
  std::string url() const { return url_; }
  http_answer book(const std::string& who, const std::string& file) const;
  /// Asks until the booking is done.
  nlohmann::json done(const std::string& who, const std::string& booking) const;
  /// The gateway's own memory (not of files), in KB.
  std::size_t memory_kb() const { return server_->memory_kb(); }
  bool running() const { return server_->running(); }
  std::string audit() const { return ask("oversight", "/v1/audit?limit=1000").body; }
  /// A connection that stays open; `who` empty: without certificate.
  tls_client connect(const std::string& who) const;
  /// Puts `to` in place of `from` in whorl.toml.
  void configure(const std::string& from, const std::string& to) const;

 private:
  temp_folder folder_;
  small_world world_;
  std::map<std::string, std::string> serials_;
  std::unique_ptr<started_program> server_;
  std::uint16_t port_ = 0;
  std::string url_;
};

/// The files of a folder, by name.
std::vector<std::string> files_of(const std::string& folder);

}  // namespace whorl::test
