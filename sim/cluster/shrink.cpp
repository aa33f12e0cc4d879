#include "sim/cluster/shrink.hpp"

namespace whorl::sim {
namespace {

class shrinking {
 public:
  shrinking(shrunk_run& best, const judge& run, std::size_t runs_max)
      : best_(best), run_(run), runs_max_(runs_max) {}

  /// Takes `smaller` over if it still fails in the same way.
  bool keep_if_failing(const run_options& smaller) {
    if (best_.runs >= runs_max_) return false;
    ++best_.runs;
    const auto found = run_(smaller);
    if (!found || found->promise != best_.breach.promise) return false;
    best_.options = smaller;
    best_.breach = *found;
    return true;
  }

  bool without_a_kind() {
    bool any = false;
    for (std::size_t kind = 0; kind < fault_kinds; ++kind) {
      run_options smaller = best_.options;
      if (!smaller.plan->on(static_cast<fault_kind>(kind))) continue;
      smaller.plan->off(static_cast<fault_kind>(kind));
      any |= keep_if_failing(smaller);
    }
    return any;
  }

  template <class Number>
  bool less(Number run_options::*which, Number least) {
    bool any = false;
    while (best_.options.*which > least) {
      run_options smaller = best_.options;
      smaller.*which = std::max<Number>(least, smaller.*which / 2);
      if (keep_if_failing(smaller)) {
        any = true;
        continue;
      }
      smaller.*which = best_.options.*which - 1;
      if (!keep_if_failing(smaller)) break;
      any = true;
    }
    return any;
  }

 private:
  shrunk_run& best_;
  const judge& run_;
  std::size_t runs_max_;
};

}  // namespace

shrunk_run shrink(const run_options& failing, const fault_plan& plan, const found_breach& broken,
                  const judge& run, std::size_t runs_max) {
  shrunk_run best{failing, broken, 0};
  best.options.plan = plan;
  best.options.tell = {};
  shrinking step(best, run, runs_max);
  constexpr std::int64_t act_one_ms_least = 500;
  bool smaller = true;
  while (smaller && best.runs < runs_max) {
    smaller = step.without_a_kind();
    smaller |= step.less(&run_options::bookings, std::size_t{1});
    if (best.options.nodes > 1) smaller |= step.less(&run_options::nodes, std::size_t{1});
    // By halves alone: a millisecond less is no smaller run.
    run_options shorter = best.options;
    shorter.act_one_ms_max = std::max(act_one_ms_least, shorter.act_one_ms_max / 2);
    if (shorter.act_one_ms_max < best.options.act_one_ms_max)
      smaller |= step.keep_if_failing(shorter);
  }
  return best;
}

}  // namespace whorl::sim
