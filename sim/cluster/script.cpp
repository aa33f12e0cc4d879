#include "sim/cluster/script.hpp"

#include <algorithm>

#include "messages/invariant.hpp"

namespace whorl::sim {

std::size_t script::booking(std::size_t person, jurisdiction_mode mode) {
  const auto& all = shared_scenario().bookings;
  const std::string_view ori =
      mode == jurisdiction_mode::inactive ? scenario::ori_inactive : scenario::ori_full;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].person != person || all[i].ori != ori) continue;
    if (std::ranges::find(planned_, i) != planned_.end()) continue;
    planned_.push_back(i);
    return planned_.size() - 1;
  }
  invariant_failed("a script books somebody more often than the scenario can", __FILE__, __LINE__);
}

std::vector<client_record> script_player::clients_of(const script& played) {
  std::vector<client_record> clients;
  for (const std::size_t planned : played.planned_) {
    client_record one;
    one.planned = planned;
    one.sent = false;
    clients.push_back(std::move(one));
  }
  return clients;
}

bool script_player::due(const script::step& one) const {
  if (one.expected) return true;
  if (one.waits_for) return one.waits_for->holds(world_);
  return world_.now_ms() >= since_ms_ + one.after_ms;
}

void script_player::go_on() {
  world_.look();
  while (!over() && due(script_.steps_[next_])) {
    const script::step& now = script_.steps_[next_++];
    if (now.expected && !now.waits_for->holds(world_))
      unexpected_.push_back("step " + std::to_string(next_) + ": not so: " + now.waits_for->words);
    for (const deed& each : now.deeds) each(world_);
    since_ms_ = world_.now_ms();
  }
  std::erase_if(script_.always_, [&](const look& each) {  // said once
    if (each.holds(world_)) return false;
    unexpected_.push_back("at " + std::to_string(world_.now_ms()) + " ms, in step " +
                          std::to_string(next_ + 1) + ": not so: " + each.words);
    return true;
  });
}

std::optional<moment> script_player::next_due() const {
  if (over() || script_.steps_[next_].waits_for) return std::nullopt;
  return std::chrono::milliseconds(since_ms_ + script_.steps_[next_].after_ms);
}

std::vector<std::string> script_player::unexpected() {
  if (!over()) {
    const script::step& left = script_.steps_[next_];
    unexpected_.push_back("step " + std::to_string(next_ + 1) + " was never reached" +
                          (left.waits_for ? ": " + left.waits_for->words : ""));
  }
  world_.look();
  for (const look& each : script_.at_the_end_)
    if (!each.holds(world_)) unexpected_.push_back("at the end: not so: " + each.words);
  return unexpected_;
}

}  // namespace whorl::sim
