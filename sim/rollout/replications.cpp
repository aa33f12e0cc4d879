#include "sim/rollout/replications.hpp"

#include <algorithm>
#include <thread>

namespace whorl::rollout {

result<std::vector<run_output>> replicate(const replication_setup& from) {
  std::vector<activation_plan> plans;
  for (std::size_t i = 0; i < from.count; ++i) {
    WHORL_ASSIGN(activation_plan one,
                 plan(*from.what, counties(), from.seed + i, from.strategy_text));
    plans.push_back(std::move(one));
  }
  std::vector<run_output> out(from.count);
  std::atomic<std::size_t> next = 0;
  std::atomic<std::uint64_t> days = 0;
  auto work = [&] {
    for (std::size_t i = next++; i < from.count; i = next++) {
      simulation::setup setup{
          from.what, from.rules, std::move(plans[i]), from.seed + i, i == 0 ? from.traces : 0, {}};
      setup.on_day = [&](std::int32_t) {
        const std::uint64_t done = ++days;
        if (from.progress) from.progress(done);
      };
      out[i] = simulation(std::move(setup)).run();
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
