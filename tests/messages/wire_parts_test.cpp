#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "messages/limits.hpp"
#include "messages/wire.hpp"
#include "tests/messages/generators.hpp"
#include "tests/messages/samples.hpp"
#include "tests/messages/wire_damage.hpp"

using namespace whorl;
using namespace whorl::test;

namespace {

// Words of encoded prints: 0 table, 1 root, 2 list, 3 tag; then per print its data and its record.
constexpr std::size_t list_word = 2, tag_word = 3, first_record_word = 5;

}  // namespace

TEST_CASE("wire parts: prints and biographics decode to what was encoded (random values)") {
  CHECK(rc::check("prints", [](const std::vector<probe_print>& before) {
    const auto after = wire::decode_prints(wire::encode(before));
    RC_ASSERT(after.has_value());
    RC_ASSERT(*after == before);
  }));
  CHECK(rc::check("biographics", [](const biographics& before) {
    const auto after = wire::decode_biographics(wire::encode(before));
    RC_ASSERT(after.has_value());
    RC_ASSERT(*after == before);
  }));
}

TEST_CASE("wire parts: damage is refused or harmless (every cut, every flipped bit)") {
  damage_everywhere(
      wire::encode(sample_record()),
      [](const bytes& message) { return wire::decode_subject_record(message); },
      [](const subject_record& what) { return wire::encode(what); });
}

TEST_CASE("wire parts: a pointer bomb is refused (ten prints share one record)") {
  std::vector<probe_print> prints(limits::fingers_max);
  constexpr std::uint32_t record_size = 6000;
  prints[0].iso_record.resize(record_size);
  bytes bomb = wire::encode(prints);
  REQUIRE(wire::decode_prints(bomb));
  const std::size_t target = first_record_word + 2 * limits::fingers_max - 1;
  for (std::size_t at = first_record_word; at < target; at += 2) {
    set_word(bomb, at, list_pointer(at, target, list_half(record_size, 2)));
  }
  const auto outcome = wire::decode_prints(bomb);
  REQUIRE(!outcome);
  CHECK(outcome.error().code == errc::limit_exceeded);
}

TEST_CASE("wire parts: a list of half a billion empty structs is refused") {
  bytes message = wire::encode(std::vector<probe_print>(1));
  set_word(message, list_word, list_pointer(list_word, tag_word, list_half(0, 7)));
  set_word(message, tag_word, ((std::uint64_t{1} << 29) - 1) << 2);
  const auto outcome = wire::decode_prints(message);
  REQUIRE(!outcome);
  CHECK(outcome.error().code == errc::limit_exceeded);
}

TEST_CASE("wire parts: an eleventh print is refused") {
  bytes message = wire::encode(std::vector<probe_print>(limits::fingers_max));
  // The same words read as eleven prints of another shape: the tag is all a reader counts by.
  const std::size_t words = 2 * limits::fingers_max;
  REQUIRE((word_at(message, list_word) >> 32) == list_half(words, 7));
  set_word(message, tag_word, (limits::fingers_max + 1) << 2 | std::uint64_t{1} << 32);
  const auto outcome = wire::decode_prints(message);
  REQUIRE(!outcome);
  CHECK(outcome.error().code == errc::limit_exceeded);
}
