#include "sim/rollout/rule_table.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "messages/invariant.hpp"
#include "sim/rollout/calendar.hpp"

namespace whorl::rollout {
namespace {

using disposition = offence_disposition;

constexpr std::array<std::string_view, 8> codes = {"",
                                                   "removable-if-convicted",
                                                   "not-lawfully-present",
                                                   "prior-removal",
                                                   "final-order",
                                                   "insufficient",
                                                   "lawful",
                                                   "citizen"};
constexpr std::size_t cells = 16 * 2 * 2 * 3 * 2 * 16 * 3 * 4 * 8;
constexpr std::uint8_t unasked = 255;

std::size_t disposition_index(disposition d) {
  return d == disposition::charged ? 0 : d == disposition::convicted ? 1 : 2;
}

std::size_t cell_of(const rule_facts& f) {
  std::size_t cell = f.offence;
  cell = cell * 2 + f.class_known;
  cell = cell * 2 + f.felony;
  cell = cell * 3 + disposition_index(f.disposition);
  cell = cell * 2 + f.long_sentence;
  cell = cell * 16 + f.prior_offence;
  cell = cell * 3 + f.prior_felonies;
  cell = cell * 4 + f.prior_misdemeanours;
  return cell * 8 + static_cast<std::size_t>(f.status);
}

std::int32_t days(double whole) { return static_cast<std::int32_t>(whole); }

std::string day8(std::int32_t day) { return to_date8(instant{begin_of(day)}); }

}  // namespace

std::string_view code_of(found_status status) { return codes[static_cast<std::size_t>(status)]; }

offence charge_of(const rule_facts& facts, const scenario& s) {
  const constants& v = s.values;
  const offence_class kind = facts.felony ? offence_class::felony : offence_class::misdemeanour;
  std::int32_t sentence = -1;
  if (facts.disposition == disposition::convicted)
    sentence = days(facts.long_sentence ? v.recorded_long_days
                    : facts.felony      ? v.recorded_felony_days
                                        : v.recorded_misdemeanour_days);
  return {s.offences[facts.offence].code, facts.class_known ? kind : offence_class::unknown,
          facts.disposition, sentence};
}

std::vector<offence> priors_of(const rule_facts& facts, const scenario& s) {
  const std::string& code = s.offences[facts.prior_offence].code;
  std::vector<offence> out(facts.prior_felonies,
                           {code, offence_class::felony, disposition::convicted,
                            days(s.values.recorded_prior_felony_days)});
  out.resize(out.size() + facts.prior_misdemeanours,
             {code, offence_class::misdemeanour, disposition::convicted,
              days(s.values.recorded_prior_misdemeanour_days)});
  // Several of one code are told apart by their counts.
  for (std::size_t i = 0; i < out.size(); ++i) out[i].count = "prior-" + std::to_string(i + 1);
  return out;
}

std::vector<std::int32_t> days_of_change(const casework::case_settings& settings) {
  std::vector<std::int32_t> out;
  if (!settings.as_of.empty()) return out;
  for (const casework::rule_set& one : settings.rules) {
    const std::string& e = one.effective;
    const auto day = parse_day(e.substr(0, 4) + "-" + e.substr(4, 2) + "-" + e.substr(6, 2));
    if (day) out.push_back(*day);
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

const casework::rule_set* rules_on(const casework::case_settings& settings, std::string_view ori,
                                   std::int32_t day) {
  return casework::in_force(settings.rules, ori,
                            settings.as_of.empty() ? day8(day) : settings.as_of);
}

rule_table::rule_table(const casework::case_settings& settings, const scenario& s,
                       std::span<const county> places)
    : settings_(settings), scenario_(s), places_(places), set_of_place_(places.size()) {
  INVARIANT(s.offences.size() <= 16);
  sets_.emplace_back();
  changes_ = days_of_change(settings);
}

std::size_t rule_table::compiled_for(const casework::rule_set* rules) {
  for (std::size_t i = 0; i < sets_.size(); ++i)
    if (sets_[i].rules == rules) return i;
  sets_.push_back({rules, std::vector<std::uint8_t>(cells, unasked)});
  return sets_.size() - 1;
}

void rule_table::set_day(std::int32_t day) {
  if (day < valid_until_) return;
  const auto next = std::upper_bound(changes_.begin(), changes_.end(), day);
  valid_until_ = next == changes_.end() ? std::numeric_limits<std::int32_t>::max() : *next;
  for (std::size_t i = 0; i < places_.size(); ++i)
    set_of_place_[i] =
        static_cast<std::uint16_t>(compiled_for(rules_on(settings_, places_[i].ori, day)));
}

std::uint8_t rule_table::evaluate(const casework::rule_set& rules, const rule_facts& facts) const {
  casework::case_view view;
  view.status = code_of(facts.status);
  view.known.offences = priors_of(facts, scenario_);
  view.known.offences.push_back(charge_of(facts, scenario_));
  casework::evidence known = casework::evidence_of(view);
  if (view.status.empty()) known.facts.emplace("removable");
  return casework::evaluate(rules, known).level;
}

rule_table::answer rule_table::ask(std::size_t place, const rule_facts& facts) {
  compiled& set = sets_[set_of_place_[place]];
  if (set.rules == nullptr) {
    const casework::outcome usual;
    return {0, usual.detainer, usual.answer_due_minutes * minute_ms};
  }
  std::uint8_t& level = set.levels[cell_of(facts)];
  if (level == unasked) level = evaluate(*set.rules, facts);
  const casework::outcome& follows = set.rules->by_level[level];
  return {level, follows.detainer, follows.answer_due_minutes * minute_ms};
}

}  // namespace whorl::rollout
