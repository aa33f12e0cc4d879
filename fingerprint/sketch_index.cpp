#include "fingerprint/sketch_index.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "fingerprint/random.hpp"
#include "fingerprint/vector_clones.hpp"
#include "messages/invariant.hpp"

namespace whorl::fingerprint {
namespace {

constexpr std::array<std::uint64_t, index_tables> masks = {0x0900110010222D88, 0x18344001B8028000,
                                                           0x4408281128285000};
constexpr unsigned ones_min = 3, ones_max = 6;
constexpr int direction_reach = 24;  ///< steps of 256 a turn to either side
constexpr unsigned sector_steps = 256 / index_sectors;
constexpr std::size_t buckets_per_person = 16, buckets_min = 1 << 17;
constexpr std::size_t build_parts = 256;
constexpr unsigned weight_max = 38;

static_assert((2 * direction_reach + 2 * sector_steps - 1) / sector_steps <= 3);
static_assert(index_keys_max * weight_max <= 65'535, "no person's votes pass 16 bits");

/// Says which finger, mask and direction a key is of.
constexpr std::uint64_t salt_of(std::size_t position, unsigned table, unsigned sector) {
  return mix64((position * index_tables + table) * index_sectors + sector);
}

/// Ones of each word's masked bits, added up in parallel: compilers turn it into vectors, which a
/// call of popcount they do not.
constexpr std::uint64_t count_bits(std::uint64_t word) {
  word -= word >> 1 & 0x5555555555555555;
  word = (word & 0x3333333333333333) + (word >> 2 & 0x3333333333333333);
  word = (word + (word >> 4)) & 0x0F0F0F0F0F0F0F0F;
  return word * 0x0101010101010101 >> 56;
}

/// Calls f(table, key) for the keys of a minutia.
template <class F>
void each_key(std::uint64_t sketch, F f) {
  for (unsigned table = 0; table < index_tables; ++table) {
    const std::uint64_t key = sketch & masks[table];
    const std::uint64_t ones = count_bits(key);
    if (ones >= ones_min && ones <= ones_max) f(table, key);
  }
}

std::uint32_t hash_of(std::uint64_t key, std::uint64_t salt) {
  return static_cast<std::uint32_t>(mix64(key ^ salt) >> 32);
}

struct salts {
  std::array<std::array<std::array<std::uint64_t, index_sectors>, index_tables>,
             limits::fingers_max + 1>
      at{};
};
constexpr salts all_salts = [] {
  salts out;
  for (std::size_t position = 1; position <= limits::fingers_max; ++position)
    for (unsigned table = 0; table < index_tables; ++table)
      for (unsigned sector = 0; sector < index_sectors; ++sector)
        out.at[position][table][sector] = salt_of(position, table, sector);
  return out;
}();

/// Eighths of a turn of a finger's minutiae. A group's are in order of direction and known by the
/// first and the last: the others are taken to lie evenly between.
void guess_sectors(stored_sketch finger, std::uint8_t* sectors) {
  const auto [words, spans] = finger;
  constexpr std::array<unsigned, sketch_group> share = {0,      65'537, 32'769, 21'846,
                                                        16'385, 13'108, 10'923, 9'363};  // 2^16 / l
  for (unsigned g = 0; g < sketch_groups; ++g) {
    const column_word* const group = words + g * sketch_group;
    unsigned last = sketch_group - 1;
    while (last > 0 && group[last] == 0) --last;
    const unsigned low = spans[g], high = std::max<unsigned>(spans[sketch_groups + g], low);
    for (unsigned l = 0; l < sketch_group; ++l) {
      const unsigned past = ((high - low) * std::min(l, last) * share[last]) >> 16;
      sectors[g * sketch_group + l] = static_cast<std::uint8_t>((low + past) / sector_steps);
    }
  }
}

/// The hashes of one finger of one person, at `out`; how many. `out` has room for all minutiae.
WHORL_VECTOR_CLONES
unsigned hash_finger(stored_sketch finger, std::size_t position, std::uint32_t* out) {
  std::array<std::uint8_t, sketch_lanes> sectors;
  const column_word* const words = finger.words;
  guess_sectors(finger, sectors.data());
  unsigned count = 0;
  for (unsigned table = 0; table < index_tables; ++table) {
    std::array<std::uint32_t, sketch_lanes> hashes;
    std::array<std::uint8_t, sketch_lanes> taken;
    for (unsigned l = 0; l < sketch_lanes; ++l) {
      const std::uint64_t key = words[l] & masks[table];
      taken[l] = count_bits(key) - ones_min <= ones_max - ones_min ? 1 : 0;
      hashes[l] = hash_of(key, all_salts.at[position][table][sectors[l]]);
    }
    for (unsigned l = 0; l < sketch_lanes; ++l) {
      out[count] = hashes[l];
      count += taken[l];
    }
  }
  return count;
}

/// Calls f(person, hash) for all keys of all people, in order of person.
template <class F>
void each_hash(std::span<const byte_view> slabs, F f) {
  std::array<std::uint32_t, index_tables * sketch_lanes + 1> hashes;
  for (std::size_t s = 0; s < slabs.size(); ++s) {
    for (std::size_t i = 0; i < people_in(slabs[s]); ++i)
      for (std::size_t position = 1; position <= limits::fingers_max; ++position) {
        const unsigned count =
            hash_finger(sketch_in(slabs[s], i, position), position, hashes.data());
        for (unsigned k = 0; k < count; ++k)
          f(static_cast<std::uint32_t>(s * slab_people + i), hashes[k]);
      }
  }
}

/// Appends the lists of some buckets. `keys`: bucket << 16 | person, in order of person.
void list_part(const std::vector<std::uint32_t>& keys, std::size_t buckets,
               std::vector<std::uint32_t>& begins, std::vector<std::uint16_t>& names) {
  std::vector<std::uint32_t> from(buckets + 1);
  for (const std::uint32_t key : keys) ++from[(key >> 16) + 1];
  for (std::size_t b = 0; b < buckets; ++b) from[b + 1] += from[b];
  std::vector<std::uint32_t> to = from;
  std::vector<std::uint16_t> sorted(keys.size());
  for (const std::uint32_t key : keys) {
    const std::uint32_t b = key >> 16;
    const auto person = static_cast<std::uint16_t>(key);
    // Who has a key twice is listed once.
    if (to[b] == from[b] || sorted[to[b] - 1] != person) sorted[to[b]++] = person;
  }
  for (std::size_t b = 0; b < buckets; ++b) {
    begins.push_back(static_cast<std::uint32_t>(names.size()));
    names.insert(names.end(), sorted.begin() + from[b], sorted.begin() + to[b]);
  }
}

/// Drops lists, those that say least first and of these the last ones, so that no more names are
/// left than allowed.
void bound_names(vote_scratch& scratch, std::size_t allowed) {
  std::array<std::size_t, weight_max + 1> names{};
  for (std::size_t i = 0; i < scratch.lists.size(); ++i)
    names[scratch.weights[i]] += scratch.lists[i].size();
  unsigned least = weight_max;
  for (; least > 0 && names[least] <= allowed; --least) allowed -= names[least];
  std::size_t kept = 0;
  for (std::size_t i = 0; i < scratch.lists.size(); ++i) {
    const std::size_t size = scratch.lists[i].size();
    if (scratch.weights[i] < least || (scratch.weights[i] == least && size > allowed)) continue;
    if (scratch.weights[i] == least) allowed -= size;
    scratch.lists[kept] = scratch.lists[i];
    scratch.weights[kept++] = scratch.weights[i];
  }
  scratch.lists.resize(kept);
  scratch.weights.resize(kept);
}

/// The lowest number of votes that is among the best `keep`, and how many of those who have exactly
/// so many are.
struct cut {
  unsigned votes = 1;
  std::size_t of_equal = index_people_max;
};

cut cut_of(std::span<const std::uint16_t> votes, std::size_t keep) {
  // Nearly everybody has few votes: those with many are told apart only where they fill the list.
  constexpr unsigned top = 1023;
  std::array<std::uint32_t, top + 1> people{};
  for (const std::uint16_t each : votes) ++people[std::min<unsigned>(each, top)];
  std::size_t better = 0;
  for (unsigned at = top; at > 0; --at) {
    if (better + people[at] <= keep) {
      better += people[at];
      continue;
    }
    if (at < top) return {at, keep - better};
    std::vector<std::uint16_t> many;
    for (const std::uint16_t each : votes)
      if (each >= top) many.push_back(each);
    const auto last = many.begin() + static_cast<std::ptrdiff_t>(keep);
    std::nth_element(many.begin(), last, many.end(), std::greater<>());
    const unsigned least = *last;
    const auto above = std::count_if(many.begin(), many.end(), [&](auto v) { return v > least; });
    return {least, keep - static_cast<std::size_t>(above)};
  }
  return {};
}

}  // namespace

unsigned index_weight(std::size_t length, std::size_t people) {
  // The ratio in 1/16, cubed: 3 * log2 of it is the place of the highest bit.
  const std::uint64_t ratio = (16 * (length + 1) + people * 16 / 12) / (length + 1);
  return static_cast<unsigned>(std::bit_width(ratio * ratio * ratio)) - 1 - 3 * 4;
}

sketch_index sketch_index::build(std::span<const byte_view> slabs) {
  INVARIANT(slabs.size() <= index_slabs_max);
  sketch_index out;
  out.people_ = slabs.size() * slab_people;
  // Few people still want many buckets: else most of a bucket's keys are others than the one
  // sought.
  const std::size_t buckets =
      std::max(buckets_min, std::bit_ceil(out.people_ * buckets_per_person));
  out.shift_ = 32 - static_cast<unsigned>(std::countr_zero(buckets));
  // Sorted into parts of the buckets first, so that the rest happens within the caches: 4 bytes a
  // key, for a moment twice what the index takes.
  const std::size_t part_buckets = buckets / build_parts;
  std::array<std::vector<std::uint32_t>, build_parts> parts;
  each_hash(slabs, [&](std::uint32_t person, std::uint32_t hash) {
    const std::size_t b = out.bucket_of(hash);
    parts[b / part_buckets].push_back(static_cast<std::uint32_t>(b % part_buckets) << 16 | person);
  });
  out.begins_.reserve(buckets + 1);
  std::size_t keys = 0;
  for (const auto& part : parts) keys += part.size();
  out.names_.reserve(keys);
  for (auto& part : parts) {
    list_part(part, part_buckets, out.begins_, out.names_);
    part = {};
  }
  out.begins_.push_back(static_cast<std::uint32_t>(out.names_.size()));
  return out;
}

std::size_t sketch_index::bytes() const {
  return sizeof *this + begins_.capacity() * sizeof begins_[0] +
         names_.capacity() * sizeof names_[0];
}

index_probe make_index_probe(std::span<const positioned_sketch> probe) {
  index_probe out;
  for (const positioned_sketch& finger : probe)
    for (unsigned i = 0; i < finger.sketch.count; ++i) {
      const int first = (finger.sketch.angles[i] - direction_reach + 256) % 256;
      const unsigned from = static_cast<unsigned>(first) / sector_steps;
      const unsigned to = static_cast<unsigned>(first + 2 * direction_reach) / sector_steps;
      each_key(finger.sketch.words[i], [&](unsigned table, std::uint64_t key) {
        for (unsigned sector = from; sector <= to; ++sector)
          out.hashes.push_back(
              hash_of(key, all_salts.at[finger.position][table][sector % index_sectors]));
      });
    }
  std::sort(out.hashes.begin(), out.hashes.end());
  out.hashes.erase(std::unique(out.hashes.begin(), out.hashes.end()), out.hashes.end());
  return out;
}

void vote(const index_probe& probe, const sketch_index& index, vote_scratch& scratch,
          std::size_t keep, std::vector<std::uint32_t>& best) {
  constexpr std::size_t ahead = 16;
  best.clear();
  scratch.votes.assign(index.people(), 0);
  scratch.lists.clear();
  scratch.weights.clear();
  const auto& hashes = probe.hashes;
  std::size_t before = static_cast<std::size_t>(-1);
  for (std::size_t i = 0; i < hashes.size() && index.people() != 0; ++i) {
    if (i + ahead < hashes.size()) index.prefetch(index.bucket_of(hashes[i + ahead]));
    const std::size_t bucket = index.bucket_of(hashes[i]);
    if (bucket == before) continue;  // nobody votes twice for the same
    before = bucket;
    const auto list = index.listed(bucket);
    const unsigned weight = index_weight(list.size(), index.people());
    if (list.empty() || weight == 0) continue;
    scratch.lists.push_back(list);
    scratch.weights.push_back(static_cast<std::uint8_t>(weight));
  }
  bound_names(scratch, index_votes_person * index.people());
  for (std::size_t i = 0; i < scratch.lists.size(); ++i) {
    if (i + ahead < scratch.lists.size()) __builtin_prefetch(scratch.lists[i + ahead].data());
    const std::uint16_t weight = scratch.weights[i];
    for (const std::uint16_t person : scratch.lists[i]) scratch.votes[person] += weight;
  }
  cut limit = cut_of(scratch.votes, keep);
  for (std::size_t person = 0; person < scratch.votes.size(); ++person) {
    if (scratch.votes[person] < limit.votes) continue;
    if (scratch.votes[person] == limit.votes) {
      if (limit.of_equal == 0) continue;
      --limit.of_equal;
    }
    best.push_back(static_cast<std::uint32_t>(person));
  }
}

}  // namespace whorl::fingerprint
