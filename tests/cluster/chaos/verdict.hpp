// What a run of chaos came to: promises kept, and how long bookings took beside which fault. Pure:
// what was seen from outside and what the journal holds go in.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "apps/client/load_summary.hpp"
#include "messages/facts.hpp"
#include "tests/cluster/chaos/fault_plan.hpp"

namespace whorl::chaos {

/// Of the journal, by who reads it from its first fact.
struct journal_facts {
  std::uint32_t partition_count = 0;
  std::map<booking_id, booking_accepted> accepted;
  std::vector<booking_answered> answers;   ///< in their order
  std::vector<subject_enrolled> enrolled;  ///< of the criminal stream
  std::map<std::string, int> queued;       ///< by message id
};

/// What one booking of the load was, by its file.
struct booked_person {
  std::optional<subject_id> known_as;  ///< in the criminal gallery since before the run
  std::size_t person = 0;              ///< the same number is the same person
  bool retained = false;
};

struct broken_promises {
  std::vector<std::string> complaints;  ///< in words, some of each kind
  std::uint64_t accepted = 0;           ///< by the journal
  std::uint64_t unacknowledged = 0;     ///< accepted, but the answer 202 was lost
  std::uint64_t lost = 0;               ///< acknowledged, and not in the journal
  std::uint64_t unanswered = 0, answered_twice = 0, failed_answers = 0, messages_twice = 0;
  std::uint64_t no_hit_without_coverage = 0;
  std::uint64_t missed_known = 0;    ///< somebody of the gallery was not found
  std::uint64_t enrolled_twice = 0;  ///< one person under two ids
  std::uint64_t in_review = 0;       ///< a person decides; counts as answered
};

/// `acknowledged`: bookings of which the load saw 202, with who was booked.
broken_promises judge(const journal_facts& journal,
                      const std::map<booking_id, booked_person>& acknowledged);

/// Bookings that were due beside no fault, or beside this one alone.
struct latency_beside {
  std::string what;
  std::uint64_t bookings = 0;
  apps::client::latency_summary answers;
};
struct stall_figures {
  std::int64_t worst_ms = 0;  ///< the longest time without an answer while any was due
  std::int64_t at_ms = 0;
};

/// A fault's effects are looked for in what was under way from its begin until so long after its
/// end.
inline constexpr std::int64_t aftermath_ms = 4'000;

/// First "all", "no fault", "any fault"; then each kind that came. `happened`: moments since the
/// load began. A booking counts for a kind only when no other fault was near.
std::vector<latency_beside> latencies(const std::vector<apps::client::arrival_record>& all,
                                      const std::vector<fault>& happened, std::int64_t end_us);
stall_figures worst_stall(const std::vector<apps::client::arrival_record>& all);

}  // namespace whorl::chaos
