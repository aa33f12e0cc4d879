#include "actors/identify.hpp"

#include "actors/protocol.hpp"
#include "actors/shard_core.hpp"

namespace whorl::actors {
namespace {

/// Of one round, which is given up when it takes longer.
constexpr auto round_timeout = std::chrono::seconds(60);
/// Asked so often for missing partitions, with pauses that double up to two seconds: half a minute.
constexpr int pauses_max = 20;

/// Performs the core's effects until it wants to write something down.
class driver {
 public:
  driver(caf::scoped_actor& self, const storage::journal& log, const caf::actor& node,
         query_core& core)
      : self_(self), log_(log), node_(node), core_(core) {}

  bool ended() const { return ended_; }
  bool gave_up() const { return pauses_ > pauses_max; }

  query_effects operator()(query_effect::read_tail&) {
    const auto tail = log_.tail(stream_of(core_.gallery()));
    return tail ? core_.on_tail(tail->seq, {}) : core_.on_failure(tail.error().message);
  }
  query_effects operator()(query_effect::ask_round_one& e) {
    return ask(round1_atom::value, pack(wire::encode(e.request)), [this](const bytes& reply) {
      const auto read = wire::decode_round_one_reply(reply);
      return read ? core_.on_round_one(*read, {}) : core_.on_failure(read.error().message);
    });
  }
  query_effects operator()(query_effect::ask_round_two& e) {
    return ask(round2_atom::value, pack(wire::encode(e.request)), [this](const bytes& reply) {
      const auto read = wire::decode_round_two_reply(reply);
      return read ? core_.on_round_two(*read, {}) : core_.on_failure(read.error().message);
    });
  }
  query_effects operator()(query_effect::pause& e) {
    if (++pauses_ > pauses_max) return {};
    self_->delayed_send(self_, std::chrono::milliseconds(e.delay_ms), retry_atom::value);
    self_->receive([](retry_atom) {});
    return core_.on_pause_over(e.attempt);
  }
  query_effects operator()(query_effect::seal&) { return end(); }
  query_effects operator()(query_effect::append&) { return end(); }
  query_effects operator()(query_effect::destroy_keys&) { return end(); }
  query_effects operator()(query_effect::finished&) { return end(); }

 private:
  template <class Atom, class OnReply>
  query_effects ask(Atom what, packet request, OnReply on_reply) {
    query_effects next;
    self_->request(node_, round_timeout, what, std::move(request))
        .receive(
            [&](const packet& reply) { next = on_reply(*reply.data); },
            [&](const caf::error& e) {
              next = core_.on_failure("the search was not answered: " + self_->system().render(e));
            });
    return next;
  }
  query_effects end() {
    ended_ = true;
    return {};
  }

  caf::scoped_actor& self_;
  const storage::journal& log_;
  const caf::actor& node_;
  query_core& core_;
  int pauses_ = 0;
  bool ended_ = false;
};

}  // namespace

result<identified> search_for(caf::scoped_actor& self, const storage::journal& log,
                              const caf::actor& node, query_subject what,
                              const query_settings& settings) {
  WHORL_TRY(prepare(what.what));  // else refused by every shard, again and again
  query_core core(std::move(what), settings);
  driver drive(self, log, node, core);
  query_effects effects = core.start();
  while (!drive.ended() && !effects.empty()) {
    query_effects next;
    for (auto& effect : effects) next = std::visit(drive, effect);
    effects = std::move(next);
  }
  if (drive.gave_up())
    return make_error(errc::unavailable, "the search did not end: " + core.last_failure());
  return ranked(core.scored(), core.coverage());
}

}  // namespace whorl::actors
