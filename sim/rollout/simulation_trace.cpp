// A case's steps as the events that the exchange would have in its journal.
#include "sim/rollout/simulation.hpp"

namespace whorl::rollout {
namespace {

/// Who takes a step here: the first role of its row, by name.
std::string name_of(const casework::transition& row) {
  return row.by.empty() ? "" : "simulated-" + std::string(actors::to_string(row.by.front()));
}

}  // namespace

void simulation::trace(const sim_case& c, move m, bool refused) {
  const lifecycle_table::entry& entry = table_.at(m, c.state);
  const move_info info = info_of(m);
  const casework::transition& row = *entry.row;
  std::vector<trace_line>& lines = out_.traces[static_cast<std::size_t>(c.trace)];
  case_event e;
  e.which = case_id{c.key};
  e.booking = booking_id{c.key};
  e.step = info.step;
  e.level = c.level;
  e.at = instant{now_ms_};
  e.by = name_of(row);
  if (row.reason) e.reason = "simulated";
  e.code = info.code;
  if (e.code.empty() && row.code == casework::need::required) e.code = "simulated";
  if (row.moment == casework::need::required) e.about_at = e.at;
  if (m == move::opened || row.with_charge) e.charge = charge_of(c.facts, what_);
  lines.push_back({e, c.rules, c.clock_end_ms, refused});
  if (refused || info.step != case_step::status_found || c.facts.status == found_status::citizen ||
      c.facts.status == found_status::lawful || lines.size() > 8)
    return;
  // With the status the analyst puts class and criminal history on record.
  for (const offence& prior : priors_of(c.facts, what_)) {
    case_event known = e;
    known.step = case_step::offence_recorded;
    known.code.clear();
    known.reason.clear();
    known.about_at = {};
    known.charge = prior;
    lines.push_back({known, c.rules, 0});
  }
}

}  // namespace whorl::rollout
