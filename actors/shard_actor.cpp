#include "actors/search_actors.hpp"

#include <deque>

#include "actors/protocol.hpp"

namespace whorl::actors {
namespace {

struct shard_state {
  std::vector<replica_handle> replicas;
  shard_settings settings;
  /// Probes prepared lately: both galleries and both rounds ask with the same prints.
  struct prepared_entry {
    probe what;
    fingerprint::prepared_probe_ptr prepared;
  };
  std::deque<prepared_entry> lately;
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

/// Sends every job of `gathered` to its replica; `done` is called once, when all have reported.
template <class Done>
void fan_out(caf::event_based_actor* self, const std::shared_ptr<shard_state>& state,
             gallery_kind gallery, std::shared_ptr<gathering> gathered,
             const fingerprint::prepared_probe_ptr& prepared, Done done) {
  if (gathered->complete()) return done();
  for (const auto& [index, job] : gathered->jobs()) {
    auto with_probe = std::make_shared<scan_job>(job);
    with_probe->probe = prepared;
    with_probe->given_up = std::make_shared<std::atomic<bool>>(false);
    const std::uint32_t partition = index;
    const caf::actor* replica = state->replica({gallery, partition});
    INVARIANT(replica != nullptr);  // gathering was told what is local
    self->request(*replica, std::chrono::milliseconds(state->settings.scan_timeout_ms),
                  scan_atom::value, scan_job_ptr(with_probe))
        .then(
            [=](scan_outcome& outcome) {
              gathered->add(partition, std::move(outcome));
              if (gathered->complete()) done();
            },
            [=, given_up = with_probe->given_up](const caf::error&) {
              given_up->store(true);
              gathered->fail(partition, "its replica did not answer in time");
              if (gathered->complete()) done();
            });
  }
}

}  // namespace

caf::behavior shard_actor(caf::event_based_actor* self, std::vector<replica_handle> replicas,
                          shard_settings settings) {
  auto state = std::make_shared<shard_state>();
  state->replicas = std::move(replicas);
  state->settings = std::move(settings);
  return {
      [=](gauges_atom) { return gauge_list{state->remembered}; },
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
