#include "sim/cluster/fault_kinds.hpp"

namespace whorl::sim {
namespace {

struct row {
  fault_kind kind;
  std::string_view name;
  std::uint32_t most_per_myriad;
  bool of_a_cluster;
};
constexpr std::array<row, fault_kinds> rows{{
    {fault_kind::loss, "loss", 200, true},
    {fault_kind::duplication, "duplication", 300, true},
    {fault_kind::delay, "delay", 1500, true},
    {fault_kind::reordering, "reordering", 500, true},
    {fault_kind::corrupt_bytes, "corrupt-bytes", 20, true},
    {fault_kind::clog, "clog", 600, true},
    {fault_kind::one_way_partition, "one-way-partition", 600, true},
    {fault_kind::two_way_partition, "two-way-partition", 600, true},
    {fault_kind::exchange_crash, "exchange-crash", 150, false},
    {fault_kind::exchange_freeze, "exchange-freeze", 300, true},
    {fault_kind::projections_rolled_back, "projections-rolled-back", 150, false},
    {fault_kind::node_crash, "node-crash", 600, true},
    {fault_kind::node_freeze, "node-freeze", 600, true},
    {fault_kind::node_empty_disk, "node-empty-disk", 300, true},
    {fault_kind::node_rolled_back, "node-rolled-back", 300, true},
    {fault_kind::node_away, "node-away", 200, true},
    {fault_kind::other_version, "other-version", 200, true},
    {fault_kind::shard_throws, "shard-throws", 200, false},
    {fault_kind::slow_actor, "slow-actor", 30, false},
    {fault_kind::append_refused, "append-refused", 200, false},
    {fault_kind::crash_before_durable, "crash-before-durable", 150, false},
    {fault_kind::crash_after_durable, "crash-after-durable", 150, false},
    {fault_kind::node_disk_full, "node-disk-full", 300, true},
    {fault_kind::node_bit_rot, "node-bit-rot", 300, true},
    {fault_kind::clock_skew, "clock-skew", 10'000, false},
    {fault_kind::clock_jump, "clock-jump", 5'000, false},
    {fault_kind::burst, "burst", 10'000, false},
    {fault_kind::shard_moved, "shard-moved", 1'000, true},
    {fault_kind::node_drained, "node-drained", 500, true},
    {fault_kind::record_deleted, "record-deleted", 200, false},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (static_cast<std::size_t>(rows[i].kind) != i) return false;
  return true;
}
static_assert(in_order());

}  // namespace

std::string_view to_string(fault_kind kind) { return rows[static_cast<std::size_t>(kind)].name; }

fault_plan drawn_plan(chance& draw, std::size_t nodes) {
  fault_plan plan;
  for (const row& each : rows) {
    const bool taken = draw.percent(45);
    const auto rate = static_cast<std::uint32_t>(1 + draw.below(each.most_per_myriad));
    if (taken && (nodes > 0 || !each.of_a_cluster))
      plan.per_myriad[static_cast<std::size_t>(each.kind)] = rate;
  }
  return plan;
}

}  // namespace whorl::sim
