#include "actors/search_actors.hpp"

#include <deque>

#include "actors/protocol.hpp"

namespace whorl::actors {
namespace {

/// A round in this shard's hands, until every partition has reported or is given up.
struct round_in_hand {
  std::shared_ptr<gathering> gathered;
  std::function<void()> done;  ///< called once
};

struct shard_state {
  std::vector<replica_handle> replicas;
  shard_settings settings;
  /// Probes prepared lately: both galleries and both rounds ask with the same prints.
  struct prepared_entry {
    probe what;
    fingerprint::prepared_probe_ptr prepared;
  };
  std::deque<prepared_entry> lately;
  std::map<std::uint64_t, round_in_hand> rounds;  ///< by ticket: a search may be asked for twice
  std::uint64_t tickets = 0;
  gauge remembered{"probes prepared", 0, 0, limits::probes_prepared_max};
  shard_counts counts;

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
    WHORL_ASSIGN(auto made, settings.matcher->prepare(what));
    if (lately.size() >= limits::probes_prepared_max) lately.pop_front();
    lately.push_back({what, made});
    remembered.set(lately.size());
    return made;
  }
};

using reply_type = caf::typed_response_promise<packet>;

/// To be called after each report.
void end_if_complete(shard_state& state, std::uint64_t ticket) {
  const auto found = state.rounds.find(ticket);
  if (found == state.rounds.end() || !found->second.gathered->complete()) return;
  state.rounds.extract(found).mapped().done();
}

/// Looks at a round after a while.
void watch(caf::event_based_actor* self, const shard_state& state, std::uint64_t ticket) {
  self->delayed_send(self, std::chrono::milliseconds(state.settings.scan_patience_ms),
                     patience_atom::value, ticket);
}

/// Sends every job of `gathered` to its replica; `done` is called once, when all have reported.
void fan_out(caf::event_based_actor* self, const std::shared_ptr<shard_state>& state,
             gallery_kind gallery, std::shared_ptr<gathering> gathered,
             const fingerprint::prepared_probe_ptr& prepared, std::function<void()> done) {
  if (gathered->complete()) return done();
  const std::uint64_t ticket = ++state->tickets;
  state->rounds.emplace(ticket, round_in_hand{gathered, std::move(done)});
  for (const auto& [index, job] : gathered->jobs()) {
    const auto with_probe = std::make_shared<scan_job>(job);
    with_probe->probe = prepared;
    with_probe->matcher = state->settings.matcher;
    const std::uint32_t partition = index;
    const caf::actor* replica = state->replica({gallery, partition});
    INVARIANT(replica != nullptr);  // gathering was told what is local
    // A replica that was given up may report later.
    const auto once = [=](const auto& report) {
      if (!gathered->waits_for(partition)) return;
      report();
      end_if_complete(*state, ticket);
    };
    self->request(*replica, caf::infinite, scan_atom::value, scan_job_ptr(with_probe))
        .then(
            [=](scan_outcome& outcome) {
              once([&] { gathered->add(partition, std::move(outcome)); });
            },
            [=](const caf::error&) {
              once([&] { gathered->fail(partition, "its replica fell"); });
            });
  }
  watch(self, *state, ticket);
}

void note_end(shard_state& state, round_note note, const gathering& gathered) {
  note.partitions = gathered.partitions();
  note.missing = gathered.missing();
  counts_of(state.counts.rounds, note).add(note);
  if (state.settings.on_round) state.settings.on_round(note);
}

/// A round, whichever: `reply` makes its answer of what was gathered.
template <class Request, class Reply, class Gather>
caf::result<packet> search(caf::event_based_actor* self, const std::shared_ptr<shard_state>& state,
                           const Request& request, int round, Reply reply, Gather gather) {
  auto prepared = state->prepared(request.what);
  if (!prepared) return refuse(prepared.error());
  auto promise = self->make_response_promise<packet>();
  const std::shared_ptr<gathering> gathered = gather();
  const round_note about{request.what.booking, request.gallery, round, 0, 0, {}};
  const auto begun = self->clock().now();
  // The state owns this function, so that it may not own the state.
  fan_out(self, state, request.gallery, gathered, *prepared, [=, to = state.get()] {
    round_note note = about;
    note.took_us =
        std::chrono::duration_cast<std::chrono::microseconds>(self->clock().now() - begun).count();
    note_end(*to, std::move(note), *gathered);
    reply_type(promise).deliver(pack(wire::encode((gathered.get()->*reply)())));
  });
  return promise;
}

/// 0: the search is not in this shard's hands.
std::uint64_t progress_of(const shard_state& state, search_id search) {
  std::uint64_t work = 0;
  for (const auto& [ticket, round] : state.rounds)
    if (round.gathered->search() == search) work += round.gathered->work();
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
      // Rounds in hand keep asking whom they asked.
      [=](replicas_atom, std::vector<replica_handle>& now) { state->replicas = std::move(now); },
      [=](progress_atom, search_id search) { return progress_of(*state, search); },
      [=](patience_atom, std::uint64_t ticket) {
        const auto found = state->rounds.find(ticket);
        if (found == state->rounds.end()) return;
        found->second.gathered->give_up_idle();
        end_if_complete(*state, ticket);
        watch(self, *state, ticket);
      },
      [=](counts_atom) {
        shard_counts now = state->counts;
        now.in_hand = state->rounds.size();
        for (const auto& [ticket, round] : state->rounds) now.waiting += round.gathered->waiting();
        return now;
      },
      [=](round1_atom, const packet& frame) -> caf::result<packet> {
        if (state->settings.fault_hook) state->settings.fault_hook();
        auto request = wire::decode_round_one_request(*frame.data);
        if (!request) return refuse(request.error());
        return search(self, state, *request, 1, &gathering::round_one, [&] {
          return std::make_shared<gathering>(*request, state->local(request->gallery));
        });
      },
      [=](round2_atom, const packet& frame) -> caf::result<packet> {
        if (state->settings.fault_hook) state->settings.fault_hook();
        auto request = wire::decode_round_two_request(*frame.data);
        if (!request) return refuse(request.error());
        return search(self, state, *request, 2, &gathering::round_two, [&] {
          return std::make_shared<gathering>(*request, state->local(request->gallery),
                                             state->settings.partition_count);
        });
      },
  };
}

}  // namespace whorl::actors
