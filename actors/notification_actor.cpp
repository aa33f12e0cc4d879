#include <map>

#include "actors/node.hpp"
#include "actors/notification_core.hpp"
#include "actors/protocol.hpp"

namespace whorl::actors {
namespace {

constexpr std::uint64_t facts_a_turn = limits::notification_turn_max;
/// The store's own head is kept at most so often: each costs a sync.
constexpr auto keep_every = std::chrono::seconds(1);

struct notification_state {
  notification_environment env;
  std::uint64_t done = 0;  ///< seq of the last fact of "bookings" that is dealt with
  std::uint64_t tail = 0;
  bool located = false;  ///< `done` is known: the mark of the last answer dealt with was found
  bool busy = false;
  bool later = false;    ///< a timer for another turn runs: one is enough
  bool keeping = false;  ///< a head will be kept soon: what is appended until then is in it
};
using state_ptr = std::shared_ptr<notification_state>;

void go_on(caf::event_based_actor* self, const state_ptr& state);

void later(caf::event_based_actor* self, const state_ptr& state, const std::string& why) {
  caf::aout(self) << "whorl: notifications wait: " << why << std::endl;
  state->busy = false;
  if (std::exchange(state->later, true)) return;
  self->delayed_send(self, std::chrono::milliseconds(200), flush_atom::value);
}

/// One answer with what is needed to write its notices.
struct told {
  booking_accepted accepted;
  booking_answered answered;
  biographics who;
};

/// One turn over a stretch of "bookings": the acceptances of its bookings are found and their names
/// opened, all at once, since each question crosses threads; then the notices of each answer are
/// planned, sealed and appended, all of the stretch in one commit.
struct stretch {
  caf::event_based_actor* self;
  state_ptr state;
  std::uint64_t last_seq;
  std::vector<booking_answered> answers;
  std::vector<told> ready;  ///< one an answer, in their order
  std::map<booking_id, std::pair<booking_accepted, biographics>> bookings;
  std::size_t asked = 0;
  bool gave_up = false;

  std::chrono::seconds timeout() const { return std::chrono::seconds(30); }

  /// Once: what is still on its way is not waited for.
  static void give_up(const std::shared_ptr<stretch>& me, const std::string& why) {
    if (!std::exchange(me->gave_up, true)) later(me->self, me->state, why);
  }
  static auto lost(const std::shared_ptr<stretch>& me) {
    return [me](const caf::error& e) { give_up(me, me->self->system().render(e)); };
  }

  static void find_all(const std::shared_ptr<stretch>& me) {
    if (me->answers.empty()) return append(me, {}, {});
    for (const booking_answered& answer : me->answers) me->bookings.try_emplace(answer.booking);
    me->asked = me->bookings.size();
    for (const auto& [booking, unused] : me->bookings)
      me->self
          ->request(me->state->env.journal, me->timeout(), find_atom::value, stream_id::bookings,
                    acceptance_message_id(booking))
          .then([me](const find_reply& found) { open_names(me, found); }, lost(me));
  }

  static void open_names(const std::shared_ptr<stretch>& me, const find_reply& found) {
    if (me->gave_up) return;
    if (!found) return give_up(me, found.error().message);
    if (!*found) return give_up(me, "an answer's acceptance is not in the journal");
    auto decoded = wire::decode_fact((*found)->payload);
    const auto* accepted = decoded ? std::get_if<booking_accepted>(&*decoded) : nullptr;
    if (accepted == nullptr) return give_up(me, "an acceptance does not decode");
    me->self->request(me->state->env.vault, me->timeout(), unseal_atom::value, accepted->who)
        .then(
            [me, accepted = *accepted](const unseal_reply& plain) {
              auto& [fact, who] = me->bookings[accepted.booking];
              fact = accepted;
              if (plain)
                if (auto opened = wire::decode_biographics(*plain); opened)
                  who = *std::move(opened);
              if (--me->asked == 0 && !me->gave_up) gather(me);
            },
            lost(me));
  }

  static void gather(const std::shared_ptr<stretch>& me) {
    for (const booking_answered& answer : me->answers) {
      const auto& [accepted, who] = me->bookings[answer.booking];
      me->ready.push_back({accepted, answer, who});
    }
    ask_tail(me);
  }

  /// The head that the messages will carry: of the audit as it stands before their own rows.
  static void ask_tail(const std::shared_ptr<stretch>& me) {
    me->self->request(me->state->env.journal, me->timeout(), tail_atom::value, stream_id::audit)
        .then(
            [me](const tail_reply& tail) {
              if (!tail) return later(me->self, me->state, tail.error().message);
              ask_signature(me, *tail);
            },
            [me](const caf::error& e) {
              later(me->self, me->state, me->self->system().render(e));
            });
  }

  static void ask_signature(const std::shared_ptr<stretch>& me, const storage::stream_tail& tail) {
    me->self
        ->request(me->state->env.vault, me->timeout(), sign_atom::value, tail,
                  me->state->env.time.now(me->self))
        .then(
            [me](const sign_reply& head) {
              if (!head) return later(me->self, me->state, head.error().message);
              write(me, *head);
            },
            [me](const caf::error& e) {
              later(me->self, me->state, me->self->system().render(e));
            });
  }

  static void write(const std::shared_ptr<stretch>& me, const std::string& head) {
    auto planned = std::make_shared<std::vector<notices>>();
    seal_batch bodies;
    for (const told& t : me->ready) {
      planned->push_back(plan_notices(t.accepted, t.who, t.answered,
                                      me->state->env.time.now(me->self), head,
                                      *me->state->env.cases));
      for (const outgoing& m : planned->back().messages)
        bodies.push_back({{t.accepted.booking.value, key_purpose::biographics}, m.body});
    }
    if (bodies.empty()) return append(me, *planned, {});
    me->self->request(me->state->env.vault, me->timeout(), seal_atom::value, std::move(bodies))
        .then(
            [me, planned](const seal_reply& sealed) {
              if (!sealed) return later(me->self, me->state, sealed.error().message);
              append(me, *planned, *sealed);
            },
            [me](const caf::error& e) {
              later(me->self, me->state, me->self->system().render(e));
            });
  }

  static void append(const std::shared_ptr<stretch>& me, const std::vector<notices>& planned,
                     const std::vector<sealed_payload>& sealed) {
    append_batch batch;
    std::size_t next_body = 0;
    const instant now = me->state->env.time.now(me->self);
    for (std::size_t i = 0; i < planned.size(); ++i) {
      const booking_id booking = me->ready[i].accepted.booking;
      for (const outgoing& m : planned[i].messages) {
        const message_queued queued{m.message, booking, m.recipient,
                                    m.kind,    now,     sealed[next_body++]};
        batch.push_back({stream_id::outbox, m.message, std::nullopt, wire::encode(fact(queued))});
      }
      for (const case_event& e : planned[i].events)
        batch.push_back({stream_id::cases,
                         to_string(e.which) + "/" + std::string(to_string(e.step)), std::nullopt,
                         wire::encode(fact(e))});
      std::size_t row_number = 0;
      for (const audit_row& row : planned[i].audit) {
        const std::string id = notice_mark(me->ready[i].answered) +
                               (row_number == 0 ? std::string() : '/' + std::to_string(row_number));
        ++row_number;
        batch.push_back({stream_id::audit, id, std::nullopt, wire::encode(fact(row))});
      }
    }
    auto done = [me] {
      me->state->done = me->last_seq;
      me->state->busy = false;
      go_on(me->self, me->state);
    };
    if (batch.empty()) return done();
    me->self->request(me->state->env.journal, me->timeout(), append_atom::value, std::move(batch))
        .then(
            [me, done](const append_reply& reply) {
              for (const auto& outcome : reply)
                if (!outcome) return later(me->self, me->state, outcome.error().message);
              done();
            },
            [me](const caf::error& e) {
              later(me->self, me->state, me->self->system().render(e));
            });
  }
};

void read_on(caf::event_based_actor* self, const state_ptr& state) {
  self->request(state->env.journal, std::chrono::seconds(30), read_atom::value, stream_id::bookings,
                state->done + 1, facts_a_turn)
      .then(
          [=](const read_reply& reply) {
            if (!reply) return later(self, state, reply.error().message);
            auto next = std::make_shared<stretch>(stretch{self, state, state->done, {}, {}, {}});
            for (const fact_record& record : *reply) {
              next->last_seq = record.seq;
              auto decoded = wire::decode_fact(record.payload);
              if (!decoded) return later(self, state, decoded.error().message);
              if (const auto* a = std::get_if<booking_answered>(&*decoded); a != nullptr)
                next->answers.push_back(*a);
            }
            if (next->last_seq == state->done) {
              state->busy = false;
              return;
            }
            stretch::find_all(next);
          },
          [=](const caf::error& e) { later(self, state, self->system().render(e)); });
}

/// Where to go on after a start: back from the tail, a stretch at a time, to the last answer whose
/// mark is in the journal. Answers are dealt with in order, so all before it are done too.
void locate(caf::event_based_actor* self, const state_ptr& state, std::uint64_t upper);

void check_marks(caf::event_based_actor* self, const state_ptr& state,
                 std::shared_ptr<std::vector<std::pair<std::uint64_t, std::string>>> marks,
                 std::uint64_t lower) {
  if (marks->empty()) {
    if (lower <= 1) {
      state->located = true;
      state->busy = false;
      return go_on(self, state);
    }
    return locate(self, state, lower - 1);
  }
  const auto [seq, mark] = marks->back();
  marks->pop_back();
  self->request(state->env.journal, std::chrono::seconds(30), find_atom::value, stream_id::audit,
                mark)
      .then(
          [=, seq = seq](const find_reply& found) {
            if (!found) return later(self, state, found.error().message);
            if (!*found) return check_marks(self, state, marks, lower);
            state->done = seq;
            state->located = true;
            state->busy = false;
            go_on(self, state);
          },
          [=](const caf::error& e) { later(self, state, self->system().render(e)); });
}

void locate(caf::event_based_actor* self, const state_ptr& state, std::uint64_t upper) {
  const std::uint64_t lower = upper > facts_a_turn ? upper - facts_a_turn + 1 : 1;
  self->request(state->env.journal, std::chrono::seconds(30), read_atom::value, stream_id::bookings,
                lower, upper - lower + 1)
      .then(
          [=](const read_reply& reply) {
            if (!reply) return later(self, state, reply.error().message);
            auto marks = std::make_shared<std::vector<std::pair<std::uint64_t, std::string>>>();
            for (const fact_record& record : *reply) {
              auto decoded = wire::decode_fact(record.payload);
              if (!decoded) return later(self, state, decoded.error().message);
              if (const auto* a = std::get_if<booking_answered>(&*decoded); a != nullptr)
                marks->emplace_back(record.seq, notice_mark(*a));
            }
            check_marks(self, state, marks, lower);
          },
          [=](const caf::error& e) { later(self, state, self->system().render(e)); });
}

/// Keeps the head of the audit as it is now in the store; a failure leaves the older one.
void keep_now(caf::event_based_actor* self, const state_ptr& state) {
  state->keeping = false;
  self->request(state->env.journal, std::chrono::seconds(30), tail_atom::value, stream_id::audit)
      .then(
          [=](const tail_reply& tail) {
            if (tail)
              self->send(state->env.vault, keep_atom::value, *tail, state->env.time.now(self));
          },
          [](const caf::error&) {});
}

void go_on(caf::event_based_actor* self, const state_ptr& state) {
  if (state->busy || state->done >= state->tail) return;
  state->busy = true;
  if (state->located) return read_on(self, state);
  locate(self, state, state->tail);
}

}  // namespace

caf::behavior notification_actor(caf::event_based_actor* self,
                                 notification_environment environment) {
  auto state = std::make_shared<notification_state>();
  state->env = std::move(environment);
  self->send(state->env.journal, listen_atom::value, caf::actor(self));
  return {
      [=](advanced_atom, stream_id stream, std::uint64_t seq) {
        if (stream == stream_id::audit && seq > 0 && !state->keeping) {
          state->keeping = true;
          self->delayed_send(self, keep_every, keep_atom::value);
        }
        if (stream != stream_id::bookings || seq <= state->tail) return;
        state->tail = seq;
        go_on(self, state);
      },
      [=](flush_atom) {
        state->later = false;
        go_on(self, state);
      },
      [=](keep_atom) { keep_now(self, state); },
      [=](cursor_atom) -> std::uint64_t {
        return state->located || state->tail == 0 ? state->done : 0;
      },
  };
}

}  // namespace whorl::actors
