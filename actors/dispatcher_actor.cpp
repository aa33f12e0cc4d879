#include <algorithm>

#include "actors/edges.hpp"
#include "actors/protocol.hpp"
#include "storage/store_files.hpp"

namespace whorl::actors {
namespace {

constexpr std::size_t messages_a_turn = 64;

struct dispatcher_state {
  const storage::outbox_store* outbox = nullptr;
  const storage::keyring* keys = nullptr;
  caf::actor journal;
  time_source time;
  deliver_function deliver;
  bool busy = false;  ///< deliveries of this turn are on their way to the journal
};

result<std::string> deliver_one(dispatcher_state& state, const message_queued& message) {
  auto body = state.keys->open(message.body);
  if (body) return state.deliver(message, *body);
  if (body.error().code == errc::purged) return std::string("nowhere: the content was purged");
  return std::move(body).error();
}

void turn(caf::event_based_actor* self, const std::shared_ptr<dispatcher_state>& state) {
  if (state->busy) return;
  auto pending = state->outbox->pending(messages_a_turn);
  if (!pending || pending->empty()) return;
  append_batch facts;
  for (const message_queued& message : *pending) {
    auto where = deliver_one(*state, message);
    if (!where) {
      caf::aout(self) << "whorl: message " << message.message
                      << " could not be delivered, trying again: " << where.error().message
                      << std::endl;
      break;  // in order: what follows waits
    }
    const message_delivered done{message.message, state->time.now(self), *where};
    facts.push_back({stream_id::outbox, message.message + "/delivered", std::nullopt,
                     wire::encode(fact(done))});
  }
  if (facts.empty()) {
    self->delayed_send(self, std::chrono::seconds(1), dispatch_atom::value);
    return;
  }
  state->busy = true;
  auto go_on = [self, state](bool soon) {
    state->busy = false;
    // The projection shows the delivery with the next applied_atom; a lost append is tried again.
    if (!soon) self->delayed_send(self, std::chrono::seconds(1), dispatch_atom::value);
  };
  self->request(state->journal, std::chrono::seconds(30), append_atom::value, std::move(facts))
      .then([go_on](const append_reply&) { go_on(true); },
            [go_on](const caf::error&) { go_on(false); });
}

}  // namespace

deliver_function deliver_to_folder(std::string folder) {
  return [folder = std::move(folder)](const message_queued& message,
                                      const bytes& body) -> result<std::string> {
    WHORL_TRY(storage::make_durable_folder(folder));
    std::string name = message.message;
    std::replace(name.begin(), name.end(), '/', '_');
    const std::string path = folder + "/" + name + (message.kind == "IAQ" ? ".txt" : ".eft");
    WHORL_TRY(storage::write_durably(path, body));
    return path;
  };
}

caf::behavior dispatcher_actor(caf::event_based_actor* self, const storage::outbox_store* outbox,
                               const storage::keyring* keys, caf::actor journal, time_source time,
                               deliver_function deliver) {
  auto state = std::make_shared<dispatcher_state>();
  *state = {outbox, keys, std::move(journal), time, std::move(deliver), false};
  return {
      [=](applied_atom, stream_id stream, std::uint64_t) {
        if (stream == stream_id::outbox) turn(self, state);
      },
      [=](dispatch_atom) { turn(self, state); },
      [=](pending_atom) -> std::uint64_t {
        auto pending = state->outbox->pending(messages_a_turn);
        return pending ? pending->size() : 1;
      },
  };
}

}  // namespace whorl::actors
