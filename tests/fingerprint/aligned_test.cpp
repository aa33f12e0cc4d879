#include "fingerprint/aligned.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "fingerprint/aligned_kernels.hpp"
#include "fingerprint/matcher.hpp"
#include "fingerprint/prepared_probe.hpp"
#include "fingerprint/simd_targets.hpp"
#include "tests/fingerprint/sample_prints.hpp"

using namespace whorl;
using namespace whorl::fingerprint;

namespace {

struct pair_of_minutiae {
  int probe_x, probe_y, other_x, other_y, turn, weight;
};

int sine(int turn) {
  return static_cast<int>(std::lround(64 * std::sin(turn * 2 * 3.14159265358979 / 256)));
}

/// Under the motion of `pivot`, weights of those that agree with it.
int agreeing(const std::vector<pair_of_minutiae>& pairs, const pair_of_minutiae& pivot) {
  int sum = 0, count = 0;
  for (const auto& each : pairs) {
    const int dx = each.probe_x - pivot.probe_x, dy = each.probe_y - pivot.probe_y;
    const int s = sine(pivot.turn), c = sine(pivot.turn + 64);
    const int off_x = 64 * (each.other_x - pivot.other_x) - (dx * c - dy * s);
    const int off_y = 64 * (each.other_y - pivot.other_y) - (dx * s + dy * c);
    const int limit =
        64 * parameters::aligned_tolerance / sketch_pixels + 4 * (std::abs(dx) + std::abs(dy));
    const int turned = std::abs((each.turn - pivot.turn + 640) % 256 - 128);
    if (std::max(std::abs(off_x), std::abs(off_y)) > limit || turned > parameters::aligned_angle)
      continue;
    sum += each.weight;
    ++count;
  }
  return count < 2 ? 0 : sum;
}

/// One finger by the definition, with the kernel's ties: the first.
int by_definition(const probe_sketch& probe, stored_sketch other, stored_places places) {
  std::vector<pair_of_minutiae> pairs;
  std::vector<unsigned> taken(probe.count, ~0u);  // by which pair
  for (unsigned l = 0; l < sketch_lanes; ++l) {
    const int low = other.spans[l / 8], high = other.spans[4 + l / 8];
    const auto window =
        probe.by_angle.around(other.spans[l / 8], other.spans[4 + l / 8], parameters::sketch_gate);
    const auto worth = [](std::uint64_t word) {
      return static_cast<int>(aligned_worth(static_cast<unsigned>(std::popcount(word))));
    };
    int weight = 0;
    unsigned partner = 0;
    for (unsigned k = window.begin; k < window.end; ++k) {
      const std::uint64_t word = probe.words[k % probe.count];
      const int score = worth(word) + worth(other.words[l]) - std::popcount(word ^ other.words[l]);
      if (score > weight) weight = score, partner = k % probe.count;
    }
    if (weight == 0) continue;
    const int fifteenths = places.angles[l / 2] >> (l % 2 * 4) & 15;
    const int angle = low + ((high - low) * fifteenths + 7) / 15;
    if (taken[partner] != ~0u) {
      if (pairs[taken[partner]].weight >= weight) continue;
      pairs[taken[partner]].weight = 0;
    }
    taken[partner] = static_cast<unsigned>(pairs.size());
    pairs.push_back({probe.x[partner], probe.y[partner], places.x[l], places.y[l],
                     (angle - probe.angles[partner] + 256) % 256, weight});
  }
  std::erase_if(pairs, [](const auto& each) { return each.weight == 0; });
  auto pivots = pairs;
  std::ranges::stable_sort(pivots, std::greater(), &pair_of_minutiae::weight);
  pivots.resize(std::min<std::size_t>(pivots.size(), parameters::aligned_pivots));
  int best = 0;
  for (const auto& pivot : pivots) best = std::max(best, agreeing(pairs, pivot));
  return best;
}

bytes row_with(const std::vector<print_template>& prints) {
  return build_sketch_row(*build_search_entry(prints));
}

scan_probe probe_of(const std::vector<print_template>& prints) {
  return make_scan_probe(**prepare_probe(prints));
}

}  // namespace

TEST_CASE("score_aligned: equals the definition, for mates and strangers of all sizes") {
  unsigned some = 0;
  for (std::uint64_t seed = 1; seed <= 120; ++seed) {
    const auto minutiae = static_cast<unsigned>(6 + seed % 60);
    const auto print = test::sample_print(seed, minutiae);
    const auto other = seed % 3 == 0 ? test::sample_print(seed + 500, 70 - minutiae / 2)
                                     : test::turned(test::recaptured(print, seed + 100),
                                                    static_cast<int>(seed % 30) - 15);
    const bytes row = row_with(std::vector{other});
    const auto probe = probe_of(std::vector{print});
    const int expected =
        by_definition(probe.placed[0].sketch, stored_sketch(&row[sketch_offset(1)]),
                      stored_places(&row[places_offset(1)]));
    CHECK(score_aligned(probe, row) == static_cast<std::uint32_t>(expected));
    some += expected > 0 ? 1 : 0;
  }
  CHECK(some > 60);
}

TEST_CASE("align_finger: coordinates at their limits, any rotation, on every instruction set") {
  // Minutiae that are all like each other, on the corners of what a byte holds.
  constexpr std::int8_t corners[] = {-127, 127};
  for (unsigned rotation = 0; rotation < 256; rotation += 32) {
    probe_sketch probe;
    probe.count = sketch_lanes;
    std::array<std::byte, sketch_bytes> words{};
    std::array<std::byte, places_bytes> places{};
    for (unsigned l = 0; l < sketch_lanes; ++l) {
      const std::uint64_t word = ~std::uint64_t{0} << l;  // each most like its own
      const auto ones = static_cast<unsigned>(std::popcount(word));
      probe.words[l] = probe.words[l + sketch_lanes] = word;
      probe.aligned_base[l] = probe.aligned_base[l + sketch_lanes] =
          sketch_base + aligned_worth(ones);
      probe.x[l] = corners[l & 1];
      probe.y[l] = corners[l >> 1 & 1];
      std::memcpy(words.data() + 8 * l, &word, sizeof word);
      places[l] = static_cast<std::byte>(corners[l >> 2 & 1]);
      places[sketch_lanes + l] = static_cast<std::byte>(corners[l >> 3 & 1]);
    }
    probe.by_angle = angle_gate(std::span(probe.angles).first(sketch_lanes));
    for (unsigned g = 0; g < 2 * sketch_groups; ++g)
      words[8 * sketch_lanes + g] = static_cast<std::byte>(rotation % 64);
    for (unsigned l = 0; l < sketch_lanes; ++l)
      probe.angles[l] = static_cast<std::uint8_t>(rotation % 64 - rotation);
    const stored_sketch other(words.data());
    const stored_places at(places.data());
    const auto expected = static_cast<std::uint32_t>(by_definition(probe, other, at));
    CHECK(expected > 0);
    for (const std::string& name : simd_targets()) {
      CAPTURE(name);
      const only_simd_target only(name);
      CHECK(align_finger(probe, other, at) == expected);
    }
  }
}

TEST_CASE("score_aligned: a mate leads strangers by more than sketches alone have it") {
  const auto probe = probe_of(test::recaptured(test::sample_person(7), 3));
  const auto mate = row_with(test::sample_person(7));
  std::uint32_t aligned = 0, sketches = 0;
  for (std::uint64_t seed = 100; seed < 200; ++seed) {
    const bytes row = row_with(test::sample_person(seed));
    aligned = std::max(aligned, score_aligned(probe, row));
    sketches = std::max(sketches, test::score_row(probe.placed, row));
  }
  REQUIRE(sketches > 0);
  CHECK(4 * score_aligned(probe, mate) * sketches >
        5 * test::score_row(probe.placed, mate) * aligned);
}

TEST_CASE("score_aligned: a finger counts for itself; one that is not there, and nobody, for 0") {
  const auto person = test::sample_person(12);
  const auto other = test::recaptured(person, 4);
  const auto row = row_with(other);
  std::uint32_t sum = 0;
  for (const auto& print : person) sum += score_aligned(probe_of(std::vector{print}), row);
  CHECK(score_aligned(probe_of(person), row) == sum);
  CHECK(sum > 0);
  CHECK(score_aligned(probe_of(std::vector{person[3]}), row_with(std::vector{other[4]})) == 0);
  CHECK(score_aligned(probe_of(person), bytes(sketch_row_bytes)) == 0);
}

TEST_CASE("score_aligned: a print of unknown position counts by the best the probe lacks") {
  const auto person = test::sample_person(5);
  const auto row = row_with(test::recaptured(person, 8));
  auto unknown = person[6];
  unknown.finger_position = 0;
  const auto probe = probe_of(std::vector{person[2], unknown});
  const auto known = probe_of(std::vector{person[2], person[6]});
  CHECK(score_aligned(probe, row) == score_aligned(known, row));
}
