// A node of real processes that is asked through its OSIA interface, and what it answered held
// against the standard (validate.cjs).
#pragma once

#include <memory>
#include <optional>

#include "apps/osia/operations.hpp"
#include "messages/search.hpp"
#include "tests/apps/curl.hpp"
#include "tests/apps/program.hpp"

namespace whorl::test {

using nlohmann::json;
using words = std::vector<std::pair<std::string, std::string>>;

/// Where the specification and the npm packages are; nothing (and a loud SKIPPED line) when one is
/// absent. $WHORL_OSIA is the file, else $WHORL_DATA/osia/abis.yaml; the packages are looked for
/// in $NODE_PATH, else in tests/npm (npm ci --prefix tests/npm, versions are fixed there).
struct standard {
  std::string spec, modules;
  /// validate.cjs with this argument: its exit code and what it printed.
  std::pair<int, std::string> run(const std::string& argument) const;
};
std::optional<standard> find_standard();

/// Prints of a synthetic person (seed 7) as BiometricData: ISO templates, or ANSI.
json biometrics_of(const std::vector<probe_print>& prints,
                   const std::string& format = "ISO_19794_2");
json encounter_of(const std::vector<probe_print>& prints,
                  const std::vector<std::string>& galleries = {"criminal"});

class osia_world {
 public:
  /// `criminal`, `immigration`: people of the load that are there before, by their number.
  explicit osia_world(int criminal = 0, int immigration = 0);
  /// Holds every answer so far against the standard.
  ~osia_world();
  osia_world(const osia_world&) = delete;
  osia_world& operator=(const osia_world&) = delete;

  void start();
  void kill();
  int stop();

  /// Calls an operation. `names`: of the path; `query`: besides transactionId. `body`: null for
  /// none. Checks that the standard lists the status, and remembers the answer.
  http_answer call(const std::string& who, const std::string& operation, const words& names = {},
                   const json& body = nullptr, const words& query = {});
  /// A raw request, which the standard may say nothing of.
  http_answer ask(const std::string& who, const std::string& target,
                  const std::vector<std::string>& more = {}) const;

  /// Two impressions of a person, as bookings bring them.
  std::vector<probe_print> prints(int person, int impression = 0) const;
  std::string booking_file(int person, int impression = 0) const;
  const small_world& world() const { return world_; }
  std::string audit() const;

 private:
  void remember(const std::string& operation, const http_answer& answer);
  temp_folder folder_;
  small_world world_;
  std::unique_ptr<started_program> server_;
  std::string url_;
  json exchanges_ = json::array();
};

/// Listens on localhost for callbacks.
class callback_listener {
 public:
  callback_listener();
  ~callback_listener();
  callback_listener(const callback_listener&) = delete;
  callback_listener& operator=(const callback_listener&) = delete;
  std::string url(const std::string& more = "") const;
  struct heard {
    std::string target, content_type, body;
  };
  /// The next request, answered with this status; fails the test after ten seconds.
  heard next(unsigned status = 204);

 private:
  int socket_ = -1;
  int port_ = 0;
};

}  // namespace whorl::test
