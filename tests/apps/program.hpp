// Runs the program under test as a child process, as a user would.
#pragma once

#include <nlohmann/json.hpp>

#include <csignal>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "tests/support.hpp"

namespace whorl::test {

/// One on which nobody listens now.
std::uint16_t free_port();

struct outcome {
  int code = -1;  ///< exit code; -9 when killed
  std::string out, err;
  nlohmann::json document() const { return nlohmann::json::parse(out); }
  /// One object a line; a last line without end (a kill) is left out.
  std::vector<nlohmann::json> lines() const;
};

/// Runs `whorl ARGUMENTS`. `kill_after_ms` >= 0: killed after so long, unless it ended before.
outcome whorl_program(const std::vector<std::string>& arguments, int kill_after_ms = -1,
                      int signal = SIGKILL);

/// One that runs beside the test. Killed when this object dies before it has ended.
class started_program {
 public:
  explicit started_program(const std::vector<std::string>& arguments);
  /// Any program, looked for in $PATH.
  started_program(const std::string& program, const std::vector<std::string>& arguments);
  ~started_program();
  started_program(const started_program&) = delete;
  started_program& operator=(const started_program&) = delete;
  /// Lines of stdout so far, whole ones only.
  std::vector<nlohmann::json> lines() const;
  /// Of stderr, so far.
  std::string errors() const;
  bool running();
  /// Waits for it. The test fails when it ends before.
  nlohmann::json first_line();
  /// SIGKILL; wait() then says -9.
  void stop(int signal = SIGKILL);
  outcome wait();
  int process() const { return child_; }
  /// Its own memory (not of files), in KB.
  std::size_t memory_kb() const;

 private:
  temp_folder folder_;
  int child_ = -1;
  int status_ = 0;
  bool ended_ = false;
};

/// A store with synthetic people of seed 7 in it, in a folder of the test's own.
struct small_world {
  explicit small_world(std::filesystem::path folder, int criminal = 40, int immigration = 0);
  std::filesystem::path folder;
  std::string store() const { return (folder / "store").string(); }
  /// With --store and --as.
  outcome as(const std::string& who, std::vector<std::string> arguments, int kill_after_ms = -1,
             int signal = SIGKILL) const;
  /// Booking files of people from `from` on; returns their folder.
  std::string bookings(const std::string& name, int from, int count,
                       std::vector<std::string> more = {}) const;
  nlohmann::json status() const;
};

}  // namespace whorl::test
