#include <algorithm>
#include <iterator>
#include <span>

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
  gauge facts{"facts waiting for a commit", 0, 0, limits::journal_batch_max};
  gauge bytes{"bytes waiting for a commit", 0, 0, limits::journal_batch_bytes_max};
  std::vector<caf::actor> listeners;
};

std::size_t bytes_of(const append_batch& batch) {
  std::size_t sum = 0;
  for (const auto& request : batch) sum += request.payload.size();
  return sum;
}

/// One commit, or several when one request alone is larger than a commit may be: what is refused
/// for its size would be sent again for ever.
append_reply append_all(storage::journal& log, const append_batch& all) {
  append_reply outcomes;
  const std::span<const storage::append_request> whole(all);
  for (std::size_t at = 0, end = 0; at < all.size(); at = end) {
    end = std::min(at + limits::journal_batch_max, all.size());
    // What belongs together stays together, unless it alone is more than a commit.
    std::size_t cut = end;
    while (cut < all.size() && cut > at && all[cut].with_previous) --cut;
    if (cut > at) end = cut;
    auto part = log.append(whole.subspan(at, end - at));
    std::move(part.begin(), part.end(), std::back_inserter(outcomes));
  }
  return outcomes;
}

void commit(caf::event_based_actor* self, journal_state& state) {
  append_batch all;
  std::vector<std::size_t> sizes;
  for (auto& w : state.queue) {
    sizes.push_back(w.batch.size());
    std::move(w.batch.begin(), w.batch.end(), std::back_inserter(all));
  }
  append_reply outcomes = append_all(*state.log, all);
  std::map<stream_id, std::uint64_t> advanced;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (outcomes[i] && outcomes[i]->kind == storage::append_kind::appended)
      advanced[all[i].stream] = outcomes[i]->seq;
  auto next = std::make_move_iterator(outcomes.begin());
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const auto end = next + static_cast<std::ptrdiff_t>(sizes[i]);
    state.queue[i].promise.deliver(append_reply(next, end));
    next = end;
  }
  state.queue.clear();
  state.facts.set(0);
  state.bytes.set(0);
  for (const auto& listener : state.listeners)
    for (const auto& [stream, seq] : advanced)
      self->send(listener, advanced_atom::value, stream, seq);
}

/// Joins what waits, unless both together are too much for one commit.
void enqueue(caf::event_based_actor* self, journal_state& state, journal_state::waiting what) {
  const std::size_t facts = what.batch.size(), bytes = bytes_of(what.batch);
  if (!state.queue.empty() &&
      (state.facts.now + facts > state.facts.limit || state.bytes.now + bytes > state.bytes.limit))
    commit(self, state);
  // The flush goes to the end of the mailbox: what waits there already shares its commit.
  if (state.queue.empty()) self->send(self, flush_atom::value);
  state.queue.push_back(std::move(what));
  state.facts.set(state.facts.now + facts);
  state.bytes.set(state.bytes.now + bytes);
}

}  // namespace

caf::behavior journal_actor(caf::event_based_actor* self, storage::journal* log) {
  auto state = std::make_shared<journal_state>();
  state->log = log;
  self->set_down_handler([=](const caf::down_msg& down) {
    std::erase_if(state->listeners,
                  [&](const caf::actor& listener) { return listener.address() == down.source; });
  });
  return {
      [=](append_atom, append_batch& batch) -> caf::result<append_reply> {
        auto promise = self->make_response_promise<append_reply>();
        enqueue(self, *state, {std::move(batch), promise});
        return promise;
      },
      [=](gauges_atom) {
        return gauge_list{state->facts, state->bytes};
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
        self->monitor(listener);  // one that falls and is replaced must not stay here
        state->listeners.push_back(listener);
        for (stream_id stream : all_streams)
          if (auto tail = state->log->tail(stream); tail)
            self->send(listener, advanced_atom::value, stream, tail->seq);
      },
  };
}

}  // namespace whorl::actors
