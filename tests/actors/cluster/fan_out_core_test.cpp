#include "actors/cluster/fan_out_core.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace whorl;
using namespace whorl::actors;

namespace {

using by_node = std::map<std::string, std::vector<std::uint32_t>>;
using coarse_list = std::vector<coarse_candidate>;
constexpr std::uint64_t round_tail = 9;

partition_id criminal(std::uint32_t index) { return {gallery_kind::criminal, index}; }

round_one_request coarse_round(std::vector<std::uint32_t> partitions, std::uint32_t top_k = 10) {
  round_one_request request;
  request.search = {4711};
  request.partitions = std::move(partitions);
  request.tail_seq = round_tail;
  request.after_seq = 3;
  request.top_k = top_k;
  return request;
}

/// The n-th subject that lives in this partition of four.
subject_id one_of_four(std::uint32_t partition, int n = 0) {
  for (std::uint64_t id = 1;; ++id)
    if (partition_of({id}, 4) == partition && n-- == 0) return {id};
}

coarse_candidate found(std::uint32_t partition, std::uint32_t score, int n = 0) {
  return {one_of_four(partition, n), one_of_four(partition, n), score};
}

/// That these were looked at up to the round's tail.
scan_outcome covering(const std::vector<std::uint32_t>& partitions, coarse_list coarse = {}) {
  scan_outcome out;
  for (const std::uint32_t index : partitions)
    out.coverage.push_back({criminal(index), 1, round_tail, 5});
  out.coarse = std::move(coarse);
  return out;
}

scan_outcome without(std::uint32_t partition, const std::string& reason) {
  scan_outcome out;
  out.missing.push_back({criminal(partition), reason});
  return out;
}

/// Four partitions, each on these nodes.
search_view everywhere(const std::vector<search_place>& places) {
  search_view view{4, {}};
  for (std::uint32_t index = 0; index < 4; ++index) view.places[criminal(index)] = places;
  return view;
}

/// One round, the loads that it makes, and the last question of each node.
struct fan_out_fixture {
  fan_out_fixture(round_request request, search_view who)
      : view(std::move(who)), round(std::move(request), view.partition_count, 100) {}

  by_node noted(const fan_out_asks& asks) {
    by_node out;
    for (const fan_out_ask& ask : asks) {
      CHECK(round.asked(ask.ticket) == ask.node);
      tickets[ask.node] = ask.ticket;
      requests[ask.node] = ask.request;
      CHECK(out.emplace(ask.node, partitions_in(ask.request)).second);
    }
    return out;
  }
  static std::vector<std::uint32_t> partitions_in(const round_request& request) {
    if (const auto* one = std::get_if<round_one_request>(&request)) return one->partitions;
    std::set<std::uint32_t> all;
    for (const coarse_candidate& c : std::get<round_two_request>(request).candidates)
      all.insert(partition_of(c.subject, 4));
    return {all.begin(), all.end()};
  }
  by_node start() { return noted(round.start(view, loads)); }
  by_node hedge() { return noted(round.hedge(view, loads)); }
  by_node lose(const std::string& node) { return noted(round.on_node_lost(node, view, loads)); }
  by_node reply(const std::string& node, const scan_outcome& what) {
    return noted(round.on_reply(tickets.at(node), what, view, loads));
  }
  by_node fail(const std::string& node, const std::string& why) {
    return noted(round.on_failure(tickets.at(node), why, view, loads));
  }
  std::string reason(std::uint32_t partition) const {
    for (const missing_entry& m : round.round_one().missing)
      if (m.partition == criminal(partition)) return m.reason;
    return "";
  }
  std::uint64_t load() const {
    std::uint64_t sum = 0;
    for (const auto& [node, partitions] : loads) sum += partitions;
    return sum;
  }

  search_view view;
  node_loads loads;
  fan_out_round round;
  std::map<std::string, std::uint64_t> tickets;
  std::map<std::string, round_request> requests;
};

}  // namespace

TEST_CASE("fan-out: one message a node, with all its partitions and the rest of the request") {
  search_view view{4, {}};
  view.places[criminal(0)] = view.places[criminal(2)] = {{"a"}};
  view.places[criminal(1)] = view.places[criminal(3)] = {{"b"}};
  fan_out_fixture f(coarse_round({0, 1, 2, 3}), view);
  CHECK(f.start() == by_node{{"a", {0, 2}}, {"b", {1, 3}}});
  CHECK(f.tickets.at("a") >= 100);
  CHECK(f.tickets.at("a") != f.tickets.at("b"));
  CHECK(f.loads == node_loads{{"a", 2}, {"b", 2}});
  CHECK(f.round.search() == search_id{4711});
  CHECK(f.round.asked(99) == std::nullopt);
  auto expected = coarse_round({1, 3});
  CHECK(std::get<round_one_request>(f.requests.at("b")) == expected);
}

TEST_CASE("fan-out: only the partitions of its own gallery are asked for") {
  search_view view{4, {{{gallery_kind::immigration, 0}, {{"a"}}}, {criminal(0), {{"b"}}}}};
  auto request = coarse_round({0});
  request.gallery = gallery_kind::immigration;
  fan_out_fixture f(request, view);
  CHECK(f.start() == by_node{{"a", {0}}});
}

TEST_CASE("fan-out: the least loaded place is asked, the first named of equal ones") {
  fan_out_fixture f(coarse_round({0, 1, 2, 3}), everywhere({{"b"}, {"a"}}));
  f.loads = {{"b", 1}};
  // a 1, then b and a in turn: what is asked counts at once.
  CHECK(f.start() == by_node{{"a", {0, 2}}, {"b", {1, 3}}});
  CHECK(f.loads == node_loads{{"a", 2}, {"b", 3}});
  fan_out_fixture busy(coarse_round({0, 1, 2, 3}), everywhere({{"b"}, {"a"}}));
  busy.loads = {{"b", 7}};
  CHECK(busy.start() == by_node{{"a", {0, 1, 2, 3}}});
}

TEST_CASE("fan-out: the last resort is asked only when no other is left (whatever its load)") {
  fan_out_fixture f(coarse_round({1}), everywhere({{"exchange", true}, {"a"}, {"b"}}));
  f.loads = {{"a", 50}, {"b", 60}};
  CHECK(f.start() == by_node{{"a", {1}}});
  CHECK(f.fail("a", "broken") == by_node{{"b", {1}}});
  CHECK(f.fail("b", "broken too") == by_node{{"exchange", {1}}});
  fan_out_fixture idle(coarse_round({1}), everywhere({{"a"}, {"exchange", true}}));
  idle.loads = {{"a", 50}};
  CHECK(idle.start() == by_node{{"a", {1}}});
  fan_out_fixture alone(coarse_round({1}), everywhere({{"exchange", true}}));
  CHECK(alone.start() == by_node{{"exchange", {1}}});
}

TEST_CASE("fan-out: what a reply misses is asked of a place that was not asked yet") {
  fan_out_fixture f(coarse_round({0, 1}), everywhere({{"a"}, {"b"}}));
  f.loads = {{"b", 9}};
  CHECK(f.start() == by_node{{"a", {0, 1}}});
  scan_outcome half = covering({0});
  half.missing.push_back({criminal(1), "not on this node"});
  CHECK(f.reply("a", half) == by_node{{"b", {1}}});
  CHECK_FALSE(f.round.complete());
  CHECK(f.reply("b", covering({1})).empty());
  CHECK(f.round.complete());
  CHECK(f.round.round_one().coverage.size() == 2);
  CHECK(f.round.round_one().missing.empty());
}

TEST_CASE("fan-out: one that is behind the tail, or not spoken of, is asked elsewhere") {
  for (const bool stale : {true, false}) {
    fan_out_fixture f(coarse_round({0}), everywhere({{"a"}, {"b"}}));
    f.start();
    scan_outcome late;
    if (stale) late.coverage.push_back({criminal(0), 1, round_tail - 1, 5});
    late.coarse.push_back(found(0, 7));
    CHECK(f.reply("a", late) == by_node{{"b", {0}}});
    CHECK(f.reply("b", stale ? late : scan_outcome{}).empty());
    CHECK(f.round.complete());
    CHECK(f.reason(0) == "b: behind the search's tail");
    CHECK(f.round.round_one().candidates.empty());
    CHECK(f.round.round_one().coverage.empty());
  }
}

TEST_CASE("fan-out: complete, with the last reason, when no place is left (each asked once)") {
  fan_out_fixture f(coarse_round({0}), everywhere({{"a"}, {"b"}, {"c"}}));
  CHECK(f.start() == by_node{{"a", {0}}});
  CHECK(f.fail("a", "timeout") == by_node{{"b", {0}}});
  CHECK(f.lose("b") == by_node{{"c", {0}}});
  CHECK_FALSE(f.round.complete());
  CHECK(f.reply("c", without(0, "its disk is gone")).empty());
  CHECK(f.round.complete());
  CHECK(f.reason(0) == "c: its disk is gone");
  CHECK(f.load() == 0);
  fan_out_fixture lost(coarse_round({0}), everywhere({{"a"}}));
  lost.start();
  CHECK(lost.lose("a").empty());
  CHECK(lost.reason(0) == "a: the node was lost");
}

TEST_CASE("fan-out: a partition that nobody holds is missing at once") {
  search_view view{4, {{criminal(0), {{"a"}}}}};
  fan_out_fixture f(coarse_round({0, 3}), view);
  CHECK(f.start() == by_node{{"a", {0}}});
  CHECK(f.reason(3) == "no node that holds it can be asked");
  CHECK_FALSE(f.round.complete());
  fan_out_fixture nobody(coarse_round({2}), search_view{4, {}});
  CHECK(nobody.start().empty());
  CHECK(nobody.round.complete());
}

TEST_CASE("fan-out: a lost node's questions, all of them, are asked elsewhere") {
  search_view view = everywhere({{"b"}, {"a"}});
  view.places[criminal(1)] = {{"c"}, {"a"}};
  fan_out_fixture f(coarse_round({0, 1}), view);
  CHECK(f.start() == by_node{{"b", {0}}, {"c", {1}}});
  CHECK(f.fail("c", "broken") == by_node{{"a", {1}}});
  CHECK(f.fail("b", "broken") == by_node{{"a", {0}}});
  f.view.places[criminal(0)].push_back({"d"});
  f.view.places[criminal(1)].push_back({"d"});
  const auto asks = f.round.on_node_lost("a", f.view, f.loads);
  REQUIRE(asks.size() == 2);
  CHECK(asks[0].node == "d");
  CHECK(asks[1].node == "d");
  CHECK(f.loads.at("a") == 0);
  CHECK(f.loads.at("d") == 2);
  CHECK(f.lose("nobody").empty());
}

TEST_CASE("fan-out: the first answer counts, the later one is passed over (hedged)") {
  fan_out_fixture f(coarse_round({0, 1}), everywhere({{"a"}, {"b"}}));
  f.loads = {{"b", 5}};
  CHECK(f.start() == by_node{{"a", {0, 1}}});
  CHECK(f.hedge() == by_node{{"b", {0, 1}}});
  CHECK(f.loads == node_loads{{"a", 2}, {"b", 7}});
  CHECK(f.reply("b", covering({0, 1}, {found(0, 7), found(1, 5)})).empty());
  CHECK(f.round.complete());
  const round_one_reply first_one = f.round.round_one();
  CHECK(f.reply("a", covering({0, 1}, {found(0, 8), found(1, 9)})).empty());
  CHECK(f.round.round_one() == first_one);
  CHECK(f.loads == node_loads{{"a", 0}, {"b", 5}});
  const auto gone = f.round.on_reply(f.tickets.at("a"), covering({0}), f.view, f.loads);
  CHECK(gone.empty());
  CHECK(f.round.round_one() == first_one);
}

TEST_CASE("fan-out: a ticket that is not open changes nothing (answered, failed, unknown)") {
  fan_out_fixture f(coarse_round({0}), everywhere({{"a"}, {"b"}}));
  f.start();
  const std::uint64_t first_ticket = f.tickets.at("a");
  f.fail("a", "broken");
  for (const std::uint64_t ticket : {first_ticket, std::uint64_t{7}}) {
    CHECK(f.round.on_reply(ticket, covering({0}, {found(0, 3)}), f.view, f.loads).empty());
    CHECK(f.round.on_failure(ticket, "again", f.view, f.loads).empty());
  }
  CHECK_FALSE(f.round.complete());
  CHECK(f.loads == node_loads{{"a", 0}, {"b", 1}});
  CHECK(f.round.asked(f.tickets.at("b")) == "b");
}

TEST_CASE("fan-out: a hedge asks a second place for partitions with one open question alone") {
  search_view view = everywhere({{"a"}, {"b"}, {"c"}});
  view.places[criminal(2)] = {{"a"}, {"exchange", true}};
  fan_out_fixture f(coarse_round({0, 1, 2}), view);
  f.loads = {{"b", 5}, {"c", 9}};
  CHECK(f.start() == by_node{{"a", {0, 1, 2}}});
  scan_outcome first_only = covering({0});
  CHECK(f.hedge() == by_node{{"b", {0, 1}}});  // 2: the last resort is not asked early
  CHECK(f.hedge().empty());
  CHECK(f.reply("b", first_only) == by_node{{"c", {1}}});  // 1 is missing there
  CHECK(f.hedge().empty());                                // 0 is answered, though a works on it
  CHECK(f.fail("a", "broken") == by_node{{"exchange", {2}}});  // c still works on 1
  CHECK(f.reply("exchange", covering({2})).empty());
  CHECK_FALSE(f.round.complete());
  CHECK(f.hedge().empty());  // no place is left for 1
  CHECK(f.fail("c", "broken as well").empty());
  CHECK(f.round.complete());
  CHECK(f.reason(1) == "c: broken as well");
}

TEST_CASE("fan-out: loads return to what they were when it is closed, late answers are nothing") {
  fan_out_fixture f(coarse_round({0, 1, 2, 3}), everywhere({{"a"}, {"b"}}));
  f.loads = {{"a", 3}, {"b", 4}};
  f.start();
  f.hedge();
  CHECK(f.load() == 7 + 8);
  f.round.close(f.loads);
  CHECK(f.loads == node_loads{{"a", 3}, {"b", 4}});
  CHECK(f.round.asked(f.tickets.at("a")) == std::nullopt);
  CHECK(f.reply("a", covering({0, 1, 2, 3})).empty());
  CHECK(f.loads == node_loads{{"a", 3}, {"b", 4}});
}

TEST_CASE("fan-out: round two gives each node the candidates of its partitions") {
  round_two_request request;
  request.search = {4712};
  request.candidates = {found(0, 9), found(2, 8), found(1, 7), found(0, 6, 1)};
  search_view view{4, {}};
  view.places[criminal(0)] = {{"a"}, {"b"}};
  view.places[criminal(1)] = {{"b"}};
  view.places[criminal(2)] = {{"a"}};
  fan_out_fixture f(request, view);
  CHECK(f.start() == by_node{{"a", {0, 2}}, {"b", {1}}});
  const auto& of_a = std::get<round_two_request>(f.requests.at("a"));
  CHECK(of_a.candidates == coarse_list{found(0, 9), found(2, 8), found(0, 6, 1)});
  CHECK(of_a.search == search_id{4712});
  scan_outcome some = without(0, "its disk is gone");  // 2 has no word of missing: answered
  const subject_id second_one = one_of_four(2), third = one_of_four(1);
  some.scored = {{second_one, second_one, 500, 10, 0, {}}};
  CHECK(f.reply("a", some) == by_node{{"b", {0}}});
  CHECK(std::get<round_two_request>(f.requests.at("b")).candidates ==
        coarse_list{found(0, 9), found(0, 6, 1)});
  CHECK(f.fail("b", "broken").empty());
  CHECK_FALSE(f.round.complete());
  CHECK(f.lose("b").empty());
  CHECK(f.round.complete());
  const round_two_reply reply = f.round.round_two();
  CHECK(reply.search == search_id{4712});
  CHECK(reply.candidates == some.scored);
  REQUIRE(reply.missing.size() == 2);
  CHECK(reply.missing[0] == missing_entry{criminal(0), "b: broken"});
  CHECK(reply.missing[1] == missing_entry{criminal(1), "b: the node was lost"});
  CHECK(third != second_one);
}

TEST_CASE("fan-out: a round that asks for nothing is complete from the start") {
  fan_out_fixture one(coarse_round({}), everywhere({{"a"}}));
  CHECK(one.start().empty());
  CHECK(one.round.complete());
  fan_out_fixture two(round_two_request{}, everywhere({{"a"}}));
  CHECK(two.start().empty());
  CHECK(two.round.complete());
}

TEST_CASE("fan-out: candidates of several nodes are cut as those of one shard") {
  fan_out_fixture f(coarse_round({0, 1}, 3), everywhere({{"a"}, {"b"}}));
  CHECK(f.start() == by_node{{"a", {0}}, {"b", {1}}});
  // A node's words on a partition that it was not asked for are not taken.
  f.reply("b", covering({1, 2}, {found(1, 6), found(1, 4, 1), found(2, 99)}));
  f.reply("a", covering({0}, {found(0, 6), found(0, 5, 1), found(0, 4, 2)}));
  coarse_list expected = {found(0, 6), found(1, 6), found(0, 5, 1)};
  sort_and_cut(expected, 3);
  const round_one_reply reply = f.round.round_one();
  CHECK(reply.candidates == expected);
  CHECK(reply.coverage.size() == 2);
  CHECK(reply.search == search_id{4711});
}

TEST_CASE("outcome_of: a reply of either round, and nothing else") {
  const round_one_reply one{{1}, {{criminal(0), 1, 9, 5}}, {{criminal(1), "no"}}, {found(0, 1)}};
  const scan_outcome of_one = outcome_of(one);
  CHECK(of_one.coverage == one.coverage);
  CHECK(of_one.missing == one.missing);
  CHECK(of_one.coarse == one.candidates);
  CHECK(of_one.scored.empty());
  const round_two_reply two{{1}, {{criminal(1), "no"}}, {{{5}, {6}, 500, 10, 0, {}}}};
  const scan_outcome of_two = outcome_of(two);
  CHECK(of_two.missing == two.missing);
  CHECK(of_two.scored == two.candidates);
  CHECK(of_two.coarse.empty());
}

TEST_CASE("latency window: the time that a share of the last 256 rounds did not exceed") {
  latency_window window;
  for (int ms = 15; ms > 0; --ms) window.add(ms);
  CHECK(window.quantile(0.5) == -1);
  window.add(16);
  CHECK(window.quantile(0.5) == 8);
  CHECK(window.quantile(0.25) == 4);
  CHECK(window.quantile(0.51) == 9);
  CHECK(window.quantile(1) == 16);
  CHECK(window.quantile(0) == 1);
  for (std::size_t i = 0; i < latency_window::kept; ++i) window.add(1000);
  CHECK(window.quantile(0) == 1000);  // the old ones are forgotten
  window.add(5);
  CHECK(window.quantile(0) == 5);
  CHECK(window.quantile(1) == 1000);
}

TEST_CASE("fan-out: questions asked besides the first are counted, and whether the exchange is") {
  search_view view = everywhere({{"a"}, {"b"}, {"x", true}});
  fan_out_fixture f(coarse_round({0, 1}), view);
  f.loads = {{"b", 5}};
  f.start();
  CHECK(f.round.extra().replacements == 0);
  CHECK(f.round.extra().hedges == 0);
  f.hedge();
  CHECK(f.round.extra().hedges == 1);
  CHECK(f.fail("a", "broken").empty() == false);  // the exchange, beside b
  CHECK(f.round.extra().replacements == 1);
  CHECK(f.round.extra().hedges == 1);
  CHECK(f.round.extra().last_resort);
  fan_out_fixture other(coarse_round({0}), view);
  other.start();
  CHECK_FALSE(other.round.extra().last_resort);
}
