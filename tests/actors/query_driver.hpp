// A query_core under test and the world it asks: requests answered as shards, vault and journal
// would, every effect remembered.
#pragma once

#include <algorithm>

#include "actors/query_core.hpp"
#include "fingerprint/decision.hpp"
#include "messages/wire.hpp"
#include "tests/actors/people.hpp"

namespace whorl::actors::test {

inline constexpr booking_id a_booking{0x0b00c1};
inline constexpr instant now{1'000'000};
inline constexpr std::uint64_t tail = 7;
inline constexpr subject_id other{77};
inline const std::vector<coarse_candidate> one_found = {{other, other, 50}};
inline constexpr std::uint64_t people_each = 10;  ///< that a partition says it searched

inline query_subject a_query(gallery_kind gallery = gallery_kind::criminal, bool retained = false) {
  query_subject subject;
  subject.booking = a_booking;
  subject.gallery = gallery;
  subject.retained = retained;
  subject.ori = "TX0000001";
  subject.what = {a_booking, {{2, bytes(30, std::byte{1})}}};
  subject.who.name = "DOE,JOHN";
  return subject;
}

/// The effect at `at`, which must be of that kind.
template <class Effect>
const Effect& effect(const query_effects& effects, std::size_t at = 0) {
  REQUIRE(effects.size() > at);
  const Effect* found = std::get_if<Effect>(&effects[at]);
  REQUIRE(found != nullptr);
  return *found;
}
/// The same, alone.
template <class Effect>
const Effect& only(const query_effects& effects) {
  REQUIRE(effects.size() == 1);
  return effect<Effect>(effects);
}

/// The fact that an append carries.
template <class Kind>
Kind fact_in(const query_effect::append& e) {
  const fact decoded = must(wire::decode_fact(e.request.payload));
  REQUIRE(std::holds_alternative<Kind>(decoded));
  return std::get<Kind>(decoded);
}

/// Coverage of all that was asked for, at the tail that was asked for.
inline round_one_reply covered(const round_one_request& request,
                               std::vector<coarse_candidate> found = {}) {
  round_one_reply reply{request.search, {}, {}, std::move(found)};
  for (std::uint32_t index : request.partitions)
    reply.coverage.push_back({{request.gallery, index}, 1, request.tail_seq, people_each});
  return reply;
}

/// Every candidate of the request with this score over ten fingers.
inline round_two_reply scored(const round_two_request& request, std::uint32_t fused) {
  round_two_reply reply{request.search, {}, {}};
  for (const coarse_candidate& c : request.candidates)
    reply.candidates.push_back({c.subject, c.identity, fused, 10, 0, {}});
  return reply;
}

/// The least fused score that is said to be `wanted` over a gallery of that size.
inline std::uint32_t score_for(fingerprint::decision wanted, std::uint64_t people) {
  for (std::uint32_t fused = 0; fused < 100'000; ++fused)
    if (fingerprint::decide(fused, 10, people) == wanted) return fused;
  FAIL("no score is " << fingerprint::to_string(wanted));
  return 0;
}

inline sealed_payload sealed(const query_effect::seal& e) {
  return {e.key, e.plain, storage::sha256(e.plain)};  // in clear: tests read it again
}

inline result<storage::append_outcome> appended(std::uint64_t seq) {
  return storage::append_outcome{storage::append_kind::appended, seq};
}
inline result<storage::append_outcome> duplicate(std::uint64_t seq) {
  return storage::append_outcome{storage::append_kind::duplicate, seq};
}

}  // namespace whorl::actors::test
