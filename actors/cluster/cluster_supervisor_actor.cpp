#include <algorithm>

#include "actors/cluster/cluster_actors.hpp"
#include "storage/cluster_state.hpp"

namespace whorl::actors {
namespace {

using namespace cluster;

struct supervisor_state {
  storage::store* store = nullptr;
  cluster_settings settings;
  caf::actor local, journal, fan_out, feed, port;
  std::optional<membership_core> core;
  std::map<std::string, caf::actor> nodes;  ///< by name, connected ones
  cluster_view_ptr view = std::make_shared<const cluster_view>();
  bool ended = false;
};
using state_ptr = std::shared_ptr<supervisor_state>;

/// Of the fan-out, which only counts.
constexpr auto fan_out_limit = std::chrono::seconds(30);

instant now(caf::event_based_actor* self, const supervisor_state& state) {
  return state.settings.time.now(self);
}

/// Who can be asked for each partition now; this process itself where nobody else can.
cluster_view view_of(const supervisor_state& state, instant at) {
  cluster_view view;
  const partition_map& map = state.core->map();
  view.who.partition_count = state.store->partition_count;
  const std::string& own = state.settings.exchange_name;
  for (const gallery_kind gallery : {gallery_kind::criminal, gallery_kind::immigration})
    for (std::uint32_t i = 0; i < view.who.partition_count; ++i) {
      auto& places = view.who.places[{gallery, i}];
      for (std::string& name : searchable_nodes(map, {gallery, i}, state.core->views(), at,
                                                state.settings.membership.live))
        if (const auto node = state.nodes.find(name); node != state.nodes.end()) {
          view.nodes.emplace(name, node->second);
          places.push_back({std::move(name), false});
        }
      places.push_back({own, true});
    }
  view.nodes.emplace(own, state.local);
  return view;
}

void refresh_view(caf::event_based_actor* self, supervisor_state& state) {
  cluster_view view = view_of(state, now(self, state));
  if (view.who == state.view->who && view.nodes == state.view->nodes) return;
  state.view = std::make_shared<const cluster_view>(std::move(view));
  self->send(state.fan_out, view_atom::value, state.view);
}

void say(caf::event_based_actor* self, const supervisor_state& state, std::string what,
         std::string node, std::string text = {}, event_level level = event_level::warning) {
  tell(self, state.settings.on_event,
       {.what = std::move(what), .level = level, .node = std::move(node), .text = std::move(text)});
}

/// Carries out effects in order. Returns why the sender is refused, if it is.
struct performer {
  caf::event_based_actor* self;
  supervisor_state& state;
  const std::string& folder() const { return state.store->folder; }

  std::optional<error> refused;
  bool failed = false;  ///< what follows an unkept map must not be done

  void operator()(const membership_effect::publish& e) {
    const status kept = storage::keep_partition_map(folder(), e.map, state.settings.durable);
    if (!kept) {
      failed = state.ended = true;
      say(self, state, "map", {}, "cannot be kept: " + kept.error().message);
      self->quit(caf::exit_reason::user_shutdown);
      return;
    }
    tell(self, state.settings.on_event, {.what = "map", .map_epoch = e.map.epoch});
  }
  // Nodes read out of the map what they are to hold.
  void operator()(const membership_effect::copy&) {}
  void operator()(const membership_effect::drop&) {}
  void operator()(const membership_effect::remember_drained& e) {
    const status kept = storage::keep_drained(folder(), e.nodes, state.settings.durable);
    if (!kept) say(self, state, "drained", {}, "cannot be kept: " + kept.error().message);
  }
  void operator()(const membership_effect::refuse_node& e) {
    say(self, state, "refused", e.name, e.why.message);
    refused = e.why;
  }
  void operator()(const membership_effect::stand_down& e) {
    failed = state.ended = true;
    say(self, state, "stopped", {},
        "a node has seen map " + std::to_string(e.seen_epoch) + ", which is not of this exchange");
    self->quit(caf::exit_reason::user_shutdown);
  }
};

std::optional<error> perform(caf::event_based_actor* self, supervisor_state& state,
                             const membership_effects& effects) {
  performer does{self, state, std::nullopt, false};
  for (const auto& effect : effects)
    if (!does.failed) std::visit(does, effect);
  return does.refused;
}

caf::result<packet> on_report(caf::event_based_actor* self, supervisor_state& state,
                              const packet& frame, const caf::actor& sender) {
  // Nobody may see a map of one that was replaced: the node looks for the other.
  if (state.settings.is_current && !state.settings.is_current())
    return caf::make_error(caf::sec::cannot_connect_to_node);
  const auto report = wire::decode_node_report(*frame.data);
  if (!report) return caf::make_error(caf::sec::invalid_argument, report.error().message);
  const std::string& name = report->place.name;
  if (name == state.settings.exchange_name)
    return caf::make_error(caf::sec::invalid_argument, "'" + name + "' is the exchange's name");
  const std::uint32_t before = state.core->map().epoch;
  if (const auto why = perform(self, state, state.core->on_report(*report, now(self, state))))
    return caf::make_error(caf::sec::invalid_argument, why->message);
  if (state.ended)  // nobody may see a map that was not kept
    return caf::make_error(caf::sec::cannot_connect_to_node);
  caf::actor& node = state.nodes[name];
  if (node != sender) {
    if (node) self->demonitor(node);
    node = sender;
    self->monitor(sender);
    say(self, state, "connected", name, {}, event_level::info);
  }
  const partition_map& map = state.core->map();
  if (map.epoch != before) refresh_view(self, state);
  if (map.epoch == report->map_epoch || map.epoch == 0) return pack({});
  return pack(wire::encode(map));
}

void on_down(caf::event_based_actor* self, supervisor_state& state, const caf::down_msg& down) {
  const auto gone = std::ranges::find_if(
      state.nodes, [&](const auto& each) { return each.second.address() == down.source; });
  if (gone != state.nodes.end()) {
    const std::string name = gone->first;
    state.nodes.erase(gone);
    say(self, state, "lost", name, self->system().render(down.reason));
    perform(self, state, state.core->on_lost(name, now(self, state)));
    return refresh_view(self, state);
  }
  for (const caf::actor* part : {&state.fan_out, &state.feed, &state.port, &state.local})
    if (part->address() == down.source) return self->quit(down.reason);  // the node starts again
}

void start(caf::event_based_actor* self, supervisor_state& state) {
  const bool detach = state.settings.detach_edges;
  fan_out_settings fan_out = state.settings.fan_out;
  fan_out.partition_count = state.store->partition_count;
  if (state.settings.on_event)
    fan_out.on_round = [tell = state.settings.on_event](const round_note& round) {
      tell(event_of(round));
    };
  state.fan_out = self->spawn<caf::monitored>(fan_out_actor, fan_out);
  state.feed = detach ? self->spawn<caf::monitored + caf::detached>(feed_actor, state.store)
                      : self->spawn<caf::monitored>(feed_actor, state.store);
  state.port = self->spawn<caf::monitored>(port_actor, caf::actor(self), state.feed);
  self->send(state.journal, listen_atom::value, caf::actor(self));
  refresh_view(self, state);
  if (state.settings.publish_port) state.settings.publish_port(state.port);
  self->send(self, tick_atom::value);
}

void stop(supervisor_state& state) {
  for (caf::actor* part : {&state.fan_out, &state.feed, &state.port, &state.local}) {
    if (*part) caf::anon_send_exit(*part, caf::exit_reason::user_shutdown);
    *part = nullptr;
  }
  state.nodes.clear();
  state.journal = nullptr;
  state.view = nullptr;
  state.settings.publish_port = {};
  state.settings.on_failed = {};
  state.settings.on_event = {};
  state.settings.is_current = {};
}

/// A map that makes no sense here is said before anything rests on it.
result<storage::cluster_state> read_state(const storage::store& store) {
  WHORL_ASSIGN(auto kept, storage::read_cluster_state(store.folder));
  if (!kept.map) return kept;
  const std::string way_out = ": remove " + store.folder +
                              "/cluster-map, and the cluster is placed "
                              "anew";
  if (const status whole = check_map(*kept.map); !whole)
    return make_error(errc::corrupt, whole.error().message + way_out);
  if (kept.map->partition_count != store.partition_count)
    return make_error(errc::conflict, "the partition map is of another store" + way_out);
  return kept;
}

cluster_status status_at(const supervisor_state& state, instant at) {
  cluster_status out;
  out.map = state.core->map();
  out.settled = state.core->settled();
  for (const auto& [name, view] : state.core->views())
    out.nodes.push_back({view.report, std::string(to_string(state.core->state_of(name, at))),
                         state.core->drained().contains(name)});
  for (const auto& [name, refused] : state.core->other_versions())
    out.other_versions.push_back({name, refused.protocol});
  for (const auto& [which, places] : state.view->who.places)
    out.searchable.emplace_back(which, places.size() - 1);
  return out;
}

/// With what the fan-out counts.
caf::result<cluster_status_ptr> status_of(caf::event_based_actor* self,
                                          const supervisor_state& state) {
  auto out = std::make_shared<cluster_status>(status_at(state, now(self, state)));
  auto promise = self->make_response_promise<cluster_status_ptr>();
  self->request(state.fan_out, fan_out_limit, counts_atom::value)
      .then(
          [=](const fan_out_counts& counts) mutable {
            out->rounds = counts;
            promise.deliver(cluster_status_ptr(out));
          },
          [=](caf::error& e) mutable { promise.deliver(std::move(e)); });
  return promise;
}

}  // namespace

caf::behavior cluster_supervisor_actor(caf::event_based_actor* self, storage::store* store,
                                       caf::actor node, caf::actor journal,
                                       cluster_settings settings) {
  auto state = std::make_shared<supervisor_state>();
  state->store = store;
  state->settings = std::move(settings);
  state->settings.membership.partition_count = store->partition_count;
  self->attach_functor([state] { stop(*state); });
  state->local = self->spawn<caf::monitored>(own_shard_actor, std::move(node));
  state->journal = std::move(journal);
  state->settings.membership.has_everything = true;
  auto kept = read_state(*store);
  if (!kept) {
    if (state->settings.on_failed) state->settings.on_failed(kept.error());
    self->quit(caf::exit_reason::user_shutdown);
    return {[](tick_atom) {}};
  }
  state->core.emplace(state->settings.membership, std::move(kept->map), std::move(kept->drained),
                      now(self, *state));
  self->set_down_handler([=](const caf::down_msg& down) { on_down(self, *state, down); });
  start(self, *state);
  return {
      [=](round1_atom a, packet& frame) -> caf::result<packet> {
        self->delegate(state->fan_out, a, std::move(frame));
        return caf::delegated<packet>{};
      },
      [=](round2_atom a, packet& frame) -> caf::result<packet> {
        self->delegate(state->fan_out, a, std::move(frame));
        return caf::delegated<packet>{};
      },
      [=](progress_atom a, search_id search) -> caf::result<std::uint64_t> {
        self->delegate(state->fan_out, a, search);
        return caf::delegated<std::uint64_t>{};
      },
      [=](report_atom, const packet& frame, const caf::actor& sender) {
        return on_report(self, *state, frame, sender);
      },
      [=](advanced_atom, stream_id stream, std::uint64_t seq) {
        if (stream != stream_id::criminal && stream != stream_id::immigration) return;
        for (const auto& [name, each] : state->nodes)
          self->send(each, advanced_atom::value, static_cast<std::uint8_t>(stream), seq);
      },
      [=](tick_atom) {
        perform(self, *state, state->core->on_tick(now(self, *state)));
        refresh_view(self, *state);
        self->send(state->feed, tick_atom::value);
        self->delayed_send(self, std::chrono::milliseconds(state->settings.tick_ms),
                           tick_atom::value);
      },
      [=](order_atom, const cluster_order& order) -> status_reply {
        auto effects = state->core->on_order(order, now(self, *state));
        if (!effects) return effects.error();
        perform(self, *state, *effects);
        refresh_view(self, *state);
        return {};
      },
      [=](status_atom) { return status_of(self, *state); },
  };
}

}  // namespace whorl::actors
