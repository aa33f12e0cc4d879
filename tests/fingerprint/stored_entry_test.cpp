#include "fingerprint/stored_entry.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <cstring>

#include "fingerprint/coarse.hpp"
#include "fingerprint/matcher.hpp"
#include "fingerprint/prepared_probe.hpp"
#include "fingerprint/slab.hpp"
#include "tests/fingerprint/sample_prints.hpp"

using namespace whorl;
using namespace whorl::fingerprint;

namespace {

/// A few prints, positions and densities at random, perhaps one of unknown position.
std::vector<print_template> any_person() {
  auto prints =
      test::sample_person(*rc::gen::inRange<std::uint64_t>(1, 1000), *rc::gen::inRange(6u, 60u));
  prints.resize(*rc::gen::inRange<std::size_t>(1, prints.size() + 1));
  if (*rc::gen::arbitrary<bool>()) prints.back().finger_position = 0;
  return prints;
}

}  // namespace

TEST_CASE("stored entry: a dense print takes six bytes a minutia") {
  const auto stored = *build_stored_entry(test::sample_person(1, 255));
  CHECK(stored.size() == (12 + 10 * (4 + 255 * 6) + 7) / 8 * 8);
  CHECK(check_stored_entry(stored));
}

TEST_CASE("stored entry: expanded it is the prints' search entry, whole or in part") {
  CHECK(rc::check([] {
    const auto prints = any_person();
    const auto stored = *build_stored_entry(prints);
    RC_ASSERT(check_stored_entry(stored).has_value());
    RC_ASSERT(expand(stored) == *build_search_entry(prints));
    finger_set positions;
    for (const auto& print : prints) positions.set(print.finger_position);
    RC_ASSERT(fingers_in(stored) == positions);
    const finger_set some(*rc::gen::inRange(0ul, 1ul << entry_positions));
    const bytes part = expand(stored, some);
    for (std::size_t position = 0; position < entry_positions; ++position) {
      const finger_view there = finger_of(part, position);
      RC_ASSERT(static_cast<bool>(there) == (some[position] && positions[position]));
      if (there) RC_ASSERT(there.count == finger_of(expand(stored), position).count);
    }
  }));
}

TEST_CASE("stored entry: the fingers that a probe can meet give stage one's score of all") {
  CHECK(rc::check([] {
    const auto probe = *prepare_probe(any_person());
    const auto stored = *build_stored_entry(any_person());
    const coarse_scan scan(*probe);
    RC_ASSERT(scan.score(expand(stored, positions_met(*probe), parameters::coarse_minutiae_max)) ==
              scan.score(expand(stored)));
  }));
}

TEST_CASE("stored entry: the best minutiae suffice for its sketches") {
  for (std::uint64_t seed = 1; seed < 20; ++seed) {
    const auto prints = test::sample_person(seed, 10 + static_cast<unsigned>(seed) * 5);
    const auto stored = *build_stored_entry(prints);
    CHECK(sketch_row_of(stored) == build_sketch_row(*build_search_entry(prints)));
  }
}

TEST_CASE("stored entry: damage to structure is found (any one bit of the header, any cut)") {
  const auto stored = *build_stored_entry(test::sample_person(4, 20));
  for (std::size_t at = 0; at < 16; ++at)
    for (int bit = 0; bit < 8; ++bit) {
      if (at == 13) continue;  // the quality of a print: a value
      auto damaged = stored;
      damaged[at] ^= static_cast<std::byte>(1 << bit);
      CAPTURE(at);
      CHECK_FALSE(check_stored_entry(damaged));
    }
  for (std::size_t size = 0; size < stored.size(); ++size)
    CHECK_FALSE(check_stored_entry(byte_view(stored).first(size)));
  auto other_version = stored;
  other_version[4] = std::byte{1};
  CHECK(check_stored_entry(other_version).error().code == errc::wrong_version);
  auto longer = stored;
  longer.resize(stored.size() + 8);
  const auto size = static_cast<std::uint32_t>(longer.size());
  std::memcpy(longer.data() + 8, &size, sizeof size);
  CHECK_FALSE(check_stored_entry(longer));
  auto disordered = stored;
  std::swap_ranges(disordered.begin() + 16, disordered.begin() + 22, disordered.begin() + 22);
  CHECK_FALSE(check_stored_entry(disordered));
}

TEST_CASE("stored entry: what passes the check is scored without a crash (damaged at random)") {
  const auto stored = *build_stored_entry(test::sample_person(5, 24));
  const auto probe = *prepare_probe(test::sample_person(5, 24));
  CHECK(rc::check([&] {
    auto damaged = stored;
    for (int i = *rc::gen::inRange(1, 4); i > 0; --i)
      damaged[*rc::gen::inRange<std::size_t>(0, damaged.size())] =
          static_cast<std::byte>(*rc::gen::inRange(0, 256));
    if (!check_stored_entry(damaged)) return;
    const bytes entry = expand(damaged);
    precise_score(*probe, entry);
    coarse_score(*probe, entry);
    build_sketch_row(entry);
  }));
}
