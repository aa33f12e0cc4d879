// The bridge from threads that must not wait (the HTTP gateway's) into the node: it passes a
// question on and calls back with the answer. Decides nothing.
#include "actors/protocol.hpp"

namespace whorl::actors {
namespace {

constexpr auto reply_timeout = std::chrono::seconds(60);

}  // namespace

caf::behavior bridge_actor(caf::event_based_actor* self, caf::actor node) {
  const auto lost = [self](const caf::error& e) {
    return make_error(errc::unavailable, "the node did not answer: " + self->system().render(e));
  };
  return {[self, node, lost](const submit_call& call) {
            self->request(node, reply_timeout, submit_atom::value, call->what)
                .then([call](const submit_reply& r) { call->done(r); },
                      [call, lost](const caf::error& e) { call->done(lost(e)); });
          },
          [self, node, lost](const append_call& call) {
            self->request(node, reply_timeout, append_atom::value, std::move(call->batch))
                .then([call](const append_reply& r) { call->done(r); },
                      [call, lost](const caf::error& e) { call->done({lost(e)}); });
          }};
}

}  // namespace whorl::actors
