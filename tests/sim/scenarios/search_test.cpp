// Scenarios: searches and what they cover.
#include <doctest/doctest.h>

#include "tests/sim/scenarios/scenario_support.hpp"

using namespace whorl;
using namespace whorl::test;

namespace {

/// To those nodes that have been asked for it.
deed to_asked(round_number round, void (*what)(scripted_world&, const std::string&)) {
  return [=](scripted_world& w) {
    for (const std::string& node : w.node_names())
      if (w.rounds_asked(node, round) > 0) what(w, node);
  };
}
void freeze_it(scripted_world& w, const std::string& node) { w.freeze(node); }
void kill_it(scripted_world& w, const std::string& node) { w.kill(node); }

}  // namespace

TEST_CASE("scenario: who was enrolled a moment ago is found although every node is behind") {
  play({.nodes = 2}, [](script& s) {
    const auto one = s.booking(nobody), two = s.booking(nobody);
    s.when(searchable_on(2), send(one));
    s.when(that("the enrolment is durable",
                [](const scripted_world& w) {
                  return !w.facts<subject_enrolled>(stream_id::criminal).empty();
                }),
           clog("node-1", 2'000, 300), clog("node-2", 2'000, 300), send(two));
    s.when(answered(two));
    s.at_the_end(hit_of_enrolled(two, one));
  });
}

TEST_CASE("scenario: with no nodes left the exchange answers alone") {
  play({.nodes = 2}, [](script& s) {
    const auto one = s.booking(both), two = s.booking(nobody);
    s.when(searchable_on(2), kill("node-1"), kill("node-2"));
    s.when(some_partition_is_away(), send(one), send(two));
    s.when(all_of({answered(one), answered(two)}));
    s.expect(some_partition_is_away());
    s.at_the_end(hit(one)).at_the_end(hit(one, in_immigration));
    s.at_the_end(no_hit(two)).at_the_end(searched_by_exchange());
  });
}

TEST_CASE("scenario: while nodes can be searched the exchange searches nothing itself") {
  play({.nodes = 2}, [](script& s) {
    const auto one = s.booking(both), two = s.booking(immigrant);
    s.when(searchable_on(2), send(one), send(two));
    s.when(all_of({answered(one), answered(one, in_immigration), answered(two),
                   answered(two, in_immigration)}));
    s.after_ms(500).expect(searched_by_nodes_alone());
  });
}

TEST_CASE("scenario: a node frozen in the middle of round two costs the search nothing but time") {
  play({.nodes = 3}, [](script& s) {
    const auto one = s.booking(both);
    s.when(searchable_on(2), send(one));
    s.when(round_reached(round_number::two), to_asked(round_number::two, freeze_it));
    s.when(all_of({answered(one), answered(one, in_immigration)}));
    s.at_the_end(hit(one)).at_the_end(hit(one, in_immigration));
  });
}

TEST_CASE("scenario: a node that dies in the middle of round one is replaced in the same search") {
  play({.nodes = 3}, [](script& s) {
    const auto one = s.booking(criminal);
    s.when(searchable_on(2), send(one));
    s.when(round_reached(round_number::one), to_asked(round_number::one, kill_it));
    s.when(answered(one)).after_ms(500);
    s.expect(others_were_asked_instead());
    s.at_the_end(hit(one));
  });
}

TEST_CASE("scenario: a shard actor that throws three times costs the search nothing but time") {
  play({}, [](script& s) {
    const auto one = s.booking(both);
    s.then(shard_throws("exchange", 3), send(one)).when(shard_has_thrown("exchange"));
    s.at_the_end(hit(one)).at_the_end(hit(one, in_immigration));
  });
}

TEST_CASE("scenario: a shard actor that throws on every node leaves nobody unfound") {
  play({.nodes = 2}, [](script& s) {
    const auto one = s.booking(both);
    s.when(searchable_on(2), shard_throws("node-1"), shard_throws("node-2"), send(one));
    s.when(all_of({shard_has_thrown("node-1"), shard_has_thrown("node-2"), answered(one)}));
    s.at_the_end(hit(one)).at_the_end(hit(one, in_immigration));
  });
}

TEST_CASE("scenario: nothing is answered while no search comes back") {
  play({}, [](script& s) {
    const auto one = s.booking(nobody), two = s.booking(criminal);
    s.then(searches_fail(100), send(one), send(two));
    s.when(all_of({acknowledged(one), acknowledged(two)})).after_ms(20'000);
    s.expect(not_so(answered(one))).expect(not_so(answered(two))).then(searches_fail(0));
    s.at_the_end(no_hit(one)).at_the_end(hit(two));
  });
}

TEST_CASE("scenario: whoever is in a gallery is found though two searches of three fail") {
  play({.nodes = 2}, [](script& s) {
    const auto one = s.booking(both), two = s.booking(nobody);
    s.when(searchable_on(2), searches_fail(66), send(one), send(two));
    s.when(all_of({answered(one), answered(two)}));
    s.at_the_end(hit(one)).at_the_end(no_hit(two));
  });
}

TEST_CASE("scenario: a booking that nobody can search is told as failed once, at its deadline") {
  play({.booking_deadline_ms = 5'000}, [](script& s) {
    const auto one = s.booking(immigrant);
    s.then(searches_fail(100), send(one)).when(accepted(one)).after_ms(4'000);
    s.expect(not_so(answered(one)));
    s.when(all_of({answered(one), answered(one, in_immigration)}));
    s.then(searches_fail(0), kill_exchange()).after_ms(3'000);
    s.at_the_end(decided(one, in_criminal, answer_decision::failed));
    s.at_the_end(decided(one, in_immigration, answer_decision::failed));
    s.at_the_end(messages_are(one, "/criminal", 1)).at_the_end(cases_are(one, 0));
    s.at_the_end(enrolments_are(0));
  });
}
