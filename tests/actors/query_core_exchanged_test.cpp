// The second hypothesis of a search: the hands exchanged.
#include "tests/actors/query_driver.hpp"

using namespace whorl;
using namespace whorl::actors;
using namespace whorl::actors::test;
using fingerprint::decision;

namespace {

query_core core_over(std::uint32_t partitions, bool retained = false) {
  query_settings settings;
  settings.partition_count = partitions;
  return {a_query(gallery_kind::criminal, retained), settings};
}

round_one_request begun(query_core& core) {
  core.start();
  return only<query_effect::ask_round_one>(core.on_tail(tail, now)).request;
}

/// The first pass over full coverage without a candidate: the second's first request.
round_one_request second_pass(query_core& core) {
  return only<query_effect::ask_round_one>(core.on_round_one(covered(begun(core)), now)).request;
}

}  // namespace

TEST_CASE("query_core: who is found by nobody is searched with the hands exchanged") {
  query_core core = core_over(2);
  const round_one_request first = begun(core);
  CHECK_FALSE(first.what.hands_exchanged);
  const auto two =
      only<query_effect::ask_round_two>(core.on_round_one(covered(first, one_found), now));
  CHECK_FALSE(two.request.what.hands_exchanged);
  const auto again =
      only<query_effect::ask_round_one>(core.on_round_two(scored(two.request, 0), now)).request;
  CHECK(again.what.hands_exchanged);
  CHECK(again.what.prints == first.what.prints);
  CHECK(again.partitions == first.partitions);
  CHECK(again.tail_seq == first.tail_seq);
  CHECK(again.search != first.search);
  const auto precise =
      only<query_effect::ask_round_two>(core.on_round_one(covered(again, one_found), now));
  CHECK(precise.request.what.hands_exchanged);
  round_two_reply reply = scored(precise.request, 0);
  reply.candidates[0].reordered = 5000;
  reply.candidates[0].sequence = {{sequence_kind::moved, 2, 7}};
  const auto answer =
      fact_in<booking_answered>(only<query_effect::append>(core.on_round_two(reply, now)));
  CHECK(answer.decision == answer_decision::review);
  CHECK(answer.subject == other);
  REQUIRE(answer.candidates.size() == 1);
  CHECK(answer.candidates[0] == reply.candidates[0]);
  CHECK(answer.coverage.size() == 2);
}

TEST_CASE("query_core: no hit is said only when both passes have covered all (promise 2)") {
  query_core core = core_over(2);
  const round_one_request again = second_pass(core);
  round_one_reply partial = covered(again);
  partial.coverage.pop_back();
  const auto pause = only<query_effect::pause>(core.on_round_one(partial, now));
  const auto rest = only<query_effect::ask_round_one>(core.on_pause_over(pause.attempt)).request;
  CHECK(rest.what.hands_exchanged);
  CHECK(rest.partitions == std::vector<std::uint32_t>{1});
  const auto answer =
      fact_in<booking_answered>(only<query_effect::append>(core.on_round_one(covered(rest), now)));
  CHECK(answer.decision == answer_decision::no_hit);
  CHECK(answer.coverage.size() == 2);
}

TEST_CASE("query_core: a hit or a review of the first pass needs no second") {
  for (const decision wanted : {decision::hit, decision::review}) {
    query_core core = core_over(1);
    const auto two =
        only<query_effect::ask_round_two>(core.on_round_one(covered(begun(core), one_found), now));
    const auto effects =
        core.on_round_two(scored(two.request, score_for(wanted, people_each)), now);
    REQUIRE(effects.size() == 1);
    CHECK_FALSE(std::holds_alternative<query_effect::ask_round_one>(effects[0]));
  }
}

TEST_CASE("query_core: newcomers are searched under both hypotheses too") {
  query_core core = core_over(1, true);
  const auto seal = only<query_effect::seal>(core.on_round_one(covered(second_pass(core)), now));
  only<query_effect::append>(core.on_sealed(sealed(seal), now));
  only<query_effect::read_tail>(
      core.on_appended(query_step::record, make_error(errc::conflict, "somebody enrolled"), now));
  const auto first = only<query_effect::ask_round_one>(core.on_tail(tail + 1, now)).request;
  CHECK(first.after_seq == tail);
  CHECK_FALSE(first.what.hands_exchanged);
  const auto second =
      only<query_effect::ask_round_one>(core.on_round_one(covered(first), now)).request;
  CHECK(second.after_seq == tail);
  CHECK(second.what.hands_exchanged);
}

TEST_CASE("query_core: a hit stands before a review of better evidence") {
  query_core core = core_over(1);
  const std::vector<coarse_candidate> two_found = {{{5}, {5}, 60}, {other, other, 50}};
  const auto two =
      only<query_effect::ask_round_two>(core.on_round_one(covered(begun(core), two_found), now));
  round_two_reply reply = scored(two.request, score_for(decision::hit, people_each));
  reply.candidates[0].fused = 0;
  reply.candidates[0].reordered = 7000;
  const auto seal = only<query_effect::seal>(core.on_round_two(reply, now));
  CHECK(seal.key.owner == other.value);
  const auto record = only<query_effect::append>(core.on_sealed(sealed(seal), now));
  const auto answer = fact_in<booking_answered>(
      only<query_effect::append>(core.on_appended(query_step::record, appended(8), now)));
  CHECK(record.step == query_step::record);
  CHECK(answer.decision == answer_decision::hit);
  CHECK(answer.candidates.size() == 2);
}

TEST_CASE("query_core: an empty gallery is searched once") {
  query_core core = core_over(1);
  round_one_reply nobody = covered(begun(core));
  nobody.coverage[0].people = 0;
  CHECK(fact_in<booking_answered>(only<query_effect::append>(core.on_round_one(nobody, now)))
            .decision == answer_decision::no_hit);
}
