#include "sim/cluster/network.hpp"

#include <algorithm>

#include "messages/invariant.hpp"

namespace whorl::sim {
namespace {

using namespace std::chrono_literals;

/// As transport_settings::timeout_ms.
constexpr moment connection_timeout = 1s;
constexpr moment usual_delay = 200us;
constexpr std::int64_t late_ms_max = 3000;

}  // namespace

/// What one process sees of an actor of another.
class remote_actor final : public caf::actor_proxy {
 public:
  remote_actor(caf::actor_config& config, network* net, std::string viewer, std::string home,
               caf::strong_actor_ptr target)
      : caf::actor_proxy(config),
        net_(net),
        viewer_(std::move(viewer)),
        home_(std::move(home)),
        target_(std::move(target)) {}

  void enqueue(caf::mailbox_element_ptr what, caf::execution_unit*) override {
    if (!target_) return bounce(what);
    net_->send(viewer_, home_, what->sender, target_, what->mid, what->move_content_to_message());
  }
  void forget_target() { target_ = nullptr; }
  void kill_proxy(caf::execution_unit* context, caf::error reason) override {
    forget_target();
    cleanup(std::move(reason), context);
  }
  const char* name() const override { return "remote_actor"; }

 private:
  network* net_;
  std::string viewer_, home_;
  caf::strong_actor_ptr target_;
};

namespace {

remote_actor& as_remote(const caf::strong_actor_ptr& one) {
  return *static_cast<remote_actor*>(one->get());
}

/// Its atoms, and the types of what else it holds.
std::string contents_of(const caf::message& what, caf::actor_system& system) {
  std::string text = "(";
  for (std::size_t i = 0; i < what.size(); ++i) {
    if (i > 0) text += ", ";
    text += what.match_element<caf::atom_value>(i) ? caf::to_string(what.get_as<caf::atom_value>(i))
                                                   : system.types().portable_name(what.type(i));
  }
  return text + ")";
}

void end(const caf::strong_actor_ptr& one) {
  as_remote(one).kill_proxy(nullptr, caf::make_error(caf::exit_reason::remote_link_unreachable));
}

}  // namespace

network::network(chance& draw, const fault_plan& faults, fault_counts& fired)
    : draw_(draw), faults_(faults), fired_(fired) {}

network::~network() = default;

void network::join(process& who) { processes_[who.name()] = &who; }

void network::leave(const process& who) {
  frozen_since_.erase(who.name());
  ended_unseen_.erase(who.name());
  std::vector<std::string> others;
  for (const auto& [name, each] : processes_)
    if (name != who.name()) others.push_back(name);
  for (const std::string& other : others) cut(who.name(), other);
  processes_.erase(who.name());
}

bool network::strikes(fault_kind kind, const message_on_its_way& one) {
  if (healed_ || !faults_.strikes(kind, draw_, fired_)) return false;
  if (tell)
    tell(std::string(to_string(kind)) + ": " + one.from + " to " + one.to + " " +
         contents_of(one.what, processes_.at(one.from)->system()));
  return true;
}

bool network::reachable(const std::string& from, const std::string& to) const {
  if (!processes_.contains(from) || !processes_.contains(to)) return false;
  if (frozen_since_.contains(from) || frozen_since_.contains(to)) return false;
  const auto found = directions_.find({from, to});
  return found == directions_.end() || found->second.blocked_until <= now_;
}

caf::actor network::connect(const std::string& from, const std::string& to,
                            const caf::actor& target) {
  if (!target || !reachable(from, to) || !reachable(to, from)) return {};
  return caf::actor_cast<caf::actor>(
      remote(from, to, caf::actor_cast<caf::strong_actor_ptr>(target)));
}

caf::strong_actor_ptr network::remote(const std::string& viewer, const std::string& home,
                                      const caf::strong_actor_ptr& target) {
  const auto found = processes_.find(viewer);
  if (found == processes_.end() || !target) return nullptr;
  caf::strong_actor_ptr& made = remotes_[{viewer, home, target->aid}];
  if (made) return made;
  caf::actor_system& system = found->second->system();
  caf::actor_config config;
  made = caf::make_actor<remote_actor, caf::strong_actor_ptr>(
      system.next_actor_id(), target->nid, &system, config, this, viewer, home, target);
  return made;
}

void network::send(const std::string& from, const std::string& to, caf::strong_actor_ptr sender,
                   caf::strong_actor_ptr receiver, caf::message_id id, caf::message what) {
  if (!processes_.contains(from) || !processes_.contains(to)) return;
  if (!reachable(from, to) && !frozen_since_.contains(to)) return;  // until the cut nobody knows
  message_on_its_way one{from, to, std::move(sender), std::move(receiver), id, std::move(what)};
  if (strikes(fault_kind::corrupt_bytes, one)) return cut(from, to);
  if (strikes(fault_kind::loss, one)) return;
  moment delay = usual_delay;
  if (strikes(fault_kind::delay, one)) delay += std::chrono::milliseconds(draw_.below(late_ms_max));
  const bool in_order = !strikes(fault_kind::reordering, one);
  if (!in_order) delay += std::chrono::milliseconds(draw_.below(100));
  if (strikes(fault_kind::duplication, one))
    put_on_the_way(one, delay + std::chrono::milliseconds(draw_.below(late_ms_max)), false);
  put_on_the_way(std::move(one), delay, in_order);
}

void network::put_on_the_way(message_on_its_way one, moment delay, bool in_order) {
  direction& way = directions_[{one.from, one.to}];
  moment due = now_ + delay;
  if (way.clogged_until > now_) due += way.clog_delay;
  if (in_order) due = way.last_due = std::max(due, way.last_due);
  on_the_way_.emplace(due, std::move(one));
}

void network::deliver(message_on_its_way one) {
  for (const char c : one.from + one.to)
    trace_ = (trace_ ^ static_cast<unsigned char>(c)) * 0x100000001b3ull;
  trace_ = (trace_ ^ static_cast<std::uint64_t>(now_.count())) * 0x100000001b3ull;
  ++delivered_;
  if (on_arrival) on_arrival(one.from, one.to, one.what);
  const caf::strong_actor_ptr sender = remote(one.to, one.from, one.sender);
  one.receiver->enqueue(caf::make_mailbox_element(sender, one.id, {}, std::move(one.what)),
                        nullptr);
}

std::optional<moment> network::next_due() const {
  std::optional<moment> next;
  if (!on_the_way_.empty()) next = on_the_way_.begin()->first;
  const auto consider = [&](moment at) {
    if (at > now_ && (!next || at < *next)) next = at;
  };
  for (const auto& [which, way] : directions_)
    if (way.blocked_until > now_) consider(way.blocked_since + connection_timeout);
  for (const auto& [who, since] : frozen_since_) consider(since + connection_timeout);
  return next;
}

void network::advance_to(moment now) {
  now_ = std::max(now_, now);
  cut_silent(now);
  while (!on_the_way_.empty() && on_the_way_.begin()->first <= now) {
    message_on_its_way one = std::move(on_the_way_.extract(on_the_way_.begin()).mapped());
    if (frozen_since_.contains(one.to)) {  // its kernel keeps what comes until it goes on
      on_the_way_.emplace(now + 50ms, std::move(one));
      continue;
    }
    if (!reachable(one.from, one.to) && !frozen_since_.contains(one.from)) continue;
    deliver(std::move(one));
  }
}

void network::cut_silent(moment now) {
  std::vector<pair> silent;
  for (const auto& [which, way] : directions_)
    if (way.blocked_until > now && way.blocked_since + connection_timeout <= now)
      silent.push_back(which);
  for (const auto& [who, since] : frozen_since_)
    if (since + connection_timeout <= now)
      for (const auto& [other, process] : processes_)
        if (other != who) silent.emplace_back(who, other);
  for (const auto& [one, other] : silent) cut(one, other);
}

void network::block(const std::string& from, const std::string& to, moment until) {
  direction& way = directions_[{from, to}];
  if (way.blocked_until <= now_) way.blocked_since = now_;
  way.blocked_until = std::max(way.blocked_until, until);
}

void network::reunite(const std::string& one, const std::string& other) {
  for (const pair& which : {pair(one, other), pair(other, one)}) {
    directions_[which].blocked_until = moment{0};
  }
}

void network::clog(const std::string& one, const std::string& other, moment until, moment delay) {
  for (const pair& which : {pair(one, other), pair(other, one)}) {
    directions_[which].clogged_until = until;
    directions_[which].clog_delay = delay;
  }
}

void network::heal() {
  healed_ = true;
  for (auto& [which, way] : directions_) way = {};
}

void network::on_freeze(const process& who, moment now) { frozen_since_[who.name()] = now; }

void network::on_thaw(const process& who) {
  frozen_since_.erase(who.name());
  for (const caf::strong_actor_ptr& each : std::exchange(ended_unseen_[who.name()], {})) end(each);
}

void network::cut(const std::string& one, const std::string& other) {
  drop_on_the_way(one, other);
  end_remotes(one, other);
  end_remotes(other, one);
}

void network::end_remotes(const std::string& viewer, const std::string& home) {
  std::vector<caf::strong_actor_ptr> ended;
  std::erase_if(remotes_, [&](auto& each) {
    const auto& [sees, lives, number] = each.first;
    const bool here = sees == viewer && lives == home;
    if (here) ended.push_back(std::move(each.second));
    return here;
  });
  for (caf::strong_actor_ptr& each : ended) {
    if (!frozen_since_.contains(viewer)) {
      end(each);
      continue;
    }
    as_remote(each).forget_target();
    ended_unseen_[viewer].push_back(std::move(each));
  }
}

void network::drop_on_the_way(const std::string& one, const std::string& other) {
  std::erase_if(on_the_way_, [&](const auto& each) {
    return (each.second.from == one && each.second.to == other) ||
           (each.second.from == other && each.second.to == one);
  });
}

}  // namespace whorl::sim
