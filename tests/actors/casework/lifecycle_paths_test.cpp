// Paths of a case from its opening on, drawn from the table: whatever may be done is done
// somewhere, and what a case has become is what its events fold to.
#include <doctest/doctest.h>

#include <random>
#include <set>

#include "tests/actors/casework/lifecycle_support.hpp"

using namespace whorl;
using namespace whorl::casework;
using namespace whorl::casework::test;

namespace {

using dice = std::mt19937_64;

template <class All>
const auto& one_of(dice& draw, const All& all) {
  return all[draw() % all.size()];
}

/// The row's step, by somebody of its roles, with one of its codes.
case_event drawn_event(dice& draw, const transition& row) {
  static const std::vector<std::string> people{"ann", "bob", "cyd"};
  case_event e = event_for(row);
  if (!row.codes.empty()) e.code = one_of(draw, row.codes);
  if (row.code == need::required && row.codes.empty() && e.code == "X-1")
    e.code += std::to_string(draw() % 3);
  if (row.step == case_step::handed_over) e.code = one_of(draw, people);
  e.by = row.by.empty() ? "whorl" : one_of(draw, people);
  return e;
}

/// Steps after which little else is allowed: rare, or few paths would get far.
bool holds_up(case_step step) {
  return step == case_step::flagged || step == case_step::citizenship_claimed ||
         step == case_step::record_changed || step == case_step::taken_up ||
         step == case_step::handed_over;
}

/// Rows by their place in the table, with the state that they were taken from.
using taken_rows = std::set<std::pair<std::size_t, case_state>>;

void walk(dice& draw, taken_rows& taken) {
  const auto rows = transitions();
  case_in_hand c;
  c.when.source = draw() % 2 == 0 ? booking_source::jail : booking_source::parole;
  // It may end in one state alone, where it lingers, or paths stay short. `ordered` is the
  // furthest.
  const auto any = static_cast<case_state>(draw() % (static_cast<int>(case_state::appealed) + 1));
  const case_state last = draw() % 2 == 0 ? case_state::ordered : any;
  int after_the_end = 30;
  for (int attempt = 0; attempt < 600; ++attempt) {
    if (c.view.state == case_state::closed && --after_the_end == 0) break;
    const std::size_t i = draw() % rows.size();
    const transition& row = rows[i];
    const case_state from = c.view.state;
    if (std::count(row.from.begin(), row.from.end(), from) == 0) continue;
    if (row.to == case_state::closed && from != last && from != case_state::closed) continue;
    const bool goes_on = row.to && *row.to != from;
    if (from == last ? goes_on && draw() % 32 != 0 : holds_up(row.step) && draw() % 16 != 0)
      continue;
    c.when.now.ms += static_cast<std::int64_t>(draw() % hour_ms);
    c.when.clock_end = instant{c.when.now.ms + (draw() % 2 == 0 ? -1 : 1)};
    c.when.rules = static_cast<detainer_rule>(draw() % 3);
    std::optional<role> as;
    if (!row.by.empty()) as = one_of(draw, row.by);
    case_event e = drawn_event(draw, row);
    const std::string by = e.by;
    if (c.take(as, std::move(e), by)) taken.emplace(i, from);
  }
  const case_view again = fold(c.events);
  REQUIRE(again.state == c.view.state);
  REQUIRE(again.steps == c.events.size());
  REQUIRE(again.steps == c.view.steps);
  CHECK(again.status == c.view.status);
  CHECK(again.holds == c.view.holds);
  CHECK(again.closing == c.view.closing);
  CHECK(again.located == c.view.located);
  CHECK(again.remarks == c.view.remarks);
}

}  // namespace

TEST_CASE("lifecycle: every row is taken from each of its states on some path from the opening") {
  dice draw(1);
  const auto rows = transitions();
  std::size_t all = 0;
  for (const transition& row : rows) all += row.from.size();
  taken_rows taken;
  for (int i = 0; i < 50'000 && taken.size() < all; ++i) walk(draw, taken);
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (const case_state from : rows[i].from) {
      CAPTURE(to_string(rows[i].step));
      CAPTURE(to_string(from));
      CHECK(taken.contains({i, from}));
    }
}
