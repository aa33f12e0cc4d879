// What the benches of a whole node on a store share: times in order, the store at a glance, its
// indexes, and what the process has read and computed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "apps/cli.hpp"
#include "apps/session.hpp"

namespace whorl::apps {

/// {"p50", "p95", "mean", "max"} in milliseconds, nearest rank; null when there are none.
json times_of(std::vector<double> milliseconds);
/// "p50 / p95" for a table; "-" when there are none.
std::string times_words(const json& times);

/// People, partitions and bytes of both galleries. not_found when nobody is enrolled.
result<json> gallery_facts(storage::store& store);

/// Starts the node and waits until no further segment of an index is on its way.
/// {"seconds", "segments", "people"}.
result<json> await_indexes(const context& ctx, session& s);

/// Of this process so far: what it had to read from disks, and processor time of all threads.
struct process_use {
  std::uint64_t read_bytes = 0;  ///< 0 where the system does not say
  double processor_s = 0;
};
process_use used_so_far();

/// Not every store may be filled with bookings and people of a benchmark.
void add_disposable_flag(CLI::App& sub);

}  // namespace whorl::apps
