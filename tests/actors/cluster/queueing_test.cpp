#include "actors/cluster/queueing.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace whorl::cluster;

TEST_CASE("erlang_c: as published tables have it") {
  CHECK(erlang_c(1, 0.7) == doctest::Approx(0.7));  // one server: its utilisation
  CHECK(erlang_c(2, 1) == doctest::Approx(1.0 / 3));
  CHECK(erlang_c(10, 7) == doctest::Approx(0.2217).epsilon(0.001));
  CHECK(erlang_c(5, 0) == 0);
  CHECK(erlang_c(5, 5) == 1);
  CHECK(erlang_c(1'000'000, 900'000) < 1e-12);  // neither overflows nor cancels
}

TEST_CASE("wait_for_server: M/M/1 and M/D/1 in closed form") {
  const queue_wait random = wait_for_server(1, 0.8, 1, 1);
  CHECK(random.utilisation == doctest::Approx(0.8));
  CHECK(random.mean_s == doctest::Approx(4));
  CHECK(random.quantile_s(0.99) == doctest::Approx(std::log(80.0) / 0.2));
  CHECK(wait_for_server(1, 0.8, 1, 0).mean_s == doctest::Approx(2));  // constant: half of it
  CHECK(wait_for_server(4, 8, 0.4, 1).mean_s == doctest::Approx(erlang_c(4, 3.2) * 0.4 / 0.8));
}

TEST_CASE("wait_for_server: nobody waits where there is room, and for ever where there is none") {
  const queue_wait idle = wait_for_server(100, 1, 1, 0);
  CHECK(idle.mean_s < 1e-9);
  CHECK(idle.quantile_s(0.99) == 0);
  CHECK(wait_for_server(2, 3, 1, 0).utilisation == doctest::Approx(1.5));
}
