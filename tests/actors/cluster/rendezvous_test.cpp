#include "actors/cluster/rendezvous.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <cmath>
#include <string>

using namespace whorl;
using namespace whorl::cluster;

TEST_CASE("minus_log2: whole powers of two are exact") {
  for (unsigned bit = 0; bit < 64; ++bit)
    CHECK(minus_log2(std::uint64_t{1} << bit) == std::uint64_t{64 - bit} << 26);
  CHECK(minus_log2(0) == std::uint64_t{64} << 26);
  CHECK(minus_log2(~std::uint64_t{0}) == 1);
}

TEST_CASE("minus_log2: the logarithm to 25 bits behind the point, and never rising") {
  CHECK(rc::check([](std::uint64_t h, std::uint64_t other) {
    h |= 1;  // the reference has no logarithm of 0
    const double exact = 64.0 - std::log2(static_cast<double>(h));
    RC_ASSERT(std::abs(static_cast<double>(minus_log2(h)) / 67108864.0 - exact) < 1.0 / 33554432.0);
    RC_ASSERT((h < other) <= (minus_log2(h) >= minus_log2(other)));
  }));
}

TEST_CASE("hash_of_name: as every earlier program computed it (a map depends on it)") {
  CHECK(hash_of_name("") == 0xf52a15e9a9b5e89bull);
  CHECK(hash_of_name("node-1") == 0x13950d4ef307e655ull);
  CHECK(claim_of(hash_of_name("node-1"), {gallery_kind::criminal, 0}, 1).cost == 108585708);
  CHECK(claim_of(hash_of_name("node-1"), {gallery_kind::immigration, 7}, 1).cost == 17641510);
}

TEST_CASE("stronger: more weight or less cost, and never both ways") {
  CHECK(stronger({100, 2}, {100, 1}));
  CHECK(stronger({100, 1}, {101, 1}));
  CHECK_FALSE(stronger({100, 1}, {200, 2}));  // equal: neither
  CHECK_FALSE(stronger({200, 2}, {100, 1}));
  const std::uint64_t dearest = std::uint64_t{64} << 26;
  CHECK(stronger({dearest - 1, 0xffffffff}, {dearest, 0xffffffff}));  // no product wraps around
  CHECK_FALSE(stronger({dearest, 0xffffffff}, {dearest - 1, 0xffffffff}));
}

TEST_CASE("claims: each node wins in proportion to its weight (1 : 2 : 5 of 40,000 partitions)") {
  const std::uint64_t names[] = {hash_of_name("a"), hash_of_name("b"), hash_of_name("c")};
  const std::uint32_t weights[] = {1, 2, 5};
  double wins[3] = {};
  for (std::uint32_t p = 0; p < 40'000; ++p) {
    std::size_t best = 0;
    for (std::size_t n = 1; n < 3; ++n) {
      if (stronger(claim_of(names[n], {gallery_kind::criminal, p}, weights[n]),
                   claim_of(names[best], {gallery_kind::criminal, p}, weights[best])))
        best = n;
    }
    ++wins[best];
  }
  // Four standard deviations of a binomial count of 40,000 are at most 1 % of all.
  CHECK(std::abs(wins[0] / 40'000 - 1.0 / 8) < 0.01);
  CHECK(std::abs(wins[1] / 40'000 - 2.0 / 8) < 0.01);
  CHECK(std::abs(wins[2] / 40'000 - 5.0 / 8) < 0.01);
}
