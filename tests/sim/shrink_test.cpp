#include "sim/cluster/shrink.hpp"

#include <doctest/doctest.h>

using namespace whorl::sim;

namespace {

fault_plan plan_of(std::initializer_list<fault_kind> kinds) {
  fault_plan plan;
  for (const fault_kind kind : kinds) plan.per_myriad[static_cast<std::size_t>(kind)] = 100;
  return plan;
}

run_options failing() {
  run_options run;
  run.seed = 9;
  run.nodes = 5;
  run.bookings = 8;
  return run;
}

}  // namespace

TEST_CASE("shrink: what the failure needs is kept, all else goes") {
  const auto plan = plan_of({fault_kind::loss, fault_kind::clog, fault_kind::node_crash});
  const auto needs = [](const run_options& run) -> std::optional<found_breach> {
    if (!run.plan->on(fault_kind::node_crash) || run.bookings < 3 || run.nodes < 2)
      return std::nullopt;
    return found_breach{7, "smaller"};
  };
  const shrunk_run small = shrink(failing(), plan, {7, "first"}, needs);
  CHECK(small.options.plan->per_myriad == plan_of({fault_kind::node_crash}).per_myriad);
  CHECK(small.options.bookings == 3);
  CHECK(small.options.nodes == 2);
  CHECK(small.options.act_one_ms_max == 500);
  CHECK(small.options.seed == 9);
  CHECK(small.breach.what == "smaller");
}

TEST_CASE("shrink: another promise that breaks is another finding") {
  const auto plan = plan_of({fault_kind::loss, fault_kind::clog});
  const auto other = [](const run_options& run) -> std::optional<found_breach> {
    return found_breach{run.plan->on(fault_kind::clog) ? 3 : 1, "it"};
  };
  const shrunk_run small = shrink(failing(), plan, {3, "first"}, other);
  CHECK(small.breach.promise == 3);
  CHECK(small.options.plan->on(fault_kind::clog));
  CHECK_FALSE(small.options.plan->on(fault_kind::loss));
}

TEST_CASE("shrink: it ends after so many runs") {
  std::size_t asked = 0;
  const auto always = [&](const run_options&) -> std::optional<found_breach> {
    ++asked;
    return found_breach{1, "it"};
  };
  const shrunk_run small = shrink(failing(), plan_of({fault_kind::loss}), {1, "it"}, always, 3);
  CHECK(asked == 3);
  CHECK(small.runs == 3);
}
