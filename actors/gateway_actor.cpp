#include <deque>
#include <map>
#include <set>

#include "actors/doubt_core.hpp"
#include "actors/identity_core.hpp"
#include "actors/node.hpp"
#include "actors/protocol.hpp"
#include "messages/planted_bug.hpp"

namespace whorl::actors {
namespace {

using promise_type = caf::typed_response_promise<submit_reply>;
using doubt_atom = caf::atom_constant<caf::atom("doubt")>;  // to itself: look at doubts
using submission_ptr = std::shared_ptr<const submission>;

struct gateway_state {
  explicit gateway_state(gateway_environment e) : env(std::move(e)), flight(env.in_flight_max) {
    if (!env.entrance) env.entrance = std::make_shared<door>();
    in_flight.limit = env.in_flight_max;
    holding.limit = limits::bookings_held_max;
  }
  gateway_environment env;
  flight_book flight;
  std::vector<caf::actor> watchers;
  std::map<caf::actor_addr, resumed_booking> queries;
  std::deque<resumed_booking> backlog;  ///< bookings a crash left open, not yet taken up
  caf::actor bureau;                    ///< keeps what a state forwards later
  std::set<booking_id> held;
  doubt_book doubts;
  bool asks_doubts = false;         ///< a timer runs
  std::optional<instant> wakes_at;  ///< when the timer goes off; none: no timer runs
  /// The same transaction sent again while the first is being accepted: answered after it. All hold
  /// tickets of the door, so the door bounds them, and each booking's number is bounded besides.
  std::map<booking_id, std::vector<std::pair<submission_ptr, promise_type>>> behind;
  gauge in_flight{"bookings in flight"}, copies{"copies of one booking waiting"},
      holding{"bookings held by state bureaus"};

  gauge_list gauges() {
    gauge_list all = env.entrance->gauges();
    in_flight.set(flight.size());
    copies.limit = limits::copies_waiting_max;
    holding.set(held.size());
    all.push_back(holding);
    all.insert(all.end(), {in_flight,
                           copies,
                           {"bookings left open by a crash", backlog.size(), backlog.size(),
                            std::uint64_t(-1)}});
    return all;
  }
};
using state_ptr = std::shared_ptr<gateway_state>;

instant deadline_of(const booking_accepted& what) {
  return planted(planted_bug::deadline_is_the_acceptance) ? what.accepted_at : what.deadline_at;
}

/// One timer for all deadlines, here: a timer keeps its actor's memory until it goes off, so one of
/// hours in each query would hold every query of the day.
void wake_for(caf::event_based_actor* self, const state_ptr& state, instant deadline) {
  if (state->wakes_at && state->wakes_at->ms <= deadline.ms) return;
  state->wakes_at = deadline;
  const std::int64_t left = deadline.ms - state->env.query.time.now(self).ms;
  self->delayed_send(self, std::chrono::milliseconds(std::max<std::int64_t>(left, 0)),
                     deadline_atom::value);
}

void on_timer(caf::event_based_actor* self, const state_ptr& state) {
  const instant now = state->env.query.time.now(self);
  state->wakes_at.reset();
  std::optional<instant> next;
  for (const auto& [query, what] : state->queries) {
    const instant deadline = deadline_of(what.accepted);
    if (deadline.ms <= now.ms) {
      self->send(caf::actor_cast<caf::actor>(query), deadline_atom::value);
    } else if (!next || deadline.ms < next->ms) {
      next = deadline;
    }
  }
  if (next) wake_for(self, state, *next);
}

void start_query(caf::event_based_actor* self, const state_ptr& state,
                 const resumed_booking& what) {
  auto query =
      self->spawn<caf::monitored>(query_actor, state->env.query, caf::actor(self), what.accepted,
                                  what.criminal_answered, what.immigration_answered);
  state->queries.emplace(query.address(), what);
  wake_for(self, state, deadline_of(what.accepted));
}

/// A query that fell is started again: its steps have ids, so what it did already is not done
/// twice.
void on_query_down(caf::event_based_actor* self, const state_ptr& state,
                   const caf::down_msg& down) {
  auto fallen = state->queries.extract(down.source);
  if (!fallen || !down.reason) return;
  caf::aout(self) << "whorl: the query of " << to_string(fallen.mapped().accepted.booking)
                  << " fell (" << self->system().render(down.reason) << "), started again"
                  << std::endl;
  start_query(self, state, fallen.mapped());
}

void take_up_backlog(caf::event_based_actor* self, const state_ptr& state) {
  while (!state->backlog.empty() && !state->flight.full()) {
    resumed_booking next = std::move(state->backlog.front());
    state->backlog.pop_front();
    if (!state->flight.enter(next.accepted.booking)) continue;
    state->in_flight.set(state->flight.size());
    start_query(self, state, next);
  }
}

/// True when a state's bureau keeps it for later; it comes back as one that was left open.
bool hold_back(caf::event_based_actor* self, const state_ptr& state, const resumed_booking& what) {
  const auto until =
      forwarded_at(state->env.bureaus, what.accepted, state->env.query.time.now(self));
  if (!until) return false;
  state->held.insert(what.accepted.booking);
  self->send(state->bureau, hold_atom::value, resume_list{what}, *until);
  return true;
}

void submit(caf::event_based_actor* self, const state_ptr& state, const submission_ptr& what,
            promise_type promise);

constexpr auto look_at_doubts_every = std::chrono::seconds(1);
constexpr std::size_t doubts_a_look = 16;

void look_at_doubts_later(caf::event_based_actor* self, const state_ptr& state) {
  if (state->asks_doubts || state->doubts.size() == 0) return;
  state->asks_doubts = true;
  self->delayed_send(self, look_at_doubts_every, doubt_atom::value);
}

/// The booking of an acceptance that nobody was told of, and nobody searches for yet.
std::optional<resumed_booking> out_of_doubt(const state_ptr& state, booking_id booking,
                                            const fact_record& found) {
  if (!state->doubts.contains(booking)) return std::nullopt;
  state->doubts.settle(booking);
  auto what = wire::decode_fact(found.payload);
  auto* const accepted = what ? std::get_if<booking_accepted>(&*what) : nullptr;
  if (accepted == nullptr) return std::nullopt;
  return resumed_booking{std::move(*accepted), false, false};
}

/// Those that have come to stand in the journal are taken up as ones that a crash left open. One
/// that is being handed in again is left to that.
void look_at_doubts(caf::event_based_actor* self, const state_ptr& state) {
  state->asks_doubts = false;
  const instant now = state->env.query.time.now(self);
  for (const booking_id booking : state->doubts.due(now, doubts_a_look)) {
    if (state->flight.contains(booking)) continue;
    self->request(state->env.query.journal,
                  std::chrono::milliseconds(state->env.query.request_timeout_ms), find_atom::value,
                  stream_id::bookings, acceptance_message_id(booking))
        .then(
            [=](const find_reply& found) {
              if (!found || !*found || state->flight.contains(booking)) return;
              const auto one = out_of_doubt(state, booking, **found);
              if (!one) return;
              if (!hold_back(self, state, *one)) state->backlog.push_back(*one);
              take_up_backlog(self, state);
            },
            [](const caf::error&) {});  // asked again later
  }
  look_at_doubts_later(self, state);
}

struct acceptance {
  caf::event_based_actor* self;
  state_ptr state;
  std::shared_ptr<const admission> admitted;
  std::string submitted_by;
  door_ticket ticket;
  promise_type promise;

  std::chrono::milliseconds timeout() const {
    return std::chrono::milliseconds(state->env.query.request_timeout_ms);
  }
  void end(submit_reply reply, bool accepted) const {
    promise_type(promise).deliver(std::move(reply));
    if (!accepted) state->flight.leave(admitted->booking);
    auto waiting = state->behind.extract(admitted->booking);
    if (waiting)
      for (auto& [again, its_promise] : waiting.mapped()) submit(self, state, again, its_promise);
    if (!accepted) take_up_backlog(self, state);
  }
  auto lost() const {
    return [me = *this](const caf::error& e) {
      me.end(make_error(errc::unavailable, "the booking could not be stored (" +
                                               me.self->system().render(e) + "): send it again"),
             false);
    };
  }

  /// 1. Was it accepted before? The journal knows, whatever the projections have seen.
  void look_for_original() const {
    self->request(state->env.query.journal, timeout(), find_atom::value, stream_id::bookings,
                  acceptance_message_id(admitted->booking))
        .then(
            [me = *this](const find_reply& found) {
              if (!found) return me.end(found.error(), false);
              if (*found) return me.end_with_original(**found);
              me.seal_payloads();
            },
            lost());
  }
  /// Nobody searches for it where the journal took it after this gateway had given up.
  void end_with_original(const fact_record& original) const {
    auto reply = compare_with_original(*admitted, original);
    const auto left = out_of_doubt(state, admitted->booking, original);
    const bool starts = left && !hold_back(self, state, *left);
    end(std::move(reply), starts);
    if (starts) start_query(self, state, *left);
  }
  /// The journal may hold it, or may yet.
  void doubt(const booking_accepted& what) const {
    if (planted(planted_bug::late_acceptance_is_not_searched)) return;
    state->doubts.add(what.booking, what.accepted_at, what.deadline_at);
    look_at_doubts_later(self, state);
  }
  /// 2. Personal payloads are sealed, each under the key of its purpose.
  void seal_payloads() const {
    self->request(state->env.query.vault, timeout(), seal_atom::value, payloads_to_seal(*admitted))
        .then(
            [me = *this](const seal_reply& sealed) {
              if (!sealed) return me.end(sealed.error(), false);
              me.append(*sealed);
            },
            lost());
  }
  /// 3. Durable is accepted.
  void append(const std::vector<sealed_payload>& sealed) const {
    const instant now = state->env.query.time.now(self);
    const booking_accepted fact_of = accepted_as(*admitted, submitted_by, now,
                                                 {now.ms + state->env.booking_deadline_ms}, sealed);
    if (planted(planted_bug::acknowledged_before_durable))
      promise_type(promise).deliver(
          submit_reply(submitted{fact_of.booking, false, fact_of.accepted_at}));
    self->request(state->env.query.journal, timeout(), append_atom::value,
                  acceptance_facts(fact_of))
        .then(
            [me = *this, fact_of](const append_reply& reply) {
              const auto& outcome = reply.front();
              if (!outcome && may_land_later(outcome.error().code)) me.doubt(fact_of);
              if (!outcome) return me.end(outcome.error(), false);
              if (outcome->kind == storage::append_kind::duplicate) return me.look_for_original();
              me.state->doubts.settle(fact_of.booking);
              const bool later = hold_back(me.self, me.state, {fact_of, false, false});
              me.end(submitted{fact_of.booking, false, fact_of.accepted_at}, !later);
              if (!later) start_query(me.self, me.state, {fact_of, false, false});
            },
            [me = *this, fact_of](const caf::error& e) {
              me.doubt(fact_of);
              me.lost()(e);
            });
  }
};

/// The same booking is being accepted or searched right now: the journal has the original, or will
/// in a moment.
void submit_again(caf::event_based_actor* self, const state_ptr& state, const submission_ptr& what,
                  const acceptance& next) {
  const booking_id booking = next.admitted->booking;
  self->request(state->env.query.journal, next.timeout(), find_atom::value, stream_id::bookings,
                acceptance_message_id(booking))
      .then(
          [=](const find_reply& found) {
            promise_type mine = next.promise;
            if (!found) {  // not "not there": nobody would ever wake a copy that waits for this
              mine.deliver(submit_reply(found.error()));
            } else if (*found) {
              mine.deliver(submit_reply(compare_with_original(*next.admitted, **found)));
            } else if (state->flight.contains(booking)) {
              auto& waiting = state->behind[booking];
              if (waiting.size() >= limits::copies_waiting_max) {
                mine.deliver(submit_reply(
                    make_error(errc::overloaded, "too many copies of one booking wait")));
                return;
              }
              waiting.emplace_back(what, mine);
              state->copies.set(waiting.size());
            } else {
              submit(self, state, what, mine);
            }
          },
          [=](const caf::error& e) {
            promise_type(next.promise)
                .deliver(submit_reply(make_error(errc::unavailable, "the journal did not answer (" +
                                                                        self->system().render(e) +
                                                                        "): send it again")));
          });
}

/// Where nothing new is taken, what is new is refused before the work of reading it; one that is in
/// flight is answered as ever.
status worth_reading(const state_ptr& state, const submission& what) {
  const bool held = state->held.size() >= limits::bookings_held_max,
             full = state->flight.full() && !planted(planted_bug::flight_has_no_limit);
  if (!held && !full && !state->doubts.full()) return {};
  WHORL_ASSIGN(const booking_id booking, identity_of(what.by, what.transaction));
  if (state->flight.contains(booking)) return {};
  if (full) return state->flight.enter(booking);  // says how many there are
  return make_error(errc::overloaded,
                    held ? "state bureaus hold all that they can: send it again later"
                         : "the journal left too much in doubt: send it again later");
}

void submit(caf::event_based_actor* self, const state_ptr& state, const submission_ptr& what,
            promise_type promise) {
  const auto refuse = [&promise](error why) { promise.deliver(submit_reply(std::move(why))); };
  if (const status worth = worth_reading(state, *what); !worth) return refuse(worth.error());
  auto admitted = admit(*what, state->env.modes, to_date8(state->env.query.time.now(self)));
  if (!admitted) return refuse(admitted.error());
  if (const auto taken = bureau_takes(state->env.bureaus, what->by, admitted->ori); !taken)
    return refuse(taken.error());
  const booking_id booking = admitted->booking;
  acceptance next{
      self,          state,        std::make_shared<const admission>(*std::move(admitted)),
      what->by.name, what->ticket, promise};
  if (state->flight.contains(booking)) return submit_again(self, state, what, next);
  if (const status room = state->flight.enter(booking); !room) return refuse(room.error());
  state->in_flight.set(state->flight.size());
  next.look_for_original();
}

/// What comes without a ticket takes one here: the door is the same for all.
void hand_in(caf::event_based_actor* self, const state_ptr& state, submission& what,
             promise_type promise) {
  if (!what.ticket) {
    auto ticket = state->env.entrance->enter(what.transaction.size());
    if (!ticket) {
      promise.deliver(submit_reply(std::move(ticket).error()));
      return;
    }
    what.ticket = *std::move(ticket);
  }
  submit(self, state, std::make_shared<const submission>(std::move(what)), promise);
}

}  // namespace

caf::behavior gateway_actor(caf::event_based_actor* self, gateway_environment environment) {
  auto state = std::make_shared<gateway_state>(std::move(environment));
  self->set_down_handler([=](const caf::down_msg& down) {
    std::erase_if(state->watchers, [&](const auto& w) { return w.address() == down.source; });
    on_query_down(self, state, down);
  });
  // Queries end with their gateway. They do not watch it: CAF keeps an entry at the watched for
  // every watcher that ever was, and with it the watcher's memory.
  self->attach_functor([state] {
    for (const auto& [query, what] : state->queries)
      caf::anon_send_exit(caf::actor_cast<caf::actor>(query), caf::exit_reason::user_shutdown);
    state->queries.clear();
    // One with a thread of its own ends only once nobody has a handle of it.
    state->watchers.clear();
    state->bureau = nullptr;
  });
  state->bureau = self->spawn<caf::linked>(bureau_actor, caf::actor(self), state->env.query.time);
  return {
      [=](submit_atom, submission& what) -> caf::result<submit_reply> {
        auto promise = self->make_response_promise<submit_reply>();
        hand_in(self, state, what, promise);
        return promise;
      },
      [=](finished_atom, booking_id booking) {
        state->flight.leave(booking);
        for (const auto& watcher : state->watchers)
          self->send(watcher, finished_atom::value, booking);
        take_up_backlog(self, state);
      },
      [=](resume_atom, const resume_list& left) {
        for (const resumed_booking& one : left) {
          state->held.erase(one.accepted.booking);
          if (!hold_back(self, state, one)) state->backlog.push_back(one);
        }
        take_up_backlog(self, state);
      },
      [=](deadline_atom) { on_timer(self, state); },
      [=](doubt_atom) { look_at_doubts(self, state); },
      [=](watch_atom, const caf::actor& watcher) {
        self->monitor(watcher);  // one that ends must not stay here
        state->watchers.push_back(watcher);
      },
      [=](gauges_atom) { return state->gauges(); },
      [=](load_atom) -> std::uint64_t { return state->flight.size() + state->backlog.size(); },
  };
}

}  // namespace whorl::actors
