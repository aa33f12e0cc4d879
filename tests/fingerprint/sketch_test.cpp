#include "fingerprint/sketch.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <map>

#include "fingerprint/matcher.hpp"
#include "tests/fingerprint/sample_prints.hpp"

using namespace whorl;
using namespace whorl::fingerprint;

namespace {

bytes entry_of(std::uint64_t seed, unsigned minutiae) {
  return *build_search_entry(std::vector{test::sample_print(seed, minutiae)});
}

}  // namespace

TEST_CASE("make_sketch: the best minutiae in order of angle; lanes without one are empty") {
  for (const unsigned minutiae : {6u, 31u, 32u, 33u, 48u, 90u}) {
    const bytes entry = entry_of(minutiae, minutiae);
    const finger_view finger = finger_of(entry, 1);
    const finger_sketch sketch = make_sketch(finger);
    REQUIRE(sketch.count == std::min(minutiae, sketch_lanes));
    CHECK(std::is_sorted(sketch.angles.begin(), sketch.angles.end()));
    for (unsigned i = sketch.count; i < sketch_lanes; ++i) CHECK(sketch.words[i] == 0);
    if (finger.count <= sketch_lanes) continue;
    // No minutia that was left out is better than one that was taken.
    std::vector<std::uint8_t> qualities(finger.minutia_quality,
                                        finger.minutia_quality + finger.count);
    std::sort(qualities.rbegin(), qualities.rend());
    std::map<std::uint8_t, int> left;  // angles of those certainly taken
    for (unsigned i = 0; i < finger.count; ++i)
      if (finger.minutia_quality[i] > qualities[sketch_lanes]) ++left[finger.angle[i]];
    for (const std::uint8_t angle : sketch.angles) --left[angle];
    for (const auto& [angle, count] : left) CHECK(count <= 0);
  }
}

TEST_CASE("make_sketch: 64 different bits of the cylinder") {
  const bytes entry = entry_of(3, 20);
  bytes copy = entry;
  // The copy's minutia 0 has one bit of its cylinder turned at a time: 64 of 240 change the sketch.
  unsigned seen = 0;
  std::uint64_t reached = 0;
  for (unsigned bit = 0; bit < 240; ++bit) {
    finger_view finger = finger_of(copy, 1);
    auto* words = const_cast<column_word*>(finger.words);
    words[bit / 64 * finger.lanes] ^= std::uint64_t{1} << bit % 64;
    const std::uint64_t changed =
        make_sketch(finger).words[0] ^ make_sketch(finger_of(entry, 1)).words[0];
    words[bit / 64 * finger.lanes] ^= std::uint64_t{1} << bit % 64;
    CHECK(std::popcount(changed) <= 1);
    seen += changed != 0 ? 1 : 0;
    reached |= changed;
  }
  CHECK(seen == 64);
  CHECK(reached == ~std::uint64_t{0});
}

TEST_CASE("make_probe_sketch: the same minutiae twice over") {
  const bytes entry = entry_of(5, 40);
  const finger_view finger = finger_of(entry, 1);
  const finger_sketch whole = make_sketch(finger);
  const probe_sketch probe = make_probe_sketch(finger);
  std::uint32_t self = 0;
  for (unsigned i = 0; i < whole.count; ++i) {
    CHECK(probe.words[i] == whole.words[i]);
    CHECK(probe.words[i + whole.count] == whole.words[i]);
    const unsigned worth = sketch_worth(static_cast<unsigned>(std::popcount(whole.words[i])));
    CHECK(probe.base[i] == sketch_base + worth);
    self += 2 * worth;
  }
  CHECK(probe.self == self);
}

TEST_CASE("make_probe_sketches: known positions only, those that say most first") {
  std::vector<print_template> prints;
  for (std::uint8_t position = 0; position <= 10; ++position)
    prints.push_back(test::sample_print(position + 1u, 8 + 3u * position, position));
  prints.erase(prints.begin() + 7);
  const bytes entry = *build_search_entry(prints);
  const auto sketches = make_probe_sketches(entry);
  REQUIRE(sketches.size() == 9);
  for (std::size_t i = 0; i < sketches.size(); ++i) {
    CHECK((sketches[i].position >= 1 && sketches[i].position != 7));
    if (i > 0) CHECK(sketches[i - 1].sketch.self >= sketches[i].sketch.self);
  }
}
