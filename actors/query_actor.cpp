#include "actors/protocol.hpp"
#include "actors/search_actors.hpp"

namespace whorl::actors {
namespace {

struct query_state {
  query_environment env;
  caf::actor gateway;
  booking_accepted accepted;
  std::vector<gallery_kind> to_search;
  std::vector<query_core> cores;  ///< one a gallery, made when the payloads are open
  std::int64_t opening_backoff_ms = 50;
};

using state_ptr = std::shared_ptr<query_state>;

query_core* core_of(query_state& state, gallery_kind gallery) {
  for (query_core& core : state.cores)
    if (core.gallery() == gallery) return &core;
  return nullptr;
}

void perform(caf::event_based_actor* self, const state_ptr& state, gallery_kind gallery,
             query_effects effects);

/// Feeds one event to a gallery's core and performs what it asks for.
template <class Event>
void feed(caf::event_based_actor* self, const state_ptr& state, gallery_kind gallery, Event event) {
  if (query_core* core = core_of(*state, gallery)) perform(self, state, gallery, event(*core));
}

void fail(caf::event_based_actor* self, const state_ptr& state, gallery_kind gallery,
          search_id attempt, const std::string& reason) {
  // A lost request of an attempt that was given up meanwhile says nothing about the present one.
  feed(self, state, gallery, [&](query_core& core) {
    return core.attempt() == attempt ? core.on_failure(reason) : query_effects{};
  });
}

/// A round that takes long is left alone as long as work is done on it.
void watch_round(caf::event_based_actor* self, const state_ptr& state, gallery_kind gallery,
                 search_id attempt, std::uint64_t work) {
  self->delayed_send(self, std::chrono::milliseconds(state->env.request_timeout_ms),
                     patience_atom::value, gallery, attempt, work);
}

void look_at_round(caf::event_based_actor* self, const state_ptr& state, gallery_kind gallery,
                   search_id attempt, std::uint64_t before) {
  const auto waits = [=] {
    const query_core* core = core_of(*state, gallery);
    return core != nullptr && core->attempt() == attempt && core->searching();
  };
  if (!waits()) return;
  self->request(state->env.shards, std::chrono::milliseconds(state->env.request_timeout_ms),
                progress_atom::value, attempt)
      .then(
          [=](std::uint64_t work) {
            if (!waits()) return;
            if (work == 0) return fail(self, state, gallery, attempt, "a round's reply was lost");
            if (work == before) return fail(self, state, gallery, attempt, "a round stands still");
            watch_round(self, state, gallery, attempt, work);
          },
          [=](const caf::error& e) {
            if (waits())
              fail(self, state, gallery, attempt,
                   "asking how a round gets on: " + self->system().render(e));
          });
}

struct performer {
  caf::event_based_actor* self;
  state_ptr state;
  gallery_kind gallery;
  search_id attempt;

  std::chrono::milliseconds timeout() const {
    return std::chrono::milliseconds(state->env.request_timeout_ms);
  }
  instant now() const { return state->env.time.now(self); }

  /// A request whose loss or refusal is a failure of this attempt.
  template <class Reply, class OnReply, class... Message>
  void ask(const caf::actor& whom, const char* what, OnReply on_reply, Message&&... message) {
    ask_within<Reply>(caf::duration(timeout()), whom, what, std::move(on_reply),
                      std::forward<Message>(message)...);
  }
  /// A request that may take any time as long as it gets on.
  template <class Reply, class OnReply, class... Message>
  void ask_shards(const char* what, OnReply on_reply, Message&&... message) {
    watch_round(self, state, gallery, attempt, 0);
    ask_within<Reply>(caf::infinite, state->env.shards, what, std::move(on_reply),
                      std::forward<Message>(message)...);
  }
  template <class Reply, class OnReply, class... Message>
  void ask_within(const caf::duration& limit, const caf::actor& whom, const char* what,
                  OnReply on_reply, Message&&... message) {
    auto [me, st, g, a] = std::tuple(self, state, gallery, attempt);
    self->request(whom, limit, std::forward<Message>(message)...)
        .then([=](const Reply& reply) { on_reply(reply); },
              [=, what = std::string(what)](const caf::error& e) {
                fail(me, st, g, a, what + ": " + me->system().render(e));
              });
  }

  void operator()(query_effect::read_tail&) {
    ask<tail_reply>(
        state->env.journal, "reading the gallery's tail",
        [*this](const tail_reply& reply) {
          if (!reply) return fail(self, state, gallery, attempt, reply.error().message);
          feed(self, state, gallery, [&](query_core& c) { return c.on_tail(reply->seq, now()); });
        },
        tail_atom::value, stream_of(gallery));
  }
  void operator()(query_effect::ask_round_one& e) {
    attempt = e.request.search;
    ask_shards<packet>(
        "round one",
        [*this](const packet& frame) {
          auto reply = wire::decode_round_one_reply(*frame.data);
          if (!reply) return fail(self, state, gallery, attempt, reply.error().message);
          feed(self, state, gallery, [&](query_core& c) { return c.on_round_one(*reply, now()); });
        },
        round1_atom::value, pack(wire::encode(e.request)));
  }
  void operator()(query_effect::ask_round_two& e) {
    attempt = e.request.search;
    ask_shards<packet>(
        "round two",
        [*this](const packet& frame) {
          auto reply = wire::decode_round_two_reply(*frame.data);
          if (!reply) return fail(self, state, gallery, attempt, reply.error().message);
          feed(self, state, gallery, [&](query_core& c) { return c.on_round_two(*reply, now()); });
        },
        round2_atom::value, pack(wire::encode(e.request)));
  }
  void operator()(query_effect::pause& e) {
    self->delayed_send(self, std::chrono::milliseconds(e.delay_ms), retry_atom::value, gallery,
                       e.attempt.value);
  }
  void operator()(query_effect::seal& e) {
    ask<seal_reply>(
        state->env.vault, "sealing",
        [*this](const seal_reply& reply) {
          if (!reply && reply.error().code == errc::purged)
            return feed(self, state, gallery, [&](query_core& c) {
              return c.on_key_destroyed(reply.error().message, now());
            });
          if (!reply) return fail(self, state, gallery, attempt, reply.error().message);
          feed(self, state, gallery,
               [&](query_core& c) { return c.on_sealed(reply->front(), now()); });
        },
        seal_atom::value, seal_batch{{e.key, std::move(e.plain)}});
  }
  void operator()(query_effect::append& e) {
    ask<append_reply>(
        state->env.journal, "appending",
        [*this, step = e.step](const append_reply& reply) {
          feed(self, state, gallery,
               [&](query_core& c) { return c.on_appended(step, reply.front(), now()); });
        },
        append_atom::value, append_batch{std::move(e.request)});
  }
  void operator()(query_effect::destroy_keys& e) {
    // If this is lost (a crash here), the node does it again at its next start.
    caf::anon_send(state->env.vault, destroy_atom::value, std::move(e.keys));
  }
  void operator()(query_effect::finished&) {
    for (const query_core& core : state->cores)
      if (!core.finished()) return;
    self->send(state->gateway, finished_atom::value, state->accepted.booking);
    self->quit();
  }
};

void perform(caf::event_based_actor* self, const state_ptr& state, gallery_kind gallery,
             query_effects effects) {
  query_core* core = core_of(*state, gallery);
  for (auto& effect : effects) std::visit(performer{self, state, gallery, core->attempt()}, effect);
}

/// Opens the sealed prints and names, then starts a core for each gallery; both run at once.
void open_and_start(caf::event_based_actor* self, const state_ptr& state) {
  const booking_accepted& a = state->accepted;
  auto start = [=](const unseal_reply& who_plain, const unseal_reply& prints_plain) {
    auto who = wire::decode_biographics(*who_plain);
    auto prints = wire::decode_prints(*prints_plain);
    if (!who || !prints) {
      caf::aout(self) << "whorl: booking " << to_string(state->accepted.booking)
                      << " has an unreadable payload and waits for its deadline" << std::endl;
    }
    const probe what{state->accepted.booking, prints ? *prints : std::vector<probe_print>{}};
    for (gallery_kind g : state->to_search)
      state->cores.emplace_back(
          query_subject{state->accepted.booking, g, state->accepted.retained, state->accepted.ori,
                        what, who ? *who : biographics{}},
          state->env.settings);
    for (gallery_kind g : state->to_search)
      feed(self, state, g, [](query_core& c) { return c.start(); });
  };
  auto again = [=](const std::string& why) {
    caf::aout(self) << "whorl: booking " << to_string(state->accepted.booking) << " waits: " << why
                    << std::endl;
    self->delayed_send(self, std::chrono::milliseconds(state->opening_backoff_ms),
                       resume_atom::value);
    state->opening_backoff_ms = std::min<std::int64_t>(state->opening_backoff_ms * 2, 5000);
  };
  const bool immigration_only =
      state->to_search.size() == 1 && state->to_search[0] == gallery_kind::immigration;
  const sealed_payload prints = immigration_only ? *a.immigration_prints : a.criminal_prints;
  const auto timeout = std::chrono::milliseconds(state->env.request_timeout_ms);
  self->request(state->env.vault, timeout, unseal_atom::value, a.who)
      .then(
          [=](const unseal_reply& who) {
            if (!who) return again(who.error().message);
            self->request(state->env.vault, timeout, unseal_atom::value, prints)
                .then(
                    [=](const unseal_reply& opened) {
                      if (!opened) return again(opened.error().message);
                      start(who, opened);
                    },
                    [=](const caf::error& e) { again(self->system().render(e)); });
          },
          [=](const caf::error& e) { again(self->system().render(e)); });
}

}  // namespace

caf::behavior query_actor(caf::event_based_actor* self, query_environment environment,
                          caf::actor gateway, booking_accepted accepted, bool skip_criminal,
                          bool skip_immigration) {
  auto state = std::make_shared<query_state>();
  state->env = std::move(environment);
  state->gateway = std::move(gateway);
  state->accepted = std::move(accepted);
  if (!skip_criminal) state->to_search.push_back(gallery_kind::criminal);
  // An inactive jurisdiction's prints are never sent to the immigration partitions (promise 5).
  if (!skip_immigration && state->accepted.mode != jurisdiction_mode::inactive)
    state->to_search.push_back(gallery_kind::immigration);
  if (state->to_search.empty()) {
    self->send(state->gateway, finished_atom::value, state->accepted.booking);
    self->quit();
    return {[](deadline_atom) {}};
  }
  open_and_start(self, state);
  return {
      [=](retry_atom, gallery_kind gallery, std::uint64_t attempt) {
        feed(self, state, gallery,
             [&](query_core& c) { return c.on_pause_over(search_id{attempt}); });
      },
      [=](resume_atom) { open_and_start(self, state); },
      [=](patience_atom, gallery_kind gallery, search_id attempt, std::uint64_t work) {
        look_at_round(self, state, gallery, attempt, work);
      },
      [=](deadline_atom) {
        if (state->cores.empty())  // the payloads never opened: answer without them
          for (gallery_kind g : state->to_search)
            state->cores.emplace_back(
                query_subject{state->accepted.booking, g, false, state->accepted.ori, {}, {}},
                state->env.settings);
        for (gallery_kind g : state->to_search)
          feed(self, state, g,
               [&](query_core& c) { return c.on_deadline(state->env.time.now(self)); });
      },
  };
}

}  // namespace whorl::actors
