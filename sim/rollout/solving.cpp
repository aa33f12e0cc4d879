#include "sim/rollout/solving.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "sim/rollout/calendar.hpp"

namespace whorl::rollout {
namespace {

constexpr std::int64_t without_end = 10'000'000;
constexpr int rounds = 8;         // of bisection: within 1 %
constexpr int repair_rounds = 6;  // afterwards, where a month is still above

class solver {
 public:
  explicit solver(const solving& from) : from_(from), changed_(*from.what) {}

  result<run_output> run_first() {
    WHORL_ASSIGN(std::vector<run_output> one, run(1));
    return std::move(one.front());
  }
  /// With each of the seeds, in their order.
  result<std::vector<run_output>> run_all() { return run(from_.seeds); }
  scenario& changed() { return changed_; }
  void set(resource_id what, std::vector<capacity> fresh) {
    std::erase_if(changed_.capacities, [&](const capacity& c) { return c.what == what; });
    changed_.capacities.insert(changed_.capacities.end(), fresh.begin(), fresh.end());
  }
  void set_without_end(resource_id what) {
    set(what, {{what, changed_.from - 1, {without_end, without_end, without_end}, {}}});
  }

 private:
  result<std::vector<run_output>> run(std::size_t count) {
    const std::uint64_t before = work_;
    const auto on_day = [&](std::uint64_t work) {
      work_ = std::max(work_, before + work);
      if (from_.progress) from_.progress(work_);
    };
    return replicate(
        {&changed_, from_.rules, from_.strategy_text, from_.seed, count, from_.threads, 0, on_day});
  }

  const solving& from_;
  scenario changed_;
  std::uint64_t work_ = 0;
};

double met_ms(const run_output& out, std::size_t month, const answer_target& target) {
  return out.answers[month].quantile_ms(target.share);
}

/// Of the worst seed.
double met_ms(const std::vector<run_output>& all, std::size_t month, const answer_target& target) {
  double worst = 0;
  for (const run_output& out : all) worst = std::max(worst, met_ms(out, month, target));
  return worst;
}

/// Months that are warm-up: nothing is asked of them.
std::size_t warm_months(const std::vector<run_output>& all) {
  return static_cast<std::size_t>(all.front().warm_months);
}

double worst_ms(const std::vector<run_output>& all, const answer_target& target) {
  double worst = 0;
  for (std::size_t m = warm_months(all); m < all.front().answers.size(); ++m)
    worst = std::max(worst, met_ms(all, m, target));
  return worst;
}

/// So many analysts that they work `share` of their time on what came in the month and shift.
std::vector<capacity> staff_for(const run_output& free, const std::vector<double>& share,
                                const std::vector<std::int64_t>& more) {
  std::vector<capacity> out;
  for (std::size_t m = 0; m < share.size(); ++m) {
    const int month = free.first_month + static_cast<int>(m);
    const std::int32_t begin = month_begin(month), end = month_begin(month + 1);
    const double shift_ms = 8.0 * hour_ms * (std::min(end, free.to) - std::max(begin, free.from));
    capacity c{resource_id::analysts, begin, {}, {}};
    for (std::size_t shift = 0; shift < 3; ++shift)
      c.servers[shift] =
          more[m] +
          std::max<std::int64_t>(
              1, std::llround(std::ceil(free.analysts_work_ms[m][shift] / shift_ms / share[m])));
    out.push_back(c);
  }
  return out;
}

/// Each month's share is bisected on its own; months touch one another by their backlog alone.
result<std::vector<double>> bisect_shares(solver& with, const run_output& free,
                                          const answer_target& target) {
  const std::size_t months = free.answers.size();
  std::vector<double> low(months, 0.2), high(months, 1.1);
  const std::vector<std::int64_t> none(months, 0);
  for (int round = 0; round < rounds; ++round) {
    std::vector<double> middle(months);
    for (std::size_t m = 0; m < months; ++m) middle[m] = (low[m] + high[m]) / 2;
    with.set(resource_id::analysts, staff_for(free, middle, none));
    WHORL_ASSIGN(const run_output out, with.run_first());
    for (std::size_t m = 0; m < months; ++m)
      (met_ms(out, m, target) <= static_cast<double>(target.within_ms) ? low : high)[m] = middle[m];
  }
  return low;
}

}  // namespace

result<answer_target> parse_target(std::string_view text) {
  const auto refused = [&] {
    return make_error(
        errc::invalid_input,
        "'" + std::string(text.substr(0, 60)) +
            "' is no target: write \"p95 answer <= 4h\", with p50 to p99 and min or h");
  };
  std::string rest;
  for (const char c : text)
    if (c != ' ') rest += c;
  constexpr std::string_view middle = "answer<=";
  const std::size_t at = rest.find(middle);
  double share = 0, time = 0;
  if (at == std::string::npos || at < 2 || rest[0] != 'p') return refused();
  const char* end = rest.data() + at;
  if (std::from_chars(rest.data() + 1, end, share).ptr != end) return refused();
  const char* begin = end + middle.size();
  const auto [unit, bad] = std::from_chars(begin, rest.data() + rest.size(), time);
  const std::string_view units(unit, static_cast<std::size_t>(rest.data() + rest.size() - unit));
  if (bad != std::errc() || share < 1 || share > 99.9 || time <= 0 || time > 10'000 ||
      (units != "h" && units != "min"))
    return refused();
  return answer_target{share / 100, std::llround(time * (units == "h" ? hour_ms : minute_ms))};
}

result<std::vector<need_of_month>> solve_staff(const solving& from, const answer_target& target) {
  solver with(from);
  with.set_without_end(resource_id::analysts);
  WHORL_ASSIGN(const std::vector<run_output> unlimited, with.run_all());
  const run_output& free = unlimited.front();
  if (worst_ms(unlimited, target) > static_cast<double>(target.within_ms))
    return make_error(errc::not_found,
                      "no number of analysts holds the target: with as many as wanted the worst "
                      "month has " +
                          std::to_string(std::lround(worst_ms(unlimited, target) / minute_ms)) +
                          " minutes; shorten search_minutes or analyst_minutes");
  WHORL_ASSIGN(const std::vector<double> share, bisect_shares(with, free, target));
  std::vector<std::int64_t> more(share.size(), 0);
  std::vector<need_of_month> out;
  for (int round = 0; round < repair_rounds; ++round) {
    const auto staff = staff_for(free, share, more);
    with.set(resource_id::analysts, staff);
    WHORL_ASSIGN(const std::vector<run_output> checked, with.run_all());
    out.clear();
    bool holds = true;
    for (std::size_t m = 0; m < share.size(); ++m) {
      need_of_month need{free.first_month + static_cast<int>(m), {}, 0};
      std::copy(staff[m].servers.begin(), staff[m].servers.end(), need.servers);
      need.met = met_ms(checked, m, target) / minute_ms;
      if (m >= warm_months(checked) &&
          met_ms(checked, m, target) > static_cast<double>(target.within_ms)) {
        holds = false;
        ++more[m];
      }
      out.push_back(need);
    }
    if (holds) return out;
  }
  return out;  // the months that do not hold show it
}

result<std::vector<need_of_month>> solve_places(const solving& from, resource_id what) {
  solver with(from);
  with.set_without_end(what);
  WHORL_ASSIGN(const std::vector<run_output> unlimited, with.run_all());
  std::vector<need_of_month> out;
  for (std::size_t m = 0; m < unlimited.front().answers.size(); ++m) {
    double most = 0, busy = 0;
    for (const run_output& run : unlimited) {
      const resource_month& month = run.resources[static_cast<std::size_t>(what)][m];
      most = std::max(most, month.busy_peak);
      busy = std::max(busy, month.busy);
    }
    const auto needed = static_cast<std::int64_t>(most);
    out.push_back({unlimited.front().first_month + static_cast<int>(m),
                   {needed, needed, needed},
                   needed == 0 ? 0 : 100 * busy / most});
  }
  return out;
}

result<pace_found> solve_pace(const solving& from, const answer_target& target) {
  if (!has_pace(from.what->strategy))
    return make_error(errc::invalid_input, "strategy " +
                                               std::string(to_string(from.what->strategy)) +
                                               " has no pace: it does not take history's days");
  solver with(from);
  const auto look = [&](double pace) -> result<pace_found> {
    with.changed().pace = pace;
    WHORL_ASSIGN(const std::vector<run_output> out, with.run_all());
    pace_found found{pace, 0, worst_ms(out, target) / minute_ms, true};
    for (const std::int32_t day : out.front().activated)
      if (day != never) found.last_day = std::max(found.last_day, day);
    found.possible = worst_ms(out, target) <= static_cast<double>(target.within_ms);
    return found;
  };
  double low = 0.2, high = 50;  // a fifth of history's pace; all within a month
  WHORL_ASSIGN(pace_found best, look(low));
  if (!best.possible) return best;
  WHORL_ASSIGN(const pace_found fastest, look(high));
  if (fastest.possible) return fastest;
  for (int round = 0; round < rounds; ++round) {
    const double middle = std::sqrt(low * high);
    WHORL_ASSIGN(const pace_found here, look(middle));
    (here.possible ? low : high) = middle;
    if (here.possible) best = here;
  }
  return best;
}

}  // namespace whorl::rollout
