#include "sim/rollout/priority_line.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "sim/rollout/random_stream.hpp"

using namespace whorl;
using namespace whorl::rollout;

TEST_CASE("priority line: the order of the production queue, whatever comes and when") {
  random_stream chance(3);
  priority_line line;
  std::vector<casework::work_item> waiting;
  std::int64_t now = 0;
  std::size_t taken = 0;
  for (std::uint32_t i = 1; i <= 4000; ++i) {
    now += static_cast<std::int64_t>(chance.exponential(40 * 60'000));
    const auto level = static_cast<std::uint8_t>(chance.index(4));
    // Of two times allowed, in zones that lie apart, and some without.
    const std::int64_t due = (chance.chance(0.2) ? 0
                              : level == 1       ? 120
                                                 : 240 + 60 * chance.index(4)) *
                             60'000;
    line.put(i, level, due == 0 ? 0 : now + due, now);
    casework::work_item item;
    item.which = case_id{i};
    item.level = level;
    item.deadline = instant{due == 0 ? 0 : now + due};
    item.waits_since = instant{now};
    waiting.push_back(item);
    if (!chance.chance(0.95)) continue;
    const auto first = std::min_element(
        waiting.begin(), waiting.end(),
        [&](const auto& a, const auto& b) { return casework::goes_before(a, b, instant{now}); });
    const auto got = line.take(now);
    REQUIRE(got);
    REQUIRE(got->who == first->which.value);
    waiting.erase(first);
    ++taken;
  }
  CHECK(taken > 3000);
  CHECK(line.size() == waiting.size());
}
