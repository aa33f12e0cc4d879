// Something that happened to a node or in a cluster, for a log: words and numbers. It may name a
// booking; it holds nobody's data.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "actors/cluster/round_counts.hpp"
#include "messages/cluster.hpp"

namespace whorl::actors {

enum class event_level : std::uint8_t { debug, info, warning };

struct node_event {
  std::string what;  ///< one word: connected, lost, map, copying, ready ...
  event_level level = event_level::info;
  std::string node{};  ///< of an exchange's nodes; empty: the process itself
  std::optional<partition_id> partition{};
  std::optional<round_note> round{};
  std::optional<std::uint32_t> map_epoch{};
  std::string text{};
};

/// Called on any thread; must not block.
using event_function = std::function<void(const node_event&)>;

/// A line for people, where nobody takes events.
std::string words_of(const node_event& event);

/// The end of a round: a warning where partitions are missing, and why; else for debugging.
node_event event_of(const round_note& round);

std::string_view to_string(replica_state state);

}  // namespace whorl::actors
