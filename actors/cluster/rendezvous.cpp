#include "actors/cluster/rendezvous.hpp"

#include <algorithm>
#include <bit>

namespace whorl::cluster {
namespace {

constexpr int fraction_bits = 26;

/// The finaliser of splitmix64: a bijection in which every bit of the input reaches every bit.
std::uint64_t mix(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
  return x ^ (x >> 31);
}

}  // namespace

std::uint64_t hash_of_name(std::string_view name) {
  std::uint64_t h = 0xcbf29ce484222325ull;
  for (const char c : name) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3ull;
  return mix(h);
}

std::uint64_t minus_log2(std::uint64_t h) {
  if (h == 0) return std::uint64_t{64} << fraction_bits;
  const int zeros = std::countl_zero(h);
  // The mantissa in [1, 2) with 31 bits behind the point; each squaring yields one bit of its log2.
  std::uint64_t mantissa = (h << zeros) >> 32;
  std::uint64_t fraction = 0;
  for (int bit = 0; bit < fraction_bits; ++bit) {
    mantissa = (mantissa * mantissa) >> 31;
    fraction <<= 1;
    if (mantissa >> 32 != 0) {
      fraction |= 1;
      mantissa >>= 1;
    }
  }
  const std::uint64_t log = (std::uint64_t{63} - static_cast<unsigned>(zeros)) << fraction_bits;
  return (std::uint64_t{64} << fraction_bits) - (log + fraction);
}

claim claim_of(std::uint64_t name_hash, partition_id partition, std::uint32_t weight) {
  const std::uint64_t which =
      std::uint64_t{static_cast<std::uint8_t>(partition.gallery)} << 32 | partition.index;
  return {minus_log2(mix(name_hash ^ mix(which + 0x9e3779b97f4a7c15ull))), weight};
}

bool stronger(const claim& a, const claim& b) { return a.weight * b.cost > b.weight * a.cost; }

}  // namespace whorl::cluster
