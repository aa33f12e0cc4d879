// The simulated network between processes. What one process knows of an actor of another is a
// remote_actor: it puts what is sent to it on the way, and what arrives comes from the remote_actor
// of its sender, as CAF's own middleman does it. Two processes have one connection, kept in order
// like a TCP stream unless a fault is drawn; one on which a side has heard nothing for
// `connection_timeout` is cut, and then all remote_actors of it end, so that who monitors them is
// told. Bytes that were changed on the way are found by the connection's own digests (TLS), which
// then ends.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "sim/cluster/fault_kinds.hpp"
#include "sim/cluster/process.hpp"

namespace whorl::sim {

class network {
 public:
  /// `faults` and `fired` outlive it; the former is read at each message.
  network(chance& draw, const fault_plan& faults, fault_counts& fired);
  ~network();

  void join(process& who);
  /// Everything that is on the way to or from it is lost, its connections end at once.
  void leave(const process& who);

  /// What `from` may send to `target` of process `to`. Null when they cannot reach each other now.
  caf::actor connect(const std::string& from, const std::string& to, const caf::actor& target);

  /// Nothing passes from the one to the other until then; longer blocks win.
  void block(const std::string& from, const std::string& to, moment until);
  /// Ends what block() began between the two, both ways.
  void reunite(const std::string& one, const std::string& other);
  /// What passes between them takes so much longer until then.
  void clog(const std::string& one, const std::string& other, moment until, moment delay);
  /// No fault from here on, and none that lasts.
  void heal();
  /// A frozen process is not heard of; when it goes on it finds its connections cut.
  void on_freeze(const process& who, moment now);
  void on_thaw(const process& who);

  /// Told of each message that arrives; may be empty.
  std::function<void(const std::string& from, const std::string& to, const caf::message& what)>
      on_arrival;
  /// Told of each message that a fault meets; may be empty.
  std::function<void(const std::string&)> tell;

  std::optional<moment> next_due() const;
  void advance_to(moment now);
  std::uint64_t delivered() const { return delivered_; }
  std::uint64_t trace() const { return trace_; }

 private:
  friend class remote_actor;
  struct message_on_its_way {
    std::string from, to;
    caf::strong_actor_ptr sender, receiver;
    caf::message_id id;
    caf::message what;
  };
  /// One direction between two processes.
  struct direction {
    moment blocked_until{0}, blocked_since{0};
    moment clogged_until{0}, clog_delay{0};
    moment last_due{0};
  };
  using pair = std::pair<std::string, std::string>;

  void send(const std::string& from, const std::string& to, caf::strong_actor_ptr sender,
            caf::strong_actor_ptr receiver, caf::message_id id, caf::message what);
  void put_on_the_way(message_on_its_way one, moment delay, bool in_order);
  void deliver(message_on_its_way one);
  /// The remote_actor in process `viewer` of an actor of process `home`; null when `viewer` ended.
  caf::strong_actor_ptr remote(const std::string& viewer, const std::string& home,
                               const caf::strong_actor_ptr& target);
  bool strikes(fault_kind kind, const message_on_its_way& one);
  bool reachable(const std::string& from, const std::string& to) const;
  void cut(const std::string& one, const std::string& other);
  void end_remotes(const std::string& viewer, const std::string& home);
  void drop_on_the_way(const std::string& one, const std::string& other);
  void cut_silent(moment now);

  chance& draw_;
  const fault_plan& faults_;
  fault_counts& fired_;
  moment now_{0};
  bool healed_ = false;
  std::map<std::string, process*> processes_;
  std::map<pair, direction> directions_;
  std::map<std::string, moment> frozen_since_;
  /// By viewer, home and the actor's number there: never walked by address.
  std::map<std::tuple<std::string, std::string, caf::actor_id>, caf::strong_actor_ptr> remotes_;
  /// Of processes that are frozen, and find out when they go on.
  std::map<std::string, std::vector<caf::strong_actor_ptr>> ended_unseen_;
  std::multimap<moment, message_on_its_way> on_the_way_;
  std::uint64_t delivered_ = 0;
  std::uint64_t trace_ = 0xcbf29ce484222325ull;
};

}  // namespace whorl::sim
