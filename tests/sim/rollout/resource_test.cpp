// The engine against queues whose answer is known: M/M/c by Erlang C, M/G/1 by Pollaczek and
// Khinchine.
#include "sim/rollout/resource.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <vector>

#include "sim/rollout/event_queue.hpp"
#include "sim/rollout/random_stream.hpp"

using namespace whorl::rollout;

namespace {

constexpr double minute_ms = 60'000;

struct outcome {
  double wait_ms = 0, waited_share = 0, busy = 0;
};

/// One station, Poisson arrivals, `service` in ms; nothing of the first tenth counts.
outcome run(std::uint64_t seed, int servers, double arrivals_a_minute, int customers,
            const std::function<double(random_stream&)>& service) {
  const int warm_up = customers / 10;
  random_stream arrivals(below(seed, "arrivals")), times(below(seed, "service"));
  struct event {
    bool arrival = false;
  };
  event_queue<event> events;
  resource station("station", servers);
  outcome out;
  int came = 0, counted = 0, waited = 0;
  std::int64_t now = 0;
  auto begin = [&] { events.put(now + std::llround(service(times)), {}); };
  events.put(0, {true});
  while (came < customers) {
    const auto e = events.take();
    now = e.at_ms;
    if (e.what.arrival) {
      if (++came == warm_up) station.restart_statistics(now);
      events.put(now + std::llround(arrivals.exponential(minute_ms / arrivals_a_minute)), {true});
      if (came > warm_up) ++counted;
      if (station.ask(static_cast<std::uint32_t>(came), 1, 0, now))
        begin();
      else if (came > warm_up)
        ++waited;
      continue;
    }
    station.give_back(now);
    if (const auto next = station.next(now)) {
      if (next->who > static_cast<std::uint32_t>(warm_up))
        out.wait_ms += static_cast<double>(now - next->since_ms);
      begin();
    }
  }
  out.wait_ms /= counted;
  out.waited_share = static_cast<double>(waited) / counted;
  out.busy = station.busy_over_time().mean(now);
  return out;
}

struct known {
  interval wait_ms, waited_share, busy;
};
known replicate(int servers, double rate, const std::function<double(random_stream&)>& service) {
  std::vector<double> wait, share, busy;
  for (std::uint64_t seed = 21; seed <= 32; ++seed) {
    const outcome one = run(seed, servers, rate, 60'000, service);
    wait.push_back(one.wait_ms);
    share.push_back(one.waited_share);
    busy.push_back(one.busy);
  }
  return {mean_interval(wait, 0.99), mean_interval(share, 0.99), mean_interval(busy, 0.99)};
}

bool holds(const interval& i, double value) { return i.low <= value && value <= i.high; }

/// The chance to wait with `c` servers at offered load `a` (Erlang 1917).
double erlang_c(int c, double a) {
  double term = 1, sum = 0;
  for (int k = 0; k < c; ++k) {
    sum += term;
    term *= a / (k + 1);
  }
  const double last = term * c / (c - a);
  return last / (sum + last);
}

}  // namespace

TEST_CASE("resource: M/M/c waits as Erlang C says") {
  struct setting {
    int servers;
    double load;  // a server
  };
  for (const setting& s : {setting{1, 0.7}, setting{5, 0.8}, setting{24, 0.9}}) {
    CAPTURE(s.servers);
    const double mean_service_ms = 12 * minute_ms, offered = s.servers * s.load;
    const double rate = offered / 12;
    const known got = replicate(s.servers, rate, [&](random_stream& chance) {
      return chance.exponential(mean_service_ms);
    });
    const double waits = erlang_c(s.servers, offered);
    CAPTURE(got.wait_ms.mean);
    CHECK(holds(got.waited_share, waits));
    CHECK(holds(got.wait_ms, waits * mean_service_ms / (s.servers - offered)));
    CAPTURE(got.busy.mean);
    CHECK(holds(got.busy, offered));
    CHECK(got.wait_ms.half_width() < 0.12 * got.wait_ms.mean);
  }
}

TEST_CASE("resource: M/G/1 waits as Pollaczek and Khinchine say") {
  for (const double variation : {0.5, 0.8, 1.5}) {
    CAPTURE(variation);
    const double load = 0.6, mean_ms = 10 * minute_ms;
    const known got = replicate(
        1, load / 10, [&](random_stream& chance) { return chance.lognormal(mean_ms, variation); });
    const double wanted = load * mean_ms * (1 + variation * variation) / (2 * (1 - load));
    CAPTURE(got.wait_ms.mean);
    CAPTURE(wanted);
    CHECK(holds(got.wait_ms, wanted));
    CHECK(holds(got.busy, load));
    CHECK(got.wait_ms.half_width() < 0.12 * got.wait_ms.mean);
  }
}

TEST_CASE("resource: fewer servers stop nobody, and let nobody in") {
  resource beds("beds", 2);
  CHECK(beds.ask(1, 1, 0, 0));
  CHECK(beds.ask(2, 1, 0, 0));
  beds.set_servers(1);
  CHECK_FALSE(beds.ask(3, 1, 0, 0));
  beds.give_back(5);
  CHECK_FALSE(beds.next(5));
  beds.give_back(6);
  const auto next = beds.next(6);
  REQUIRE(next);
  CHECK(next->who == 3);
  CHECK(beds.waiting() == 0);
}
