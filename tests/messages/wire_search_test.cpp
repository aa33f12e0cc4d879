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

template <class Value, class Decode>
void round_trips(const char* name, Decode decode) {
  CHECK(rc::check(name, [decode](const Value& before) {
    const auto after = decode(wire::encode(before));
    RC_ASSERT(after.has_value());
    RC_ASSERT(*after == before);
  }));
}

}  // namespace

TEST_CASE("wire search: every message decodes to what was encoded (random values)") {
  round_trips<probe>("probe", wire::decode_probe);
  round_trips<round_one_request>("round_one_request", wire::decode_round_one_request);
  round_trips<round_one_reply>("round_one_reply", wire::decode_round_one_reply);
  round_trips<round_two_request>("round_two_request", wire::decode_round_two_request);
  round_trips<round_two_reply>("round_two_reply", wire::decode_round_two_reply);
}

TEST_CASE("wire search: damage is refused or harmless (every cut, every flipped bit)") {
  stands_damage(sample_probe(), wire::decode_probe);
  stands_damage(sample_round_one_request(), wire::decode_round_one_request);
  stands_damage(sample_round_one_reply(), wire::decode_round_one_reply);
  stands_damage(sample_round_two_request(), wire::decode_round_two_request);
  stands_damage(sample_round_two_reply(), wire::decode_round_two_reply);
}

TEST_CASE("wire search: the fullest messages decode") {
  round_one_request request = sample_round_one_request();
  request.partitions.assign(limits::partitions_max, 5);
  request.what.prints.assign(limits::fingers_max, {1, bytes(limits::template_bytes_max)});
  const auto request_back = wire::decode_round_one_request(wire::encode(request));
  REQUIRE(request_back);
  CHECK(*request_back == request);

  round_one_reply reply = sample_round_one_reply();
  reply.coverage.assign(limits::partitions_max, reply.coverage[0]);
  reply.missing.assign(limits::partitions_max, reply.missing[0]);
  reply.candidates.assign(limits::coarse_candidates_max, reply.candidates[0]);
  const auto reply_back = wire::decode_round_one_reply(wire::encode(reply));
  REQUIRE(reply_back);
  CHECK(*reply_back == reply);
}

TEST_CASE("wire search: one partition more than the limit is refused") {
  round_one_request request;
  request.partitions.assign(limits::partitions_max, 5);
  bytes message = wire::encode(request);
  const std::size_t pointer = find_half(message, list_half(limits::partitions_max, 4));
  set_word(message, pointer, word_at(message, pointer) + (std::uint64_t{1} << 35));
  const auto outcome = wire::decode_round_one_request(message);
  REQUIRE(!outcome);
  CHECK(outcome.error().code == errc::limit_exceeded);
  CHECK(outcome.error().message == "round one request: partitions: 1025, at most 1024");
}

TEST_CASE("wire search: an unknown gallery is unsupported (request, coverage and missing)") {
  round_one_request criminal, immigration;
  immigration.gallery = gallery_kind::immigration;
  bytes message = wire::encode(criminal);
  message[differing_byte(message, wire::encode(immigration))] = std::byte{3};
  CHECK(wire::decode_round_one_request(message).error().code == errc::unsupported);

  round_two_reply one, other;
  one.missing = {{{gallery_kind::criminal, 1}, ""}};
  other.missing = {{{gallery_kind::immigration, 1}, ""}};
  message = wire::encode(one);
  message[differing_byte(message, wire::encode(other))] = std::byte{200};
  CHECK(wire::decode_round_two_reply(message).error().code == errc::unsupported);
}
