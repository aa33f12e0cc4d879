// A progress bar on stderr: only on a terminal, only for work that takes longer than two seconds,
// and gone when it is over.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace whorl::apps {

class progress {
 public:
  /// `bound`: how the time left is to be read, "about" or "at most".
  progress(std::string what, std::uint64_t total, bool quiet, const char* bound = "about");
  ~progress();
  progress(const progress&) = delete;
  progress& operator=(const progress&) = delete;
  void at(std::uint64_t done);

 private:
  using clock = std::chrono::steady_clock;
  std::string what_;
  std::uint64_t total_;
  const char* bound_;
  bool shown_ = false, wanted_;
  clock::time_point begin_, last_;
};

}  // namespace whorl::apps
