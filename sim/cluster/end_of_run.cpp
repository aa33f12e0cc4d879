#include "sim/cluster/end_of_run.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "actors/partition_scan.hpp"
#include "actors/probe_core.hpp"
#include "messages/ebts/reader.hpp"
#include "sim/cluster/checkers/facts_of_run.hpp"
#include "sim/cluster/scenario.hpp"
#include "storage/opened_payloads.hpp"
#include "storage/replica_folder.hpp"
#include "storage/scrub.hpp"

namespace whorl::sim {
namespace {

std::optional<digest> digest_of(const storage::gallery_partition& partition) {
  const auto view = partition.view();
  if (!view) return std::nullopt;
  const auto content = (*view)->content_digest();
  return content ? std::optional(*content) : std::nullopt;
}

std::vector<probe_print> prints_of(const planned_booking& booking) {
  const auto whole = ebts::read_transaction(booking.transaction);
  if (!whole) return {};
  return actors::probe_prints_of(*whole).value_or(std::vector<probe_print>{});
}

/// Under either hypothesis of whose hand is whose; null where they do not read.
fingerprint::prepared_probe_ptr probe_of(std::vector<probe_print> prints, bool exchanged) {
  const auto prepared = remembered_comparing()->prepare({{}, std::move(prints), exchanged});
  return prepared ? *prepared : nullptr;
}

/// What a booking is searched by.
struct searched_by {
  explicit searched_by(const planned_booking& booking)
      : prints(prints_of(booking)), given(probe_of(prints, false)) {}
  std::vector<probe_print> prints;
  fingerprint::prepared_probe_ptr given;
};

/// Read once a process: runs share their bookings.
const searched_by& what_is_searched(std::size_t planned) {
  static std::map<std::size_t, searched_by> known;
  return known.try_emplace(planned, shared_scenario().bookings[planned]).first->second;
}

/// A candidate as the exchange's own partition scores it; nothing: it is not there any more.
std::optional<scored_candidate> scored_again(const scored_candidate& candidate,
                                             const storage::gallery_partition& partition,
                                             const fingerprint::prepared_probe_ptr& probe) {
  actors::scan_job job;
  job.round = 2;
  job.probe = probe;
  job.matcher = remembered_comparing();
  job.candidates.push_back({candidate.subject, candidate.identity, 0});
  const auto outcome = actors::run_job(partition, partition.applied().seq, job);
  if (outcome.scored.empty()) return std::nullopt;
  return outcome.scored.front();
}

bool in_order(const std::vector<scored_candidate>& candidates) {
  return std::ranges::is_sorted(candidates, [](const auto& a, const auto& b) {
    return score_of(a) != score_of(b) ? score_of(a) > score_of(b) : a.subject < b.subject;
  });
}

/// What is wrong with the candidates of an answer.
std::optional<std::string> unlike_score(const booking_answered& answer, const searched_by& asked,
                                        storage::store& original) {
  const std::string who = to_string(answer.booking) + ", " + std::string(to_string(answer.gallery));
  if (!in_order(answer.candidates)) return who + ": its candidates are out of order";
  for (const scored_candidate& told : answer.candidates) {
    const auto index = partition_of(told.subject, original.partition_count);
    const auto& partition = *original.gallery(answer.gallery)[index];
    auto again = scored_again(told, partition, asked.given);
    if (again && *again != told)
      again = scored_again(told, partition, probe_of(asked.prints, true));
    if (again && *again != told)
      return who + ": " + to_string(told.subject) + " was scored " +
             std::to_string(score_of(told)) + ", which the exchange's own partition does not say";
  }
  return std::nullopt;
}

}  // namespace

std::vector<std::string> unlike_replicas(const world_state& world,
                                         const std::vector<std::unique_ptr<node_host>>& nodes,
                                         storage::store& original) {
  std::vector<std::string> unlike;
  for (const auto& node : nodes) {
    node->kill(world.now);
    const auto folder =
        storage::replica_folder::open(node->folder(), partitions, {room_bytes, false});
    if (!folder) {
      unlike.push_back(node->name() + ": " + folder.error().message);
      continue;
    }
    storage::opened_payloads keys;
    for (const partition_id which : (*folder)->held()) {
      const auto replica = (*folder)->open_replica(which, keys);
      const auto& own = original.gallery(which.gallery)[which.index];
      if (!replica)
        unlike.push_back(node->name() + ": " + replica.error().message);
      else if (digest_of(**replica) != digest_of(*own))
        unlike.push_back(node->name() + ": " + to_string(which) + " at " +
                         std::to_string((*replica)->applied().seq) +
                         " is not what the exchange has at " + std::to_string(own->applied().seq));
    }
  }
  return unlike;
}

std::vector<std::string> unlike_scores(const world_state& world, storage::store& original) {
  std::map<booking_id, std::size_t> planned;
  for (const client_record& c : world.clients)
    if (c.acknowledged) planned[c.booking] = c.planned;
  std::vector<std::string> unlike;
  for (const auto& answer : only<booking_answered>(facts_of(*world.journal, stream_id::bookings))) {
    const auto of = planned.find(answer.booking);
    if (of == planned.end() || answer.candidates.empty()) continue;
    if (auto what = unlike_score(answer, what_is_searched(of->second), original))
      unlike.push_back(*std::move(what));
  }
  return unlike;
}

std::vector<std::string> unlike_projections(const std::string& folder, simulated_journal& journal) {
  storage::scrub_options how;
  how.log = &journal;
  how.durable = false;
  const auto report = storage::scrub_store(folder, how);
  if (!report) return {"the exchange's store: " + report.error().message};
  std::vector<std::string> unlike;
  for (const storage::damage& one : report->found)
    unlike.push_back("the exchange's " + one.where + ": " + one.what);
  return unlike;
}

}  // namespace whorl::sim
