// query_core where things go wrong: twins, failures, late words, deadlines.
#include "tests/actors/query_driver.hpp"

using namespace whorl;
using namespace whorl::actors;
using namespace whorl::actors::test;
using fingerprint::decision;

namespace {

constexpr subject_id twin{99};
const std::vector<coarse_candidate> twin_found = {{twin, twin, 50}};

/// A retained booking's core, driven to the phase a test wants.
struct driven {
  /// One hypothesis a search: the second goes the same ways (query_core_exchanged_test.cpp).
  static query_settings settings() {
    query_settings out;
    out.try_exchanged_hands = false;
    return out;
  }
  query_core core{a_query(gallery_kind::criminal, true), settings()};
  query_effects last = core.start();

  driven& read_tail(std::uint64_t seq = tail) { return last = core.on_tail(seq, now), *this; }
  driven& round_one(const std::vector<coarse_candidate>& found = {}) {
    const auto ask = only<query_effect::ask_round_one>(last).request;
    return last = core.on_round_one(covered(ask, found), now), *this;
  }
  driven& round_two(std::uint32_t fused) {
    const auto ask = only<query_effect::ask_round_two>(last).request;
    return last = core.on_round_two(scored(ask, fused), now), *this;
  }
  driven& seal() {
    return last = core.on_sealed(sealed(only<query_effect::seal>(last)), now), *this;
  }
  driven& append(const result<storage::append_outcome>& outcome) {
    const query_step step = only<query_effect::append>(last).step;
    return last = core.on_appended(step, outcome, now), *this;
  }
  driven& fail() { return last = core.on_failure("lost"), *this; }
  driven& pause_over() {
    return last = core.on_pause_over(only<query_effect::pause>(last).attempt), *this;
  }
  driven& to_recording() { return read_tail().round_one().seal(); }
  driven& to_answering() { return to_recording().append(appended(8)); }
  booking_answered answer() const {
    return fact_in<booking_answered>(only<query_effect::append>(last));
  }
};

const error conflict = make_error(errc::conflict, "the tail moved");

}  // namespace

TEST_CASE("query_core: a conflict searches what came since, and the twin is a hit") {
  driven d;
  d.to_recording().append(conflict);
  only<query_effect::read_tail>(d.last);
  d.read_tail(tail + 1);
  const auto ask = only<query_effect::ask_round_one>(d.last).request;
  CHECK(ask.after_seq == tail);
  CHECK(ask.tail_seq == tail + 1);
  CHECK(ask.partitions.size() == 1);
  d.round_one(twin_found).round_two(99'999);
  CHECK(only<query_effect::seal>(d.last).key.owner == twin.value);
  d.seal();
  CHECK(fact_in<encounter_added>(only<query_effect::append>(d.last)).subject == twin);
  d.append(appended(9));
  CHECK(d.answer().decision == answer_decision::hit);
  CHECK(d.answer().subject == twin);
}

TEST_CASE("query_core: a conflict with somebody else enrols at the new tail, sealed once") {
  driven d;
  d.to_recording();
  const auto first = only<query_effect::append>(d.last);
  d.append(conflict).read_tail(tail + 2).round_one(twin_found).round_two(0);
  const auto second = only<query_effect::append>(d.last);
  CHECK(second.request.expected_seq == tail + 2);
  CHECK(second.request.message_id == first.request.message_id);
  CHECK(fact_in<subject_enrolled>(second).record == fact_in<subject_enrolled>(first).record);
  d.append(appended(tail + 3));
  CHECK(d.answer().decision == answer_decision::no_hit);
  CHECK(d.answer().subject == query_core::own_subject(a_booking));
  CHECK(d.answer().tail_seq == tail + 2);
}

TEST_CASE("query_core: a failure during the search for newcomers starts over with everybody") {
  driven d;
  d.to_recording().append(conflict).fail().pause_over();
  only<query_effect::read_tail>(d.last);
  d.read_tail(tail + 1);
  CHECK(only<query_effect::ask_round_one>(d.last).request.after_seq == 0);
}

TEST_CASE("query_core: failures pause twice as long each time, up to the most") {
  const query_settings settings;
  driven d;
  d.read_tail();
  std::vector<std::int64_t> delays;
  for (int i = 0; i < 12; ++i) {
    d.fail();
    delays.push_back(only<query_effect::pause>(d.last).delay_ms);
    CHECK(d.core.on_failure("again").empty());  // paused already
    d.pause_over();
    only<query_effect::ask_round_one>(d.last);
  }
  CHECK(delays[0] == settings.retry_first_ms);
  for (std::size_t i = 1; i < delays.size(); ++i)
    CHECK(delays[i] == std::min(2 * delays[i - 1], settings.retry_max_ms));
  CHECK(delays.back() == settings.retry_max_ms);
  // A round that succeeds makes it forget.
  d.round_one(twin_found).fail();
  CHECK(only<query_effect::pause>(d.last).delay_ms == settings.retry_first_ms);
}

TEST_CASE("query_core: a failed append of the answer is sent again unchanged") {
  driven d;
  d.to_answering();
  const auto first = only<query_effect::append>(d.last).request;
  d.append(make_error(errc::storage_full, "disk full"));
  CHECK(d.core.last_failure() == "disk full");
  d.pause_over();
  const auto second = only<query_effect::append>(d.last).request;
  CHECK(second.message_id == first.message_id);
  CHECK(second.payload == first.payload);
  d.append(appended(9));
  CHECK(d.core.finished());
}

TEST_CASE("query_core: a failed seal or record searches again from the tail") {
  driven sealing, recording;
  sealing.read_tail().round_one().fail().pause_over();
  only<query_effect::read_tail>(sealing.last);
  recording.to_recording().append(make_error(errc::io, "no")).pause_over();
  only<query_effect::read_tail>(recording.last);
}

TEST_CASE("query_core: words that come during a pause do not end it for ever") {
  SUBCASE("the tail") {
    driven d;
    const query_effects pause = d.core.on_failure("slow");
    d.core.on_tail(tail, now);
    d.last = d.core.on_pause_over(only<query_effect::pause>(pause).attempt);
    only<query_effect::read_tail>(d.last);
    d.read_tail().round_one();
    only<query_effect::seal>(d.last);
  }
  SUBCASE("the sealed payload") {
    driven d;
    d.read_tail().round_one();
    const auto seal = only<query_effect::seal>(d.last);
    d.fail();
    d.core.on_sealed(sealed(seal), now);
    d.pause_over();
    only<query_effect::read_tail>(d.last);
  }
  SUBCASE("the answer's place") {
    driven d;
    d.to_answering();
    const query_effects pause = d.core.on_failure("slow");
    d.append(appended(9));
    CHECK(d.core.finished());
    CHECK(d.core.on_pause_over(only<query_effect::pause>(pause).attempt).empty());
    CHECK(d.core.finished());
  }
}

TEST_CASE("query_core: after its end nothing happens, whatever comes") {
  driven d;
  d.read_tail();
  const auto ask = only<query_effect::ask_round_one>(d.last).request;
  d.round_one().seal().append(appended(8)).append(appended(9));
  REQUIRE(d.core.finished());
  CHECK(d.core.on_tail(9, now).empty());
  CHECK(d.core.on_round_one(covered(ask, twin_found), now).empty());
  CHECK(d.core.on_round_two({ask.search, {}, {{twin, twin, 99'999, 10, 0, {}}}}, now).empty());
  CHECK(d.core.on_failure("late").empty());
  CHECK(d.core.on_pause_over(d.core.attempt()).empty());
  CHECK(d.core.on_sealed({}, now).empty());
  CHECK(d.core.on_appended(query_step::record, conflict, now).empty());
  CHECK(d.core.on_appended(query_step::answer, appended(9), now).empty());
  CHECK(d.core.on_deadline(now).empty());
  CHECK(d.core.finished());
}

TEST_CASE("query_core: the deadline ends every phase in one failed answer") {
  std::vector<driven> phases(6);
  phases[1].read_tail();
  phases[2].read_tail().round_one(twin_found);
  phases[3].read_tail().round_one();
  phases[4].to_recording();
  phases[5].read_tail().fail();
  for (std::size_t i = 0; i < phases.size(); ++i) {
    CAPTURE(i);
    driven& d = phases[i];
    d.last = d.core.on_deadline({2'000'000});
    CHECK(only<query_effect::append>(d.last).request.message_id ==
          answer_message_id(a_booking, gallery_kind::criminal, true));
    const booking_answered answer = d.answer();
    CHECK(answer.decision == answer_decision::failed);
    CHECK(answer.answered_at == instant{2'000'000});
    CHECK(answer.subject == subject_id{});
    CHECK(answer.coverage.empty());
    CHECK(answer.candidates.empty());
    CHECK(answer.reason.find("deadline") != std::string::npos);
    CHECK((answer.reason.find("lost") != std::string::npos) == (i == 5));
    CHECK(d.core.on_deadline({3'000'000}).empty());
    CHECK(d.core.on_appended(query_step::record, appended(8), now).empty());
    d.append(appended(9));
    // Nobody will look at the prints again: their key goes, as after a no hit.
    REQUIRE(d.last.size() == 2);
    CHECK(effect<query_effect::destroy_keys>(d.last).keys.size() == 1);
    CHECK(effect<query_effect::finished>(d.last, 1).decision == answer_decision::failed);
  }
}

TEST_CASE("query_core: the deadline changes nothing while the answer is under way") {
  driven d;
  d.to_answering();
  CHECK(d.core.on_deadline(now).empty());
  d.append(make_error(errc::io, "no"));
  CHECK(d.core.on_deadline(now).empty());
  d.pause_over();
  CHECK(d.answer().decision == answer_decision::no_hit);
}

TEST_CASE("query_core: what a deadline left under way cannot wake the query again") {
  driven d;
  d.to_recording();
  d.last = d.core.on_deadline(now);
  const query_effects pause = d.core.on_failure("the append before the deadline was lost");
  d.append(appended(9));
  CHECK(d.core.finished());
  if (!pause.empty())
    CHECK(d.core.on_pause_over(effect<query_effect::pause>(pause).attempt).empty());
  CHECK(d.core.finished());
}
