#include "sim/rollout/fit.hpp"

#include <algorithm>
#include <cmath>

#include "sim/rollout/calendar.hpp"

namespace whorl::rollout {
namespace {

constexpr std::pair<std::string_view, std::string_view> pairs[] = {
    {"submissions_per_arrest", "submissions_cum"},
    {"noncitizen_match", "ident_matches_cum"},
    {"grave_weight", "level1_identified_cum"},
    {"action", "detainers_cum"},
    {"notified", "removals_cum"},
    {"has_priors", "removed_noncriminal_cum"},
};
constexpr int steps_of_newton = 6;
constexpr double near_enough = 5e-4;  // of the largest logarithm of simulated over published
constexpr double far_off = 0.1;       // such a figure is not met
constexpr double moved_by = 0.15;     // of the logarithm of a constant

const parameter_info& info_of(std::string_view name) {
  const auto all = parameters();
  return *std::find_if(all.begin(), all.end(),
                       [&](const parameter_info& p) { return p.name == name; });
}

using vector = std::vector<double>;

/// Solves a x = b by elimination with pivots; false where a is singular.
bool solve(std::vector<vector> a, vector b, vector& x) {
  const std::size_t n = b.size();
  for (std::size_t i = 0; i < n; ++i) {
    std::size_t pivot = i;
    for (std::size_t r = i + 1; r < n; ++r)
      if (std::abs(a[r][i]) > std::abs(a[pivot][i])) pivot = r;
    if (std::abs(a[pivot][i]) < 1e-9) return false;
    std::swap(a[i], a[pivot]);
    std::swap(b[i], b[pivot]);
    for (std::size_t r = i + 1; r < n; ++r) {
      const double factor = a[r][i] / a[i][i];
      for (std::size_t c = i; c < n; ++c) a[r][c] -= factor * a[i][c];
      b[r] -= factor * b[i];
    }
  }
  x.assign(n, 0);
  for (std::size_t i = n; i-- > 0;) {
    double sum = b[i];
    for (std::size_t c = i + 1; c < n; ++c) sum -= a[i][c] * x[c];
    x[i] = sum / a[i][i];
  }
  return true;
}

/// Least squares of slopes * x = -errors, held back a little (Levenberg), so that a constant at its
/// bound, which moves nothing, stays where it is.
bool solve_damped(const std::vector<vector>& slopes, const vector& errors, vector& x) {
  const std::size_t n = errors.size();
  std::vector<vector> square(n, vector(n));
  vector right(n);
  for (std::size_t i = 0; i < n; ++i) {
    square[i][i] = 1e-4;
    for (std::size_t r = 0; r < n; ++r) {
      right[i] -= slopes[r][i] * errors[r];
      for (std::size_t c = 0; c < n; ++c) square[i][c] += slopes[r][i] * slopes[r][c];
    }
  }
  return solve(square, right, x);
}

class fitter {
 public:
  fitter(const scenario& from, const casework::case_settings& rules,
         std::vector<fit_target> targets, std::uint64_t seed,
         const std::function<void(double)>& progress)
      : scenario_(from), rules_(rules), seed_(seed), progress_(progress) {
    out_.targets = std::move(targets);
    std::int32_t last = from.from + 1;
    for (const fit_target& t : out_.targets) {
      last = std::max(last, t.published.day + 1);
      out_.values.push_back(scenario_.values.*info_of(t.parameter).where);
    }
    scenario_.to = last;
  }

  result<fit_result> run() {
    for (int step = 0; step < steps_of_newton; ++step) {
      WHORL_ASSIGN(const vector here, errors(out_.values));
      if (std::all_of(here.begin(), here.end(), [](double e) { return std::abs(e) < near_enough; }))
        break;
      std::vector<vector> slopes(here.size(), vector(here.size()));
      for (std::size_t k = 0; k < here.size(); ++k) {
        vector moved = out_.values;
        moved[k] *= std::exp(-moved_by);
        WHORL_ASSIGN(const vector there, errors(moved));
        for (std::size_t i = 0; i < here.size(); ++i)
          slopes[i][k] = (here[i] - there[i]) / moved_by;
      }
      vector change;
      if (!solve_damped(slopes, here, change))
        return make_error(errc::invalid_input,
                          "the fitted constants do not move the published figures apart: start "
                          "from other values");
      for (std::size_t k = 0; k < change.size(); ++k) {
        const parameter_info& info = info_of(out_.targets[k].parameter);
        out_.values[k] = std::clamp(out_.values[k] * std::exp(std::clamp(change[k], -0.7, 0.7)),
                                    std::max(info.low, 1e-4), info.high);
      }
    }
    WHORL_ASSIGN(const vector last, errors(out_.values));
    std::string unmet;
    for (std::size_t i = 0; i < last.size(); ++i)
      if (!(std::abs(last[i]) < far_off))
        unmet += (unmet.empty() ? "" : ", ") + std::string(out_.targets[i].metric);
    if (!unmet.empty())
      return make_error(errc::invalid_input,
                        "the fit does not come near the published " + unmet +
                            ": start from other values, or from a scenario that covers their days");
    for (std::size_t i = 0; i < last.size(); ++i)
      out_.simulated.push_back(out_.targets[i].published.value * std::exp(last[i]));
    return std::move(out_);
  }

 private:
  /// Logarithm of simulated over published, by target.
  result<vector> errors(const vector& values) {
    for (std::size_t k = 0; k < values.size(); ++k)
      scenario_.values.*info_of(out_.targets[k].parameter).where = values[k];
    replication_setup pair{&scenario_, &rules_, {}, seed_, 2, 2, 0, {}};
    WHORL_ASSIGN(const std::uint64_t work, expected_work(pair));
    const auto before = static_cast<double>(out_.runs);
    const double most = 1 + steps_of_newton * (1 + static_cast<double>(values.size()));
    if (progress_)
      pair.progress = [&](std::uint64_t done) {
        const double part = static_cast<double>(done) / static_cast<double>(work);
        progress_((before + std::min(part, 1.0)) / most);
      };
    WHORL_ASSIGN(const auto runs, replicate(pair));
    vector out;
    for (const fit_target& t : out_.targets) {
      double sum = 0;
      for (const run_output& one : runs) sum += simulated(one, t.published) / 2;
      out.push_back(std::log(std::max(sum, 1.0) / t.published.value));
    }
    ++out_.runs;
    return out;
  }

  scenario scenario_;
  const casework::case_settings& rules_;
  std::uint64_t seed_;
  const std::function<void(double)>& progress_;
  fit_result out_;
};

}  // namespace

std::vector<fit_target> fit_targets(std::span<const figure> figures) {
  const std::int32_t until = parse_day(fitted_until).value();
  std::vector<fit_target> out;
  for (const auto& [parameter, metric] : pairs) {
    const figure* last = nullptr;
    for (const figure& f : figures)
      if (f.metric == metric && f.place.empty() && f.day <= until) last = &f;
    if (last != nullptr) out.push_back({parameter, metric, *last});
  }
  return out;
}

result<fit_result> fit(const scenario& from, const casework::case_settings& rules,
                       std::span<const figure> figures, std::uint64_t seed,
                       const std::function<void(double share)>& progress) {
  auto targets = fit_targets(figures);
  if (targets.size() != std::size(pairs))
    return make_error(errc::not_found, "the file of figures has no rows up to " +
                                           std::string(fitted_until) +
                                           " for some of submissions_cum, ident_matches_cum, "
                                           "level1_identified_cum, detainers_cum, removals_cum, "
                                           "removed_noncriminal_cum");
  return fitter(from, rules, std::move(targets), seed, progress).run();
}

}  // namespace whorl::rollout
