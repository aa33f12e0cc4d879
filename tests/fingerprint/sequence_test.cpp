#include "fingerprint/sequence.hpp"

#include <doctest/doctest.h>

#include <rapidcheck.h>
#include <algorithm>
#include <map>

#include "fingerprint/decision.hpp"
#include "fingerprint/matcher.hpp"
#include "fingerprint/parameters.hpp"
#include "tests/fingerprint/sample_prints.hpp"

using namespace whorl;
using namespace whorl::fingerprint;
using test::recaptured;
using test::sample_person;
using prints = std::vector<print_template>;

namespace {

person_score score_of_booking(const prints& booking, const prints& record, bool exchanged = false) {
  return precise_score(**prepare_probe(booking, exchanged), *build_search_entry(record));
}

sequence_note moved(std::uint8_t probe, std::uint8_t record) {
  return {sequence_kind::moved, probe, record};
}

sequence_note repeated(std::uint8_t probe, std::uint8_t record) {
  return {sequence_kind::repeated, probe, record};
}

void exchange(prints& booking, std::size_t a, std::size_t b) {
  std::swap(booking[a - 1].finger_position, booking[b - 1].finger_position);
}

/// Everybody compared straight; `own` on the diagonal, strangers elsewhere.
evidence_matrix same_person(std::int32_t own) {
  evidence_matrix m;
  for (unsigned i = 0; i < 10; ++i)
    for (unsigned j = 0; j < 10; ++j)
      m.straight[i] = true, m.cell[i][j] = i == j ? own : parameters::llr_min;
  return m;
}

}  // namespace

TEST_CASE("sequence: fingers in order have nothing to say") {
  const auto person = sample_person(1);
  const auto score = score_of_booking(recaptured(person, 2), person);
  CHECK(score.sequence.empty());
  CHECK(score.reordered == 0);
  CHECK(score.fused > 4000);
}

TEST_CASE("sequence: two fingers exchanged are found and named, and the hit stands without them") {
  const auto person = sample_person(3);
  auto booking = recaptured(person, 4);
  exchange(booking, 2, 7);
  const auto score = score_of_booking(booking, person);
  CHECK(score.sequence == std::vector{moved(2, 7), moved(7, 2)});
  CHECK(score.reordered > score.fused);
  CHECK(decide(score.fused, score.fingers_compared, 1'000'000, score.reordered) == decision::hit);
}

TEST_CASE("sequence: evidence of moved fingers alone makes a review, no hit") {
  const auto person = sample_person(5);
  const auto whole = recaptured(person, 6);
  prints booking = {whole[0], whole[1], whole[2]};
  exchange(booking, 2, 3);
  const auto score = score_of_booking(booking, person);
  REQUIRE(score.fused < fused_needed(decision::review, 100'000));
  CHECK(decide(score.fused, score.fingers_compared, 100'000, score.reordered) == decision::review);
  CHECK(score.sequence == std::vector{moved(2, 3), moved(3, 2)});
}

TEST_CASE("sequence: exchanged hands are found by the second hypothesis, as a review") {
  const auto person = sample_person(7);
  const auto booking = hands_exchanged(recaptured(person, 8));
  CHECK(booking[0].finger_position == 6);
  CHECK(booking[9].finger_position == 5);
  const auto straight = score_of_booking(booking, person);
  CHECK(decide(straight.fused, 10, 1, straight.reordered) == decision::no_hit);
  const auto score = score_of_booking(booking, person, true);
  CHECK(score.fused == 0);
  CHECK(decide(score.fused, score.fingers_compared, 1'000'000, score.reordered) ==
        decision::review);
  REQUIRE(score.sequence.size() == 10);
  for (const sequence_note& n : score.sequence) {
    CHECK(n.kind == sequence_kind::moved);
    CHECK(n.record == other_hand(n.probe));
  }
  CHECK(sequence_words(score.sequence) == "the hands are exchanged");
}

TEST_CASE("sequence: exchanged hands and two fingers on top") {
  const auto person = sample_person(9);
  auto booking = recaptured(person, 10);
  exchange(booking, 1, 2);
  const auto score = score_of_booking(hands_exchanged(booking), person, true);
  CHECK(decide(0, score.fingers_compared, 1'000'000, score.reordered) == decision::review);
  REQUIRE(score.sequence.size() == 10);
  CHECK(std::count(score.sequence.begin(), score.sequence.end(), moved(6, 2)) == 1);
  CHECK(std::count(score.sequence.begin(), score.sequence.end(), moved(7, 1)) == 1);
  CHECK(std::count(score.sequence.begin(), score.sequence.end(), moved(8, 3)) == 1);
}

TEST_CASE("sequence: a finger printed twice under two positions counts once") {
  const auto person = sample_person(11);
  auto booking = recaptured(person, 12);
  booking[3] = recaptured(person[2], 99);  // the ring finger was forgotten, the middle one repeated
  booking[3].finger_position = 4;
  const auto score = score_of_booking(booking, person);
  CHECK(score.sequence == std::vector{repeated(4, 3)});
  CHECK(score.fused > 4000);
  SUBCASE("on the record's side") {
    const auto other = score_of_booking(recaptured(person, 13), booking);
    CHECK(other.sequence == std::vector{repeated(3, 4)});
  }
  SUBCASE("on both sides: the same evidence, not twice as much") {
    const prints one = {booking[2]};
    const prints twice = {booking[2], booking[3]};
    prints record = {recaptured(person[2], 50), recaptured(person[2], 51)};
    record[1].finger_position = 4;
    const auto single = score_of_booking(one, prints{record[0]});
    const auto both = score_of_booking(twice, record);
    CHECK(both.fused <= static_cast<std::uint32_t>(parameters::llr_max));
    CHECK(both.fused >= single.fused);  // the better of the two
    CHECK(both.sequence.size() == 1);
    CHECK(both.sequence[0].kind == sequence_kind::repeated);
  }
}

TEST_CASE("sequence: missing and bandaged fingers cost at most a decade each") {
  const auto person = sample_person(13);
  auto booking = recaptured(person, 14);
  const auto whole = score_of_booking(booking, person);
  booking.erase(booking.begin() + 5);
  booking[0].minutiae = test::sample_print(777, 20).minutiae;  // a print that shows something else
  const auto score = score_of_booking(booking, person);
  CHECK(score.fingers_compared == 9);
  CHECK(score.fused + 2 * 800 + 100 >= whole.fused);
  CHECK(score.sequence.empty());
  CHECK(decide(score.fused, 9, 100'000'000) == decision::hit);
}

TEST_CASE("sequence: strangers are not crossed, and find no reading") {
  const auto booking = recaptured(sample_person(15), 16);
  for (std::uint64_t seed = 20; seed < 30; ++seed) {
    for (const bool exchanged : {false, true}) {
      const auto score = score_of_booking(booking, sample_person(seed), exchanged);
      CHECK(score.reordered == 0);
      CHECK(score.sequence.empty());
    }
  }
  evidence_matrix m = same_person(parameters::llr_min);
  CHECK_FALSE(worth_crossing(m));
  m.cell[4][4] = parameters::cross_from_llr;
  CHECK(worth_crossing(m));
}

TEST_CASE("reading_price: the readings of a kind counted, and a hundredth for the kind") {
  const auto price = [](std::vector<moved_pair> pairs) {
    return reading_price(pairs) - parameters::sequence_price;
  };
  CHECK(reading_price({}) == 0);
  CHECK(price({{0, 1}}) == 200);                          // 10 prints for 10 fingers
  CHECK(price({{0, 1}, {1, 0}}) == 166);                  // 45 pairs
  CHECK(price({{0, 1}, {1, 2}}) == 361);                  // 45 * 45 * 2
  CHECK(price({{0, 1}, {1, 0}, {2, 3}, {3, 2}}) == 280);  // 630
  std::vector<moved_pair> hands, turned;
  for (std::uint8_t i = 0; i < 10; ++i) {
    hands.push_back({i, static_cast<std::uint8_t>((i + 5) % 10)});
    turned.push_back({i, static_cast<std::uint8_t>((i + 1) % 10)});
  }
  CHECK(price(hands) == 298);   // 945 ways to exchange ten fingers in five pairs
  CHECK(price(turned) == 656);  // 10!
}

TEST_CASE("read_moved: never more than its cells hold, each side once (property)") {
  CHECK(rc::check([] {
    evidence_matrix m;
    for (auto& row : m.cell)
      for (auto& cell : row) cell = *rc::gen::inRange(-100, 801);
    for (auto& there : m.straight) there = *rc::gen::arbitrary<bool>();
    const person_reading reading = read_moved(m);
    std::int32_t most = 0;
    for (const auto& row : m.cell) most += std::max(0, *std::max_element(row.begin(), row.end()));
    RC_ASSERT(reading.evidence >= 0);
    RC_ASSERT(reading.evidence <= most);
    std::map<int, int> of_probe, of_record;
    for (const sequence_note& n : reading.notes) {
      RC_ASSERT(n.probe != n.record);
      RC_ASSERT(++of_probe[n.probe] == 1);
      if (n.kind == sequence_kind::moved) RC_ASSERT(++of_record[n.record] == 1);
    }
    const person_reading straight = read_straight(m);
    std::int32_t diagonal = 0;
    for (unsigned i = 0; i < 10; ++i)
      if (m.straight[i]) diagonal += m.cell[i][i];
    RC_ASSERT(straight.evidence <= diagonal);
  }));
}
