// Requests that wait to be worked on, in the order of their priority. Bounded in number and in
// bytes of their bodies: an asynchronous call is answered before it is worked on, so that the
// gateway's own budget for bodies does not count it any more. Not thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>

#include "messages/limits.hpp"
#include "messages/result.hpp"

namespace whorl::apps::osia {

/// Who comes first: the higher priority, of equal ones the earlier.
struct turn {
  long priority = 0;
  std::uint64_t number = 0;  ///< no other has it; grows
  bool operator<(const turn& other) const {
    return priority != other.priority ? priority > other.priority : number < other.number;
  }
};

template <class Job>
class waiting_line {
 public:
  bool empty() const { return all_.empty(); }
  /// overloaded when it is full.
  status may_enter(std::size_t bytes) const {
    if (all_.size() < limits::osia_requests_waiting_max &&
        bytes <= limits::osia_waiting_bytes_max - bytes_)
      return {};
    return make_error(errc::overloaded, "too many requests wait: ask again later");
  }
  status enter(turn when, std::size_t bytes, Job what) {
    WHORL_TRY(may_enter(bytes));
    bytes_ += bytes;
    all_.emplace(when, std::pair(bytes, std::move(what)));
    return {};
  }
  std::optional<Job> next() {
    if (all_.empty()) return std::nullopt;
    auto first = all_.extract(all_.begin());
    bytes_ -= first.mapped().first;
    return std::move(first.mapped().second);
  }

 private:
  std::map<turn, std::pair<std::size_t, Job>> all_;
  std::size_t bytes_ = 0;
};

}  // namespace whorl::apps::osia
