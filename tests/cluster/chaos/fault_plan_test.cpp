// What chaos may draw.
#include "tests/cluster/chaos/fault_plan.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <set>

using namespace whorl::chaos;

TEST_CASE("chaos plan: faults are drawn in time, on victims that are there, the same by seed") {
  CHECK(rc::check([] {
    plan_settings how;
    how.seed = *rc::gen::arbitrary<std::uint64_t>();
    how.length_ms = *rc::gen::inRange(0, 600'000);
    how.full_node = 3;
    const auto plan = draw_plan(how, all_faults);
    RC_ASSERT(plan == draw_plan(how, all_faults));
    std::int64_t before = how.quiet_ms;
    for (std::size_t i = 0; i < plan.size(); ++i) {
      const fault& one = plan[i];
      RC_ASSERT(one.begin_ms >= before && one.begin_ms < one.end_ms);
      RC_ASSERT(one.end_ms <= how.length_ms);
      before = one.begin_ms;
      switch (victim_of(one.kind)) {
        case victim::node:
          RC_ASSERT(one.target < how.nodes);
          break;
        case victim::server:
          RC_ASSERT(one.target < how.servers);
          break;
        case victim::exchange:
          RC_ASSERT(one.target == 0u);
      }
      if (one.kind == fault_kind::node_full) RC_ASSERT(one.target == 3u);
      // Two at a time at most, and never two of one kind of victim.
      std::size_t beside = 0;
      for (std::size_t j = 0; j < i; ++j) {
        if (plan[j].end_ms < one.begin_ms) continue;
        ++beside;
        RC_ASSERT(victim_of(plan[j].kind) != victim_of(one.kind));
      }
      RC_ASSERT(beside <= 1u);
    }
  }));
}

TEST_CASE("chaos plan: every kind comes once before any comes again; seeds differ") {
  std::set<std::string> orders;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto plan = draw_plan({.seed = seed, .length_ms = 600'000}, all_faults);
    REQUIRE(plan.size() >= std::size(all_faults));
    std::set<fault_kind> first;
    std::string order;
    for (std::size_t i = 0; i < std::size(all_faults); ++i) {
      first.insert(plan[i].kind);
      order += std::string(to_string(plan[i].kind)) + " ";
    }
    CHECK(first.size() == std::size(all_faults));
    orders.insert(order);
  }
  CHECK(orders.size() > 15);
  CHECK(draw_plan({.length_ms = 60'000}, {}).empty());
}
