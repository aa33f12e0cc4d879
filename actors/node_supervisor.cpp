#include <algorithm>

#include "actors/cluster/cluster_actors.hpp"
#include "actors/node.hpp"
#include "actors/protocol.hpp"
#include "actors/retention_core.hpp"
#include "messages/invariant.hpp"
#include "messages/key_purposes.hpp"
#include "messages/planted_bug.hpp"

namespace whorl::actors {
namespace {

/// How far back, in facts, answered bookings are looked through at start for probe keys that a
/// crash kept alive.
constexpr std::uint64_t sweep_facts = 4096;

struct supervisor_state {
  storage::store* store = nullptr;
  node_settings settings;
  storage::journal* log = nullptr;
  caf::actor journal, vault, projector, dispatcher, gateway, notification, shard;
  caf::actor cluster;  ///< null: this node answers all searches itself
  caf::actor indexer;  ///< null without detached edges: an index takes a second
  std::vector<replica_handle> replicas;
  std::vector<caf::actor> draining;
  bool settling = false;  ///< one chain of questions serves all who drain
  std::uint64_t restarts = 0;
};
using state_ptr = std::shared_ptr<supervisor_state>;

template <class Function, class... Args>
caf::actor spawn_edge(caf::event_based_actor* self, bool detached, Function f, Args&&... args) {
  if (detached) return self->spawn<caf::monitored + caf::detached>(f, std::forward<Args>(args)...);
  return self->spawn<caf::monitored>(f, std::forward<Args>(args)...);
}

std::uint64_t applied_seq(const storage::gallery_partition& p) { return p.applied().seq; }

void start_shard(caf::event_based_actor* self, const state_ptr& state) {
  state->shard = self->spawn<caf::monitored>(shard_actor, state->replicas, state->settings.shard);
}

void start_replicas(caf::event_based_actor* self, const state_ptr& state) {
  for (gallery_kind g : {gallery_kind::criminal, gallery_kind::immigration})
    for (auto& partition : state->store->gallery(g)) {
      auto replica =
          self->spawn<caf::monitored>(replica_actor, borrowed(*partition), applied_seq(*partition),
                                      state->indexer, caf::actor());
      state->replicas.push_back({partition->id(), replica});
    }
}

void start_notification(caf::event_based_actor* self, const state_ptr& state) {
  state->notification = self->spawn<caf::monitored>(
      notification_actor, notification_environment{state->journal, state->vault,
                                                   state->settings.time, state->settings.cases});
}

/// Bookings that a crash left without an answer go to the gateway; probe keys whose destruction a
/// crash prevented are destroyed now (a no hit leaves no trace of the probe).
status recover(caf::event_based_actor* self, const state_ptr& state) {
  resume_list left;
  WHORL_ASSIGN(const auto open, state->store->bookings->open_bookings());
  for (booking_id booking : open) {
    WHORL_ASSIGN(const auto row, state->store->bookings->get(booking));
    const resumed_booking one{row.accepted, row.criminal.has_value(), row.immigration.has_value()};
    if (one.criminal_answered &&
        (one.immigration_answered || row.accepted.mode == jurisdiction_mode::inactive))
      continue;  // waits for an examiner, not for a search
    left.push_back(one);
  }
  if (!planted(planted_bug::open_bookings_are_not_taken_up))
    self->send(state->gateway, resume_atom::value, std::move(left));
  WHORL_ASSIGN(const auto tail, state->log->tail(stream_id::bookings));
  key_list spent;
  std::uint64_t next = tail.seq > sweep_facts ? tail.seq - sweep_facts : 1;
  while (next <= tail.seq) {
    WHORL_ASSIGN(const auto lately,
                 state->log->read(stream_id::bookings, next, limits::recovery_read_max));
    if (lately.empty()) break;
    next += lately.size();
    for (const fact_record& record : lately) {
      WHORL_ASSIGN(const fact what, wire::decode_fact(record.payload));
      const auto* answered = std::get_if<booking_answered>(&what);
      if (answered != nullptr && spends_probe(answered->decision))
        spent.push_back({answered->booking.value, probe_purpose(answered->gallery)});
    }
  }
  if (!spent.empty()) caf::anon_send(state->vault, destroy_atom::value, std::move(spent));
  return {};
}

void start_all(caf::event_based_actor* self, const state_ptr& state) {
  const bool detach = state->settings.detach_edges;
  node_settings& s = state->settings;
  state->log = state->store->log.get();
  state->journal = spawn_edge(self, detach, journal_actor, state->log);
  state->vault = spawn_edge(self, detach, vault_actor, state->store->keys.get(),
                            const_cast<const storage::head_signer*>(state->store->signer.get()));
  if (detach && s.use_index) state->indexer = self->spawn<caf::detached>(indexer_actor);
  start_replicas(self, state);
  start_shard(self, state);
  state->dispatcher =
      spawn_edge(self, detach, dispatcher_actor,
                 const_cast<const storage::outbox_store*>(state->store->outbox.get()),
                 static_cast<const storage::keyring*>(state->store->keys.get()), state->journal,
                 s.time, s.deliver);
  // The supervisor listens too and passes on: its replicas and the dispatcher may be replaced.
  state->projector = spawn_edge(
      self, detach, projector_actor, const_cast<const storage::journal*>(state->log),
      state->store->projections(), state->journal, std::vector<caf::actor>{caf::actor(self)});
  start_notification(self, state);
  s.gateway.query.journal = state->journal;
  s.gateway.query.vault = state->vault;
  if (s.cluster) {
    s.cluster->time = s.time;
    s.cluster->detach_edges = detach;
    state->cluster = self->spawn<caf::monitored>(cluster_supervisor_actor, state->store,
                                                 caf::actor(self), state->journal, *s.cluster);
  }
  s.gateway.query.shards =
      s.network ? s.network(self->system(), caf::actor(self)) : caf::actor(self);
  s.gateway.query.time = s.time;
  state->gateway = self->spawn<caf::monitored>(gateway_actor, s.gateway);
  if (auto done = recover(self, state); !done) {
    caf::aout(self) << "whorl: cannot take up open bookings: " << done.error().message << std::endl;
    self->quit(caf::exit_reason::user_shutdown);
  }
}

void on_down(caf::event_based_actor* self, const state_ptr& state, const caf::down_msg& down) {
  auto fell = [&](const caf::actor& a) { return a && a.address() == down.source; };
  auto say = [&](const char* what) {
    ++state->restarts;
    caf::aout(self) << "whorl: " << what << " fell (" << self->system().render(down.reason)
                    << "), started again" << std::endl;
  };
  if (fell(state->shard)) {
    say("the shard actor");
    return start_shard(self, state);
  }
  if (fell(state->notification)) {
    say("the notification actor");
    return start_notification(self, state);
  }
  for (auto& r : state->replicas) {
    if (!fell(r.actor)) continue;
    say("a replica actor");
    auto& partition = state->store->gallery(r.id.gallery)[r.id.index];
    r.actor = self->spawn<caf::monitored>(replica_actor, borrowed(*partition),
                                          applied_seq(*partition), state->indexer, caf::actor());
    self->demonitor(state->shard);
    self->send_exit(state->shard, caf::exit_reason::user_shutdown);  // it holds the old handle
    return start_shard(self, state);
  }
  caf::aout(self) << "whorl: a part that cannot be replaced alone fell ("
                  << self->system().render(down.reason) << "): the node stops; start it again"
                  << std::endl;
  self->quit(down.reason);
}

bool at_tail(const supervisor_state& state, const storage::projection& store) {
  const auto tail = state.log->tail(store.follows());
  return tail && store.applied().seq >= tail->seq;
}

/// Drained: nothing in flight, every booking can be read, every answer has its notices, every
/// message is delivered. Asked of each in turn, since each feeds the next; asked again a little
/// later while anything is left. A booking that a bureau holds is not in flight, so its projection
/// is looked at by itself.
void settle(caf::event_based_actor* self, const state_ptr& state) {
  state->settling = !state->draining.empty();
  if (!state->settling) return;
  auto again = [=] { self->delayed_send(self, std::chrono::milliseconds(5), settle_atom::value); };
  auto failed = [=](const caf::error&) { again(); };
  const auto timeout = std::chrono::seconds(30);
  self->request(state->gateway, timeout, load_atom::value)
      .then(
          [=](std::uint64_t in_flight) {
            if (in_flight > 0 || !at_tail(*state, *state->store->bookings)) return again();
            auto tail = state->log->tail(stream_id::bookings);
            self->request(state->notification, timeout, cursor_atom::value)
                .then(
                    [=](std::uint64_t cursor) {
                      if (!tail || cursor < tail->seq) return again();
                      if (!at_tail(*state, *state->store->outbox)) return again();
                      self->request(state->dispatcher, timeout, pending_atom::value)
                          .then(
                              [=](std::uint64_t pending) {
                                if (pending > 0) return again();
                                for (const auto& who : state->draining)
                                  self->send(who, caf::ok_atom::value);
                                state->draining.clear();
                                state->settling = false;
                              },
                              failed);
                    },
                    failed);
          },
          failed);
}

/// Asks one part after the other what it holds.
void gather_gauges(caf::event_based_actor* self, std::vector<caf::actor> parts, gauge_list so_far,
                   caf::typed_response_promise<gauge_list> promise) {
  if (parts.empty()) {
    promise.deliver(std::move(so_far));
    return;
  }
  const caf::actor part = parts.back();
  parts.pop_back();
  self->request(part, std::chrono::seconds(30), gauges_atom::value)
      .then(
          [=](const gauge_list& more) mutable {
            so_far.insert(so_far.end(), more.begin(), more.end());
            gather_gauges(self, std::move(parts), std::move(so_far), promise);
          },
          [=](const caf::error& e) mutable { promise.deliver(e); });
}

/// The node ends: everything under it ends too (the gateway ends its queries).
void stop_all(supervisor_state& state) {
  for (caf::actor* part :
       {&state.gateway, &state.notification, &state.shard, &state.projector, &state.dispatcher,
        &state.vault, &state.journal, &state.indexer, &state.cluster}) {
    if (!*part) continue;
    caf::anon_send_exit(*part, caf::exit_reason::user_shutdown);
    *part = nullptr;
  }
  for (auto& r : state.replicas) caf::anon_send_exit(r.actor, caf::exit_reason::user_shutdown);
  state.replicas.clear();
  state.settings = {};
}

/// Who answers a search.
const caf::actor& searched(const supervisor_state& state) {
  return state.cluster ? state.cluster : state.shard;
}

const caf::actor& replica_of(const supervisor_state& state, partition_id which) {
  const auto found = std::ranges::find(state.replicas, which, &replica_handle::id);
  INVARIANT(found != state.replicas.end());  // whoever asks knows the store
  return found->actor;
}

}  // namespace

caf::behavior node_supervisor(caf::event_based_actor* self, storage::store* store,
                              node_settings settings) {
  auto state = std::make_shared<supervisor_state>();
  state->store = store;
  state->settings = std::move(settings);
  if (!state->settings.cases)
    state->settings.cases =
        std::make_shared<const casework::case_settings>(casework::usual_settings());
  self->set_down_handler([=](const caf::down_msg& down) { on_down(self, state, down); });
  start_all(self, state);
  self->attach_functor([state] { stop_all(*state); });
  return {
      [=](submit_atom a, submission& what) {
        return self->delegate(state->gateway, a, std::move(what));
      },
      [=](watch_atom a, const caf::actor& w) { self->send(state->gateway, a, w); },
      [=](load_atom a) { return self->delegate(state->gateway, a); },
      [=](gauges_atom) -> caf::result<gauge_list> {
        auto promise = self->make_response_promise<gauge_list>();
        gather_gauges(self, {state->gateway, state->shard, state->vault, state->journal}, {},
                      promise);
        return promise;
      },
      [=](status_atom a) -> caf::result<cluster_status_ptr> {
        if (!state->cluster) return caf::make_error(caf::sec::bad_function_call);
        self->delegate(state->cluster, a);
        return caf::delegated<cluster_status_ptr>{};
      },
      [=](order_atom a, const cluster::cluster_order& order) -> caf::result<status_reply> {
        if (!state->cluster) return caf::make_error(caf::sec::bad_function_call);
        self->delegate(state->cluster, a, order);
        return caf::delegated<status_reply>{};
      },
      [=](round1_atom a, packet& p) { return self->delegate(searched(*state), a, std::move(p)); },
      [=](round2_atom a, packet& p) { return self->delegate(searched(*state), a, std::move(p)); },
      [=](progress_atom a, search_id search) {
        return self->delegate(searched(*state), a, search);
      },
      [=](own_atom, round1_atom a, packet& p) {
        return self->delegate(state->shard, a, std::move(p));
      },
      [=](own_atom, round2_atom a, packet& p) {
        return self->delegate(state->shard, a, std::move(p));
      },
      [=](own_atom, progress_atom a, std::uint64_t search) {
        return self->delegate(state->shard, a, search_id{search});
      },
      [=](append_atom a, append_batch& b) {
        return self->delegate(state->journal, a, std::move(b));
      },
      [=](seal_atom a, seal_batch& b) { return self->delegate(state->vault, a, std::move(b)); },
      [=](destroy_atom a, key_list& keys) {
        return self->delegate(state->vault, a, std::move(keys));
      },
      [=](applied_atom a, stream_id stream, std::uint64_t seq) {
        for (const auto& r : state->replicas)
          if (stream_of(r.id.gallery) == stream) self->send(r.actor, a, stream, seq);
        if (stream == stream_id::outbox) self->send(state->dispatcher, a, stream, seq);
      },
      [=](indexed_atom a, gallery_kind gallery, std::uint32_t index) {
        return self->delegate(replica_of(*state, {gallery, index}), a);
      },
      [=](drain_atom, const caf::actor& who) {
        state->draining.push_back(who);
        if (!state->settling) settle(self, state);
      },
      [=](settle_atom) { settle(self, state); },
  };
}

}  // namespace whorl::actors
