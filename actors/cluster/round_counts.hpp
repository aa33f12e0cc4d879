// What is counted of the rounds of searches, for metrics. Plain numbers that one actor owns; others
// are given copies. They begin at zero with that actor: whoever shows them must expect it.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "messages/search.hpp"

namespace whorl::actors {

/// How long rounds took.
struct latency_counts {
  static constexpr std::array<std::int64_t, 13> bounds_ms{1,   2,   5,    10,   20,   50,    100,
                                                          200, 500, 1000, 2000, 5000, 10'000};
  /// Of those that took at most so long and longer than the bound before; last: the rest.
  std::array<std::uint64_t, bounds_ms.size() + 1> counts{};
  std::uint64_t total_us = 0;

  void add(std::int64_t took_us) {
    const auto at =
        std::ranges::find_if(bounds_ms, [&](std::int64_t ms) { return took_us <= ms * 1000; });
    ++counts[static_cast<std::size_t>(at - bounds_ms.begin())];
    total_us += static_cast<std::uint64_t>(std::max<std::int64_t>(took_us, 0));
  }
  std::uint64_t rounds() const {
    std::uint64_t sum = 0;
    for (const std::uint64_t count : counts) sum += count;
    return sum;
  }
  friend bool operator==(const latency_counts&, const latency_counts&) = default;
};

/// One round of one search that has ended. For a log: it names the booking and nobody in it.
struct round_note {
  booking_id booking;
  gallery_kind gallery = gallery_kind::criminal;
  int round = 1;
  std::int64_t took_us = 0;
  std::uint64_t partitions = 0;        ///< asked for
  std::vector<missing_entry> missing;  ///< of those; a partition may be named more than once
  std::uint64_t partitions_missing() const {
    std::set<partition_id> all;
    for (const missing_entry& each : missing) all.insert(each.partition);
    return all.size();
  }
};

struct round_counts {
  latency_counts took;
  std::uint64_t partitions_answered = 0, partitions_missing = 0;

  void add(const round_note& note) {
    const std::uint64_t missing = std::min(note.partitions_missing(), note.partitions);
    took.add(note.took_us);
    partitions_missing += missing;
    partitions_answered += note.partitions - missing;
  }
  friend bool operator==(const round_counts&, const round_counts&) = default;
};

/// Rounds one and two.
using counts_of_rounds = std::array<round_counts, 2>;
inline round_counts& counts_of(counts_of_rounds& all, const round_note& note) {
  return all[note.round == 2 ? 1 : 0];
}

/// Of a shard.
struct shard_counts {
  counts_of_rounds rounds;
  std::uint64_t in_hand = 0;  ///< rounds
  std::uint64_t waiting = 0;  ///< scans of partitions that are not done, waiting ones included
};

/// Of an exchange that asks nodes.
struct fan_out_counts {
  counts_of_rounds rounds;
  std::uint64_t in_hand = 0;       ///< rounds
  std::uint64_t hedges = 0;        ///< questions to a second place, since the first was slow ...
  std::uint64_t replacements = 0;  ///< ... since it was lost, failed or stood still
  std::uint64_t by_exchange = 0;   ///< rounds of which the exchange searched a part itself
};

}  // namespace whorl::actors
