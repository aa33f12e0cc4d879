#include <algorithm>

#include "actors/cluster/cluster_actors.hpp"
#include "actors/cluster/keeper_core.hpp"
#include "messages/planted_bug.hpp"
#include "storage/opened_payloads.hpp"

namespace whorl::actors {
namespace {

constexpr auto exchange_limit = std::chrono::seconds(20);

struct open_replica {
  std::shared_ptr<storage::gallery_partition> partition;  ///< its readers have a part in it
  caf::actor searcher;
  bool dropping = false;  ///< once the searcher is down
  row_place read_to;      ///< to find damage
  /// What was read last, of the state after this fact; nothing once the exchange was asked.
  std::optional<row_stretch> read;
  std::uint64_t read_at_seq = 0;
};

struct keeper_state {
  explicit keeper_state(keeper_settings from)
      : settings(std::move(from)), core(settings.first_copy) {}
  keeper_settings settings;  ///< its member passes questions on to the exchange
  keeper_core core;
  std::unique_ptr<storage::replica_folder> folder;
  storage::opened_payloads keys;
  std::map<partition_id, open_replica> replicas;
  std::unique_ptr<storage::partition_target> target;
  partition_id target_of;
};
using state_ptr = std::shared_ptr<keeper_state>;

void perform(caf::event_based_actor* self, const state_ptr& state, keeper_effects effects);

void say(caf::event_based_actor* self, const keeper_state& state, partition_id which,
         const std::string& what) {
  tell(self, state.settings.on_event,
       {.what = "replica", .level = event_level::warning, .partition = which, .text = what});
}

void tell_member(caf::event_based_actor* self, keeper_state& state, status failed = {}) {
  auto held = std::make_shared<held_replicas>();
  held->reports = state.core.reports();
  for (const auto& [which, one] : state.replicas)
    if (state.core.is_open(which)) held->open.push_back({which, one.searcher});
  held->failed = std::move(failed);
  self->send(state.settings.member, holds_atom::value, held_ptr(std::move(held)));
}

std::uint64_t people_of(const storage::gallery_partition& partition) {
  const auto view = partition.view();
  return view ? (*view)->people() : 0;
}

void start_searcher(caf::event_based_actor* self, keeper_state& state, open_replica& one) {
  one.searcher = self->spawn<caf::monitored>(replica_actor, partition_ptr(one.partition),
                                             one.partition->applied().seq, state.settings.indexer,
                                             caf::actor(self));
}

/// Opens a whole replica and lets it be searched.
status open_one(caf::event_based_actor* self, keeper_state& state, partition_id which) {
  WHORL_ASSIGN(auto partition, state.folder->open_replica(which, state.keys));
  open_replica& one = state.replicas[which];
  one.partition = std::move(partition);
  start_searcher(self, state, one);
  return {};
}

status open_folder(caf::event_based_actor* self, const state_ptr& state, std::uint32_t count) {
  WHORL_ASSIGN(state->folder, storage::replica_folder::open(state->settings.folder, count,
                                                            state->settings.options));
  for (const partition_id which : state->folder->held()) {
    if (const status opened = open_one(self, *state, which); !opened) {
      say(self, *state, which, opened.error().message);
      // Damage alone costs the replica: want of memory or descriptors passes.
      const errc code = opened.error().code;
      if (code != errc::corrupt && code != errc::conflict && code != errc::wrong_version)
        return opened;
      perform(self, state, state->core.on_damaged(which));
      continue;
    }
    const auto& partition = *state->replicas.at(which).partition;
    state->core.hold(which, partition.applied().seq, people_of(partition));
  }
  return {};
}

void remove_files(caf::event_based_actor* self, const state_ptr& state, partition_id which) {
  state->replicas.erase(which);
  if (state->target_of == which) state->target.reset();  // its file is about to be overwritten
  if (const status done = state->folder->drop(which); !done)
    say(self, *state, which, done.error().message);
  perform(self, state, state->core.on_dropped(which));
}

struct performer {
  caf::event_based_actor* self;
  state_ptr state;

  void operator()(const keeper_effect::begin_copy& e) const {
    state->target.reset();
    auto target = state->folder->receive(e.which);
    if (target) {
      ++state->settings.counters->copies_begun;
      state->target = *std::move(target);
      state->target_of = e.which;
      return;
    }
    say(self, *state, e.which, target.error().message);
    state->core.on_copy_failed(e.copy);
  }

  void operator()(const keeper_effect::ask_rows& e) const {
    if (!state->target) return;  // it could not be begun
    auto [me, st] = std::pair(self, state);
    self->request(state->settings.member, exchange_limit, rows_atom::value,
                  pack(wire::encode(rows_request{e.which, e.copy, e.number})))
        .then([=](const packet& frame) { on_rows(me, st, e, *frame.data); },
              [=](const caf::error& refused) {
                // Refused: the exchange does not know the copy any more, or its own is damaged.
                if (refused != caf::sec::invalid_argument) return st->core.on_rows_lost(e.copy);
                say(me, *st, e.which, "is not sent: " + me->system().render(refused));
                st->core.on_copy_failed(e.copy);
              });
  }

  static void on_rows(caf::event_based_actor* self, const state_ptr& state,
                      const keeper_effect::ask_rows& asked, const bytes& frame) {
    if (!state->core.expects(asked.copy, asked.number))
      return perform(self, state, state->core.on_rows(asked.copy, asked.number, false));
    if (!state->target) return;
    auto piece = wire::decode_rows_reply(frame);
    const status added = piece ? state->target->add(*piece) : status(piece.error());
    if (!added) {
      say(self, *state, asked.which, added.error().message);
      state->core.on_copy_failed(asked.copy);
      return;
    }
    state->settings.counters->copied_bytes += frame.size();
    const bool last = piece->last || planted(planted_bug::part_of_a_copy_is_accepted);
    if (last) state->target.reset();
    perform(self, state, state->core.on_rows(asked.copy, asked.number, last));
  }

  void operator()(const keeper_effect::accept& e) const {
    status opened = state->folder->accept(e.which);
    if (opened) opened = open_one(self, *state, e.which);
    if (!opened) {
      say(self, *state, e.which, opened.error().message);
      return perform(self, state, state->core.on_damaged(e.which));
    }
    const auto& partition = *state->replicas.at(e.which).partition;
    perform(self, state,
            state->core.on_opened(e.which, partition.applied().seq, people_of(partition)));
  }

  void operator()(const keeper_effect::drop& e) const {
    const auto found = state->replicas.find(e.which);
    if (found == state->replicas.end()) return remove_files(self, state, e.which);
    found->second.dropping = true;
    self->send_exit(found->second.searcher, caf::exit_reason::user_shutdown);
  }

  void operator()(const keeper_effect::ask_facts& e) const {
    auto [me, st] = std::pair(self, state);
    facts_request request{
        e.stream, e.from_seq, static_cast<std::uint32_t>(limits::replicated_facts_max), {}};
    for (const std::uint32_t index : e.partitions)
      if (const auto held = state->replicas.find({gallery_of(e.stream), index});
          held != state->replicas.end()) {
        const auto applied = held->second.partition->applied();
        const auto imports = held->second.partition->imports();
        request.replicas.push_back({index, applied.seq, imports ? *imports : 0, applied.self});
        const auto read = std::exchange(held->second.read, std::nullopt);
        if (held->second.read_at_seq == applied.seq) request.replicas.back().checked = read;
      }
    self->request(state->settings.member, exchange_limit, facts_atom::value,
                  pack(wire::encode(request)))
        .then([=](const packet& frame) { on_facts(me, st, e, *frame.data); },
              [=](const caf::error&) { st->core.on_facts_failed(e.stream, e.question); });
  }

  static void on_facts(caf::event_based_actor* self, const state_ptr& state,
                       const keeper_effect::ask_facts& asked, const bytes& frame) {
    auto reply = wire::decode_facts_reply(frame);
    if (!reply) return state->core.on_facts_failed(asked.stream, asked.question);
    state->settings.counters->tails[index_of(gallery_of(asked.stream))] = reply->tail_seq;
    state->keys.hold(std::move(reply->opened));
    std::vector<keeper_core::applied_replica> applied;
    std::vector<partition_id> parted;
    for (const std::uint32_t index : asked.partitions) {
      const partition_id which{gallery_of(asked.stream), index};
      const auto found = state->replicas.find(which);
      if (found == state->replicas.end() || found->second.dropping) continue;
      storage::gallery_partition& partition = *found->second.partition;
      if (partition.applied().seq + 1 < asked.from_seq) continue;  // copied anew since
      if (std::ranges::find(reply->parted, index) != reply->parted.end()) {
        say(self, *state, which, "has other facts, bulk loads or rows than the exchange");
        parted.push_back(which);
        continue;
      }
      const status done = partition.apply(reply->facts);
      if (!done) {
        say(self, *state, which, done.error().message);
        const errc code = done.error().code;
        if (code == errc::corrupt || code == errc::conflict) parted.push_back(which);
      }
      const std::uint64_t seq = partition.applied().seq;
      self->send(found->second.searcher, applied_atom::value, asked.stream, seq);
      applied.push_back({which, seq, people_of(partition), !done});
    }
    state->keys.hold({});
    for (const partition_id which : parted) perform(self, state, state->core.on_damaged(which));
    perform(self, state,
            state->core.on_facts(asked.stream, asked.question, reply->tail_seq, applied));
  }

  void operator()(const keeper_effect::report&) const { tell_member(self, *state); }
};

void perform(caf::event_based_actor* self, const state_ptr& state, keeper_effects effects) {
  for (const auto& effect : effects) std::visit(performer{self, state}, effect);
  state->settings.counters->copies_running = state->core.copies() ? 1 : 0;
}

void on_damage(caf::event_based_actor* self, const state_ptr& state, partition_id which,
               const std::string& what) {
  say(self, *state, which, what);
  perform(self, state, state->core.on_damaged(which));
}

/// Reads a part of a replica; the exchange compares it when it is asked for facts next.
void check(caf::event_based_actor* self, const state_ptr& state, partition_id which) {
  if (planted(planted_bug::damage_is_not_looked_for)) return;
  open_replica& one = state->replicas.at(which);
  const auto view = one.partition->view();
  if (!view) return;  // out of readers: the next time
  auto read = (*view)->check_stretch(one.read_to, checked_bytes_max);
  if (read) {
    one.read_to = read->to;
    one.read = *std::move(read);
    one.read_at_seq = (*view)->applied_seq();
  } else if (read.error().code == errc::corrupt) {
    on_damage(self, state, which, read.error().message);
  }
}

void on_down(caf::event_based_actor* self, const state_ptr& state, const caf::down_msg& down) {
  for (auto& [which, one] : state->replicas) {
    if (!one.searcher || one.searcher.address() != down.source) continue;
    if (one.dropping) return remove_files(self, state, which);
    say(self, *state, which, "fell (" + self->system().render(down.reason) + "), started again");
    start_searcher(self, *state, one);
    return tell_member(self, *state);
  }
}

}  // namespace

caf::behavior keeper_actor(caf::event_based_actor* self, keeper_settings settings) {
  auto state = std::make_shared<keeper_state>(std::move(settings));
  self->set_down_handler([=](const caf::down_msg& down) { on_down(self, state, down); });
  self->attach_functor([state] {
    for (auto& [which, one] : state->replicas)
      caf::anon_send_exit(one.searcher, caf::exit_reason::user_shutdown);
    state->settings.indexer = state->settings.member = nullptr;
  });
  return {
      [=](exchange_atom, bool connected) {
        if (!connected) return state->core.on_disconnected();
        perform(self, state, state->core.on_connected());
      },
      [=](wanted_atom, const partition_map_ptr& map, const partition_list& mine) {
        if (!state->folder)
          if (const status opened = open_folder(self, state, map->partition_count); !opened)
            return tell_member(self, *state, opened);
        perform(self, state, state->core.on_wanted(mine));
        tell_member(self, *state);
      },
      // The searcher may be one that is gone by now.
      [=](damaged_atom, const std::string& what) {
        for (const auto& [which, one] : state->replicas)
          if (one.searcher == self->current_sender() && !one.dropping)
            return on_damage(self, state, which, what);
      },
      [=](advanced_atom, stream_id stream, std::uint64_t seq) {
        perform(self, state, state->core.on_tail(stream, seq));
      },
      [=](tick_atom) {
        if (!state->folder) return;
        // What was erased while a search still saw it.
        for (auto& [which, one] : state->replicas)
          static_cast<void>(one.partition->finish_erasing());
        if (const auto which = state->core.next_to_check()) check(self, state, *which);
        perform(self, state, state->core.on_tick());
      },
  };
}

}  // namespace whorl::actors
