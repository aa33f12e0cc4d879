// What a node of a cluster counts and knows of itself, for metrics and for whoever asks whether it
// is ready. No CAF: a copy of numbers that its actors own.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "actors/cluster/round_counts.hpp"
#include "messages/cluster.hpp"

namespace whorl::actors {

inline constexpr std::array<gallery_kind, 2> both_galleries{gallery_kind::criminal,
                                                            gallery_kind::immigration};
inline std::size_t index_of(gallery_kind gallery) {
  return gallery == gallery_kind::criminal ? 0 : 1;
}

struct node_counts {
  std::string node;
  bool connected = false;            ///< with the exchange
  std::uint64_t connects = 0;        ///< times that it was
  std::uint32_t map_epoch = 0;       ///< 0: no partition map has come
  std::vector<partition_id> wanted;  ///< what the map gives this node
  std::vector<replica_report> replicas;
  std::array<std::uint64_t, 2> tails{};  ///< of the galleries' streams, as far as is known here
  std::uint64_t copies_running = 0, copies_begun = 0, copied_bytes = 0;
  shard_counts shard;
};

/// Facts between what a replica has applied and the tail that is known.
std::uint64_t lag_of(const node_counts& now, const replica_report& replica);
/// Why it cannot answer for all that the map gives it, in words; empty: it can.
std::string lacking(const node_counts& now);

/// What the keeper of the replicas counts while it works, which may block it: written by it alone
/// but for tails, read by anybody.
struct keeper_counters {
  std::atomic<std::uint64_t> copies_running{0}, copies_begun{0}, copied_bytes{0};
  std::array<std::atomic<std::uint64_t>, 2> tails{};

  /// Word of a tail may come late; an answer to a question is newer than what was known.
  void hear_tail(gallery_kind gallery, std::uint64_t seq) {
    auto& tail = tails[index_of(gallery)];
    if (tail < seq) tail = seq;
  }
  void copy_to(node_counts& out) const;
};

}  // namespace whorl::actors
