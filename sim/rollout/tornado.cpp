#include "sim/rollout/tornado.hpp"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <thread>

#include "sim/rollout/calendar.hpp"

namespace whorl::rollout {
namespace {

constexpr double change = 0.2;

std::vector<const parameter_info*> chosen(const scenario& s) {
  std::vector<const parameter_info*> out;
  for (const parameter_info& p : parameters())
    if (s.values.*p.where > 0 && is_used(s, p)) out.push_back(&p);
  return out;
}

}  // namespace

std::size_t tornado_runs(const scenario& s) { return 2 * chosen(s).size() + 1; }

tornado_result tornado(const scenario& s, const casework::case_settings& rules, std::uint64_t seed,
                       std::string_view strategy_text, std::size_t threads, std::size_t most,
                       const std::function<void(std::size_t run)>& progress) {
  const auto all = chosen(s);
  const std::int32_t early = parse_day("2011-01-01").value();
  const std::int32_t until = s.from < early ? std::min(s.to, early) : s.to;
  std::vector<double> removals(2 * all.size() + 1);
  std::atomic<std::size_t> next = 0, done = 0;
  auto work = [&] {
    for (std::size_t i = next++; i < removals.size(); i = next++) {
      scenario changed = s;
      changed.to = until;
      if (i > 0) {
        const parameter_info& p = *all[(i - 1) / 2];
        double& value = changed.values.*p.where;
        value = std::clamp(value * (i % 2 == 1 ? 1 - change : 1 + change), p.low, p.high);
        if (p.is_whole) value = std::round(value);
      }
      auto days = plan(changed, counties(), seed, strategy_text);
      if (!days) continue;
      const run_output out = simulation({&changed, &rules, *std::move(days), seed, 0, {}}).run();
      removals[i] = out.until(metric::removals, changed.to);
      if (progress) progress(++done);
    }
  };
  {
    std::vector<std::jthread> running;
    for (std::size_t i = 1; i < threads; ++i) running.emplace_back(work);
    work();
  }
  tornado_result out{removals[0], until, {}};
  for (std::size_t k = 0; k < all.size(); ++k)
    out.strongest.push_back({std::string(all[k]->name), removals[2 * k + 1], removals[2 * k + 2]});
  std::stable_sort(out.strongest.begin(), out.strongest.end(),
                   [](const sensitivity& a, const sensitivity& b) {
                     return std::abs(a.high - a.low) > std::abs(b.high - b.low);
                   });
  out.strongest.resize(std::min(most, out.strongest.size()));
  return out;
}

}  // namespace whorl::rollout
