#include "actors/cluster/node_event.hpp"

namespace whorl::actors {

std::string_view to_string(replica_state state) {
  switch (state) {
    case replica_state::copying:
      return "copying";
    case replica_state::following:
      return "following";
    case replica_state::ready:
      return "ready";
    case replica_state::failed:
      break;
  }
  return "failed";
}

std::string words_of(const node_event& event) {
  std::string out = event.what;
  if (!event.node.empty()) out += " " + event.node;
  if (event.partition) out += " " + whorl::to_string(*event.partition);
  if (event.map_epoch) out += " " + std::to_string(*event.map_epoch);
  if (event.round)
    out += " " + std::to_string(event.round->round) + " of booking " +
           whorl::to_string(event.round->booking) + ", " +
           std::string(whorl::to_string(event.round->gallery));
  if (!event.text.empty()) out += ": " + event.text;
  return out;
}

node_event event_of(const round_note& round) {
  node_event out;
  out.what = "round";
  out.round = round;
  const std::uint64_t missing = round.partitions_missing();
  if (missing == 0) {
    out.level = event_level::debug;
    return out;
  }
  out.level = event_level::warning;
  const missing_entry& first = round.missing.front();
  out.text = std::to_string(missing) + " of " + std::to_string(round.partitions) +
             " partitions missing; " + whorl::to_string(first.partition) + ": " + first.reason;
  return out;
}

}  // namespace whorl::actors
