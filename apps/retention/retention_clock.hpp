// The clock of retention in `whorl serve`: purges by itself, so often as whorl.toml says, on a
// thread of its own. When it last did stands in the audit, so that a restart neither repeats nor
// forgets. What is due is decided as for the command (purge_run.hpp).
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "apps/retention/purge_run.hpp"

namespace whorl::apps {

/// Since the process began, but for `last_run`.
struct retention_counts {
  std::int64_t every_hours = 0;  ///< 0: off
  std::optional<instant> last_run;
  std::uint64_t runs = 0, runs_failed = 0;
  std::uint64_t pauses = 0;  ///< so often others were let to the disk in between
  purge_tally done;
};

/// A line of the log: the event, and words that name nobody.
using retention_log = std::function<void(bool is_warning, const std::string& text)>;

class retention_clock {
 public:
  struct settings {
    std::int64_t every_hours = 24;  ///< 0: never
    purge_settings purge;
  };
  /// All must outlive it. Nothing runs before start().
  retention_clock(storage::store& store, purge_run::append_function append, settings wanted,
                  std::function<instant()> now, retention_log log);
  ~retention_clock();  ///< what runs ends after the booking it is at
  retention_clock(const retention_clock&) = delete;
  retention_clock& operator=(const retention_clock&) = delete;

  /// Looks now and each minute, on its own thread.
  void start();
  /// Purges if it is due; nothing where it is not. A run that failed as a whole is tried again
  /// after an hour. Not from two threads.
  std::optional<purge_tally> look();
  retention_counts counts() const;

 private:
  result<std::optional<purge_tally>> run_if_due(instant now);
  purge_settings pausing(purge_settings wanted);
  void pause();
  void work();

  storage::store& store_;
  settings settings_;
  std::function<instant()> now_;
  retention_log log_;
  purge_run run_;
  std::optional<purge_marks> marks_;  ///< from the first run on
  std::chrono::steady_clock::time_point paused_at_;
  std::optional<instant> failed_at_;
  std::atomic<bool> stopping_{false};
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  retention_counts counts_;
  std::thread thread_;
};

}  // namespace whorl::apps
