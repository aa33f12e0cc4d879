#include "fingerprint/matcher.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "fingerprint/decision.hpp"
#include "tests/fingerprint/sample_prints.hpp"

using namespace whorl;
using namespace whorl::fingerprint;
using test::recaptured;
using test::sample_person;
using test::sample_print;
using test::turned;

namespace {

/// Well above what the score of two different sample prints reaches; see the golden scores.
constexpr std::uint32_t clearly_same = 1000;

}  // namespace

TEST_CASE("match_fingers: captures of one finger score high, different fingers low") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto print = sample_print(seed);
    CHECK(match_fingers(print, recaptured(print, seed + 500)) > clearly_same);
    CHECK(match_fingers(print, recaptured(sample_print(seed + 1000), seed)) < 600);
  }
}

TEST_CASE("match_fingers: symmetric, and equal when asked again") {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    const auto a = sample_print(seed, 20 + static_cast<unsigned>(seed) * 2);
    const auto b = recaptured(seed % 2 == 0 ? a : sample_print(seed + 1), seed);
    const auto score = match_fingers(a, b);
    CHECK(match_fingers(b, a) == score);
    CHECK(match_fingers(a, b) == score);
  }
}

TEST_CASE("match_fingers: moving a print changes nothing, turning it hardly anything") {
  const auto print = sample_print(7);
  const auto capture = recaptured(print, 8);
  const auto score = match_fingers(print, capture);
  CHECK(match_fingers(print, turned(capture, 0, 31, -17)) == score);
  for (const int steps : {-30, -16, 5, 16, 30})  // 30 steps are 42 degrees
    CHECK(match_fingers(print, turned(capture, steps)) * 10 > score * 8);
  CHECK(match_fingers(print, turned(print, 128)) < 1000);  // beyond the gate
}

TEST_CASE("match_fingers: resolution is brought to 500 dpi") {
  const auto print = sample_print(9);
  auto doubled = recaptured(print, 10);
  const auto score = match_fingers(print, doubled);
  for (minutia& m : doubled.minutiae) {
    m.x = static_cast<std::uint16_t>(m.x * 2);
    m.y = static_cast<std::uint16_t>(m.y * 2);
  }
  CHECK(match_fingers(print, doubled) < 1000);
  doubled.x_resolution_per_cm = doubled.y_resolution_per_cm = 394;
  CHECK(match_fingers(print, doubled) == score);
}

TEST_CASE("match_fingers: few or no minutiae, extreme places (edges of the input)") {
  const print_template nothing;
  const auto print = sample_print(11);
  CHECK(match_fingers(nothing, nothing) == 0);
  CHECK(match_fingers(nothing, print) == 0);
  for (unsigned count = 1; count < 8; ++count) match_fingers(sample_print(12, count), print);
  auto far = sample_print(13, 255);
  for (std::size_t i = 0; i < far.minutiae.size(); ++i)
    far.minutiae[i].x = i % 2 == 0 ? 0 : 65535, far.minutiae[i].y = i % 3 == 0 ? 65535 : 0;
  far.x_resolution_per_cm = 1;
  match_fingers(far, far);
  far.minutiae.assign(255, {100, 100, 7, minutia_type::other, 0});  // all in one place
  match_fingers(far, far);
  match_fingers(far, print);
}

TEST_CASE("match_fingers: work is bounded (255 dense minutiae, where pair growing explodes)") {
  auto dense = sample_print(14, 255);
  for (minutia& m :
       dense.minutiae) {  // one small grid, all the same way: everything fits everything
    const auto i = static_cast<unsigned>(&m - dense.minutiae.data());
    m = {static_cast<std::uint16_t>(300 + i % 16 * 6), static_cast<std::uint16_t>(300 + i / 16 * 6),
         64, minutia_type::ridge_ending, 50};
  }
  const auto probe = *prepare_probe(std::vector{dense});
  const auto entry = *build_search_entry(std::vector{dense});
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 20; ++i) precise_score(*probe, entry);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  CHECK(took.count() / 20 < 0.05);  // sanitizers and a busy machine; 0.0002 s in release
}

TEST_CASE("precise_score: every common finger counts, as match_fingers scores it") {
  const auto person = sample_person(20);
  auto booking = recaptured(person, 21);
  booking.erase(booking.begin() + 3);  // position 4 is missing
  const auto probe = *prepare_probe(booking);
  const auto entry = *build_search_entry(person);
  const auto score = precise_score(*probe, entry);
  CHECK(score.fingers_compared == 9);
  CHECK(score.finger_scores[3] == 0);
  for (const auto& print : booking)
    CHECK(score.finger_scores[print.finger_position - 1u] ==
          match_fingers(print, person[print.finger_position - 1u]));
  CHECK(decide(score.fused, score.fingers_compared, 1'000'000) == decision::hit);
}

TEST_CASE("precise_score: another person scores far below review") {
  const auto probe = *prepare_probe(recaptured(sample_person(30), 31));
  for (std::uint64_t seed = 40; seed < 60; ++seed) {
    const auto score = precise_score(*probe, *build_search_entry(sample_person(seed)));
    CHECK(score.fused == 0);
    CHECK(decide(score.fused, score.fingers_compared, 1) == decision::no_hit);
  }
}

TEST_CASE("precise_score: a print of unknown position is compared with all fingers") {
  const auto person = sample_person(50);
  auto unknown = recaptured(person[6], 51);
  unknown.finger_position = 0;
  const auto probe = *prepare_probe(std::vector{unknown});
  const auto score = precise_score(*probe, *build_search_entry(person));
  CHECK(score.fingers_compared == 1);
  CHECK(score.finger_scores[6] > clearly_same);
  const auto swapped =
      precise_score(**prepare_probe(person), *build_search_entry(std::vector{unknown}));
  CHECK(swapped == score);
}

TEST_CASE("precise_score: no common finger means no comparison") {
  const auto probe = *prepare_probe(std::vector{sample_print(1, 40, 2)});
  const auto entry = *build_search_entry(std::vector{sample_print(1, 40, 3)});
  CHECK(precise_score(*probe, entry) == person_score{});
  CHECK(coarse_score(*probe, entry) == 0);
  CHECK(prepare_probe({}).error().code == errc::invalid_input);
}

TEST_CASE("matcher: golden scores are the same on every build (WHORL_WRITE_GOLDEN=1 rewrites)") {
  std::ostringstream now;
  now << "left,right,match_fingers,coarse_score\n";
  for (std::uint64_t left = 1; left <= 12; ++left) {
    const auto a = sample_print(left, 10 + static_cast<unsigned>(left) * 9);
    for (const std::uint64_t right : {left, left + 1}) {
      const auto b = recaptured(sample_print(right, 10 + static_cast<unsigned>(right) * 9), left);
      now << left << ',' << right << ',' << match_fingers(a, b) << ','
          << coarse_score(**prepare_probe(std::vector{a}), *build_search_entry(std::vector{b}))
          << '\n';
    }
  }
  const std::string path = std::string(WHORL_SOURCE_DIR) + "/tests/golden/scores.csv";
  if (std::getenv("WHORL_WRITE_GOLDEN") != nullptr) std::ofstream(path) << now.str();
  std::ifstream file(path);
  std::ostringstream golden;
  golden << file.rdbuf();
  CHECK(now.str() == golden.str());
}
