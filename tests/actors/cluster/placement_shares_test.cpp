#include "actors/cluster/placement_shares.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <numeric>

using namespace whorl::cluster;

namespace {

using numbers = std::vector<std::uint64_t>;

}  // namespace

TEST_CASE("divide: in proportion to weights, rounded down") {
  CHECK(divide(100, std::vector<claimant>{{1, 0, 100}, {3, 0, 100}}) == numbers{25, 75});
  CHECK(divide(100, std::vector<claimant>{{1, 0, 100}, {1, 0, 100}, {1, 0, 100}}) ==
        numbers{33, 33, 33});
  CHECK(divide(5, {}).empty());
}

TEST_CASE("divide: what one may not take goes to the others in proportion") {
  CHECK(divide(100, std::vector<claimant>{{8, 0, 40}, {1, 0, 100}, {2, 0, 100}}) ==
        numbers{40, 20, 40});
  CHECK(divide(100, std::vector<claimant>{{1, 40, 100}, {50, 0, 100}, {50, 0, 100}}) ==
        numbers{40, 30, 30});
}

TEST_CASE("divide: bounds hold and nearly all is given out (random claimants)") {
  CHECK(rc::check([] {
    const auto count = *rc::gen::inRange<std::size_t>(1, 40);
    std::vector<claimant> among;
    std::uint64_t least = 0, most = 0;
    for (std::size_t i = 0; i < count; ++i) {
      claimant c;
      c.weight = *rc::gen::inRange<std::uint64_t>(1, 0xffffffff);
      c.least = *rc::gen::inRange<std::uint64_t>(0, 100);
      c.most = c.least + *rc::gen::inRange<std::uint64_t>(0, 1000);
      least += c.least;
      most += c.most;
      among.push_back(c);
    }
    const auto total = least + *rc::gen::inRange<std::uint64_t>(0, most - least + 1);
    const numbers shares = divide(total, among);
    for (std::size_t i = 0; i < count; ++i) {
      RC_ASSERT(shares[i] >= among[i].least);
      RC_ASSERT(shares[i] <= among[i].most);
    }
    const std::uint64_t given = std::accumulate(shares.begin(), shares.end(), std::uint64_t{0});
    RC_ASSERT(given <= total);
    RC_ASSERT(total - given < count);
  }));
}

TEST_CASE("fair_shares: the two whole numbers around a share, one when it is whole") {
  const std::vector<weighed_node> three = {{1, 0}, {1, 1}, {1, 2}};
  CHECK(fair_shares(three, 3, 8, 2) == std::vector<fair_share>(3, {5, 6}));  // 5.33
  CHECK(fair_shares(three, 3, 9, 2) == std::vector<fair_share>(3, {6, 6}));
}

TEST_CASE("fair_shares: a heavy node holds every partition once and no more") {
  const std::vector<weighed_node> nodes = {{100, 0}, {1, 1}, {1, 2}};
  CHECK(fair_shares(nodes, 3, 8, 2) == std::vector<fair_share>{{8, 8}, {4, 4}, {4, 4}});
}

TEST_CASE("fair_shares: with as many zones as replicas each zone holds all, whatever its nodes") {
  const std::vector<weighed_node> nodes = {{1, 0}, {9, 1}, {9, 1}};
  CHECK(fair_shares(nodes, 2, 8, 2) == std::vector<fair_share>{{8, 8}, {4, 4}, {4, 4}});
}

TEST_CASE("fair_shares: with fewer zones than replicas a light zone still holds each once") {
  const std::vector<weighed_node> nodes = {{1, 0}, {1, 0}, {90, 1}, {90, 1}, {90, 1}};
  const auto shares = fair_shares(nodes, 2, 9, 3);
  CHECK(shares[0].least + shares[1].least >= 8);
  CHECK(shares[0].most + shares[1].most <= 10);
  CHECK(shares[2] == fair_share{6, 6});
}

TEST_CASE("fair_shares: fewer nodes than replicas hold everything") {
  const std::vector<weighed_node> nodes = {{1, 0}, {7, 1}};
  CHECK(fair_shares(nodes, 2, 8, 3) == std::vector<fair_share>(2, {8, 8}));
}

TEST_CASE("fair_shares: the largest cluster neither wraps around nor loses (weights of 32 bits)") {
  std::vector<weighed_node> nodes(1024, {0xffffffff, 0});
  for (std::uint32_t i = 0; i < 1024; ++i) nodes[i].zone = i;
  CHECK(fair_shares(nodes, 1024, 1024, 8) == std::vector<fair_share>(1024, {8, 8}));
}
