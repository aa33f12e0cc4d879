#include "fingerprint/slab.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "fingerprint/matcher.hpp"
#include "fingerprint/prepared_probe.hpp"
#include "tests/fingerprint/sample_prints.hpp"

using namespace whorl;
using namespace whorl::fingerprint;

namespace {

std::vector<bytes> rows_of(std::uint64_t first, unsigned people) {
  std::vector<bytes> rows;
  for (unsigned i = 0; i < people; ++i) {
    auto prints = test::sample_person(first + i);
    if (i % 5 == 4) prints.resize(1 + i % 9);  // some lack fingers
    rows.push_back(build_sketch_row(*build_search_entry(prints)));
  }
  return rows;
}

bytes slab_of(std::span<const bytes> rows) {
  const std::vector<byte_view> views(rows.begin(), rows.end());
  return build_slab(views);
}

std::vector<positioned_sketch> probe_of(const std::vector<print_template>& prints) {
  return make_probe_sketches(*build_search_entry(prints));
}

/// One finger by the definition: a sum over the gallery's minutiae of their best partner.
std::uint32_t by_definition(const finger_sketch& probe, const finger_sketch& other) {
  std::uint32_t total = 0;
  for (unsigned j = 0; j < other.count; ++j) {
    const int low = other.angles[j / 8 * 8], high = other.angles[j / 8 * 8 + 7];
    int best = 0;
    for (unsigned i = 0; i < probe.count; ++i) {
      const int past = (probe.angles[i] - (low - parameters::sketch_gate) + 512) % 256;
      if (past > high - low + 2 * parameters::sketch_gate) continue;
      const auto worth = [](std::uint64_t word) {
        return static_cast<int>(sketch_worth(static_cast<unsigned>(std::popcount(word))));
      };
      best = std::max(best, worth(probe.words[i]) + worth(other.words[j]) -
                                std::popcount(probe.words[i] ^ other.words[j]));
    }
    total += static_cast<std::uint32_t>(best);
  }
  return total;
}

}  // namespace

TEST_CASE("score_slab: one finger equals the definition") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto print = test::sample_print(seed, 20 + 2 * static_cast<unsigned>(seed));
    const auto other = test::recaptured(print, seed + 100);
    const bytes a = *build_search_entry(std::vector{print});
    const bytes b =
        *build_search_entry(std::vector{seed % 2 == 0 ? other : test::sample_print(seed + 50, 33)});
    const auto probe = probe_of(std::vector{print});
    CHECK(test::score_row(probe, build_sketch_row(b)) ==
          by_definition(make_sketch(finger_of(a, 1)), make_sketch(finger_of(b, 1))));
  }
}

TEST_CASE("score_slab: the same person leads") {
  const auto rows = rows_of(1, 200);
  const bytes slab = slab_of(rows);
  std::vector<std::uint32_t> scores(200);
  for (unsigned person = 0; person < 200; person += 17) {
    const auto probe = probe_of(test::recaptured(test::sample_person(1 + person), 9));
    score_slab(probe, slab, scores);
    CHECK(std::ranges::max_element(scores) - scores.begin() == person);
  }
}

TEST_CASE("score_slab: a person's score is the row's, in any slab at any place") {
  const auto rows = rows_of(300, slab_people);
  const auto probe = probe_of(test::recaptured(test::sample_person(310), 4));
  std::vector<std::uint32_t> alone;
  for (const bytes& row : rows) alone.push_back(test::score_row(probe, row));
  for (const std::size_t size : {std::size_t{1}, std::size_t{7}, std::size_t{255}, rows.size()}) {
    const bytes slab = slab_of(std::span(rows).first(size));
    REQUIRE(people_in(slab) == size);
    REQUIRE(check_slab(slab));
    std::vector<std::uint32_t> scores(size);
    score_slab(probe, slab, scores);
    CHECK(std::equal(scores.begin(), scores.end(), alone.begin()));
  }
}

TEST_CASE("score_people: as everybody's, in any order, one asked for twice") {
  const auto rows = rows_of(500, 100);
  const bytes slab = slab_of(rows);
  const auto probe = probe_of(test::recaptured(test::sample_person(542), 3));
  std::vector<std::uint32_t> all(100), some(5);
  score_slab(probe, slab, all);
  const std::vector<std::uint16_t> people = {42, 7, 99, 42, 0};
  score_people(probe, slab, people, some);
  for (std::size_t i = 0; i < people.size(); ++i) CHECK(some[i] == all[people[i]]);
  score_people(probe, slab, {}, {});
}

TEST_CASE("score_slab: who lacks the fingers looked at first is looked at by the others") {
  const auto person = test::sample_person(40);
  const auto probe = probe_of(person);
  // The probe's first fingers are those of the highest score against itself.
  std::vector<print_template> others;
  for (std::size_t i = 4; i < probe.size(); ++i) others.push_back(person[probe[i].position - 1u]);
  CHECK(test::score_row(probe, build_sketch_row(*build_search_entry(others))) > 100);
}

TEST_CASE("score_slab: finger by finger, until what was found stays below the mark") {
  std::size_t stopped = 0, compared = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const auto probe = probe_of(test::sample_person(200 + seed % 7));
    auto other = test::sample_person(seed);
    std::erase_if(other,
                  [&](const print_template& p) { return p.finger_position % 9 == seed % 9; });
    const bytes row = build_sketch_row(*build_search_entry(other));
    std::uint32_t expected = 0, self = 0;
    unsigned fingers = 0;
    for (const positioned_sketch& each : probe) {
      ++compared;
      expected += test::score_row(std::span(&each, 1), row);
      if (std::ranges::count(other, each.position, &print_template::finger_position) == 0) continue;
      self += each.sketch.self;
      ++fingers;
      if (expected < self * parameters::scan_marks_1024[fingers] / 1024) break;
    }
    stopped += expected != 0 && fingers < other.size() ? 1 : 0;
    CHECK(test::score_row(probe, row) == expected);
  }
  CHECK(stopped > 5);
  CHECK(compared < 60 * 9);
}

TEST_CASE("row_of: gives back what build_slab took") {
  const auto rows = rows_of(700, 37);
  const bytes slab = slab_of(rows);
  for (unsigned i = 0; i < rows.size(); ++i) CHECK(std::ranges::equal(row_of(slab, i), rows[i]));
}

TEST_CASE("erase_from_slab: no byte of the person stays, the others are as they were") {
  const auto rows = rows_of(800, 30);
  bytes slab = slab_of(rows);
  erase_from_slab(slab, 11);
  CHECK(std::ranges::equal(row_of(slab, 11), bytes(sketch_row_bytes)));
  for (unsigned i = 0; i < rows.size(); ++i)
    if (i != 11) CHECK(std::ranges::equal(row_of(slab, i), rows[i]));
  const auto probe = probe_of(test::sample_person(811));
  std::vector<std::uint32_t> scores(30);
  score_slab(probe, slab, scores);
  CHECK(scores[11] == 0);
  CHECK(check_slab(slab));
}

TEST_CASE("check_slab: damage is named") {
  const auto rows = rows_of(900, 5);
  const bytes slab = slab_of(rows);
  const auto damaged = [&](std::size_t at, std::byte to) {
    bytes copy = slab;
    copy[at] = to;
    return check_slab(copy);
  };
  CHECK(check_slab(slab));
  CHECK(damaged(0, std::byte{'X'}).error().code == errc::corrupt);
  CHECK(damaged(4, std::byte{9}).error().code == errc::wrong_version);
  CHECK(damaged(6, std::byte{6}).error().code == errc::corrupt);
  CHECK(damaged(6, std::byte{0}).error().code == errc::corrupt);
  CHECK(damaged(9, std::byte{0xFF}).error().code == errc::corrupt);
  CHECK(check_slab(byte_view(slab).first(slab.size() - 8)).error().code == errc::corrupt);
  CHECK(check_slab({}).error().code == errc::corrupt);
}

TEST_CASE("slab: a print of unknown position counts by the best position that the probe lacks") {
  const auto people = test::sample_person(5);
  std::vector<bytes> rows;
  for (std::uint64_t seed = 5; seed < 9; ++seed)
    rows.push_back(build_sketch_row(*build_search_entry(test::sample_person(seed))));
  const bytes slab = build_slab(std::vector<byte_view>(rows.begin(), rows.end()));
  auto known = people[2], unknown = people[6];
  unknown.finger_position = 0;
  const scan_probe probe = make_scan_probe(**prepare_probe(std::vector{known, unknown}));
  CHECK(probe.minutiae() == 2 * sketch_lanes);
  CHECK(probe.placed.size() == 1);
  CHECK(probe.anywhere.size() == 9);
  std::array<std::uint32_t, 4> scores{};
  score_slab(probe, slab, scores);
  const scan_probe as_it_was = make_scan_probe(**prepare_probe(std::vector{people[2], people[6]}));
  CHECK(as_it_was.anywhere.empty());
  CHECK(scores[0] == test::score_row(as_it_was, rows[0]));
  for (std::size_t i = 0; i < scores.size(); ++i) {
    CHECK(scores[i] == test::score_row(probe, rows[i]));
    CHECK((i == 0 || scores[i] < scores[0]));
  }
}
