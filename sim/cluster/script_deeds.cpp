// The second half of script_words.hpp: what can be done.
#include <algorithm>

#include "sim/cluster/script_words.hpp"

namespace whorl::sim {
namespace {

using world = scripted_world;

/// The first that `from` is placed for and `to` is not.
std::optional<partition_id> movable(const world& w, const std::string& from,
                                    const std::string& to) {
  const auto among = [](const std::vector<std::string>& all, const std::string& one) {
    return std::ranges::find(all, one) != all.end();
  };
  if (w.cluster() == nullptr) return std::nullopt;
  for (const placement& at : w.cluster()->map.placements)
    if (among(at.nodes, from) && !among(at.nodes, to)) return at.partition;
  return std::nullopt;
}

}  // namespace

deed send(std::size_t booking) {
  return [=](world& w) { w.send(booking); };
}
deed tamper(std::size_t booking) {
  return [=](world& w) { w.send(booking, true); };
}
deed kill_exchange() {
  return [](world& w) { w.kill_exchange(); };
}
deed kill(const std::string& node) {
  return [=](world& w) { w.kill(node); };
}
deed start(const std::string& node) {
  return [=](world& w) { w.start(node); };
}
deed empty_disk(const std::string& node) {
  return [=](world& w) { w.empty_disk(node); };
}
deed set_version(const std::string& node, std::uint32_t protocol) {
  return [=](world& w) { w.set_version(node, protocol); };
}
deed set_disk_aside(const std::string& name) {
  return [=](world& w) { w.set_disk_aside(name); };
}
deed roll_back(const std::string& name) {
  return [=](world& w) { w.roll_back(name); };
}
deed rot(const std::string& node) {
  return [=](world& w) { w.rot(node); };
}
deed fill_disk(const std::string& node) {
  return [=](world& w) { w.fill_disk(node); };
}
deed freeze(const std::string& name) {
  return [=](world& w) { w.freeze(name); };
}
deed thaw(const std::string& name) {
  return [=](world& w) { w.thaw(name); };
}
deed block(const std::string& from, const std::string& to) {
  return [=](world& w) { w.block(from, to); };
}
deed separate(const std::string& one, const std::string& other) {
  return [=](world& w) { w.separate(one, other); };
}
deed reunite(const std::string& one, const std::string& other) {
  return [=](world& w) { w.reunite(one, other); };
}
deed clog(const std::string& node, std::int64_t for_ms, std::int64_t delay_ms) {
  return [=](world& w) { w.clog(node, for_ms, delay_ms); };
}
deed begin(fault_kind kind, std::uint32_t per_myriad) {
  return [=](world& w) { w.strike(kind, per_myriad); };
}
deed end(fault_kind kind) { return begin(kind, 0); }

deed refuse_append(const std::string& ending) {
  return [=](world& w) { w.strike_next_append(fault_kind::append_refused, ending); };
}
deed crash_before_durable(const std::string& ending) {
  return [=](world& w) { w.strike_next_append(fault_kind::crash_before_durable, ending); };
}
deed crash_after_durable(const std::string& ending) {
  return [=](world& w) { w.strike_next_append(fault_kind::crash_after_durable, ending); };
}
deed searches_fail(unsigned percent) {
  return [=](world& w) { w.set_link({0, 0, 0, percent, 0}); };
}
deed shard_throws(const std::string& where, int times) {
  return [=](world& w) { w.shard_throws(where, times); };
}
deed set_clock(std::int64_t ahead_ms) {
  return [=](world& w) { w.set_clock(ahead_ms); };
}
deed set_mode(std::string_view ori, jurisdiction_mode mode) {
  return [=](world& w) { w.set_mode(ori, mode); };
}

deed order_drain(const std::string& node) {
  return [=](world& w) { w.order("drain " + node, cluster::drain_order{node}); };
}
deed order_undrain(const std::string& node) {
  return [=](world& w) { w.order("undrain " + node, cluster::undrain_order{node}); };
}
deed order_move(const std::string& from, const std::string& to) {
  return [=](world& w) {
    const auto which = movable(w, from, to);
    INVARIANT(which.has_value());  // the script waits for a map in which there is one
    w.order("move " + to_string(*which) + " from " + from + " to " + to,
            cluster::move_order{*which, from, to});
  };
}
deed order_forget(const std::string& node) {
  return [=](world& w) { w.order("forget " + node, cluster::forget_order{node}); };
}
deed order_rebalance() {
  return [](world& w) { w.order("rebalance", cluster::rebalance_order{}); };
}
deed delete_record(gallery_kind gallery, std::size_t person) {
  return [=](world& w) { w.delete_record(gallery, scenario::subject_of(person)); };
}

}  // namespace whorl::sim
