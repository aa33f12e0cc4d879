// Small messages that claim to be large: refused by the limits before room is made for the claim.
#include <doctest/doctest.h>

#include "messages/limits.hpp"
#include "messages/wire.hpp"
#include "tests/allocation_meter.hpp"
#include "tests/messages/samples.hpp"
#include "tests/messages/wire_damage.hpp"

using namespace whorl;
using namespace whorl::test;

namespace {

constexpr unsigned list_of_bytes = 2, list_of_pointers = 6, list_of_structs = 7;

/// Points every alias of an encoded person at the person's name.
bytes aliases_sharing_the_name(std::size_t name_size, std::size_t aliases) {
  biographics wordy;
  wordy.name.assign(name_size, 'n');
  wordy.aliases.assign(aliases, "a");
  bytes message = wire::encode(wordy);
  const auto pointers = list_half(static_cast<std::uint32_t>(aliases), list_of_pointers);
  const auto text = list_half(static_cast<std::uint32_t>(name_size + 1), list_of_bytes);
  const auto target_of = [&](std::size_t at) {
    const auto offset = static_cast<std::int32_t>(word_at(message, at) & 0xffffffff) >> 2;
    return at + 1 + static_cast<std::size_t>(offset);
  };
  const std::size_t name = target_of(find_half(message, text));
  const std::size_t first = target_of(find_half(message, pointers));
  for (std::size_t i = first; i < first + aliases; ++i)
    set_word(message, i, list_pointer(i, name, text));
  return message;
}

}  // namespace

TEST_CASE("wire bombs: pointers that share a target do not make a small message large") {
  const bytes message = aliases_sharing_the_name(3000, 200);  // 6 KB that claim 600 KB
  REQUIRE(message.size() < 8192);
  const allocated used = allocated_by([&] {
    const auto outcome = wire::decode_biographics(message);
    REQUIRE(!outcome);
    CHECK(outcome.error().code == errc::limit_exceeded);
  });
  CHECK(used.total < 8 * message.size());
  const auto few = wire::decode_biographics(aliases_sharing_the_name(1000, 3));  // below four times
  REQUIRE(few);
  CHECK(few->aliases == std::vector<std::string>(3, std::string(1000, 'n')));
}

TEST_CASE("wire bombs: a list that claims more than the message holds is refused") {
  for (const unsigned kind : {list_of_bytes, list_of_pointers, list_of_structs}) {
    for (const std::uint32_t count : {1u << 16, 1u << 24, (1u << 29) - 1}) {
      const bytes good = wire::encode(sample_biographics());
      for (std::size_t at = 2; at < good.size() / 8; ++at) {
        bytes bad = good;
        set_word(bad, at,
                 (word_at(bad, at) & 0xffffffff) | std::uint64_t{list_half(count, kind)} << 32);
        const allocated used = allocated_by([&] { (void)wire::decode_biographics(bad); });
        CHECK(used.total < 64 * 1024);
      }
    }
  }
}

TEST_CASE("wire bombs: elements of no size are counted (lists of structs without a word)") {
  round_one_reply reply = sample_round_one_reply();
  const bytes good = wire::encode(reply);
  for (std::size_t at = 2; at + 1 < good.size() / 8; ++at) {
    for (const std::uint32_t count : {1000u, 1u << 20, (1u << 29) - 1}) {
      bytes bad = good;  // a pointer to an inline list of zero words, whose tag claims `count`
      set_word(bad, at, list_pointer(at, at + 1, list_half(0, list_of_structs)));
      set_word(bad, at + 1, std::uint64_t{count} << 2);
      const allocated used = allocated_by([&] { (void)wire::decode_round_one_reply(bad); });
      CHECK(used.total < 256 * 1024);
    }
  }
}

TEST_CASE("wire bombs: far pointers in a ring and tables of many segments cost nothing") {
  bytes good = wire::encode(sample_record());
  for (std::size_t at = 1; at < good.size() / 8; ++at) {
    bytes bad = good;
    set_word(bad, at, std::uint64_t{(at - 1) << 3 | 2});  // far, to itself in segment 0
    CHECK(allocated_by([&] { (void)wire::decode_subject_record(bad); }).total < 256 * 1024);
    set_word(bad, at, std::uint64_t{(at - 1) << 3 | 6});  // with two landing words
    CHECK(allocated_by([&] { (void)wire::decode_subject_record(bad); }).total < 256 * 1024);
  }
  for (const std::uint32_t segments : {1u, 511u, 0xfffffffeu}) {
    set_word(good, 0, segments);
    CHECK(allocated_by([&] { (void)wire::decode_subject_record(good); }).total < 64 * 1024);
  }
}
