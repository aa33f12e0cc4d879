#include "actors/query_core.hpp"

#include "tests/actors/query_driver.hpp"

using namespace whorl;
using namespace whorl::actors;
using namespace whorl::actors::test;
using fingerprint::decision;

namespace {

query_core core_over(std::uint32_t partitions, query_subject subject = a_query()) {
  query_settings settings;
  settings.partition_count = partitions;
  settings.try_exchanged_hands = false;  // query_core_exchanged_test.cpp
  return {std::move(subject), settings};
}

/// start and tail: the first request of round one.
round_one_request begun(query_core& core) {
  only<query_effect::read_tail>(core.start());
  return only<query_effect::ask_round_one>(core.on_tail(tail, now)).request;
}

/// Both rounds over full coverage, `other` found with the score that is said to be `wanted`.
query_effects searched(query_core& core, decision wanted, std::uint64_t people = people_each) {
  const auto ask =
      only<query_effect::ask_round_two>(core.on_round_one(covered(begun(core), one_found), now));
  return core.on_round_two(scored(ask.request, score_for(wanted, people)), now);
}

/// Round one over full coverage without a candidate.
query_effects nothing_found(query_core& core) {
  return core.on_round_one(covered(begun(core)), now);
}

booking_answered answer_in(const query_effects& effects) {
  const auto& e = only<query_effect::append>(effects);
  CHECK(e.step == query_step::answer);
  CHECK(e.request.stream == stream_id::bookings);
  CHECK_FALSE(e.request.expected_seq.has_value());
  return fact_in<booking_answered>(e);
}

/// The enrolment append of a retained booking that found nobody.
query_effect::append enrolling(query_core& core) {
  const auto seal = only<query_effect::seal>(nothing_found(core));
  return only<query_effect::append>(core.on_sealed(sealed(seal), now));
}

}  // namespace

TEST_CASE("query_core: asks every partition for the tail's people") {
  query_core core = core_over(3);
  const round_one_request asked = begun(core);
  CHECK(asked.partitions == std::vector<std::uint32_t>{0, 1, 2});
  CHECK(asked.tail_seq == tail);
  CHECK(asked.after_seq == 0);
  CHECK(asked.gallery == gallery_kind::criminal);
  CHECK(asked.top_k == query_settings{}.top_k);
  CHECK(asked.what == a_query().what);
}

TEST_CASE("query_core: a hit adds an encounter, answers and keeps the probe's key") {
  query_core core = core_over(1);
  const auto seal = only<query_effect::seal>(searched(core, decision::hit));
  CHECK(seal.key == key_id{other.value, key_purpose::record_criminal});
  CHECK(must(wire::decode_biographics(seal.plain)) == a_query().who);
  const auto record = only<query_effect::append>(core.on_sealed(sealed(seal), now));
  CHECK(record.step == query_step::record);
  CHECK(record.request.stream == stream_id::criminal);
  CHECK(record.request.message_id == record_message_id(a_booking));
  CHECK_FALSE(record.request.expected_seq.has_value());
  const auto encounter = fact_in<encounter_added>(record);
  CHECK(encounter.subject == other);
  CHECK(encounter.booking == a_booking);
  CHECK(encounter.ori == "TX0000001");
  CHECK(encounter.at == now);
  const query_effects answering = core.on_appended(query_step::record, appended(8), now);
  const booking_answered answer = answer_in(answering);
  CHECK(only<query_effect::append>(answering).request.message_id ==
        answer_message_id(a_booking, gallery_kind::criminal, true));
  CHECK(answer.decision == answer_decision::hit);
  CHECK(answer.subject == other);
  REQUIRE(answer.candidates.size() == 1);
  CHECK(answer.candidates[0].fused == score_for(decision::hit, people_each));
  CHECK(answer.tail_seq == tail);
  const query_effects end = core.on_appended(query_step::answer, appended(2), now);
  CHECK(only<query_effect::finished>(end).decision == answer_decision::hit);
  CHECK(core.finished());
}

TEST_CASE("query_core: a hit answers with the identity of the record (merged before)") {
  query_core core = core_over(1);
  const auto ask = only<query_effect::ask_round_two>(
      core.on_round_one(covered(begun(core), {{other, {5}, 50}}), now));
  const auto seal = only<query_effect::seal>(core.on_round_two(scored(ask.request, 99'999), now));
  CHECK(seal.key.owner == 5);
  const auto record = only<query_effect::append>(core.on_sealed(sealed(seal), now));
  CHECK(fact_in<encounter_added>(record).subject == subject_id{5});
}

TEST_CASE("query_core: no hit answers over full coverage, then the probe's key is destroyed") {
  for (const gallery_kind gallery : {gallery_kind::criminal, gallery_kind::immigration}) {
    CAPTURE(to_string(gallery));
    // Immigration enrols nobody, retained or not.
    query_core core = core_over(2, a_query(gallery, gallery == gallery_kind::immigration));
    const query_effects answering = nothing_found(core);
    const booking_answered answer = answer_in(answering);
    CHECK(answer.decision == answer_decision::no_hit);
    CHECK(answer.gallery == gallery);
    CHECK(answer.subject == subject_id{});
    CHECK(answer.candidates.empty());
    REQUIRE(answer.coverage.size() == 2);
    CHECK(answer.coverage[0].partition == partition_id{gallery, 0});
    CHECK(answer.coverage[1].partition == partition_id{gallery, 1});
    const query_effects end = core.on_appended(query_step::answer, appended(2), now);
    REQUIRE(end.size() == 2);
    const key_purpose purpose = gallery == gallery_kind::criminal ? key_purpose::probe_criminal
                                                                  : key_purpose::probe_immigration;
    CHECK(effect<query_effect::destroy_keys>(end, 0).keys ==
          std::vector<key_id>{{a_booking.value, purpose}});
    CHECK(effect<query_effect::finished>(end, 1).decision == answer_decision::no_hit);
  }
}

TEST_CASE("query_core: a retained no hit enrols at the tail, then answers") {
  query_core core = core_over(1, a_query(gallery_kind::criminal, true));
  const auto seal = only<query_effect::seal>(nothing_found(core));
  const subject_id own = query_core::own_subject(a_booking);
  CHECK(seal.key == key_id{own.value, key_purpose::record_criminal});
  const subject_record record = must(wire::decode_subject_record(seal.plain));
  CHECK(record == subject_record{own, a_query().what.prints, a_query().who});
  const auto enrol = only<query_effect::append>(core.on_sealed(sealed(seal), now));
  CHECK(enrol.step == query_step::record);
  CHECK(enrol.request.stream == stream_id::criminal);
  CHECK(enrol.request.message_id == record_message_id(a_booking));
  CHECK(enrol.request.expected_seq == tail);
  const auto enrolled = fact_in<subject_enrolled>(enrol);
  CHECK(enrolled.subject == own);
  CHECK(enrolled.origin == a_booking);
  CHECK(enrolled.record == sealed(seal));
  const booking_answered answer =
      answer_in(core.on_appended(query_step::record, appended(tail + 1), now));
  CHECK(answer.decision == answer_decision::no_hit);
  CHECK(answer.subject == own);
  const query_effects end = core.on_appended(query_step::answer, appended(2), now);
  CHECK(effect<query_effect::destroy_keys>(end, 0).keys.size() == 1);
  CHECK(core.finished());
}

TEST_CASE("query_core: a no hit is answered though its own record was deleted meanwhile") {
  query_core core = core_over(1, a_query(gallery_kind::criminal, true));
  only<query_effect::seal>(nothing_found(core));
  const booking_answered answer = answer_in(core.on_key_destroyed("destroyed", now));
  CHECK(answer.decision == answer_decision::no_hit);
  CHECK(answer.subject == subject_id{});
  CHECK(answer.reason.find("deleted") != std::string::npos);
  const query_effects end = core.on_appended(query_step::answer, appended(2), now);
  CHECK(effect<query_effect::finished>(end, 1).decision == answer_decision::no_hit);
  CHECK(core.finished());
  CHECK(core.on_key_destroyed("late", now).empty());
}

TEST_CASE("query_core: a person found and deleted before the encounter is searched for again") {
  query_core core = core_over(1);
  only<query_effect::seal>(searched(core, decision::hit));
  only<query_effect::pause>(core.on_key_destroyed("destroyed", now));
  CHECK_FALSE(core.finished());
}

TEST_CASE("query_core: a duplicate outcome counts as done (the step ran before a crash)") {
  query_core core = core_over(1, a_query(gallery_kind::criminal, true));
  enrolling(core);
  CHECK(answer_in(core.on_appended(query_step::record, duplicate(3), now)).decision ==
        answer_decision::no_hit);
  core.on_appended(query_step::answer, duplicate(1), now);
  CHECK(core.finished());
}

TEST_CASE("query_core: review goes out under its own id, enrols nobody and destroys nothing") {
  query_core core = core_over(1, a_query(gallery_kind::criminal, true));
  const query_effects answering = searched(core, decision::review);
  const booking_answered answer = answer_in(answering);
  CHECK(only<query_effect::append>(answering).request.message_id ==
        answer_message_id(a_booking, gallery_kind::criminal, false));
  CHECK(answer.decision == answer_decision::review);
  CHECK(answer.subject == other);
  CHECK(answer.candidates.size() == 1);
  const query_effects end = core.on_appended(query_step::answer, appended(2), now);
  CHECK(only<query_effect::finished>(end).decision == answer_decision::review);
}

TEST_CASE("query_core: the decision weighs all people of the coverage, not one partition's") {
  query_core core = core_over(64);
  // A score just enough for a partition's people is not enough for the gallery's.
  const query_effects effects = searched(core, decision::hit, people_each);
  CHECK(answer_in(effects).decision == answer_decision::review);
}

TEST_CASE("query_core: candidates stand best first, ties by subject, at most the listed number") {
  query_core core = core_over(1);
  std::vector<coarse_candidate> many;
  for (std::uint64_t id = 1; id <= limits::decided_candidates_max + 5; ++id)
    many.push_back({{id}, {id}, 9});
  const auto ask =
      only<query_effect::ask_round_two>(core.on_round_one(covered(begun(core), many), now));
  round_two_reply reply = scored(ask.request, score_for(decision::review, people_each));
  std::reverse(reply.candidates.begin(), reply.candidates.end());
  for (auto& c : reply.candidates)
    if (c.subject == subject_id{9}) c.fused += 1;
  const booking_answered answer = answer_in(core.on_round_two(reply, now));
  REQUIRE(answer.candidates.size() == limits::decided_candidates_max);
  CHECK(answer.subject == subject_id{9});
  CHECK(answer.candidates[0].subject == subject_id{9});
  CHECK(answer.candidates[1].subject == subject_id{1});
  CHECK(answer.candidates[2].subject == subject_id{2});
}

TEST_CASE("query_core: a stale partition counts as missing and is asked again alone") {
  query_core core = core_over(3);
  const round_one_request first = begun(core);
  round_one_reply reply = covered(first);
  reply.coverage[1].applied_seq = tail - 1;
  const auto pause = only<query_effect::pause>(core.on_round_one(reply, now));
  CHECK(pause.attempt == first.search);
  const auto again = only<query_effect::ask_round_one>(core.on_pause_over(pause.attempt)).request;
  CHECK(again.partitions == std::vector<std::uint32_t>{1});
  CHECK(again.tail_seq == tail);
  CHECK(again.search != first.search);
  const booking_answered answer = answer_in(core.on_round_one(covered(again), now));
  CHECK(answer.coverage.size() == 3);
  for (const coverage_entry& c : answer.coverage) CHECK(c.applied_seq >= tail);
}

TEST_CASE("query_core: coverage of another gallery or of no partition covers nothing") {
  query_core core = core_over(1);
  const round_one_request asked = begun(core);
  round_one_reply reply = covered(asked);
  reply.coverage[0].partition.gallery = gallery_kind::immigration;
  reply.coverage.push_back({{gallery_kind::criminal, 1}, 1, tail, people_each});
  only<query_effect::pause>(core.on_round_one(reply, now));
}

TEST_CASE("query_core: a missing partition's reason is remembered for the status") {
  query_core core = core_over(2);
  round_one_reply reply = covered(begun(core));
  reply.coverage.pop_back();
  reply.missing.push_back({{gallery_kind::criminal, 1}, "disk gone"});
  only<query_effect::pause>(core.on_round_one(reply, now));
  CHECK(core.last_failure() == "disk gone");
}

TEST_CASE("query_core: candidates of a stale partition are not taken") {
  query_core core = core_over(2);
  const round_one_request first = begun(core);
  const std::uint32_t home = partition_of(other, 2);
  round_one_reply stale = covered(first, {{other, {5}, 50}});  // merged then, unmerged since
  stale.coverage[home].applied_seq = tail - 1;
  core.on_round_one(stale, now);
  const auto again = only<query_effect::ask_round_one>(core.on_pause_over(first.search)).request;
  const auto ask =
      only<query_effect::ask_round_two>(core.on_round_one(covered(again, one_found), now));
  CHECK(ask.request.candidates == one_found);
}

TEST_CASE("query_core: replies of an earlier attempt are passed over") {
  query_core core = core_over(1);
  const round_one_request first = begun(core);
  core.on_failure("lost");
  const auto second = only<query_effect::ask_round_one>(core.on_pause_over(first.search)).request;
  CHECK(core.on_round_one(covered(first, one_found), now).empty());
  CHECK(core.on_pause_over(first.search).empty());
  const auto two =
      only<query_effect::ask_round_two>(core.on_round_one(covered(second, one_found), now));
  round_two_reply old = scored(two.request, 99'999);
  old.search = second.search;
  CHECK(core.on_round_two(old, now).empty());
  CHECK(core.on_round_one(covered(second), now).empty());
  only<query_effect::append>(core.on_round_two(scored(two.request, 0), now));
}

TEST_CASE("query_core: round two is asked again while a partition is missing in it") {
  query_core core = core_over(1);
  const auto first =
      only<query_effect::ask_round_two>(core.on_round_one(covered(begun(core), one_found), now))
          .request;
  round_two_reply reply{first.search, {{{gallery_kind::criminal, 0}, "gone"}}, {}};
  const auto pause = only<query_effect::pause>(core.on_round_two(reply, now));
  const auto again = only<query_effect::ask_round_two>(core.on_pause_over(pause.attempt)).request;
  CHECK(again.search != first.search);
  CHECK(again.candidates == first.candidates);
}

TEST_CASE("query_core: a candidate deleted between the rounds is no hit") {
  query_core core = core_over(1);
  const auto ask =
      only<query_effect::ask_round_two>(core.on_round_one(covered(begun(core), one_found), now))
          .request;
  CHECK(answer_in(core.on_round_two({ask.search, {}, {}}, now)).decision ==
        answer_decision::no_hit);
}

TEST_CASE("query_core: the booking's own record and identity are excluded (enrolled, crashed)") {
  query_core core = core_over(1);
  const subject_id own = query_core::own_subject(a_booking);
  const auto found = std::vector<coarse_candidate>{
      {own, own, 90}, {{4}, own, 80}, {own, {4}, 70}};  // merged either way
  CHECK(answer_in(core.on_round_one(covered(begun(core), found), now)).decision ==
        answer_decision::no_hit);
}
