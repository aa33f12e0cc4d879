// The door of a node: what was handed in and has no reply yet, counted in submissions and bytes
// from before it enters the gateway's mailbox until its reply. What does not fit is refused as
// overloaded before anything is read or stored (promise 11). Shared by the threads that hand in and
// by the gateway; its mutex is held for a few additions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "messages/limits.hpp"
#include "messages/result.hpp"

namespace whorl::actors {

/// One thing that is bounded: how much of it there is, the most there ever was, and the limit.
struct gauge {
  std::string name;
  std::uint64_t now = 0, peak = 0, limit = 0;

  void set(std::uint64_t value) {
    now = value;
    if (now > peak) peak = now;
  }
};

/// A place behind the door; given back when the last copy dies.
using door_ticket = std::shared_ptr<const void>;

class door : public std::enable_shared_from_this<door> {
 public:
  explicit door(std::size_t count_max = limits::submissions_waiting_max,
                std::size_t bytes_max = limits::submission_bytes_waiting_max);

  /// Errors: limit_exceeded for what is over limits::transaction_bytes_max, which no waiting helps;
  /// overloaded when the door is full.
  result<door_ticket> enter(std::size_t bytes);
  /// "submissions waiting" and "bytes of submissions waiting".
  std::vector<gauge> gauges() const;

 private:
  void leave(std::size_t bytes);

  mutable std::mutex mutex_;
  gauge count_, bytes_;
};

}  // namespace whorl::actors
