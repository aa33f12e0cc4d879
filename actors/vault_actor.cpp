#include "actors/edges.hpp"
#include "actors/protocol.hpp"

namespace whorl::actors {
namespace {

struct vault_state {
  storage::keyring* keys = nullptr;
  const storage::head_signer* signer = nullptr;
  struct waiting {
    seal_batch batch;
    caf::typed_response_promise<seal_reply> promise;
  };
  std::vector<waiting> queue;
  gauge payloads{"payloads waiting to be sealed", 0, 0, limits::seal_batch_max};
  gauge bytes{"bytes waiting to be sealed", 0, 0, limits::seal_batch_bytes_max};
};

/// One fsync for all that wait. When the whole batch is refused (one purged key refuses all), each
/// request is sealed alone, so that nobody pays for another's purged key.
void seal_all(vault_state& state) {
  seal_batch all;
  for (const auto& w : state.queue) all.insert(all.end(), w.batch.begin(), w.batch.end());
  seal_reply together = state.keys->seal(all);
  std::size_t next = 0;
  for (auto& w : state.queue) {
    if (together) {
      auto begin = together->begin() + static_cast<std::ptrdiff_t>(next);
      w.promise.deliver(seal_reply(
          std::vector<sealed_payload>(begin, begin + static_cast<std::ptrdiff_t>(w.batch.size()))));
    } else {
      w.promise.deliver(state.keys->seal(w.batch));
    }
    next += w.batch.size();
  }
  state.queue.clear();
  state.payloads.set(0);
  state.bytes.set(0);
}

/// Joins what waits, unless both together are too much for one turn.
void enqueue(caf::event_based_actor* self, vault_state& state, vault_state::waiting what) {
  std::size_t bytes = 0;
  for (const auto& request : what.batch) bytes += request.plain.size();
  if (!state.queue.empty() && (state.payloads.now + what.batch.size() > state.payloads.limit ||
                               state.bytes.now + bytes > state.bytes.limit))
    seal_all(state);
  if (state.queue.empty()) self->send(self, flush_atom::value);
  state.payloads.set(state.payloads.now + what.batch.size());
  state.bytes.set(state.bytes.now + bytes);
  state.queue.push_back(std::move(what));
}

}  // namespace

caf::behavior vault_actor(caf::event_based_actor* self, storage::keyring* keys,
                          const storage::head_signer* signer) {
  auto state = std::make_shared<vault_state>();
  state->keys = keys;
  state->signer = signer;
  return {
      [=](seal_atom, seal_batch& batch) -> caf::result<seal_reply> {
        auto promise = self->make_response_promise<seal_reply>();
        enqueue(self, *state, {std::move(batch), promise});
        return promise;
      },
      [=](gauges_atom) {
        return gauge_list{state->payloads, state->bytes};
      },
      [=](flush_atom) {
        if (!state->queue.empty()) seal_all(*state);
      },
      [=](unseal_atom, const sealed_payload& payload) -> unseal_reply {
        return state->keys->open(payload);
      },
      [=](destroy_atom, const key_list& list) -> status_reply {
        return state->keys->destroy(list);
      },
      [=](sign_atom, const storage::stream_tail& tail, instant at) -> sign_reply {
        WHORL_ASSIGN(const auto head, state->signer->sign(tail, at));
        return storage::to_text(head);
      },
      [=](keep_atom, const storage::stream_tail& tail, instant at) {
        const status kept = state->signer->keep(tail, at);
        if (!kept)  // the older head stays, which proves less but nothing false
          caf::aout(self) << "whorl: the audit's head could not be kept: " << kept.error().message
                          << std::endl;
      },
  };
}

}  // namespace whorl::actors
