// Weighted rendezvous hashing: how much a node wants a partition. Of all nodes, the one that wants
// it most has it; each wins in proportion to its weight, and a node that comes or goes changes
// nothing between the others.
// Highest random weight: Thaler and Ravishankar, IEEE/ACM Transactions on Networking 6(1), 1998.
// Weights by the score -w / ln(u), u uniform in (0, 1): the logarithmic method of Schindelhauer and
// Schomaker, SPAA 2005.
// The same on every machine: the hash and the logarithm are integer arithmetic alone. The base of
// the logarithm and its sign do not matter for an order, so L = -log2(u) is taken in fixed point
// (26 bits behind the point, by repeated squaring) and w_a / L_a > w_b / L_b is asked as
// w_a * L_b > w_b * L_a, products below 2^64.
// Owner: placement. Pure.
#pragma once

#include <cstdint>
#include <string_view>

#include "messages/ids.hpp"

namespace whorl::cluster {

/// 64 bits of a node's name (FNV-1a and the finaliser of splitmix64).
std::uint64_t hash_of_name(std::string_view name);

/// -log2(h / 2^64) in units of 2^-26, rounded up, 1 to 2^32; 0 counts as 1.
std::uint64_t minus_log2(std::uint64_t h);

/// A node's claim on a partition: compare with stronger().
struct claim {
  std::uint64_t cost = 1;  ///< minus_log2 of the hash of node and partition
  std::uint32_t weight = 0;
};
claim claim_of(std::uint64_t name_hash, partition_id partition, std::uint32_t weight);

/// Whether `a` has a better claim than `b`. Neither has when they are equal: the caller then goes
/// by names.
bool stronger(const claim& a, const claim& b);

}  // namespace whorl::cluster
