#include "sim/rollout/event_queue.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "sim/rollout/random_stream.hpp"

using namespace whorl::rollout;

TEST_CASE("event queue: by time, then by the order of putting in") {
  random_stream chance(1);
  event_queue<int> queue;
  std::vector<std::pair<std::int64_t, int>> wanted, got;
  for (int i = 0; i < 5000; ++i) {
    const std::int64_t at = chance.index(400);
    queue.put(at, i);
    wanted.emplace_back(at, i);
  }
  std::sort(wanted.begin(), wanted.end());
  while (!queue.empty()) {
    const auto one = queue.take();
    got.emplace_back(one.at_ms, one.what);
  }
  CHECK(got == wanted);
}
