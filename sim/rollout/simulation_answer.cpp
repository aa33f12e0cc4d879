// From the match to the officer's decision.
#include <algorithm>

#include "actors/casework/rule_file.hpp"
#include "sim/rollout/calendar.hpp"
#include "sim/rollout/simulation.hpp"

namespace whorl::rollout {

move status_move(found_status s) {
  switch (s) {
    case found_status::citizen:
      return move::status_citizen;
    case found_status::lawful:
      return move::status_lawful;
    case found_status::if_convicted:
      return move::status_if_convicted;
    case found_status::prior_removal:
      return move::status_prior_removal;
    case found_status::final_order:
      return move::status_final_order;
    case found_status::insufficient:
      return move::status_insufficient;
    default:
      return move::status_not_lawful;
  }
}

void simulation::draw_person(sim_case& c, const booking& b) {
  const constants& v = values();
  random_stream chance = stream(c, purpose::person);
  const auto kinds = static_cast<std::uint32_t>(offence_until_.size());
  auto draw_kind = [&] {
    const auto found =
        std::lower_bound(offence_until_.begin(), offence_until_.end(), chance.uniform());
    return std::min(static_cast<std::uint32_t>(found - offence_until_.begin()), kinds - 1);
  };
  const std::uint32_t offence = draw_kind();
  c.facts.offence = static_cast<std::uint8_t>(offence);
  c.facts.felony = chance.chance(what_.offences[offence].felony);
  c.facts.class_known = false;
  c.will_convict = chance.chance(what_.offences[offence].convicted);
  const bool is_long = chance.chance(what_.offences[offence].long_sentence);
  c.facts.long_sentence = c.facts.felony && is_long;
  const bool has_priors = chance.chance(v.has_priors);
  // Another kind than the charge: on record a conviction of the same code would settle the charge.
  std::uint32_t prior = draw_kind();
  if (prior == offence) prior = (prior + 1) % kinds;
  c.facts.prior_offence = static_cast<std::uint8_t>(prior);
  for (int i = 0; i < v.priors_most && has_priors; ++i) {
    const bool felony = chance.chance(v.prior_felony), one_more = chance.chance(v.more_priors);
    if (felony && c.facts.prior_felonies < 2) ++c.facts.prior_felonies;
    if (!felony && c.facts.prior_misdemeanours < 3) ++c.facts.prior_misdemeanours;
    if (!one_more) break;
  }
  c.is_protected = chance.chance(v.is_protected);
  const double u = chance.uniform();
  const std::pair<double, found_status> shares[] = {
      {v.status_citizen, found_status::citizen},
      {v.status_lawful, found_status::lawful},
      {v.status_if_convicted, found_status::if_convicted},
      {v.status_not_lawful, found_status::not_lawful},
      {v.status_prior_removal, found_status::prior_removal},
      {v.status_final_order, found_status::final_order}};
  c.truth = found_status::insufficient;
  double until = 0;
  for (const auto& [share, status] : shares) {
    until += share;
    if (u >= until) continue;
    c.truth = status;
    break;
  }
  if (b.known) c.truth = static_cast<found_status>(b.truth);
  if (b.came_back) c.truth = found_status::prior_removal;
}

/// When the charge is decided, and when the agency lets the person go if nobody comes.
void simulation::draw_custody(std::uint32_t slot) {
  const constants& v = values();
  sim_case& c = cases_[slot];
  random_stream chance = stream(c, purpose::custody);
  const bool felony = c.facts.felony;
  c.bailed = chance.chance(felony ? v.bail_felony : v.bail_misdemeanour);
  const double bail_days = chance.exponential(v.bail_days);
  const double decided_days = chance.exponential(felony ? v.felony_days : v.misdemeanour_days);
  const double terms = c.facts.long_sentence ? v.long_terms : 1;
  const double sentence_days =
      terms * chance.exponential(felony ? v.felony_sentence_days : v.misdemeanour_sentence_days);
  const double release_days =
      c.bailed ? bail_days : decided_days + (c.will_convict ? sentence_days : 0);
  after(decided_days * day_ms, event_kind::disposed, slot);
  after(release_days * day_ms, event_kind::release, slot);
}

void simulation::open_case(const booking& b) {
  const std::uint32_t slot = new_slot();
  sim_case& c = cases_[slot];
  c.key = b.key;
  c.place = b.place;
  c.booked_ms = now_ms_;
  count(metric::matches, b.place);
  draw_person(c, b);
  if (out_.traces.size() < from_.traces) {
    c.trace = static_cast<std::int32_t>(out_.traces.size());
    out_.traces.emplace_back();
  }
  draw_custody(slot);
  after(stream(c, purpose::search)
            .lognormal(values().search_minutes * minute_ms, values().search_spread),
        event_kind::searched, slot);
}

/// The match is found and the case opens; what has become of the person meanwhile is said then.
void simulation::on_searched(std::uint32_t slot) {
  const sim_case& c = cases_[slot];
  take(slot, move::opened);
  if (c.is_protected) take(slot, move::flagged_protected);
  if (c.facts.disposition != offence_disposition::charged) take(slot, move::offence_recorded);
  take(slot, move::iaq_queued);
  ask(resource_id::analysts, slot);
  ask(resource_id::examiners, slot);
}

void simulation::on_examined(std::uint32_t slot) {
  sim_case& c = cases_[slot];
  take(slot, move::prints_confirmed);
  if (c.wants_detainer && c.state == casework::case_state::adjudicated) issue_detainer(slot);
}

/// The level as it is published: with the criminal history that is now on record.
void simulation::record_answer(sim_case& c) {
  const std::int64_t took_ms = now_ms_ - c.booked_ms;
  out_.answers[month()].add(took_ms);
  answers_since_.add(took_ms);
  c.facts.class_known = true;
  constexpr metric levels[] = {metric::no_level_identified, metric::level1_identified,
                               metric::level2_identified, metric::level3_identified};
  count(levels[rules_.ask(c.place, c.facts).level], c.place);
}

void simulation::count_responses(const sim_case& c) {
  const casework::disclosure_case of{jurisdiction_mode::full, can_receive_[c.place] != 0,
                                     c.is_protected};
  const bool told =
      casework::may_know(actors::role::lea, casework::item::status_answer, of).allowed;
  count(told ? metric::second_responses : metric::withheld_responses, c.place);
}

void simulation::on_answered(std::uint32_t slot) {
  sim_case& c = cases_[slot];
  record_answer(c);
  count_responses(c);
  found_status said = c.truth;
  if (said == found_status::citizen && stream(c, purpose::claim).chance(values().record_wrong))
    said = found_status::not_lawful;
  c.facts.status = said;
  c.status_ms = now_ms_;
  take(slot, status_move(said));
  if (said == found_status::citizen || said == found_status::lawful) {
    count(said == found_status::citizen ? metric::citizens : metric::lawful_residents, c.place);
    return finish(slot);
  }
  c.must_interview = said == found_status::insufficient;
  look_up_rules(c);
  if (c.gone) {  // before anybody could look
    take(slot, move::released);
    count(metric::released_unseen, c.place);
  }
  c.with_officer = true;
  ask(resource_id::officers, slot);
}

void simulation::on_decided(std::uint32_t slot) {
  cases_[slot].with_officer = false;
  decide(slot);
}

void simulation::on_interviewed(std::uint32_t slot) {
  sim_case& c = cases_[slot];
  if (c.state != casework::case_state::interview) return;
  take(slot, move::interviewed);
  count(metric::interviews, c.place);
  c.must_interview = false;
  const bool removable = stream(c, purpose::interview).chance(values().interview_removable);
  c.status_ms = now_ms_;
  c.facts.status = removable ? found_status::not_lawful : found_status::lawful;
  take(slot, status_move(c.facts.status));
  if (!removable) {
    count(metric::lawful_residents, c.place);
    return finish(slot);
  }
  look_up_rules(c);
  decide(slot);
}

void simulation::decide(std::uint32_t slot) {
  sim_case& c = cases_[slot];
  const constants& v = values();
  const bool here = c.state == casework::case_state::adjudicated;
  if (here && c.must_interview) return ask(resource_id::interviews, slot);
  look_up_rules(c);
  random_stream chance = stream(c, purpose::action);
  const double by_level[] = {v.act_none, v.act_level1, v.act_level2, v.act_level3};
  const bool order =
      c.facts.status == found_status::prior_removal || c.facts.status == found_status::final_order;
  const double wanted = v.action * (order ? v.act_prior_order : by_level[c.level]);
  c.acts = chance.chance(wanted) && !c.is_protected && !c.must_interview;
  c.without_detainer = chance.chance(v.taken_at_release);
  if (!here) return at_large(slot);
  if (!c.acts) {
    take(slot, move::no_action);
    count(metric::no_action, c.place);
    return finish(slot);
  }
  if (c.without_detainer) return;  // waits for the release
  c.wants_detainer = true;
  if (c.prints_confirmed) issue_detainer(slot);
}

void simulation::issue_detainer(std::uint32_t slot) {
  sim_case& c = cases_[slot];
  c.wants_detainer = false;
  look_up_rules(c);
  const bool now = may(c, move::detainer_issued);
  if (!now && !may(c, move::conditional_issued)) {
    take(slot, move::no_action);
    count(metric::no_action, c.place);
    return finish(slot);
  }
  take(slot, now ? move::detainer_issued : move::conditional_issued);
  count(now ? metric::detainers : metric::conditional_detainers, c.place);
  if (c.truth != found_status::citizen) return;
  count(metric::citizens_under_detainer, c.place);
  random_stream chance = stream(c, purpose::claim_time);
  if (chance.chance(values().claims))
    after(chance.exponential(values().claim_made_days) * day_ms, event_kind::claim, slot);
}

}  // namespace whorl::rollout
