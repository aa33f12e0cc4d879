#include "actors/search_actors.hpp"

#include <deque>

#include "actors/protocol.hpp"

namespace whorl::actors {
namespace {

/// A round in this shard's hands: its jobs, until each has reported or is given up.
struct round_in_hand {
  struct part {
    scan_job_ptr job;
    std::uint64_t turns = 0;  ///< of its watch, when last looked at
    bool reported = false;
  };
  std::uint64_t ticket = 0;
  std::shared_ptr<gathering> gathered;
  std::map<std::uint32_t, part> parts;  ///< by partition
  std::function<void()> done;           ///< called once
};
using round_ptr = std::shared_ptr<round_in_hand>;
std::uint64_t ticket_of(const round_ptr& round) { return round->ticket; }

struct shard_state {
  std::vector<replica_handle> replicas;
  shard_settings settings;
  /// Probes prepared lately: both galleries and both rounds ask with the same prints.
  struct prepared_entry {
    probe what;
    fingerprint::prepared_probe_ptr prepared;
  };
  std::deque<prepared_entry> lately;
  std::vector<round_ptr> rounds;
  std::uint64_t tickets = 0;
  gauge remembered{"probes prepared", 0, 0, limits::probes_prepared_max};

  std::vector<std::uint32_t> local(gallery_kind gallery) const {
    std::vector<std::uint32_t> indices;
    for (const auto& r : replicas)
      if (r.id.gallery == gallery) indices.push_back(r.id.index);
    return indices;
  }
  const caf::actor* replica(partition_id id) const {
    for (const auto& r : replicas)
      if (r.id == id) return &r.actor;
    return nullptr;
  }
  result<fingerprint::prepared_probe_ptr> prepared(const probe& what) {
    for (const auto& entry : lately)
      if (entry.what == what) return entry.prepared;
    WHORL_ASSIGN(auto made, prepare(what));
    if (lately.size() >= limits::probes_prepared_max) lately.pop_front();
    lately.push_back({what, made});
    remembered.set(lately.size());
    return made;
  }
};

using reply_type = caf::typed_response_promise<packet>;

packet pack(bytes encoded) { return {std::make_shared<const bytes>(std::move(encoded))}; }

caf::error refuse(const error& e) { return caf::make_error(caf::sec::invalid_argument, e.message); }

/// A partition's one report: later ones, of a replica that was given up, are passed over.
template <class Report>
void report(shard_state& state, const round_ptr& round, std::uint32_t partition, Report report) {
  round_in_hand::part& part = round->parts.at(partition);
  if (std::exchange(part.reported, true)) return;
  report(*round->gathered);
  if (!round->gathered->complete()) return;
  std::erase(state.rounds, round);
  round->done();
}

void give_up(shard_state& state, const round_ptr& round, std::uint32_t partition,
             const std::string& reason) {
  round->parts.at(partition).job->watch->given_up = true;
  report(state, round, partition, [&](gathering& g) { g.fail(partition, reason); });
}

/// Gives up the partitions on whose jobs nothing was done since it looked last.
void look(shard_state& state, const round_ptr& round) {
  for (auto& [partition, part] : round->parts) {
    const std::uint64_t turns = part.job->watch->turns;
    if (!part.reported && turns == part.turns)
      give_up(state, round, partition, "its replica stands still");
    part.turns = turns;
  }
}

/// Looks at a round, and again as long as it is in hand.
void watch(caf::event_based_actor* self, const shard_state& state, std::uint64_t ticket) {
  self->delayed_send(self, std::chrono::milliseconds(state.settings.scan_patience_ms),
                     patience_atom::value, ticket);
}

/// Sends every job of `gathered` to its replica; `done` is called once, when all have reported.
void fan_out(caf::event_based_actor* self, const std::shared_ptr<shard_state>& state,
             gallery_kind gallery, std::shared_ptr<gathering> gathered,
             const fingerprint::prepared_probe_ptr& prepared, std::function<void()> done) {
  if (gathered->complete()) return done();
  const auto round = std::make_shared<round_in_hand>();
  *round = {++state->tickets, gathered, {}, std::move(done)};
  for (const auto& [index, job] : gathered->jobs()) {
    const auto watched = std::make_shared<scan_job>(job);
    watched->probe = prepared;
    watched->watch = std::make_shared<job_watch>();
    round->parts[index].job = watched;
  }
  state->rounds.push_back(round);
  for (const auto& [index, part] : round->parts) {
    const std::uint32_t partition = index;
    const caf::actor* replica = state->replica({gallery, partition});
    INVARIANT(replica != nullptr);  // gathering was told what is local
    self->request(*replica, caf::infinite, scan_atom::value, part.job)
        .then(
            [=](scan_outcome& outcome) {
              report(*state, round, partition,
                     [&](gathering& g) { g.add(partition, std::move(outcome)); });
            },
            [=](const caf::error&) { give_up(*state, round, partition, "its replica fell"); });
  }
  watch(self, *state, round->ticket);
}

/// 0: the search is not in this shard's hands.
std::uint64_t progress_of(const shard_state& state, search_id search) {
  std::uint64_t work = 0;
  for (const round_ptr& round : state.rounds) {
    if (round->gathered->search() != search) continue;
    for (const auto& [partition, part] : round->parts)
      work += 1 + part.job->watch->turns + (part.reported ? 1 : 0);
  }
  return work;
}

}  // namespace

caf::behavior shard_actor(caf::event_based_actor* self, std::vector<replica_handle> replicas,
                          shard_settings settings) {
  auto state = std::make_shared<shard_state>();
  state->replicas = std::move(replicas);
  state->settings = std::move(settings);
  return {
      [=](gauges_atom) { return gauge_list{state->remembered}; },
      [=](progress_atom, search_id search) { return progress_of(*state, search); },
      [=](patience_atom, std::uint64_t ticket) {
        const auto round = std::ranges::find(state->rounds, ticket, ticket_of);
        if (round == state->rounds.end()) return;
        look(*state, round_ptr(*round));
        watch(self, *state, ticket);
      },
      [=](round1_atom, const packet& frame) -> caf::result<packet> {
        if (state->settings.fault_hook) state->settings.fault_hook();
        auto request = wire::decode_round_one_request(*frame.data);
        if (!request) return refuse(request.error());
        auto prepared = state->prepared(request->what);
        if (!prepared) return refuse(prepared.error());
        auto promise = self->make_response_promise<packet>();
        auto gathered = std::make_shared<gathering>(*request, state->local(request->gallery));
        fan_out(self, state, request->gallery, gathered, *prepared,
                [=] { reply_type(promise).deliver(pack(wire::encode(gathered->round_one()))); });
        return promise;
      },
      [=](round2_atom, const packet& frame) -> caf::result<packet> {
        auto request = wire::decode_round_two_request(*frame.data);
        if (!request) return refuse(request.error());
        auto prepared = state->prepared(request->what);
        if (!prepared) return refuse(prepared.error());
        auto promise = self->make_response_promise<packet>();
        auto gathered = std::make_shared<gathering>(*request, state->local(request->gallery),
                                                    state->settings.partition_count);
        fan_out(self, state, request->gallery, gathered, *prepared,
                [=] { reply_type(promise).deliver(pack(wire::encode(gathered->round_two()))); });
        return promise;
      },
  };
}

}  // namespace whorl::actors
