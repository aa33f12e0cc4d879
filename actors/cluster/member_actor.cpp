#include <algorithm>

#include "actors/cluster/cluster_actors.hpp"
#include "messages/planted_bug.hpp"

namespace whorl::actors {
namespace {

struct member_state {
  member_settings settings;
  caf::actor keeper, indexer, connector, exchange, shard;
  held_ptr held = std::make_shared<const held_replicas>();
  std::uint32_t map_epoch = 0;
  std::uint64_t in_hand = 0;  ///< rounds that the shard has not answered
  std::uint64_t hellos = 0;
  std::uint64_t connects = 0;
  partition_list wanted;    ///< by the map
  bool connecting = false;  ///< the connector has not answered
  bool whole = false;       ///< nothing was lacking when last looked at
  std::shared_ptr<keeper_counters> counters = std::make_shared<keeper_counters>();
};
using state_ptr = std::shared_ptr<member_state>;

/// The keeper asks for what was lost less often than the node says hello.
constexpr std::uint64_t hellos_a_tick = 5;

node_counts counts_of(const member_state& state) {
  node_counts now;
  now.node = state.settings.place.name;
  now.connected = state.exchange != nullptr;
  now.connects = state.connects;
  now.map_epoch = state.map_epoch;
  now.wanted = state.wanted;
  now.replicas = state.held->reports;
  state.counters->copy_to(now);
  return now;
}

void note(caf::event_based_actor* self, const member_state& state, const node_event& event) {
  tell(self, state.settings.on_event, event);
}

/// Says when this node can answer for all that it is given, and when it cannot any more.
void look_whether_whole(caf::event_based_actor* self, member_state& state) {
  const std::string why_not = lacking(counts_of(state));
  if (state.whole == why_not.empty()) return;
  state.whole = why_not.empty();
  if (state.whole)
    note(self, state, {.what = "ready", .map_epoch = state.map_epoch});
  else
    note(self, state, {.what = "unready", .level = event_level::warning, .text = why_not});
}

/// What is new about the replicas.
void note_replicas(caf::event_based_actor* self, const member_state& state,
                   const held_replicas& before) {
  const auto find = [](const held_replicas& in, partition_id which) {
    return std::ranges::find(in.reports, which, &replica_report::partition);
  };
  for (const replica_report& now : state.held->reports) {
    const auto was = find(before, now.partition);
    if (was == before.reports.end() || was->state != now.state)
      note(self, state, {.what = std::string(to_string(now.state)), .partition = now.partition});
  }
  for (const replica_report& was : before.reports)
    if (find(*state.held, was.partition) == state.held->reports.end())
      note(self, state, {.what = "dropped", .partition = was.partition});
}

void connect(caf::event_based_actor* self, member_state& state) {
  if (state.connecting) return;
  if (planted(planted_bug::lost_exchange_is_not_looked_for) && state.map_epoch > 0) return;
  state.connecting = true;
  self->send(state.connector, connect_atom::value);
}

void lose_exchange(caf::event_based_actor* self, member_state& state, const std::string& why) {
  if (!state.exchange) return;
  self->demonitor(state.exchange);
  state.exchange = nullptr;
  self->send(state.keeper, exchange_atom::value, false);
  note(self, state,
       {.what = "lost", .level = event_level::warning, .text = "the exchange: " + why});
  look_whether_whole(self, state);
}

node_report report_of(const member_state& state) {
  node_report report;
  report.place = state.settings.place;
  report.incarnation = state.settings.incarnation;
  report.map_epoch = state.map_epoch;
  report.rounds_in_hand = state.in_hand;
  report.replicas = state.held->reports;
  report.protocol = state.settings.protocol;
  return report;
}

/// A map of an older epoch was made by a supervisor that is one no more.
void take_map(caf::event_based_actor* self, member_state& state, partition_map map) {
  if (map.epoch <= state.map_epoch && !planted(planted_bug::older_map_is_taken)) return;
  state.map_epoch = map.epoch;
  if (!state.shard) {
    state.settings.shard.partition_count = map.partition_count;
    state.shard = self->spawn<caf::monitored>(shard_actor, state.held->open, state.settings.shard);
  }
  state.wanted.clear();
  for (const placement& each : map.placements)
    if (std::ranges::find(each.nodes, state.settings.place.name) != each.nodes.end())
      state.wanted.push_back(each.partition);
  note(self, state,
       {.what = "map",
        .map_epoch = map.epoch,
        .text = std::to_string(state.wanted.size()) + " replicas belong here"});
  self->send(state.keeper, wanted_atom::value,
             std::make_shared<const partition_map>(std::move(map)), state.wanted);
  look_whether_whole(self, state);
}

void say_hello(caf::event_based_actor* self, const state_ptr& state) {
  if (!state->exchange) return;
  // To CAF an exchange that is found again is the one that was lost: what was asked over an earlier
  // connection, and is answered by nobody, says nothing about this one.
  const std::uint64_t connection = state->connects;
  self->request(state->exchange, std::chrono::milliseconds(state->settings.reply_ms),
                hello_atom::value, pack(wire::encode(report_of(*state))))
      .then(
          [=](const packet& frame) {
            if (frame.data->empty()) return;  // nothing new
            auto map = wire::decode_partition_map(*frame.data);
            if (map) take_map(self, *state, *std::move(map));
          },
          [=](const caf::error& e) {
            if (state->connects != connection) return;
            if (e == caf::sec::invalid_argument && state->settings.on_failed)
              return state->settings.on_failed(make_error(
                  errc::conflict, "the exchange refuses this node: " + self->system().render(e)));
            lose_exchange(self, *state, self->system().render(e));
          });
}

/// Of a round: the shard gives up what stands still, long before.
constexpr auto round_limit = std::chrono::minutes(30);
/// Of the keeper, which has a thread: such an actor speaks with no other process itself (relay says
/// why).
constexpr auto exchange_limit = std::chrono::seconds(20);
/// Of a shard that is asked what it counts.
constexpr auto shard_limit = std::chrono::seconds(4);

template <class Atom>
caf::result<packet> ask_shard(caf::event_based_actor* self, const state_ptr& state, Atom atom,
                              packet request) {
  // Before the first map nothing is held, so that nobody asks.
  if (!state->shard) return caf::make_error(caf::sec::bad_function_call);
  ++state->in_hand;
  return relay(self, state->shard, round_limit, atom, std::move(request),
               [state] { --state->in_hand; });
}

template <class Atom>
caf::result<packet> ask_exchange(caf::event_based_actor* self, const member_state& state, Atom atom,
                                 packet request) {
  if (!state.exchange) return caf::make_error(caf::sec::cannot_connect_to_node);
  return relay(self, state.exchange, exchange_limit, atom, std::move(request));
}

caf::result<node_counts_ptr> status_of(caf::event_based_actor* self, const member_state& state) {
  auto now = std::make_shared<node_counts>(counts_of(state));
  if (!state.shard) return node_counts_ptr(now);
  auto promise = self->make_response_promise<node_counts_ptr>();
  self->request(state.shard, shard_limit, counts_atom::value)
      .then(
          [=](const shard_counts& counts) mutable {
            now->shard = counts;
            promise.deliver(node_counts_ptr(now));
          },
          [=](caf::error& e) mutable { promise.deliver(std::move(e)); });
  return promise;
}

void on_down(caf::event_based_actor* self, const state_ptr& state, const caf::down_msg& down) {
  if (state->exchange && state->exchange.address() == down.source)
    return lose_exchange(self, *state, self->system().render(down.reason));
  if (state->shard && state->shard.address() == down.source) {
    note(self, *state,
         {.what = "fell",
          .level = event_level::warning,
          .text = "the shard (" + self->system().render(down.reason) + "), started again"});
    state->shard =
        self->spawn<caf::monitored>(shard_actor, state->held->open, state->settings.shard);
    return;
  }
  if (state->keeper.address() == down.source) self->quit(down.reason);
}

void start(caf::event_based_actor* self, member_state& state) {
  member_settings& s = state.settings;
  const caf::actor me(self);
  if (s.detach_edges && s.use_index) state.indexer = self->spawn<caf::detached>(indexer_actor);
  // No two starts number their copies alike.
  const keeper_settings keeper{s.folder, s.options,      s.incarnation << 20, state.indexer,
                               me,       state.counters, s.on_event};
  if (s.on_event)
    s.shard.on_round = [tell = s.on_event](const round_note& round) { tell(event_of(round)); };
  if (s.detach_edges) {
    state.keeper = self->spawn<caf::monitored + caf::detached>(keeper_actor, keeper);
    state.connector = self->spawn<caf::linked + caf::detached>(connector_actor, s.connect);
  } else {
    state.keeper = self->spawn<caf::monitored>(keeper_actor, keeper);
    state.connector = self->spawn<caf::linked>(connector_actor, s.connect);
  }
  self->delayed_send(self, std::chrono::milliseconds(s.hello_ms), tick_atom::value);
}

void stop(member_state& state) {
  for (caf::actor* part : {&state.keeper, &state.indexer, &state.shard}) {
    if (*part) caf::anon_send_exit(*part, caf::exit_reason::user_shutdown);
    *part = nullptr;
  }
  state.connector = state.exchange = nullptr;
}

}  // namespace

caf::behavior member_actor(caf::event_based_actor* self, member_settings settings) {
  auto state = std::make_shared<member_state>();
  state->settings = std::move(settings);
  self->set_down_handler([=](const caf::down_msg& down) { on_down(self, state, down); });
  self->attach_functor([state] { stop(*state); });
  start(self, *state);
  return {
      [=](exchange_atom, const caf::actor& exchange) {
        state->connecting = false;
        if (!exchange) return;
        state->exchange = exchange;
        self->monitor(exchange);
        ++state->connects;
        self->send(state->keeper, exchange_atom::value, true);
        note(self, *state, {.what = "connected", .text = "to the exchange"});
        say_hello(self, state);
      },
      [=](tick_atom) {
        if (!state->exchange) connect(self, *state);
        if (++state->hellos % hellos_a_tick == 0) self->send(state->keeper, tick_atom::value);
        say_hello(self, state);
        self->delayed_send(self, std::chrono::milliseconds(state->settings.hello_ms),
                           tick_atom::value);
      },
      [=](holds_atom, const held_ptr& held) {
        if (!held->failed) {
          if (state->settings.on_failed) state->settings.on_failed(held->failed.error());
          return;
        }
        const held_ptr before = std::exchange(state->held, held);
        note_replicas(self, *state, *before);
        look_whether_whole(self, *state);
        if (state->shard) self->send(state->shard, replicas_atom::value, held->open);
        say_hello(self, state);
      },
      [=](advanced_atom, std::uint8_t stream, std::uint64_t seq) {
        const auto which = static_cast<stream_id>(stream);
        if (which == stream_id::criminal || which == stream_id::immigration)
          state->counters->hear_tail(gallery_of(which), seq);
        self->send(state->keeper, advanced_atom::value, which, seq);
      },
      [=](round1_atom a, packet& frame) { return ask_shard(self, state, a, std::move(frame)); },
      [=](round2_atom a, packet& frame) { return ask_shard(self, state, a, std::move(frame)); },
      [=](progress_atom a, std::uint64_t search) -> caf::result<std::uint64_t> {
        if (!state->shard) return caf::make_error(caf::sec::bad_function_call);
        self->delegate(state->shard, a, search_id{search});
        return caf::delegated<std::uint64_t>{};
      },
      [=](status_atom) { return status_of(self, *state); },
      [=](facts_atom a, packet& request) {
        return ask_exchange(self, *state, a, std::move(request));
      },
      [=](rows_atom a, packet& request) {
        return ask_exchange(self, *state, a, std::move(request));
      },
  };
}

}  // namespace whorl::actors
