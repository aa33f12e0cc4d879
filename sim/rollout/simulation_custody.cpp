// From the end of local custody to the removal.
#include "actors/casework/clocks.hpp"
#include "sim/rollout/calendar.hpp"
#include "sim/rollout/simulation.hpp"

namespace whorl::rollout {

using casework::case_state;

void simulation::on_disposed(std::uint32_t slot) {
  sim_case& c = cases_[slot];
  if (c.facts.disposition != offence_disposition::charged) return;
  c.facts.disposition =
      c.will_convict ? offence_disposition::convicted : offence_disposition::dismissed;
  if (c.state == case_state::none) return;  // not opened yet
  take(slot, move::offence_recorded);
  look_up_rules(c);
  const bool activates = c.state == case_state::conditional_detainer && c.will_convict;
  if (!activates || !may(c, move::detainer_activated)) return;
  take(slot, move::detainer_activated);
  count(metric::detainers, c.place);
}

void simulation::on_release(std::uint32_t slot) {
  sim_case& c = cases_[slot];
  switch (c.state) {
    case case_state::none:
    case case_state::awaiting_status:
      c.gone = true;  // said when the status is found
      return;
    case case_state::detainer:
      return release_under_detainer(slot);
    case case_state::adjudicated:
      take(slot, move::released);
      if (c.acts && c.without_detainer) {
        c.arresting = true;
        return wait_for_bed(slot);
      }
      count(metric::released_unseen, c.place);
      return at_large(slot);
    case case_state::interview:
      take(slot, move::released);
      count(metric::released_unseen, c.place);
      return at_large(slot);
    case case_state::conditional_detainer:  // somebody has acted: it waited for a conviction
      take(slot, move::released);
      return at_large(slot);
    default:
      return;
  }
}

void simulation::release_under_detainer(std::uint32_t slot) {
  sim_case& c = cases_[slot];
  random_stream chance = stream(c, purpose::release);
  const bool declined = chance.chance(values().declined), told = chance.chance(values().notified);
  if (declined || !told || c.claim_open) {
    take(slot, c.claim_open ? move::released : declined ? move::declined : move::no_notice);
    if (declined && !c.claim_open) count(metric::detainers_declined, c.place);
    return at_large(slot);
  }
  const std::string_view state = std::string_view(places_[c.place].ori).substr(0, 2);
  const auto end = casework::add_business_hours(instant{now_ms_}, casework::detainer_hours,
                                                casework::zone_of_state(state));
  // Only a machine without time zones has no end: two days then, and the zone is in no result.
  c.clock_end_ms = end ? end->ms : now_ms_ + 2 * day_ms;
  take(slot, move::release_notified);
  after(static_cast<double>(c.clock_end_ms - now_ms_), event_kind::clock_end, slot);
  wait_for_bed(slot);
}

void simulation::wait_for_bed(std::uint32_t slot) {
  const sim_case& c = cases_[slot];
  if (!c.waits_for_bed && !c.bed_held) ask(resource_id::beds, slot);
}

void simulation::on_clock_end(std::uint32_t slot) {
  sim_case& c = cases_[slot];
  if (c.state != case_state::detainer || c.clock_end_ms == 0) return;
  take(slot, move::expired);
  count(metric::detainers_expired, c.place);
  c.clock_end_ms = 0;
  if (c.bed_held) {
    c.bed_held = false;
    give_back(resource_id::beds);
  }
  at_large(slot);
}

/// Released, and nobody has come. Whoever is sought may be found; others leave the model.
void simulation::at_large(std::uint32_t slot) {
  sim_case& c = cases_[slot];
  if (c.with_officer) return;  // an officer will still look at it
  count(metric::at_large, c.place);
  random_stream chance = stream(c, purpose::located);
  if (c.acts && chance.chance(values().located)) {
    after(chance.exponential(values().located_days) * day_ms, event_kind::locate, slot);
    return;
  }
  random_stream again = stream(c, purpose::back);
  if (again.chance(values().rearrested))
    come_back(c, again.exponential(values().rearrested_days), false);
  leave(slot);
}

void simulation::on_locate(std::uint32_t slot) {
  cases_[slot].arresting = true;
  wait_for_bed(slot);
}

void simulation::on_pickup(std::uint32_t slot) {
  sim_case& c = cases_[slot];
  // The clock has ended before, or another bed was taken since.
  if (!c.bed_held || c.pickup_ms != now_ms_) return;
  c.pickup_ms = 0;
  refresh(slot);
  if (!may(c, move::taken)) {
    c.bed_held = c.arresting = false;
    return give_back(resource_id::beds);
  }
  take(slot, move::taken);
  take(slot, move::notice_served);
  count(metric::arrests, c.place);
  c.arrested_ms = now_ms_;
  c.clock_end_ms = 0;
  c.arresting = false;
  if (c.facts.disposition == offence_disposition::charged) {
    // The agency has let the person go: the charge is dropped, as far as anybody says.
    c.facts.disposition = offence_disposition::dismissed;
    take(slot, move::offence_recorded);
  }
  look_up_rules(c);
  if (c.facts.status == found_status::prior_removal) take(slot, move::fact_final_order);
  if (may(c, move::removal_ordered)) {
    take(slot, move::removal_ordered);
    count(metric::ordered, c.place);
    after(stream(c, purpose::travel).exponential(values().travel_days) * day_ms, event_kind::travel,
          slot);
  } else {
    take(slot, move::charging_document);
    ask(resource_id::hearings, slot);
  }
}

void simulation::on_claim(std::uint32_t slot) {
  sim_case& c = cases_[slot];
  take(slot, move::citizenship_claimed);
  after(stream(c, purpose::claim_length).exponential(values().claim_days) * day_ms,
        event_kind::claim_decided, slot);
}

void simulation::on_claim_decided(std::uint32_t slot) {
  take(slot, move::claim_right);
  count(metric::claims_upheld, cases_[slot].place);
  finish(slot);
}

void simulation::on_hearing(std::uint32_t slot) {
  sim_case& c = cases_[slot];
  take(slot, move::hearing_held);
  refresh(slot);
  count(metric::hearings, c.place);
  random_stream chance(below(stream(c, purpose::hearing).bits(), ++c.hearings));
  if (chance.chance(values().more_hearings)) return ask(resource_id::hearings, slot);
  const bool removal = chance.chance(values().ordered);
  if (!removal || c.truth == found_status::citizen || !may(c, move::removal_ordered)) {
    take(slot, move::relief);
    count(metric::relief, c.place);
    return finish(slot);
  }
  take(slot, move::removal_ordered);
  count(metric::ordered, c.place);
  after(stream(c, purpose::travel).exponential(values().travel_days) * day_ms, event_kind::travel,
        slot);
}

/// A status that has grown old while the proceedings lasted is looked up again, by nobody's time.
void simulation::refresh(std::uint32_t slot) {
  sim_case& c = cases_[slot];
  if (!is_stale(c.status_ms, now_ms_)) return;
  c.status_ms = now_ms_;
  take(slot, status_move(c.facts.status));
}

void simulation::on_travel(std::uint32_t slot) {
  refresh(slot);
  ask(resource_id::seats, slot);
}

void simulation::on_leave(std::uint32_t slot) {
  sim_case& c = cases_[slot];
  refresh(slot);
  const bool voluntary = stream(c, purpose::removal).chance(values().voluntary);
  count_removed(c);
  took(length::booking_to_removal, c.booked_ms);
  take(slot, voluntary ? move::left_voluntarily : move::removed);
  random_stream again = stream(c, purpose::back);
  if (again.chance(values().returns)) come_back(c, again.exponential(values().return_days), true);
  finish(slot);
}

void simulation::count_removed(const sim_case& c) {
  count(metric::removals, c.place);
  const bool criminal = c.facts.disposition == offence_disposition::convicted ||
                        c.facts.prior_felonies + c.facts.prior_misdemeanours > 0;
  if (!criminal) return count(metric::removed_noncriminal, c.place);
  constexpr metric levels[] = {metric::level3_removed, metric::level1_removed,
                               metric::level2_removed, metric::level3_removed};
  count(levels[rules_.ask(c.place, c.facts).level], c.place);
}

/// A later booking of the same person, in the same county.
void simulation::come_back(const sim_case& c, double days, bool removed) {
  const double at_ms = static_cast<double>(now_ms_) + days * day_ms;
  if (at_ms >= static_cast<double>(begin_of(what_.to))) return;
  const auto key = below(c.key, static_cast<std::uint64_t>(purpose::again));
  const booking b{key,  static_cast<std::int64_t>(at_ms),  c.place, removed,
                  true, static_cast<std::uint8_t>(c.truth)};
  std::uint32_t place = static_cast<std::uint32_t>(back_.size());
  if (free_back_.empty()) {
    back_.push_back(b);
  } else {
    place = free_back_.back();
    free_back_.pop_back();
    back_[place] = b;
  }
  events_.put(b.at_ms, {place, 0, event_kind::back});
}

}  // namespace whorl::rollout
