#include <algorithm>
#include <chrono>

#include "actors/cluster/cluster_actors.hpp"

namespace whorl::actors {
namespace {

/// Of a request to a node: what stands still is given up long before, by patience.
constexpr auto request_limit = std::chrono::minutes(30);

struct round_in_hand {
  fan_out_round round;
  std::function<void(const fan_out_round&)> done;
  caf::actor_clock::time_point begun;
  std::map<std::uint64_t, std::uint64_t> work;  ///< by ticket: as its node last said
  std::uint64_t signs = 1;                      ///< grows with every sign of life
};

struct fan_out_state {
  fan_out_settings settings;
  cluster_view_ptr view = std::make_shared<const cluster_view>();
  node_loads loads;
  std::map<std::uint64_t, round_in_hand> rounds;
  std::uint64_t next_round = 1;
  latency_window latencies;
  unsigned hedge_credit = 0;  ///< tenths of a round
  fan_out_counts counts;
  gauge in_hand{"rounds asked of nodes", 0, 0, 4 * limits::bookings_in_flight_max};
};
using state_ptr = std::shared_ptr<fan_out_state>;

std::uint64_t round_of(std::uint64_t ticket) { return ticket / fan_out_round::tickets_max; }

void send_asks(caf::event_based_actor* self, const state_ptr& state, fan_out_asks asks);

void note_end(fan_out_state& state, const round_in_hand& over,
              caf::actor_clock::duration_type took) {
  const fan_out_round& round = over.round;
  state.latencies.add(std::chrono::duration_cast<std::chrono::milliseconds>(took).count());
  const round_note note{
      round.booking(),    round.gallery(),
      round.number(),     std::chrono::duration_cast<std::chrono::microseconds>(took).count(),
      round.partitions(), round.missing()};
  counts_of(state.counts.rounds, note).add(note);
  state.counts.hedges += round.extra().hedges;
  state.counts.replacements += round.extra().replacements;
  state.counts.by_exchange += round.extra().last_resort;
  if (state.settings.on_round) state.settings.on_round(note);
}

/// Feeds one event to a round, then ends it when it is complete.
template <class Event>
void feed(caf::event_based_actor* self, const state_ptr& state, std::uint64_t number, Event event) {
  const auto found = state->rounds.find(number);
  if (found == state->rounds.end()) return;
  ++found->second.signs;
  fan_out_asks asks = event(found->second.round);
  if (!found->second.round.complete()) return send_asks(self, state, std::move(asks));
  round_in_hand over = std::move(state->rounds.extract(found).mapped());
  state->in_hand.set(state->rounds.size());
  over.round.close(state->loads);
  note_end(*state, over, self->clock().now() - over.begun);
  over.done(over.round);
}

void fail(caf::event_based_actor* self, const state_ptr& state, std::uint64_t ticket,
          const std::string& why) {
  feed(self, state, round_of(ticket), [&](fan_out_round& round) {
    return round.on_failure(ticket, why, state->view->who, state->loads);
  });
}

/// Another look at a question after a while: a node that works on it may take any time.
void watch(caf::event_based_actor* self, const state_ptr& state, std::uint64_t ticket) {
  self->delayed_send(self, std::chrono::milliseconds(state->settings.patience_ms),
                     patience_atom::value, ticket);
}

void look_at(caf::event_based_actor* self, const state_ptr& state, std::uint64_t ticket) {
  const auto found = state->rounds.find(round_of(ticket));
  if (found == state->rounds.end()) return;
  const auto node = found->second.round.asked(ticket);
  if (!node) return;
  const auto handle = state->view->nodes.find(*node);
  if (handle == state->view->nodes.end()) return;  // it is lost, and its partitions are asked anew
  self->request(handle->second, std::chrono::milliseconds(state->settings.patience_ms),
                progress_atom::value, found->second.round.search().value)
      .then(
          [=](std::uint64_t work) {
            const auto again = state->rounds.find(round_of(ticket));
            if (again == state->rounds.end() || !again->second.round.asked(ticket)) return;
            std::uint64_t& before = again->second.work[ticket];
            if (work == before) return fail(self, state, ticket, "a round stands still");
            before = work;
            ++again->second.signs;
            watch(self, state, ticket);
          },
          [=](const caf::error& e) {
            fail(self, state, ticket,
                 "does not say how a round gets on: " + self->system().render(e));
          });
}

template <class Atom, class Decode>
void ask_node(caf::event_based_actor* self, const state_ptr& state, const caf::actor& node,
              std::uint64_t ticket, Atom atom, packet request, Decode decode) {
  self->request(node, request_limit, atom, std::move(request))
      .then(
          [=](const packet& frame) {
            const auto reply = decode(*frame.data);
            if (!reply) return fail(self, state, ticket, reply.error().message);
            feed(self, state, round_of(ticket), [&](fan_out_round& round) {
              return round.on_reply(ticket, outcome_of(*reply), state->view->who, state->loads);
            });
          },
          [=](const caf::error& e) { fail(self, state, ticket, self->system().render(e)); });
  watch(self, state, ticket);
}

void send_asks(caf::event_based_actor* self, const state_ptr& state, fan_out_asks asks) {
  for (fan_out_ask& ask : asks) {
    const auto node = state->view->nodes.find(ask.node);
    if (node == state->view->nodes.end()) {  // a view names only nodes that it has
      fail(self, state, ask.ticket, "the node was lost");
    } else if (const auto* one = std::get_if<round_one_request>(&ask.request)) {
      ask_node(self, state, node->second, ask.ticket, round1_atom::value, pack(wire::encode(*one)),
               wire::decode_round_one_reply);
    } else {
      ask_node(self, state, node->second, ask.ticket, round2_atom::value,
               pack(wire::encode(std::get<round_two_request>(ask.request))),
               wire::decode_round_two_reply);
    }
  }
}

std::int64_t hedge_after_ms(const fan_out_state& state) {
  const std::int64_t usual = state.latencies.quantile(1 - state.settings.hedge_share);
  return usual < 0 ? state.settings.hedge_max_ms
                   : std::clamp(usual, state.settings.hedge_min_ms, state.settings.hedge_max_ms);
}

void begin(caf::event_based_actor* self, const state_ptr& state, round_request request,
           std::function<void(const fan_out_round&)> done) {
  const std::uint64_t number = state->next_round++;
  state->rounds.emplace(
      number, round_in_hand{fan_out_round(std::move(request), state->settings.partition_count,
                                          number * fan_out_round::tickets_max),
                            std::move(done),
                            self->clock().now(),
                            {},
                            1});
  state->in_hand.set(state->rounds.size());
  state->hedge_credit = std::min(state->hedge_credit + state->settings.hedges_of_ten, 100u);
  self->delayed_send(self, std::chrono::milliseconds(hedge_after_ms(*state)), hedge_atom::value,
                     number);
  feed(self, state, number,
       [&](fan_out_round& round) { return round.start(state->view->who, state->loads); });
}

/// Questions to nodes that are not there any more, or came back as another process, are lost.
void take_view(caf::event_based_actor* self, const state_ptr& state, cluster_view_ptr view) {
  std::vector<std::string> lost;
  for (const auto& [name, handle] : state->view->nodes) {
    const auto now = view->nodes.find(name);
    if (now == view->nodes.end() || now->second != handle) lost.push_back(name);
  }
  state->view = std::move(view);
  std::vector<std::uint64_t> numbers;
  for (const auto& [number, round] : state->rounds) numbers.push_back(number);
  for (const std::string& node : lost)
    for (const std::uint64_t number : numbers)
      feed(self, state, number, [&](fan_out_round& round) {
        return round.on_node_lost(node, state->view->who, state->loads);
      });
}

template <class Reply>
std::function<void(const fan_out_round&)> deliver(caf::typed_response_promise<packet> promise,
                                                  Reply reply) {
  return [=](const fan_out_round& round) mutable {
    promise.deliver(pack(wire::encode((round.*reply)())));
  };
}

}  // namespace

caf::behavior fan_out_actor(caf::event_based_actor* self, fan_out_settings settings) {
  auto state = std::make_shared<fan_out_state>();
  state->settings = settings;
  self->attach_functor([state] {
    state->rounds.clear();
    state->view = nullptr;
  });
  return {
      [=](round1_atom, const packet& frame) -> caf::result<packet> {
        auto request = wire::decode_round_one_request(*frame.data);
        if (!request) return refuse(request.error());
        auto promise = self->make_response_promise<packet>();
        begin(self, state, *std::move(request), deliver(promise, &fan_out_round::round_one));
        return promise;
      },
      [=](round2_atom, const packet& frame) -> caf::result<packet> {
        auto request = wire::decode_round_two_request(*frame.data);
        if (!request) return refuse(request.error());
        auto promise = self->make_response_promise<packet>();
        begin(self, state, *std::move(request), deliver(promise, &fan_out_round::round_two));
        return promise;
      },
      [=](progress_atom, search_id search) -> std::uint64_t {
        for (const auto& [number, in_hand] : state->rounds)
          if (in_hand.round.search() == search) return in_hand.signs;
        return 0;
      },
      [=](view_atom, cluster_view_ptr& view) { take_view(self, state, std::move(view)); },
      [=](patience_atom, std::uint64_t ticket) { look_at(self, state, ticket); },
      [=](hedge_atom, std::uint64_t number) {
        if (state->hedge_credit < 10 || !state->rounds.contains(number)) return;
        state->hedge_credit -= 10;
        feed(self, state, number,
             [&](fan_out_round& round) { return round.hedge(state->view->who, state->loads); });
      },
      [=](gauges_atom) { return gauge_list{state->in_hand}; },
      [=](counts_atom) {
        fan_out_counts now = state->counts;
        now.in_hand = state->rounds.size();
        return now;
      },
  };
}

}  // namespace whorl::actors
