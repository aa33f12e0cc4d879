#include "actors/local_node.hpp"

#include <algorithm>
#include <atomic>
#include <deque>
#include <future>

#include "actors/cluster/cluster_protocol.hpp"
#include "actors/cluster/transport.hpp"
#include "actors/identify.hpp"
#include "actors/node.hpp"
#include "actors/protocol.hpp"

namespace whorl::actors {
namespace {

constexpr auto reply_timeout = std::chrono::seconds(60);
/// Indexes of a large store, made one after the other.
constexpr auto index_timeout = std::chrono::minutes(120);
/// Of submissions whose reply was lost, over one call.
constexpr std::size_t resends_max = 100;

constexpr auto drain_poll = std::chrono::milliseconds(200);
constexpr auto room_poll = std::chrono::milliseconds(2);

error nothing_moves(std::int64_t limit_ms, const std::string& what_stays) {
  return make_error(errc::unavailable, "nothing has moved for " + std::to_string(limit_ms / 1000) +
                                           " s: " + what_stays +
                                           "; see the messages above, and `whorl doctor`");
}

/// Says whether anything has moved lately: facts, projections, bookings in flight. To be asked
/// every drain_poll.
class stall_watch {
 public:
  stall_watch(storage::store& store, std::int64_t limit_ms) : store_(store), limit_ms_(limit_ms) {}
  bool stalled(std::uint64_t in_flight) {
    std::vector<std::uint64_t> now{in_flight};
    for (const stream_id stream : all_streams)
      if (const auto tail = store_.log->tail(stream); tail) now.push_back(tail->seq);
    for (const storage::projection* each : store_.projections()) now.push_back(each->applied().seq);
    const bool moved = now != last_;
    last_ = std::move(now);
    still_ms_ = moved ? 0 : still_ms_ + drain_poll.count();
    return still_ms_ >= limit_ms_;
  }

 private:
  storage::store& store_;
  std::int64_t limit_ms_, still_ms_ = 0;
  std::vector<std::uint64_t> last_;
};

/// How long a caller waits for room. Where nothing moves any more, as on a disk that refuses every
/// write, no room comes either: it is given up, for what is left of the call too, until something
/// is taken again.
class room_patience {
 public:
  room_patience(storage::store& store, std::int64_t limit_ms)
      : watch_(store, limit_ms), limit_ms_(limit_ms) {}
  /// Before each wait of room_poll: unavailable when there is no use in waiting.
  status wait_on() {
    if (++pauses_ % (drain_poll / room_poll) == 0) given_up_ = watch_.stalled(0);
    if (!given_up_) return {};
    return nothing_moves(limit_ms_, "no room for this booking, which was not accepted");
  }
  void taken() { given_up_ = false; }

 private:
  stall_watch watch_;
  std::int64_t limit_ms_, pauses_ = 0;
  bool given_up_ = false;
};

error lost(caf::actor_system& system, const caf::error& e) {
  return make_error(errc::unavailable, "the node did not answer: " + system.render(e));
}

class local_node_impl final : public local_node {
 public:
  local_node_impl(storage::store& store, const local_node_settings& settings)
      : config_(settings.threads, settings.cluster ? &settings.cluster->transport : nullptr),
        system_(config_),
        store_(store),
        stall_ms_(settings.stall_ms) {
    if (!config_.usable()) return;
    node_settings node;
    node.time = {{std::chrono::duration_cast<std::chrono::milliseconds>(
                      std::chrono::system_clock::now().time_since_epoch())
                      .count()},
                 system_.clock().now()};
    node.gateway.modes = settings.modes;
    node.gateway.bureaus = settings.bureaus;
    node.cases = settings.cases;
    node.gateway.in_flight_max = settings.in_flight_max;
    node.gateway.entrance = door_;
    node.gateway.booking_deadline_ms = settings.booking_deadline_ms;
    node.gateway.query.settings.partition_count = store.partition_count;
    node.gateway.query.settings.top_k = settings.top_k;
    node.shard.partition_count = store.partition_count;
    node.use_index = settings.use_index;
    node.deliver = settings.deliver ? settings.deliver : deliver_to_folder(settings.outbox_folder);
    if (settings.cluster) node.cluster = exchange(*settings.cluster);
    search_ = node.gateway.query.settings;
    node_ = system_.spawn(node_supervisor, &store, std::move(node));
    node_->attach_functor([ended = ended_] { *ended = true; });
    bridge_ = system_.spawn(bridge_actor, node_);
  }

  ~local_node_impl() override {
    caf::anon_send_exit(bridge_, caf::exit_reason::user_shutdown);
    caf::anon_send_exit(node_, caf::exit_reason::user_shutdown);
    bridge_ = node_ = nullptr;
  }

  result<submitted> submit(const submission& what) override {
    result<submitted> reply = make_error(errc::unavailable, "no reply");
    submit_all(std::span(&what, 1), [&](std::size_t, const result<submitted>& r) { reply = r; });
    return reply;
  }

  void submit_all(std::span<const submission> all, const reply_function& on_reply) override {
    caf::scoped_actor self{system_};
    std::deque<std::pair<std::size_t, waiting_type>> ahead;
    std::size_t next = 0, resends = 0;
    room_patience patience(store_, stall_ms_);
    while (next < all.size() || !ahead.empty()) {
      while (next < all.size() && ahead.size() < limits::submissions_ahead_max) {
        auto sent = hand_in(self, all[next]);
        if (sent) {
          ahead.emplace_back(next++, *std::move(sent));
        } else if (!ahead.empty()) {
          break;  // other callers hold the door: ours that are inside come first
        } else if (sent.error().code != errc::overloaded) {
          on_reply(next++, std::move(sent).error());
        } else if (const status room = pause(self, patience); !room) {
          on_reply(next++, room.error());
        }
      }
      if (ahead.empty()) continue;
      auto [index, waiting] = std::move(ahead.front());
      ahead.pop_front();
      submit_reply reply = make_error(errc::unavailable, "no reply");
      waiting.receive([&](const submit_reply& r) { reply = r; },
                      [&](const caf::error& e) { reply = lost(system_, e); });
      // Full, or its outcome unknown: sent again, which is safe, since the same is the same
      // booking.
      const bool full = !reply && reply.error().code == errc::overloaded;
      const bool unknown = !reply && reply.error().code == errc::unavailable;
      if (!full && !(unknown && resends++ < resends_max)) {
        patience.taken();
        on_reply(index, reply);
      } else if (auto sent = hand_in_again(self, all[index], patience); sent) {
        ahead.emplace_front(index, *std::move(sent));
      } else {
        on_reply(index, std::move(sent).error());
      }
    }
  }

  status drain(const std::function<void(std::uint64_t)>& on_wait) override {
    caf::scoped_actor self{system_};
    bool done = false;
    status outcome;
    stall_watch watch(store_, stall_ms_);
    self->send(node_, drain_atom::value, caf::actor_cast<caf::actor>(self));
    self->delayed_send(self, drain_poll, retry_atom::value);
    auto look = [&](std::uint64_t in_flight) {
      if (on_wait) on_wait(in_flight);
      if (!watch.stalled(in_flight)) return;
      outcome = nothing_moves(stall_ms_, std::to_string(in_flight) +
                                             " bookings stay open and are taken up by the next "
                                             "start");
      done = true;
    };
    while (!done) {
      self->receive([&](caf::ok_atom) { done = true; },
                    [&](retry_atom) {
                      self->request(node_, reply_timeout, load_atom::value)
                          .receive(look, [&](const caf::error& e) {
                            outcome = lost(system_, e);
                            done = true;
                          });
                      self->delayed_send(self, drain_poll, retry_atom::value);
                    });
    }
    return outcome;
  }

  std::vector<result<storage::append_outcome>> append(
      std::vector<storage::append_request> batch) override {
    const std::size_t count = batch.size();
    append_reply outcomes;
    caf::scoped_actor self{system_};
    self->request(node_, reply_timeout, append_atom::value, std::move(batch))
        .receive([&](append_reply& reply) { outcomes = std::move(reply); },
                 [&](const caf::error& e) { outcomes.assign(count, lost(system_, e)); });
    return outcomes;
  }

  void submit_later(submission what, std::function<void(result<submitted>)> done) override {
    auto ticket = door_->enter(what.transaction.size());
    if (!ticket) return done(std::move(ticket).error());
    what.ticket = *std::move(ticket);
    caf::anon_send(bridge_, std::make_shared<bridged_submit>(
                                bridged_submit{std::move(what), std::move(done)}));
  }

  void append_later(
      std::vector<storage::append_request> batch,
      std::function<void(std::vector<result<storage::append_outcome>>)> done) override {
    caf::anon_send(bridge_, std::make_shared<bridged_append>(
                                bridged_append{std::move(batch), std::move(done)}));
  }

  std::vector<gauge> gauges() override {
    std::vector<gauge> all;
    caf::scoped_actor self{system_};
    self->request(node_, reply_timeout, gauges_atom::value)
        .receive([&](gauge_list& reply) { all = std::move(reply); }, [](const caf::error&) {});
    return all;
  }

  result<std::vector<followed>> follow(std::vector<submission> all, std::size_t together,
                                       std::chrono::seconds patience,
                                       const std::function<void(std::uint64_t)>& on_done) override {
    followed_list outcome;
    if (all.empty()) return outcome;
    caf::scoped_actor self{system_};
    status failed;
    bool over = false;
    const auto follower =
        system_.spawn<caf::detached>(follower_actor, node_, caf::actor_cast<caf::actor>(self),
                                     std::move(all), std::max<std::size_t>(together, 1));
    while (!over)
      self->receive(
          [&](finished_atom, std::uint64_t done) {
            if (on_done) on_done(done);
          },
          [&](followed_list& all_of_them) {
            outcome = std::move(all_of_them);
            over = true;
          },
          caf::after(patience) >>
              [&] {
                failed = make_error(errc::unavailable, "no booking was answered for " +
                                                           std::to_string(patience.count()) + " s");
                over = true;
              });
    caf::anon_send_exit(follower, caf::exit_reason::user_shutdown);
    WHORL_TRY(std::move(failed));
    return outcome;
  }

  /// Of what start() has to report: transport, and the port.
  status started() {
    WHORL_TRY(config_.usable());
    if (!published_) return {};
    WHORL_ASSIGN(port_, published_->get_future().get());
    return {};
  }

  std::uint16_t cluster_port() const override { return port_; }
  bool running() const override { return !*ended_; }

  result<cluster_status> cluster() override {
    if (!published_) return no_exchange();
    WHORL_ASSIGN(const cluster_status_ptr now, (ask<result<cluster_status_ptr>, cluster_status_ptr>(
                                                   reply_timeout, status_atom::value)));
    return *now;
  }

  status order(cluster::cluster_order what) override {
    if (!published_) return no_exchange();
    return ask<status_reply>(reply_timeout, order_atom::value, std::move(what));
  }

  result<index_size> indexed(partition_id which) override {
    return ask<result<index_size>, index_size>(index_timeout, indexed_atom::value, which.gallery,
                                               which.index);
  }

  result<round_one_reply> look(const round_one_request& what) override {
    WHORL_ASSIGN(const packet reply, (ask<result<packet>, packet>(reply_timeout, round1_atom::value,
                                                                  pack(wire::encode(what)))));
    return wire::decode_round_one_reply(*reply.data);
  }

  result<std::vector<sealed_payload>> seal(std::vector<storage::seal_request> batch) override {
    return ask<seal_reply>(reply_timeout, seal_atom::value, std::move(batch));
  }

  status destroy(std::vector<key_id> keys) override {
    return ask<status_reply>(reply_timeout, destroy_atom::value, std::move(keys));
  }

  result<identified> identify(gallery_kind gallery, std::vector<probe_print> prints) override {
    // Numbered from the top: no booking's search has such an id, and nobody's record.
    const booking_id nobody{~searches_.fetch_add(1)};
    caf::scoped_actor self{system_};
    return search_for(self, *store_.log, node_,
                      {nobody, gallery, false, {}, {nobody, std::move(prints)}, {}}, search_);
  }

 private:
  /// Asks the node and waits; unavailable when it does not answer.
  template <class Outcome, class Reply = Outcome, class... Words>
  Outcome ask(std::chrono::milliseconds limit, Words&&... words) {
    Outcome outcome = make_error(errc::unavailable, "no reply");
    caf::scoped_actor self{system_};
    self->request(node_, limit, std::forward<Words>(words)...)
        .receive([&](Reply& reply) { outcome = std::move(reply); },
                 [&](const caf::error& e) { outcome = lost(system_, e); });
    return outcome;
  }

  static error no_exchange() {
    return make_error(errc::not_found,
                      "this process is not the exchange of a cluster: [cluster] "
                      "in whorl.toml makes it one, and `whorl serve`");
  }

  cluster_settings exchange(const exchange_settings& from) {
    cluster_settings out;
    out.membership = from.membership;
    out.fan_out = from.fan_out;
    out.on_event = from.on_event;
    out.is_current = from.is_current;
    published_ = std::make_shared<std::promise<result<std::uint16_t>>>();
    out.publish_port = [this, from, promise = published_](const caf::actor& port) {
      promise->set_value(publish(system_, from.transport, port, from.address, from.port));
    };
    out.on_failed = [promise = published_](const error& why) { promise->set_value(why); };
    return out;
  }

  using waiting_type = decltype(std::declval<caf::scoped_actor&>()->request(
      std::declval<const caf::actor&>(), reply_timeout, submit_atom::value, submission{}));

  /// Through the door first: what it refuses never reaches the gateway's mailbox.
  result<waiting_type> hand_in(caf::scoped_actor& self, submission what) {
    WHORL_ASSIGN(what.ticket, door_->enter(what.transaction.size()));
    return self->request(node_, reply_timeout, submit_atom::value, std::move(what));
  }

  /// Of what passed the door before: until it passes again.
  result<waiting_type> hand_in_again(caf::scoped_actor& self, const submission& what,
                                     room_patience& patience) {
    for (;;) {
      WHORL_TRY(pause(self, patience));
      if (auto sent = hand_in(self, what); sent) return sent;
    }
  }

  static status pause(caf::scoped_actor& self, room_patience& patience) {
    WHORL_TRY(patience.wait_on());
    self->delayed_send(self, room_poll, retry_atom::value);
    self->receive([](retry_atom) {});
    return {};
  }

  std::shared_ptr<door> door_ = std::make_shared<door>();
  process_config config_;
  caf::actor_system system_;
  storage::store& store_;
  std::int64_t stall_ms_;
  query_settings search_;
  std::atomic<std::uint64_t> searches_{0};
  std::shared_ptr<std::promise<result<std::uint16_t>>> published_;  ///< null: no exchange
  std::uint16_t port_ = 0;
  std::shared_ptr<std::atomic<bool>> ended_ = std::make_shared<std::atomic<bool>>(false);
  caf::actor node_, bridge_;
};

}  // namespace

result<std::unique_ptr<local_node>> local_node::start(storage::store& store,
                                                      const local_node_settings& settings) {
  auto node = std::make_unique<local_node_impl>(store, settings);
  WHORL_TRY(node->started());
  return std::unique_ptr<local_node>(std::move(node));
}

}  // namespace whorl::actors
