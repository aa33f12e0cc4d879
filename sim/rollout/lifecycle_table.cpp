#include "sim/rollout/lifecycle_table.hpp"

#include <algorithm>

#include "messages/invariant.hpp"

namespace whorl::rollout {
namespace {

using enum case_step;

constexpr std::array<move_info, move_count> infos = {{
    {opened, ""},
    {iaq_queued, ""},
    {prints_confirmed, ""},
    {status_found, "citizen"},
    {status_found, "lawful"},
    {status_found, "removable-if-convicted"},
    {status_found, "not-lawfully-present"},
    {status_found, "prior-removal"},
    {status_found, "final-order"},
    {status_found, "insufficient"},
    {interview_booked, ""},
    {interviewed, ""},
    {no_action, ""},
    {detainer_issued, ""},
    {conditional_detainer_issued, ""},
    {detainer_activated, ""},
    {release_notified, ""},
    {detainer_lifted, "Detainer Declined by LEA"},
    {detainer_lifted, "Insufficient Notice to ICE"},
    {detainer_expired, ""},
    {released, ""},
    {taken_into_custody, ""},
    {charging_document_served, ""},
    {hearing_booked, ""},
    {hearing_held, ""},
    {relief_granted, "B-Relief Granted"},
    {removal_ordered, ""},
    {transport_booked, ""},
    {removed, "8-Excluded/Deported/Removed"},
    {removed, "3-Voluntary Departure Confirmed"},
    {offence_recorded, ""},
    {citizenship_claimed, ""},
    {claim_decided, "citizen"},
    {flagged, "protected"},
    {fact_recorded, "final_order"},
    {notice_served, ""},
}};

}  // namespace

move_info info_of(move m) { return infos[static_cast<std::size_t>(m)]; }

lifecycle_table::lifecycle_table() {
  for (std::size_t m = 0; m < move_count; ++m) {
    bool found = false;
    for (const casework::transition& row : casework::transitions()) {
      const move_info& info = infos[m];
      const bool coded = row.codes.empty() || std::find(row.codes.begin(), row.codes.end(),
                                                        info.code) != row.codes.end();
      if (row.step != info.step || !coded) continue;
      std::uint64_t guards = 0;
      for (const casework::guard g : row.guards) guards |= bit(g);
      for (const casework::case_state from : row.from) {
        entry& e = entries_[m][static_cast<std::size_t>(from)];
        if (!e.allowed) e = {true, row.to.value_or(from), guards, &row};
      }
      found = true;
    }
    INVARIANT(found);  // the table has no such step any more: the model must follow it
  }
}

}  // namespace whorl::rollout
