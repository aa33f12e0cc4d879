#include "sim/cluster/fault_driver.hpp"

#include <algorithm>

#include "actors/cluster/cluster_protocol.hpp"
#include "messages/invariant.hpp"
#include "sim/cluster/bit_rot.hpp"
#include "sim/cluster/scenario.hpp"

namespace whorl::sim {
namespace {

using namespace std::chrono_literals;

constexpr moment look_every = 250ms;
/// A process that ended is started again after so long.
constexpr std::int64_t restart_ms_min = 200, restart_ms_max = 3'000;
/// At a look, where a disk may come back as it was.
constexpr unsigned set_aside_percent = 5;
/// Longer than the exchange takes a node for alive, and than it waits for one before it places what
/// that one held elsewhere.
constexpr std::int64_t away_ms_min = 6'000, away_ms_max = 15'000;
/// Until the program is the usual one again, from the next start on.
constexpr std::int64_t version_ms_min = 2'000, version_ms_max = 20'000;
constexpr std::int64_t freeze_ms_min = 100, freeze_ms_max = 8'000;
constexpr std::int64_t block_ms_min = 200, block_ms_max = 8'000;
constexpr std::int64_t jump_ms_max = 3'600'000;

}  // namespace

moment fault_driver::drawn(std::int64_t ms_min, std::int64_t ms_max) {
  const auto more = world_->draw->below(static_cast<std::uint64_t>(ms_max - ms_min) + 1);
  return std::chrono::milliseconds(ms_min + static_cast<std::int64_t>(more));
}

node_host* fault_driver::drawn_node() {
  return (*nodes_)[world_->draw->below(nodes_->size())].get();
}

node_host& fault_driver::node(const std::string& name) {
  const auto found =
      std::ranges::find_if(*nodes_, [&](const auto& each) { return each->name() == name; });
  INVARIANT(found != nodes_->end());
  return **found;
}

std::optional<moment> fault_driver::next_due() const {
  std::optional<moment> next;
  const auto consider = [&](moment at) {
    if (!next || at < *next) next = at;
  };
  if (!world_->healed) consider(next_look_);
  for (const auto& [name, at] : thaw_at_) consider(at);
  for (const auto& node : *nodes_)
    if (node->starts_at()) consider(*node->starts_at());
  return next;
}

void fault_driver::freeze(process& which, moment until) {
  if (which.frozen()) return;
  which.freeze();
  world_->net.on_freeze(which, world_->now);
  thaw_at_[which.name()] = until;
}

void fault_driver::thaw(const std::string& name) {
  if (const auto at = thaw_at_.find(name); at != thaw_at_.end()) at->second = world_->now;
}

void fault_driver::start_and_thaw() {
  for (const auto& node : *nodes_) {
    if (node->failed() && node->running() != nullptr)
      node->kill(world_->now + drawn(restart_ms_min, restart_ms_max));
    if (node->starts_at() && *node->starts_at() <= world_->now) node->start();
  }
  const auto thaw = [&](process* which) {
    if (which == nullptr || !which->frozen()) return;
    const auto at = thaw_at_.find(which->name());
    if (at != thaw_at_.end() && at->second > world_->now) return;
    thaw_at_.erase(which->name());
    which->thaw();
    world_->net.on_thaw(*which);
    which->advance_to(world_->now);
  };
  for (const auto& node : *nodes_) thaw(node->running());
  thaw(&(*exchange_)->running());
  std::erase_if(thaw_at_, [&](const auto& each) { return each.second <= world_->now; });
}

void fault_driver::advance_to(moment now) {
  start_and_thaw();
  if (world_->healed || now < next_look_) return;
  next_look_ = now + look_every;
  if (!nodes_->empty()) {
    draw_links();
    draw_nodes();
    draw_orders();
  }
  draw_exchange();
  if (world_->strikes(fault_kind::record_deleted)) remove_a_record();
}

void fault_driver::remove_a_record() {
  const bool criminal = world_->draw->percent(50);
  const gallery_kind gallery = criminal ? gallery_kind::criminal : gallery_kind::immigration;
  const subject_id subject =
      scenario::subject_of(criminal ? scenario::deleted_criminal : scenario::deleted_immigration);
  caf::anon_send((*exchange_)->node(), actors::append_atom::value,
                 deletion_of(gallery, subject, {world_->wall_ms()}));
}

actors::append_batch fault_driver::deletion_of(gallery_kind gallery, subject_id subject,
                                               instant at) {
  const subject_deleted gone{subject, at, "operator", "by court order"};
  return {{stream_of(gallery), "delete-" + to_string(subject), std::nullopt,
           wire::encode(fact(gone)), false}};
}

void fault_driver::draw_links() {
  const std::string& node = drawn_node()->name();
  if (world_->strikes(fault_kind::clog))
    world_->net.clog(node, exchange_name, world_->now + drawn(block_ms_min, block_ms_max),
                     drawn(50, 3'000));
  if (world_->strikes(fault_kind::one_way_partition)) {
    const moment until = world_->now + drawn(block_ms_min, block_ms_max);
    if (world_->draw->percent(50))
      world_->net.block(node, exchange_name, until);
    else
      world_->net.block(exchange_name, node, until);
  }
  if (world_->strikes(fault_kind::two_way_partition)) {
    separate(node, exchange_name, world_->now + drawn(block_ms_min, block_ms_max));
  }
}

void fault_driver::separate(const std::string& one, const std::string& other, moment until) {
  world_->net.block(one, other, until);
  world_->net.block(other, one, until);
}

void fault_driver::draw_nodes() {
  node_host& node = *drawn_node();
  if (world_->strikes(fault_kind::node_crash))
    node.kill(world_->now + drawn(restart_ms_min, restart_ms_max));
  if (world_->strikes(fault_kind::node_away))
    node.kill(world_->now + drawn(away_ms_min, away_ms_max));
  if (world_->strikes(fault_kind::node_empty_disk)) {
    node.kill(world_->now + drawn(restart_ms_min, restart_ms_max));
    node.empty_disk();
  }
  if (world_->strikes(fault_kind::other_version)) {
    const bool spoken = world_->draw->percent(50);
    node.be_other_version(spoken ? node_protocol_oldest : node_protocol + 1,
                          world_->now + drawn(version_ms_min, version_ms_max));
    node.kill(world_->now + drawn(restart_ms_min, restart_ms_max));
  }
  if (world_->plan.on(fault_kind::node_rolled_back)) {
    if (world_->draw->percent(set_aside_percent)) set_disk_aside(node.name());
    if (node.earlier_disk().taken() && world_->strikes(fault_kind::node_rolled_back))
      roll_back(node, world_->now + drawn(restart_ms_min, restart_ms_max));
  }
  if (world_->plan.on(fault_kind::node_bit_rot) && !node.replica_files().empty() &&
      world_->strikes(fault_kind::node_bit_rot)) {
    if (world_->draw->percent(50)) node.kill(world_->now + drawn(restart_ms_min, restart_ms_max));
    rot(node);
  }
  if (process* const running = node.running())
    if (world_->strikes(fault_kind::node_freeze))
      freeze(*running, world_->now + drawn(freeze_ms_min, freeze_ms_max));
}

void fault_driver::draw_exchange() {
  if (world_->strikes(fault_kind::exchange_crash)) restart_exchange();
  if (world_->plan.on(fault_kind::projections_rolled_back)) {
    if (world_->draw->percent(set_aside_percent)) set_disk_aside(exchange_name);
    if (projections_.taken() && world_->strikes(fault_kind::projections_rolled_back))
      roll_projections_back();
  }
  if (world_->strikes(fault_kind::exchange_freeze))
    freeze((*exchange_)->running(), world_->now + drawn(freeze_ms_min, freeze_ms_max));
}

void fault_driver::restart_exchange() {
  end_exchange();
  begin_exchange();
}

void fault_driver::end_exchange() {
  thaw_at_.erase(exchange_name);
  ++exchange_deaths_;
  exchange_->reset();
}

void fault_driver::begin_exchange() {
  if (world_->strikes(fault_kind::clock_jump))
    world_->wall_offset_ms += drawn(-jump_ms_max, jump_ms_max).count() / 1'000'000;
  *exchange_ = std::make_unique<exchange_process>(world_);
}

void fault_driver::set_disk_aside(const std::string& name) {
  if (name == exchange_name)
    projections_.take();
  else
    node(name).earlier_disk().take();
}

void fault_driver::roll_back(node_host& node, moment again) {
  node.kill(again);
  for (const std::string& name : node.earlier_disk().put_back(*world_->draw))
    world_->tell(node.name() + ": " + name + " is what it was");
}

void fault_driver::rot(node_host& node) {
  const auto files = node.replica_files();
  if (files.empty()) return;
  const std::string& file = files[world_->draw->below(files.size())];
  const std::string what = node.running() != nullptr ? rot_a_value(file, *world_->draw)
                                                     : rot_anywhere(file, *world_->draw);
  if (what.empty()) return;
  world_->rotten = true;
  world_->tell(file.substr(world_->folder.size() + 1) + ": " + what + " has changed");
}

void fault_driver::roll_projections_back() {
  end_exchange();
  for (const std::string& name : projections_.put_back(*world_->draw))
    world_->tell("exchange: " + name + " is what it was");
  begin_exchange();
}

void fault_driver::order(cluster::cluster_order what) {
  caf::anon_send((*exchange_)->node(), actors::order_atom::value, std::move(what));
}

void fault_driver::draw_orders() {
  if (world_->strikes(fault_kind::node_drained)) {
    const std::string& node = drawn_node()->name();
    if (world_->draw->percent(50))
      order(cluster::drain_order{node});
    else
      order(cluster::undrain_order{node});
  }
  if (!world_->status || world_->status->map.placements.empty()) return;
  if (world_->strikes(fault_kind::shard_moved)) {
    const auto& all = world_->status->map.placements;
    const placement& one = all[world_->draw->below(all.size())];
    if (one.nodes.empty()) return;
    order(cluster::move_order{one.partition, one.nodes[world_->draw->below(one.nodes.size())],
                              drawn_node()->name()});
  }
}

void fault_driver::heal() {
  world_->healed = true;
  world_->net.heal();
  *world_->link = {};
  thaw_at_.clear();
  for (const auto& node : *nodes_) {
    node->fill_disk(false);
    node->be_other_version(node_protocol, moment{0});
    if (node->starts_at() || node->short_of_room()) node->kill(world_->now);
  }
  start_and_thaw();
  for (const auto& node : *nodes_) order(cluster::undrain_order{node->name()});
  order(cluster::rebalance_order{});
}

}  // namespace whorl::sim
