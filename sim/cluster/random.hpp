// The one source of chance of a simulation: a splitmix64 stream from the seed. Same seed, same run.
#pragma once

#include <cstdint>

namespace whorl::sim {

class chance {
 public:
  explicit chance(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15ull;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return z ^ (z >> 31);
  }
  /// Below `bound` (>= 1). The modulo's bias is of no consequence at these bounds.
  std::uint64_t below(std::uint64_t bound) { return next() % bound; }
  /// True in `share` of 100 draws.
  bool percent(unsigned share) { return below(100) < share; }

 private:
  std::uint64_t state_;
};

}  // namespace whorl::sim
