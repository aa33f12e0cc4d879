#include "actors/sketch_pool.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <tuple>

using namespace whorl;
using namespace whorl::actors;

TEST_CASE("sketch_pool: the best, ties by the smaller subject, whatever the order of arrival") {
  using member = sketch_pool::member;
  std::vector<member> all;
  std::uint64_t state = 7;
  for (std::uint64_t id = 1; id <= 500; ++id) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    all.push_back({{id},
                   id % 7 == 0 ? storage::no_place : 1000 - id,
                   static_cast<std::uint32_t>(state >> 60)});
  }
  auto best = all;
  std::ranges::sort(best, [](const member& a, const member& b) {
    return std::tuple(~a.score, a.subject.value) < std::tuple(~b.score, b.subject.value);
  });
  best.resize(20);
  std::ranges::sort(best, {}, [](const member& m) { return std::pair(m.place, m.subject); });
  for (int order = 0; order < 3; ++order) {
    sketch_pool pool(20);
    for (const member& one : all) pool.add(one);
    const auto kept = pool.take();
    REQUIRE(kept.size() == best.size());
    for (std::size_t i = 0; i < kept.size(); ++i) CHECK(kept[i].subject == best[i].subject);
    std::ranges::reverse(all);
    if (order == 1) std::ranges::rotate(all, all.begin() + 123);
  }
}
