#include "sim/cluster/scripted_world.hpp"

#include <algorithm>

#include "actors/protocol.hpp"
#include "sim/cluster/clients.hpp"

namespace whorl::sim {
namespace {

/// Longer than any run.
constexpr moment for_ever = std::chrono::hours(1000);

}  // namespace

void scripted_world::look() {
  constexpr std::size_t at_once = 1024;
  for (const stream_id stream : all_streams) {
    std::vector<numbered_fact>& known = facts_[stream];
    if (known.size() == tail(stream)) continue;
    const auto news = world_->journal->read(stream, known.size() + 1, at_once);
    for (const fact_record& r : *news) {
      auto decoded = wire::decode_fact(r.payload);
      INVARIANT(decoded.has_value());
      known.push_back({r.seq, *std::move(decoded)});
    }
  }
}

void scripted_world::see(const std::string&, const std::string& to, const caf::message& what) {
  if (what.match_element<actors::round1_atom>(0)) ++asked_[{to, round_number::one}];
  if (what.match_element<actors::round2_atom>(0)) ++asked_[{to, round_number::two}];
}

const planned_booking& scripted_world::planned(std::size_t booking) const {
  return shared_scenario().bookings[client(booking).planned];
}

booking_id scripted_world::id_of(std::size_t booking) const {
  return actors::booking_id_of(planned(booking).ori, planned(booking).tcn);
}

bool scripted_world::accepted(std::size_t booking) const {
  const auto all = facts<booking_accepted>(stream_id::bookings);
  return std::ranges::any_of(all, [&](const auto& a) { return a.booking == id_of(booking); });
}

std::optional<booking_answered> scripted_world::answer(std::size_t booking,
                                                       gallery_kind gallery) const {
  std::optional<booking_answered> newest;
  for (const auto& a : facts<booking_answered>(stream_id::bookings))
    if (a.booking == id_of(booking) && a.gallery == gallery) newest = a;
  return newest;
}

std::uint64_t scripted_world::rounds_asked(const std::string& node, round_number round) const {
  const auto found = asked_.find({node, round});
  return found == asked_.end() ? 0 : found->second;
}

std::vector<std::string> scripted_world::node_names() const {
  std::vector<std::string> names;
  for (const auto& node : *nodes_) names.push_back(node->name());
  return names;
}

void scripted_world::send(std::size_t booking, bool tampered) {
  world_->tell("sent booking " + to_string(id_of(booking)) + (tampered ? ", tampered" : ""));
  if (!tampered) world_->clients.at(booking).sent = true;
  send_booking((*exchange_)->client(), booking, tampered);
}

void scripted_world::kill_exchange() {
  world_->tell("exchange killed");
  driver_->restart_exchange();
}

void scripted_world::kill(const std::string& node) {
  world_->tell(node + " killed");
  driver_->node(node).kill(for_ever);
}

void scripted_world::set_version(const std::string& node, std::uint32_t protocol) {
  world_->tell(node + " is to speak protocol " + std::to_string(protocol));
  driver_->node(node).be_other_version(protocol, for_ever);
}

void scripted_world::roll_back(const std::string& name) {
  world_->tell(name + " rolled back");
  if (name == exchange_name)
    driver_->roll_projections_back();
  else
    driver_->roll_back(driver_->node(name), for_ever);
}

void scripted_world::start(const std::string& node) {
  world_->tell(node + " started");
  driver_->node(node).kill(world_->now);
}

void scripted_world::freeze(const std::string& name) {
  world_->tell(name + " frozen");
  process* const which =
      name == exchange_name ? &(*exchange_)->running() : driver_->node(name).running();
  if (which != nullptr) driver_->freeze(*which, for_ever);
}

void scripted_world::block(const std::string& from, const std::string& to) {
  world_->tell("nothing passes from " + from + " to " + to);
  world_->net.block(from, to, for_ever);
}

void scripted_world::separate(const std::string& one, const std::string& other) {
  world_->tell(one + " and " + other + " are separated");
  driver_->separate(one, other, for_ever);
}

void scripted_world::reunite(const std::string& one, const std::string& other) {
  world_->tell(one + " and " + other + " are reunited");
  world_->net.reunite(one, other);
}

void scripted_world::clog(const std::string& node, std::int64_t for_ms, std::int64_t delay_ms) {
  using std::chrono::milliseconds;
  world_->net.clog(node, exchange_name, world_->now + milliseconds(for_ms), milliseconds(delay_ms));
}

void scripted_world::strike(fault_kind kind, std::uint32_t per_myriad) {
  world_->tell(std::string(to_string(kind)) + "=" + std::to_string(per_myriad));
  world_->plan.per_myriad[static_cast<std::size_t>(kind)] = per_myriad;
}

void scripted_world::order(std::string what, cluster::cluster_order order) {
  give_order((*exchange_)->client(), *world_, std::move(what), std::move(order));
}

void scripted_world::delete_record(gallery_kind gallery, subject_id subject) {
  append_by_hand((*exchange_)->client(), *world_, "delete " + to_string(subject),
                 fault_driver::deletion_of(gallery, subject, {world_->wall_ms()}));
}

}  // namespace whorl::sim
