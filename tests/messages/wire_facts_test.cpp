#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "messages/wire.hpp"
#include "tests/messages/generators.hpp"
#include "tests/messages/samples.hpp"
#include "tests/messages/wire_damage.hpp"

using namespace whorl;
using namespace whorl::test;

namespace {

template <class Kind>
void round_trips(const char* name) {
  CHECK(rc::check(name, [] {
    const fact before = *fact_of<Kind>();
    const auto after = wire::decode_fact(wire::encode(before));
    RC_ASSERT(after.has_value());
    RC_ASSERT(*after == before);
  }));
}

errc refusal_of(const bytes& message) {
  const auto outcome = wire::decode_fact(message);
  REQUIRE(!outcome);
  CHECK(outcome.error().message.starts_with("fact: "));
  return outcome.error().code;
}

/// The same fact with the byte that holds an enum set to `raw`. `a` and `b` differ in that enum.
bytes with_enum(const fact& a, const fact& b, unsigned raw) {
  bytes message = wire::encode(a);
  message[differing_byte(message, wire::encode(b))] = static_cast<std::byte>(raw);
  return message;
}

}  // namespace

TEST_CASE("wire facts: every kind decodes to what was encoded (random values)") {
  round_trips<booking_accepted>("booking_accepted");
  round_trips<booking_answered>("booking_answered");
  round_trips<subject_enrolled>("subject_enrolled");
  round_trips<encounter_added>("encounter_added");
  round_trips<subjects_merged>("subjects_merged");
  round_trips<subjects_unmerged>("subjects_unmerged");
  round_trips<subject_deleted>("subject_deleted");
  round_trips<gallery_imported>("gallery_imported");
  round_trips<case_event>("case_event");
  round_trips<message_queued>("message_queued");
  round_trips<message_delivered>("message_delivered");
  round_trips<audit_row>("audit_row");
}

TEST_CASE("wire facts: subject records decode to what was encoded (random values)") {
  CHECK(rc::check("subject_record", [](const subject_record& before) {
    const auto after = wire::decode_subject_record(wire::encode(before));
    RC_ASSERT(after.has_value());
    RC_ASSERT(*after == before);
  }));
}

TEST_CASE("wire facts: an encoding depends on the value alone") {
  for (const auto& [name, what] : sample_facts()) CHECK(wire::encode(what) == wire::encode(what));
}

TEST_CASE("wire facts: damage is refused or harmless (every cut, every flipped bit)") {
  const auto decode = [](const bytes& message) { return wire::decode_fact(message); };
  const auto encode = [](const fact& what) { return wire::encode(what); };
  for (const auto& [name, what] : sample_facts()) {
    CAPTURE(name);
    damage_everywhere(wire::encode(what), decode, encode);
  }
}

TEST_CASE("wire facts: a kind of a newer program is unsupported") {
  bytes message = wire::encode(sample_facts().back().what);
  REQUIRE((word_at(message, 2) & 0xffff) == 11);
  set_word(message, 2, 12);
  CHECK(refusal_of(message) == errc::unsupported);
}

TEST_CASE("wire facts: an enumerator of a newer program is unsupported") {
  booking_accepted full, limited;
  full.mode = jurisdiction_mode::full;
  limited.mode = jurisdiction_mode::limited;
  CHECK(refusal_of(with_enum(full, limited, 3)) == errc::unsupported);

  booking_answered hit, failed;
  hit.decision = answer_decision::hit;
  failed.decision = answer_decision::failed;
  CHECK(refusal_of(with_enum(hit, failed, 4)) == errc::unsupported);

  booking_answered criminal, immigration;
  immigration.gallery = gallery_kind::immigration;
  CHECK(refusal_of(with_enum(criminal, immigration, 3)) == errc::unsupported);
  CHECK(refusal_of(with_enum(criminal, immigration, 0)) == errc::unsupported);

  case_event opened, closed;
  closed.step = case_step::closed;
  CHECK(refusal_of(with_enum(opened, closed, 48)) == errc::unsupported);

  message_queued probe_key, record_key;
  probe_key.body.key.purpose = key_purpose::probe_criminal;
  record_key.body.key.purpose = key_purpose::record_criminal;
  CHECK(refusal_of(with_enum(probe_key, record_key, 6)) == errc::unsupported);
}

TEST_CASE("wire facts: a fact without its content is corrupt") {
  // Words of gallery_imported: 0 table, 1 root, 2 kind, 3 member, 4 people, 5 at, 6 content, 7 by.
  const bytes good = wire::encode(fact(gallery_imported{.people = 77, .at = {88}, .by = "me"}));
  REQUIRE(word_at(good, 4) == 77);
  REQUIRE(word_at(good, 5) == 88);
  for (const std::size_t pointer : {1, 3, 6}) {
    CAPTURE(pointer);
    bytes message = good;
    set_word(message, pointer, 0);
    CHECK(refusal_of(message) == errc::corrupt);
  }
}

TEST_CASE("wire facts: a digest of another length is corrupt") {
  bytes message = wire::encode(fact(gallery_imported{}));
  const std::size_t pointer = find_half(message, list_half(32, 2));
  set_word(message, pointer, word_at(message, pointer) - (std::uint64_t{1} << 35));
  CHECK(refusal_of(message) == errc::corrupt);
}

TEST_CASE("wire facts: the longest text passes, one byte more is refused") {
  gallery_imported imported;
  imported.by.assign(wire::text_bytes_max, 'x');
  bytes message = wire::encode(fact(imported));
  const auto outcome = wire::decode_fact(message);
  REQUIRE(outcome);
  CHECK(*outcome == fact(imported));

  constexpr auto count = static_cast<std::uint32_t>(wire::text_bytes_max) + 1;  // with its zero
  const std::size_t pointer = find_half(message, list_half(count, 2));
  // The text fills whole words but for its zero, so the next byte is zero as well.
  message[message.size() - 8] = std::byte{'x'};
  set_word(message, pointer, word_at(message, pointer) + (std::uint64_t{1} << 35));
  CHECK(refusal_of(message) == errc::limit_exceeded);
}

TEST_CASE("wire facts: texts keep zero bytes and bytes that are no UTF-8") {
  const fact before = message_delivered{std::string("a\0b\xff\xc0", 5), {}, {}};
  const auto after = wire::decode_fact(wire::encode(before));
  REQUIRE(after);
  CHECK(*after == before);
}
