#include <set>

#include "actors/edges.hpp"
#include "actors/protocol.hpp"

namespace whorl::actors {
namespace {

struct projector_state {
  const storage::journal* log = nullptr;
  std::vector<storage::projection*> stores;
  std::vector<caf::actor> listeners;
  std::set<stream_id> behind;
  std::map<stream_id, std::uint64_t> announced;
};

/// After a refusal by the disk: the stream may bring no further fact that would lead to a new try.
constexpr auto retry_after = std::chrono::milliseconds(200);

/// Brings the projections of one stream to its tail. The least of their positions is announced: a
/// projection that has stopped (parted from its stream) holds the announcement back, so its
/// partition counts as missing instead of answering from old data.
void advance(caf::event_based_actor* self, projector_state& state, stream_id stream) {
  std::uint64_t least = 0;
  bool any = false;
  for (storage::projection* store : state.stores) {
    if (store->follows() != stream) continue;
    if (auto done = storage::catch_up(*state.log, *store); !done) {
      caf::aout(self) << "whorl: projection of " << std::string(to_string(stream))
                      << " stopped: " << done.error().message << std::endl;
      const bool passes = done.error().code == errc::storage_full || done.error().code == errc::io;
      if (passes && state.behind.empty()) self->delayed_send(self, retry_after, flush_atom::value);
      if (passes) state.behind.insert(stream);
    }
    const std::uint64_t seq = store->applied().seq;
    least = any ? std::min(least, seq) : seq;
    any = true;
  }
  if (!any || (state.announced.contains(stream) && state.announced[stream] == least)) return;
  state.announced[stream] = least;
  for (const auto& listener : state.listeners)
    self->send(listener, applied_atom::value, stream, least);
}

}  // namespace

caf::behavior projector_actor(caf::event_based_actor* self, const storage::journal* log,
                              std::vector<storage::projection*> stores, caf::actor journal,
                              std::vector<caf::actor> listeners) {
  auto state = std::make_shared<projector_state>();
  state->log = log;
  state->stores = std::move(stores);
  state->listeners = std::move(listeners);
  self->send(journal, listen_atom::value, caf::actor(self));
  return {
      [=](advanced_atom, stream_id stream, std::uint64_t) {
        // Several commits may wait in the mailbox: one pass covers them all.
        if (state->behind.empty()) self->send(self, flush_atom::value);
        state->behind.insert(stream);
      },
      [=](flush_atom) {
        const std::set<stream_id> now = std::exchange(state->behind, {});
        for (stream_id stream : now) advance(self, *state, stream);
      },
      [=](listen_atom, const caf::actor& listener) {
        state->listeners.push_back(listener);
        for (const auto& [stream, seq] : state->announced)
          self->send(listener, applied_atom::value, stream, seq);
      },
  };
}

}  // namespace whorl::actors
