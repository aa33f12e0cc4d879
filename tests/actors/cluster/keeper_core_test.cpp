#include "actors/cluster/keeper_core.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace whorl;
using namespace whorl::actors;

namespace {

using lines = std::vector<std::string>;
using applied_list = std::vector<keeper_core::applied_replica>;

constexpr partition_id zero{gallery_kind::criminal, 0}, one{gallery_kind::criminal, 1},
    two{gallery_kind::criminal, 2}, other{gallery_kind::immigration, 0};
constexpr stream_id facts_of = stream_id::criminal;

/// An effect as a line: "rows criminal/0 #100.1", "facts criminal 6.. for 0 1".
struct in_words {
  std::string operator()(const keeper_effect::begin_copy& e) const {
    return "begin " + to_string(e.which) + " #" + std::to_string(e.copy);
  }
  std::string operator()(const keeper_effect::ask_rows& e) const {
    return "rows " + to_string(e.which) + " #" + std::to_string(e.copy) + "." +
           std::to_string(e.number);
  }
  std::string operator()(const keeper_effect::accept& e) const {
    return "accept " + to_string(e.which);
  }
  std::string operator()(const keeper_effect::drop& e) const {
    return "drop " + to_string(e.which);
  }
  std::string operator()(const keeper_effect::ask_facts& e) const {
    std::string out =
        "facts " + std::string(to_string(e.stream)) + " " + std::to_string(e.from_seq) + ".. for";
    for (const std::uint32_t index : e.partitions) out += " " + std::to_string(index);
    return out;
  }
  std::string operator()(const keeper_effect::report&) const { return "report"; }
};

/// A keeper whose copies are numbered from 100, and the last question of each stream.
struct keeper_fixture {
  keeper_core core{100};
  std::map<stream_id, std::uint64_t> question;
  bool reported = false;

  /// All but reports, which come between anywhere.
  lines told(const keeper_effects& effects) {
    lines out;
    reported = false;
    for (const auto& effect : effects) {
      if (const auto* ask = std::get_if<keeper_effect::ask_facts>(&effect))
        question[ask->stream] = ask->question;
      if (std::holds_alternative<keeper_effect::report>(effect))
        reported = true;
      else
        out.push_back(std::visit(in_words{}, effect));
    }
    return out;
  }
  lines wanted(const std::vector<partition_id>& all) { return told(core.on_wanted(all)); }
  lines connected() { return told(core.on_connected()); }
  lines tick() { return told(core.on_tick()); }
  lines tail(std::uint64_t seq) { return told(core.on_tail(facts_of, seq)); }
  lines rows(std::uint64_t copy, std::uint64_t number, bool last = false) {
    return told(core.on_rows(copy, number, last));
  }
  lines opened(partition_id which, std::uint64_t seq) {
    return told(core.on_opened(which, seq, 5));
  }
  lines dropped(partition_id which) { return told(core.on_dropped(which)); }
  lines damaged(partition_id which) { return told(core.on_damaged(which)); }
  lines facts(std::uint64_t tail_seq, const applied_list& applied) {
    return told(core.on_facts(facts_of, question.at(facts_of), tail_seq, applied));
  }
  void facts_failed() { core.on_facts_failed(facts_of, question.at(facts_of)); }
  /// Ready at `seq`, and connected; nothing is on its way.
  void searched(const std::vector<partition_id>& all, std::uint64_t seq) {
    applied_list applied;
    for (const partition_id which : all) {
      core.hold(which, seq, 5);
      applied.push_back({which, seq, 5});
    }
    wanted(all);
    connected();
    facts(seq, applied);
    for (const partition_id which : all) REQUIRE(state_of(which) == replica_state::ready);
  }
  replica_state state_of(partition_id which) const {
    for (const replica_report& each : core.reports())
      if (each.partition == which) return each.state;
    FAIL("is not reported");
    return {};
  }
};

}  // namespace

TEST_CASE("keeper: what is wanted is copied, follows and is ready at the tail it was told of") {
  keeper_fixture k;
  CHECK(k.connected().empty());
  CHECK(k.wanted({zero}) ==
        lines{"begin criminal/0 #100", "rows criminal/0 #100.0", "rows criminal/0 #100.1"});
  CHECK(k.reported);
  CHECK(k.state_of(zero) == replica_state::copying);
  CHECK_FALSE(k.core.is_open(zero));
  CHECK(k.core.expects(100, 0));
  CHECK(k.rows(100, 0) == lines{"rows criminal/0 #100.2"});
  CHECK(k.rows(100, 1, true) == lines{"accept criminal/0"});
  CHECK_FALSE(k.core.is_open(zero));
  CHECK(k.tick().empty());  // it is about to be opened: nothing begins meanwhile
  CHECK(k.opened(zero, 7) == lines{"facts criminal 8.. for 0"});
  CHECK(k.reported);
  CHECK(k.core.is_open(zero));
  CHECK(k.state_of(zero) == replica_state::following);
  CHECK(k.facts(12, {{zero, 10, 6}}) == lines{"facts criminal 11.. for 0"});
  CHECK(k.state_of(zero) == replica_state::following);
  CHECK(k.reported);
  CHECK(k.facts(12, {{zero, 12, 7}}).empty());
  CHECK(k.core.reports() == std::vector<replica_report>{{zero, replica_state::ready, 12, 7}});
}

TEST_CASE("keeper: one partition is copied at a time, with two pieces asked ahead") {
  keeper_fixture k;
  k.connected();
  CHECK(k.wanted({zero, one}).size() == 3);
  CHECK(k.tick().empty());
  CHECK(k.rows(99, 0).empty());
  CHECK_FALSE(k.core.expects(100, 1));
  CHECK_FALSE(k.core.expects(99, 0));
  CHECK(k.rows(100, 0) == lines{"rows criminal/0 #100.2"});
  CHECK(k.rows(100, 0).empty());  // twice
  CHECK(k.core.expects(100, 1));
  CHECK(k.rows(100, 1, true) == lines{"accept criminal/0"});
  CHECK(k.opened(zero, 3) == lines{"begin criminal/1 #101", "rows criminal/1 #101.0",
                                   "rows criminal/1 #101.1", "facts criminal 4.. for 0"});
}

TEST_CASE("keeper: a lost piece is asked again at the next tick, and not before") {
  keeper_fixture k;
  k.connected();
  k.wanted({zero});
  k.rows(100, 0);
  k.core.on_rows_lost(100);
  k.core.on_rows_lost(100);
  k.core.on_rows_lost(99);
  CHECK(k.tail(5).empty());
  CHECK(k.tick() == lines{"rows criminal/0 #100.1", "rows criminal/0 #100.2"});
  CHECK(k.tick().empty());
  // It was not lost after all: what is written is not asked again.
  k.core.on_rows_lost(100);
  CHECK(k.rows(100, 1) == lines{"rows criminal/0 #100.3"});
  CHECK(k.tick() == lines{"rows criminal/0 #100.2", "rows criminal/0 #100.3"});
}

TEST_CASE("keeper: a piece that comes before its predecessor is asked again with it") {
  keeper_fixture k;
  k.connected();
  k.wanted({zero});
  CHECK(k.rows(100, 1).empty());
  CHECK(k.rows(100, 0) == lines{"rows criminal/0 #100.2"});
  CHECK(k.tick() == lines{"rows criminal/0 #100.1", "rows criminal/0 #100.2"});
}

TEST_CASE("keeper: a copy that failed is begun anew at the next tick, after the others") {
  keeper_fixture k;
  k.connected();
  k.wanted({zero, one});
  k.rows(100, 0);
  k.core.on_copy_failed(99);
  CHECK(k.core.expects(100, 1));
  k.core.on_copy_failed(100);
  CHECK_FALSE(k.core.expects(100, 1));
  CHECK(k.tail(5).empty());
  CHECK(k.rows(100, 1, true).empty());
  // One that fails again and again does not keep the others waiting.
  CHECK(k.tick() ==
        lines{"begin criminal/1 #101", "rows criminal/1 #101.0", "rows criminal/1 #101.1"});
  k.core.on_copy_failed(101);
  CHECK(k.tick() ==
        lines{"begin criminal/0 #102", "rows criminal/0 #102.0", "rows criminal/0 #102.1"});
  k.core.on_rows_lost(101);
  CHECK(k.tick().empty());
}

TEST_CASE("keeper: a new connection goes on where the copy stands, and asks for facts anew") {
  keeper_fixture k;
  k.core.hold(one, 4, 5);
  k.wanted({zero, one});
  CHECK(k.connected() == lines{"begin criminal/0 #100", "rows criminal/0 #100.0",
                               "rows criminal/0 #100.1", "facts criminal 5.. for 1"});
  k.rows(100, 0);
  k.core.on_disconnected();
  CHECK(k.tick().empty());
  CHECK(k.rows(100, 1).empty());  // was on its way
  const std::uint64_t old = k.question.at(facts_of);
  CHECK(k.connected() ==
        lines{"rows criminal/0 #100.2", "rows criminal/0 #100.3", "facts criminal 5.. for 1"});
  CHECK(k.question.at(facts_of) != old);
}

TEST_CASE("keeper: a new connection asks for the facts that came meanwhile (all are ready)") {
  keeper_fixture k;
  k.searched({zero}, 8);
  CHECK(k.tail(8).empty());
  k.core.on_disconnected();
  CHECK(k.tail(9).empty());
  CHECK(k.connected() == lines{"facts criminal 9.. for 0"});
  CHECK(k.facts(8, {{zero, 8, 5}}) == lines{"facts criminal 9.. for 0"});
  CHECK(k.facts(9, {{zero, 9, 5}}).empty());
  // Word of a longer stream may have been lost: asked at each tick.
  CHECK(k.tick() == lines{"facts criminal 10.. for 0"});
  CHECK(k.facts(9, {{zero, 9, 5}}).empty());
  CHECK_FALSE(k.reported);
}

TEST_CASE("keeper: one question a stream, whatever comes of older ones") {
  keeper_fixture k;
  k.searched({zero}, 8);
  CHECK(k.tail(9) == lines{"facts criminal 9.. for 0"});
  CHECK(k.tail(10).empty());
  CHECK(k.tick().empty());
  const std::uint64_t old = k.question.at(facts_of);
  k.core.on_disconnected();
  CHECK(k.connected() == lines{"facts criminal 9.. for 0"});
  k.core.on_facts_failed(facts_of, old);
  CHECK(k.tick().empty());
  // An older answer that was applied counts, and ends no other question.
  CHECK(k.told(k.core.on_facts(facts_of, old, 9, {{zero, 9, 5}})).empty());
  CHECK(k.core.reports()[0].applied_seq == 9);
  CHECK(k.facts(10, {{zero, 10, 5}}).empty());
  // The other gallery's stream has a question of its own.
  k.core.hold(other, 2, 1);
  CHECK(k.wanted({zero, other}) == lines{"facts immigration 3.. for 0"});
  CHECK(k.tail(11) == lines{"facts criminal 11.. for 0"});
  CHECK(k.told(k.core.on_tail(stream_id::immigration, 3)).empty());
}

TEST_CASE("keeper: facts that failed to come are asked for at the next tick") {
  keeper_fixture k;
  k.searched({zero}, 8);
  k.tail(9);
  k.facts_failed();
  CHECK(k.tail(10).empty());
  CHECK(k.tick() == lines{"facts criminal 9.. for 0"});
}

TEST_CASE("keeper: facts that cannot be applied are asked for at the next tick, not at once") {
  keeper_fixture k;
  k.searched({zero}, 8);
  k.tail(9);
  CHECK(k.facts(9, {{zero, 8, 5}}).empty());  // its disk is full
  CHECK_FALSE(k.reported);
  CHECK(k.state_of(zero) == replica_state::ready);
  CHECK(k.tick() == lines{"facts criminal 9.. for 0"});
}

TEST_CASE("keeper: those that are searched get facts first, those that catch up the next time") {
  keeper_fixture k;
  k.searched({zero, one}, 8);
  k.wanted({zero, one, two});
  k.rows(100, 0, true);
  CHECK(k.tail(10) == lines{"facts criminal 9.. for 0 1"});
  CHECK(k.opened(two, 3).empty());
  CHECK(k.facts(20, {{zero, 9, 5}, {one, 10, 5}}) == lines{"facts criminal 10.. for 0 1"});
  CHECK(k.facts(20, {{zero, 10, 5}, {one, 10, 5}}) == lines{"facts criminal 4.. for 0 1 2"});
  CHECK(k.facts(20, {{zero, 10, 5}, {one, 10, 5}, {two, 9, 5}}) ==
        lines{"facts criminal 11.. for 0 1"});
  CHECK(k.facts(20, {{zero, 20, 5}, {one, 20, 5}}) == lines{"facts criminal 10.. for 0 1 2"});
  CHECK(k.facts(20, {{zero, 20, 5}, {one, 20, 5}, {two, 20, 5}}).empty());
  CHECK(k.state_of(two) == replica_state::ready);
}

TEST_CASE("keeper: a damaged replica is dropped, then copied anew") {
  keeper_fixture k;
  k.searched({zero}, 8);
  CHECK(k.damaged(zero) == lines{"drop criminal/0"});
  CHECK(k.reported);
  CHECK_FALSE(k.core.is_open(zero));
  CHECK(k.state_of(zero) == replica_state::failed);
  CHECK(k.damaged(zero).empty());  // once
  CHECK(k.tail(9).empty());        // no facts for it, and no copy beside its files
  CHECK(k.tick().empty());
  CHECK(k.dropped(zero) ==
        lines{"begin criminal/0 #100", "rows criminal/0 #100.0", "rows criminal/0 #100.1"});
}

TEST_CASE("keeper: a copy that does not open is dropped and made anew") {
  keeper_fixture k;
  k.connected();
  k.wanted({zero});
  CHECK(k.rows(100, 0, true) == lines{"accept criminal/0"});
  CHECK(k.damaged(zero) == lines{"drop criminal/0"});
  CHECK(k.dropped(zero).empty());  // whatever failed would fail again at once
  CHECK(k.tick().front() == "begin criminal/0 #101");
}

TEST_CASE("keeper: one that is ahead of the tail is not searched until the stream has its facts") {
  keeper_fixture k;
  k.searched({zero}, 8);
  k.core.on_disconnected();
  CHECK(k.connected() == lines{"facts criminal 9.. for 0"});
  CHECK(k.state_of(zero) == replica_state::following);  // another exchange may be there now
  CHECK(k.facts(5, {{zero, 8, 5}}).empty());            // an old tail, or an exchange of a backup
  CHECK(k.state_of(zero) == replica_state::following);
  CHECK(k.tick() == lines{"facts criminal 9.. for 0"});
  CHECK(k.facts(8, {{zero, 8, 5}}).empty());
  CHECK(k.state_of(zero) == replica_state::ready);
}

TEST_CASE("keeper: one whose disk refuses facts is not searched") {
  keeper_fixture k;
  k.searched({zero}, 8);
  CHECK(k.tail(9) == lines{"facts criminal 9.. for 0"});
  CHECK(k.facts(9, {{zero, 8, 5, true}}).empty());
  CHECK(k.state_of(zero) == replica_state::following);
  CHECK(k.tick() == lines{"facts criminal 9.. for 0"});
  CHECK(k.facts(9, {{zero, 9, 5}}).empty());
  CHECK(k.state_of(zero) == replica_state::ready);
}

TEST_CASE("keeper: nothing is dropped before a map was told, then what is not wanted") {
  keeper_fixture k;
  k.core.hold(zero, 4, 5);
  k.core.hold(one, 4, 5);
  CHECK(k.tick().empty());
  CHECK(k.connected() == lines{"facts criminal 5.. for 0 1"});
  CHECK(k.wanted({one}) == lines{"drop criminal/0"});
  CHECK_FALSE(k.core.is_open(zero));
  CHECK(k.tick().empty());
  CHECK(k.dropped(zero).empty());
  CHECK(k.core.reports().size() == 1);
  // What was asked for before comes, and is nothing to one that is dropped.
  k.facts(9, {{zero, 9, 5}, {one, 9, 5}});
  CHECK(k.core.reports() == std::vector<replica_report>{{one, replica_state::ready, 9, 5}});
  CHECK(k.wanted({}) == lines{"drop criminal/1"});
}

TEST_CASE("keeper: unwanted ones are dropped without a connection too") {
  keeper_fixture k;
  k.core.hold(zero, 4, 5);
  CHECK(k.wanted({one}) == lines{"drop criminal/0"});
}

TEST_CASE("keeper: a copy that is not wanted any more ends, what came of it is dropped") {
  keeper_fixture k;
  k.connected();
  k.wanted({zero, one});
  k.rows(100, 0);
  CHECK(k.wanted({one}) == lines{"drop criminal/0", "begin criminal/1 #101",
                                 "rows criminal/1 #101.0", "rows criminal/1 #101.1"});
  CHECK_FALSE(k.core.expects(100, 1));
  CHECK(k.rows(100, 1, true).empty());
  CHECK(k.wanted({zero, one}).empty());  // its files are being removed
  CHECK(k.dropped(zero).empty());        // and the other copy is under way
  k.rows(101, 0, true);
  CHECK(k.opened(one, 3) == lines{"begin criminal/0 #102", "rows criminal/0 #102.0",
                                  "rows criminal/0 #102.1", "facts criminal 4.. for 1"});
}

TEST_CASE("keeper: streams that are no gallery's are nothing to it") {
  keeper_fixture k;
  k.searched({zero}, 8);
  CHECK(k.told(k.core.on_tail(stream_id::audit, 99)).empty());
  CHECK(k.tail(7).empty());
}

TEST_CASE("keeper: open replicas are checked in turn, while there is an exchange") {
  keeper_fixture k;
  CHECK_FALSE(k.core.next_to_check());
  k.searched({zero, one, other}, 7);
  for (const partition_id next : {zero, one, other, zero}) CHECK(k.core.next_to_check() == next);
  CHECK(k.damaged(one) == lines{"drop criminal/1"});
  for (const partition_id next : {other, zero, other}) CHECK(k.core.next_to_check() == next);
  k.core.on_disconnected();
  CHECK_FALSE(k.core.next_to_check());
}

TEST_CASE("keeper: what is copied is not checked") {
  keeper_fixture k;
  k.connected();
  k.wanted({zero});
  CHECK_FALSE(k.core.next_to_check());
}
