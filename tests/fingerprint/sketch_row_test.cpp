#include "fingerprint/sketch_row.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "fingerprint/matcher.hpp"
#include "tests/fingerprint/sample_prints.hpp"

using namespace whorl;
using namespace whorl::fingerprint;

TEST_CASE("build_sketch_row: what is read in place is what make_sketch made") {
  auto prints = test::sample_person(3);
  prints.erase(prints.begin() + 4);
  const bytes entry = *build_search_entry(prints);
  const bytes row = build_sketch_row(entry);
  CHECK(fingers_present(row.data()) == 0b11'1110'1111);
  for (std::size_t position = 1; position <= limits::fingers_max; ++position) {
    const stored_sketch words(row.data() + sketch_offset(position));
    const stored_places places(row.data() + places_offset(position));
    const finger_view finger = finger_of(entry, position);
    const finger_sketch sketch = finger ? make_sketch(finger) : finger_sketch{};
    for (unsigned l = 0; l < sketch_lanes; ++l) {
      CHECK(words.words[l] == sketch.words[l]);
      CHECK(places.x[l] == sketch.x[l]);
      CHECK(places.y[l] == sketch.y[l]);
      const int low = words.spans[l / sketch_group];
      const int width = words.spans[sketch_groups + l / sketch_group] - low;
      const int angle = low + (width * (places.angles[l / 2] >> (l % 2 * 4) & 15) + 7) / 15;
      CHECK(std::abs(angle - sketch.angles[l]) <= width / 30 + 1);
    }
  }
}

TEST_CASE("make_sketch: places are quarters of pixels from the middle, cut at 127") {
  auto print = test::sample_print(5, 30);
  for (minutia& m : print.minutiae) m.x = static_cast<std::uint16_t>(m.x < 400 ? 10 : 1500);
  const bytes entry = *build_search_entry(std::vector{print});
  const finger_view finger = finger_of(entry, 1);
  const finger_sketch sketch = make_sketch(finger);
  std::vector<int> expected, found;
  for (unsigned i = 0; i < finger.count; ++i)
    expected.push_back(std::clamp((finger.x[i] + 2) >> 2, -127, 127));
  for (unsigned i = 0; i < sketch.count; ++i) found.push_back(sketch.x[i]);
  std::ranges::sort(expected);
  std::ranges::sort(found);
  CHECK(found == expected);
  CHECK(std::ranges::count(found, 127) + std::ranges::count(found, -127) > 0);
}

TEST_CASE("build_sketch_row: prints of unknown position have no sketch") {
  const auto prints = std::vector{test::sample_print(1, 40, 0)};
  const bytes entry = *build_search_entry(prints);
  CHECK(build_sketch_row(entry) == bytes(sketch_row_bytes));
  const bytes other = build_sketch_row(*build_search_entry(test::sample_person(3)));
  CHECK(test::score_row(make_probe_sketches(entry), other) == 0);
}

TEST_CASE("build_sketch_row: golden; other bytes need another slab_version") {
  std::uint64_t hash = test::fnv_1a_begin;
  for (std::uint64_t seed = 1; seed <= 20; ++seed)
    hash = test::fnv_1a(build_sketch_row(*build_search_entry(
                            test::sample_person(seed, 10 + 4 * static_cast<unsigned>(seed)))),
                        hash);
  CHECK(hash == 2324726292840395859u);
  CHECK(sketch_row_bytes <= 3584);  // what DESIGN allows a person in a sealed slab
}

TEST_CASE("check_sketch_row: damage is named") {
  const bytes whole = build_sketch_row(*build_search_entry(test::sample_person(900)));
  CHECK(check_sketch_row(whole));
  CHECK(check_sketch_row(byte_view(whole).first(8)).error().code == errc::corrupt);
  bytes row = whole;
  row[1] = std::byte{0xFF};
  CHECK(check_sketch_row(row).error().code == errc::corrupt);
}
