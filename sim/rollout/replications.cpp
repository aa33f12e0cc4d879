#include "sim/rollout/replications.hpp"

#include <algorithm>
#include <mutex>
#include <numeric>
#include <thread>

namespace whorl::rollout {

std::vector<std::uint64_t> day_costs(const scenario& s, const activation_plan& days) {
  constexpr double each_day = 500;  // what a day takes without a booking: it goes over all counties
  std::vector<double> people(static_cast<std::size_t>(s.to - s.from));
  const auto all = counties();
  for (std::size_t i = 0; i < all.size(); ++i) {
    const bool gated = s.strategy == strategy_kind::capacity_gated && days.day[i] == never;
    const std::int32_t first = std::max(gated ? all[i].activated : days.day[i], s.from);
    if (first < s.to) people[static_cast<std::size_t>(first - s.from)] += all[i].population[0];
  }
  std::vector<std::uint64_t> out;
  double active = 0;
  for (std::size_t i = 0; i < people.size(); ++i) {
    active += people[i];
    const double rate = arrest_rate(s, s.from + static_cast<std::int32_t>(i)) / 1e5 / 365.25;
    out.push_back(
        static_cast<std::uint64_t>(active * rate * s.values.submissions_per_arrest + each_day));
  }
  return out;
}

result<std::uint64_t> expected_work(const replication_setup& from) {
  WHORL_ASSIGN(const activation_plan days,
               plan(*from.what, counties(), from.seed, from.strategy_text));
  const auto costs = day_costs(*from.what, days);
  return from.count * std::accumulate(costs.begin(), costs.end(), std::uint64_t{0});
}

result<std::vector<run_output>> replicate(const replication_setup& from) {
  std::vector<activation_plan> plans;
  for (std::size_t i = 0; i < from.count; ++i) {
    WHORL_ASSIGN(activation_plan one,
                 plan(*from.what, counties(), from.seed + i, from.strategy_text));
    plans.push_back(std::move(one));
  }
  std::vector<run_output> out(from.count);
  std::atomic<std::size_t> next = 0;
  std::mutex one_at_a_time;
  std::uint64_t done = 0;
  auto tell = [&](std::uint64_t more) {
    const std::scoped_lock lock(one_at_a_time);
    from.progress(done += more);
  };
  auto work = [&] {
    for (std::size_t i = next++; i < from.count; i = next++) {
      const auto costs =
          from.progress ? day_costs(*from.what, plans[i]) : std::vector<std::uint64_t>();
      simulation::setup setup{
          from.what, from.rules, std::move(plans[i]), from.seed + i, i == 0 ? from.traces : 0, {}};
      if (from.progress)
        setup.on_day = [&](std::int32_t day) {  // which begins: those before it are done
          if (day > from.what->from)
            tell(costs[static_cast<std::size_t>(day - from.what->from) - 1]);
        };
      out[i] = simulation(std::move(setup)).run();
      if (from.progress) tell(costs.back());
    }
  };
  const std::size_t threads = std::clamp<std::size_t>(from.threads, 1, from.count);
  if (threads == 1) {
    work();
    return out;
  }
  std::vector<std::jthread> running;
  for (std::size_t i = 0; i < threads; ++i) running.emplace_back(work);
  running.clear();  // joins
  return out;
}

}  // namespace whorl::rollout
