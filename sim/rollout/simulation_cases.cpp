// Cases, their steps, and what they wait for.
#include <cmath>

#include "actors/casework/rule_file.hpp"
#include "sim/rollout/calendar.hpp"
#include "sim/rollout/simulation.hpp"

namespace whorl::rollout {

using casework::case_state;
using casework::guard;

bool is_stale(std::int64_t status_ms, std::int64_t now_ms) {
  static const std::int64_t after_ms = casework::circumstances{}.stale_after_days * day_ms;
  return now_ms - status_ms > after_ms;
}

std::uint32_t simulation::new_slot() {
  std::uint32_t slot = static_cast<std::uint32_t>(cases_.size());
  if (free_.empty()) {
    cases_.emplace_back();
  } else {
    slot = free_.back();
    free_.pop_back();
  }
  const std::uint32_t serial = cases_[slot].serial;
  cases_[slot] = sim_case{};
  cases_[slot].serial = serial + 1;
  return slot;
}

/// The case needs its slot no more; while it stands in a line, the line still names it.
void simulation::leave(std::uint32_t slot) {
  sim_case& c = cases_[slot];
  ++c.serial;  // its events are void
  c.left = true;
  leave_slot_if_over(slot);
}

void simulation::leave_slot_if_over(std::uint32_t slot) {
  const sim_case& c = cases_[slot];
  if (c.left && c.lines == 0) free_.push_back(slot);
}

void simulation::finish(std::uint32_t slot) {
  sim_case& c = cases_[slot];
  if (c.arrested_ms != 0) took(length::custody, c.arrested_ms);
  if (c.bed_held) {
    c.bed_held = false;
    give_back(resource_id::beds);
  }
  leave(slot);
}

void simulation::after(double ms, event_kind kind, std::uint32_t slot) {
  const double at_ms = static_cast<double>(now_ms_) + ms;
  if (at_ms >= static_cast<double>(begin_of(what_.to))) return;
  events_.put(std::llround(at_ms), {slot, cases_[slot].serial, kind});
}

void simulation::look_up_rules(sim_case& c) {
  const rule_table::answer says = rules_.ask(c.place, c.facts);
  c.level = says.level;
  c.rules = says.detainer;
}

std::uint64_t simulation::guards_passed(const sim_case& c) const {
  const bool convicted = c.facts.disposition == offence_disposition::convicted ||
                         (c.facts.class_known &&  // the history is on record
                          c.facts.prior_felonies + c.facts.prior_misdemeanours > 0);
  const found_status s = c.facts.status;
  const bool removable = s != found_status::none && s != found_status::insufficient;
  const bool final_order = s == found_status::final_order || c.final_order_recorded;
  const bool clock_over = c.clock_end_ms != 0 && c.clock_end_ms <= now_ms_;
  const bool allowed =
      c.rules == casework::detainer_rule::allowed && (s != found_status::if_convicted || convicted);
  // The model has no two officers and no typing mistakes: who else must act does, the person
  // is told, dates are right. Every site is a jail, and nobody has counsel.
  std::uint64_t out =
      bit(guard::second_examiner) | bit(guard::flag_not_set) | bit(guard::record_unchanged) |
      bit(guard::charge_present) | bit(guard::another_decides) | bit(guard::not_the_decider) |
      bit(guard::another_says_so) | bit(guard::record_not_ahead) | bit(guard::release_is_near) |
      bit(guard::offence_on_record) | bit(guard::fact_on_record) | bit(guard::not_taken_up) |
      bit(guard::is_assignee) | bit(guard::agency_has_custody) | bit(guard::counsel_was_told);
  const std::pair<guard, bool> known[] = {
      {guard::prints_are_confirmed, c.prints_confirmed},
      {guard::status_removable, removable},
      {guard::no_open_claim, !c.claim_open},
      {guard::no_claim_yet, !c.claim_open},
      {guard::convicted_where_needed, s != found_status::if_convicted || convicted},
      {guard::flag_set, c.is_protected},
      {guard::record_fresh, !c.must_interview && !is_stale(c.status_ms, now_ms_)},
      {guard::dispositions_known, c.facts.disposition != offence_disposition::charged},
      {guard::not_protected, !c.is_protected},
      {guard::rules_allow, allowed},
      {guard::rules_allow_condition, c.rules != casework::detainer_rule::none},
      {guard::conviction_present, convicted},
      {guard::final_order_known, final_order},
      {guard::hearing_was_held, c.hearing_was_held},
      {guard::notice_given, c.notice_given},
      {guard::seat_held, c.seat_held},
      {guard::claim_is_open, c.claim_open},
      {guard::clock_ended, clock_over},
      {guard::clock_not_over, !clock_over}};
  for (const auto& [g, holds] : known)
    if (holds) out |= bit(g);
  return out;
}

bool simulation::may(const sim_case& c, move m) {
  const lifecycle_table::entry& e = table_.at(m, c.state);
  const bool allowed = e.allowed && (e.guards & ~guards_passed(c)) == 0;
  if (!allowed && e.row != nullptr && c.trace >= 0) trace(c, m, true);
  return allowed;
}

bool simulation::take(std::uint32_t slot, move m) {
  sim_case& c = cases_[slot];
  if (!may(c, m)) {
    ++out_.refused_steps;
    return false;
  }
  if (c.trace >= 0) trace(c, m);
  c.state = table_.at(m, c.state).to;
  apply(c, m);
  return true;
}

void simulation::apply(sim_case& c, move m) {
  switch (m) {
    case move::opened:
      look_up_rules(c);
      c.answer_due_ms = now_ms_ + rules_.ask(c.place, c.facts).due_ms;
      break;
    case move::prints_confirmed:
      c.prints_confirmed = true;
      break;
    case move::citizenship_claimed:
      c.claim_open = true;
      break;
    case move::claim_right:
      c.claim_open = false;
      break;
    case move::hearing_held:
      c.hearing_was_held = true;
      break;
    case move::seat_booked:
      c.seat_held = true;
      break;
    case move::notice_served:
      c.notice_given = true;
      break;
    case move::fact_final_order:
      c.final_order_recorded = true;
      break;
    default:
      break;
  }
}

/// As casework::queue_level: until a status is found the charge's code alone orders a case.
std::uint8_t simulation::queue_level(const sim_case& c) const {
  const bool unseen = c.level == 0 && c.facts.status == found_status::none;
  return unseen ? code_level_[c.facts.offence] : c.level;
}

/// As the exchange's queues have it: the answer is due to examiners and analysts, the end of a
/// detainer's clock to whoever fetches people; others have none.
std::int64_t simulation::deadline(resource_id what, const sim_case& c) const {
  if (what == resource_id::analysts || what == resource_id::examiners) return c.answer_due_ms;
  return what == resource_id::beds && c.state == case_state::detainer ? c.clock_end_ms : 0;
}

void simulation::ask(resource_id what, std::uint32_t slot) {
  sim_case& c = cases_[slot];
  if (of(what).ask(slot, queue_level(c), deadline(what, c), now_ms_))
    return start(what, slot, now_ms_);
  ++c.lines;
  if (what == resource_id::beds) c.waits_for_bed = true;
}

bool simulation::still_wants(resource_id what, const sim_case& c) const {
  if (c.left) return false;
  switch (what) {
    case resource_id::analysts:
      return c.state == case_state::awaiting_status;
    case resource_id::examiners:
      return !c.prints_confirmed;
    case resource_id::officers:
      return c.state == case_state::adjudicated || c.state == case_state::at_large;
    case resource_id::interviews:
      return c.state == case_state::adjudicated;
    case resource_id::beds:
      return !c.bed_held &&
             ((c.state == case_state::detainer && c.clock_end_ms > now_ms_) || c.arresting);
    case resource_id::hearings:
      return c.state == case_state::charged;
    case resource_id::seats:
      return c.state == case_state::ordered;
  }
  return false;
}

void simulation::serve(resource_id what) {
  while (const auto next = of(what).next(now_ms_)) {
    sim_case& c = cases_[next->who];
    --c.lines;
    if (what == resource_id::beds) c.waits_for_bed = false;
    if (still_wants(what, c)) {
      start(what, next->who, next->since_ms);
      continue;
    }
    of(what).not_used(now_ms_);
    leave_slot_if_over(next->who);
  }
}

void simulation::give_back(resource_id what) {
  of(what).give_back(now_ms_);
  serve(what);
}

void simulation::start(resource_id what, std::uint32_t slot, std::int64_t since_ms) {
  took(wait_for(what), since_ms);
  sim_case& c = cases_[slot];
  const constants& v = values();
  auto work = [&](double minutes, purpose which, event_kind done) {
    const double ms = stream(c, which).lognormal(minutes * minute_ms, v.service_variation);
    if (what == resource_id::analysts) out_.analysts_work_ms[month()][shift_of(now_ms_)] += ms;
    after(ms, done, slot);
  };
  auto slot_of_a_day = [&] {
    events_.put(now_ms_ + day_ms, {static_cast<std::uint32_t>(what), 0, event_kind::slot_free});
  };
  switch (what) {
    case resource_id::analysts:
      return work(v.analyst_minutes, purpose::analyst, event_kind::answered);
    case resource_id::examiners:
      return work(v.examiner_minutes, purpose::examiner, event_kind::examined);
    case resource_id::officers:
      return work(v.officer_minutes, purpose::officer, event_kind::decided);
    case resource_id::interviews:
      take(slot, move::interview_booked);
      slot_of_a_day();
      return after(v.interview_days * day_ms, event_kind::interviewed, slot);
    case resource_id::beds: {
      const double ms =
          stream(c, purpose::pickup).lognormal(v.pickup_hours * hour_ms, v.pickup_spread);
      c.bed_held = true;
      c.pickup_ms = std::llround(static_cast<double>(now_ms_) + ms);
      return after(ms, event_kind::pickup, slot);
    }
    case resource_id::hearings:
      take(slot, move::hearing_booked);
      slot_of_a_day();
      return after(random_stream(below(stream(c, purpose::hearing).bits(), 1000 + c.hearings))
                           .exponential(v.hearing_wait_days) *
                       day_ms,
                   event_kind::hearing, slot);
    case resource_id::seats:
      take(slot, move::seat_booked);
      slot_of_a_day();
      return after(v.leave_days * day_ms, event_kind::leave, slot);
  }
}

}  // namespace whorl::rollout
