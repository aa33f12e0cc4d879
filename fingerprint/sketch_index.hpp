// An index over the sketches of up to 65,536 people: whom a scan of all would find, without looking
// at everybody. Built from slabs and read only afterwards (any number of threads); derived, never
// stored. It loses few mates, not none: docs/BENCHMARKS.md counts them.
//
// Keys are what a minutia's sketch has at chosen places (three masks of 13 of its 64 bits), if 3 to
// 6 of these are ones: fewer say little, more seldom come again. A key with its finger, mask and
// direction (eighths of a turn) falls into a bucket that lists the people who have it. A probe's
// keys vote for whoever is listed, by how rare the bucket makes them; who has the most votes is
// then scored by score_people. Directions of enrolled minutiae are guessed from their group's span.
//
// Bounded: a probe asks at most index_lookups_max buckets, and of a segment at most
// index_votes_person * people listed names are read, those of the rarest buckets.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "fingerprint/slab.hpp"

namespace whorl::fingerprint {

inline constexpr std::size_t index_slabs_max = 256;
inline constexpr std::size_t index_people_max = index_slabs_max * slab_people;
inline constexpr unsigned index_tables = 3;
inline constexpr unsigned index_sectors = 8;
inline constexpr std::size_t index_keys_max = limits::fingers_max * sketch_lanes * index_tables;
/// The gate of directions meets at most three eighths of a turn.
inline constexpr std::size_t index_lookups_max = 3 * index_keys_max;
inline constexpr std::size_t index_votes_person = 16;

class sketch_index {
 public:
  sketch_index() = default;
  /// Of one segment: at most index_slabs_max checked slabs, which may go away afterwards. Person
  /// 256 s + i is the i-th of the s-th slab; erased people and those without sketches are in no
  /// bucket.
  static sketch_index build(std::span<const byte_view> slabs);

  /// 256 times the slabs.
  std::size_t people() const { return people_; }
  std::size_t bytes() const;
  /// Where people with this hash of a key are listed. Neighbouring hashes share a bucket; which do
  /// depends on the number of people.
  std::size_t bucket_of(std::uint32_t hash) const { return hash >> shift_; }
  /// People of a bucket, in order, each once.
  std::span<const std::uint16_t> listed(std::size_t bucket) const {
    return std::span(names_).subspan(begins_[bucket], begins_[bucket + 1] - begins_[bucket]);
  }
  /// Tells the processor that listed() is about to be asked for.
  void prefetch(std::size_t bucket) const { __builtin_prefetch(begins_.data() + bucket); }

 private:
  std::size_t people_ = 0;
  unsigned shift_ = 31;                ///< a hash's upper 32 - shift_ bits are its bucket
  std::vector<std::uint32_t> begins_;  ///< of each bucket in names_, and the end
  std::vector<std::uint16_t> names_;
};

/// The hashes a probe asks for, made once for all segments: in order, each once.
struct index_probe {
  std::vector<std::uint32_t> hashes;  ///< index_lookups_max at most
};
index_probe make_index_probe(std::span<const positioned_sketch> probe);

/// A probe that asks for fewer hashes is searched without the index: with few fingers, or poor
/// ones, a mate has too few votes to stand out (docs/BENCHMARKS.md). Ten fingers as a rule pass,
/// four do not.
inline constexpr std::size_t index_hashes_min = 600;
inline bool index_suits(const index_probe& probe) {
  return probe.hashes.size() >= index_hashes_min;
}
/// Of so many people of a segment, how many are worth being scored: more for a probe that asks for
/// little, whose mate stands out less.
inline constexpr std::size_t index_hashes_many = 800;
inline std::size_t index_keep(const index_probe& probe, std::size_t people) {
  const std::size_t kept = people / (probe.hashes.size() >= index_hashes_many ? 50 : 20);
  return kept < 512 ? 512 : kept;
}

/// Working memory of one thread.
struct vote_scratch {
  std::vector<std::uint16_t> votes;
  std::vector<std::span<const std::uint16_t>> lists;
  std::vector<std::uint8_t> weights;
};

/// What one key of a list of so many says among so many people: 3 * log2(1 + people / 12 / length),
/// rounded down. 0: nothing.
unsigned index_weight(std::size_t length, std::size_t people);

/// The `keep` people with most votes, ties by lower number; in order of number. Those without a
/// vote are never among them.
void vote(const index_probe& probe, const sketch_index& index, vote_scratch& scratch,
          std::size_t keep, std::vector<std::uint32_t>& best);

}  // namespace whorl::fingerprint
