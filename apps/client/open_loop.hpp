// An open-loop load: bookings are handed in when they are due, however slow the gateway is, and
// each is followed to its last answer by asking for it, as `book` does. One thread; what may be
// under way is bounded, and what does not fit is counted as not sent, never sent later.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "apps/client/arrivals.hpp"
#include "apps/client/load_summary.hpp"
#include "apps/client/remote_many.hpp"

namespace whorl::apps::client {

struct open_loop_settings {
  arrival_plan plan;
  std::vector<std::string> files;  ///< EBTS bookings, at least one, in the order of arrival
  /// Files begin again, from the second time with a control number of this run's.
  std::string run;
  std::size_t handing_in_max = 64;    ///< sent and not acknowledged
  std::size_t following_max = 4'096;  ///< acknowledged and not answered
  std::size_t looks_max = 16;         ///< questions for bookings at a time
  long look_every_ms = 100;           ///< of a young booking; an older one is asked for less often
  long patience_ms = 60'000;          ///< of one request
  long wait_ms = 60'000;              ///< for what is open when the last one has come
};

/// How long until a booking of this age is asked for again: a tenth of it, from look_every_ms to
/// 2 s, so that many slow ones cost the gateway little, and an answer's time is known to a tenth.
std::int64_t next_look_us(std::int64_t age_us, long look_every_ms);

struct open_loop_outcome {
  std::vector<arrival_record> arrivals;  ///< in the order of their moments
  std::int64_t end_us = 0;
  std::string last_failure;  ///< why the last refused or failed one was so; empty: none
  bool unreachable = false;  ///< nothing ever came from there
};

/// `seen` is called now and then with how many have come.
open_loop_outcome run_open_loop(const open_loop_settings& settings, remote_many& gateway,
                                const std::function<void(std::size_t)>& seen);

}  // namespace whorl::apps::client
