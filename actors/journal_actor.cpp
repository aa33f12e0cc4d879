#include "actors/edges.hpp"
#include "actors/protocol.hpp"

namespace whorl::actors {
namespace {

struct journal_state {
  storage::journal* log = nullptr;
  struct waiting {
    append_batch batch;
    caf::typed_response_promise<append_reply> promise;
  };
  std::vector<waiting> queue;
  std::vector<caf::actor> listeners;
};

void commit(caf::event_based_actor* self, journal_state& state) {
  append_batch all;
  for (const auto& w : state.queue) all.insert(all.end(), w.batch.begin(), w.batch.end());
  append_reply outcomes = state.log->append(all);
  std::map<stream_id, std::uint64_t> advanced;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (outcomes[i] && outcomes[i]->kind == storage::append_kind::appended)
      advanced[all[i].stream] = outcomes[i]->seq;
  std::size_t next = 0;
  for (auto& w : state.queue) {
    append_reply own(std::make_move_iterator(outcomes.begin() + static_cast<std::ptrdiff_t>(next)),
                     std::make_move_iterator(outcomes.begin() +
                                             static_cast<std::ptrdiff_t>(next + w.batch.size())));
    next += w.batch.size();
    w.promise.deliver(std::move(own));
  }
  state.queue.clear();
  for (const auto& listener : state.listeners)
    for (const auto& [stream, seq] : advanced)
      self->send(listener, advanced_atom::value, stream, seq);
}

}  // namespace

caf::behavior journal_actor(caf::event_based_actor* self, storage::journal* log) {
  auto state = std::make_shared<journal_state>();
  state->log = log;
  return {
      [=](append_atom, append_batch& batch) -> caf::result<append_reply> {
        auto promise = self->make_response_promise<append_reply>();
        // The flush goes to the end of the mailbox: what waits there already shares its commit.
        if (state->queue.empty()) self->send(self, flush_atom::value);
        state->queue.push_back({std::move(batch), promise});
        std::size_t facts = 0;
        for (const auto& w : state->queue) facts += w.batch.size();
        if (facts >= limits::journal_batch_max) commit(self, *state);
        return promise;
      },
      [=](flush_atom) {
        if (!state->queue.empty()) commit(self, *state);
      },
      [=](find_atom, stream_id stream, const std::string& message_id) -> find_reply {
        return state->log->find(stream, message_id);
      },
      [=](read_atom, stream_id stream, std::uint64_t from, std::uint64_t max) -> read_reply {
        return state->log->read(stream, from, max);
      },
      [=](tail_atom, stream_id stream) -> tail_reply { return state->log->tail(stream); },
      [=](listen_atom, const caf::actor& listener) {
        state->listeners.push_back(listener);
        for (stream_id stream : all_streams)
          if (auto tail = state->log->tail(stream); tail)
            self->send(listener, advanced_atom::value, stream, tail->seq);
      },
  };
}

}  // namespace whorl::actors
