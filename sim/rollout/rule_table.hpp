// The production rule-sets, asked once for each kind of case and remembered: a case is an offence,
// what became of it, earlier convictions and the status found, and there are few of each. A cell is
// filled by casework::evaluate over the evidence that the lifecycle makes of such a case, when it
// is first wanted.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "actors/casework/case_settings.hpp"
#include "sim/rollout/counties.hpp"
#include "sim/rollout/scenario.hpp"

namespace whorl::rollout {

/// As status_found says it; `none` before.
enum class found_status : std::uint8_t {
  none,
  if_convicted,
  not_lawful,
  prior_removal,
  final_order,
  insufficient,
  lawful,
  citizen
};
std::string_view code_of(found_status status);

/// What rules can see of a case. Earlier convictions are of one kind of offence.
struct rule_facts {
  std::uint8_t offence = 0;  ///< of scenario::offences, below 16
  bool class_known = true;   ///< else the code alone is on record
  bool felony = false;
  offence_disposition disposition = offence_disposition::charged;  ///< or convicted, dismissed
  bool long_sentence = false;
  std::uint8_t prior_offence = 0;
  std::uint8_t prior_felonies = 0;       ///< up to 2
  std::uint8_t prior_misdemeanours = 0;  ///< up to 3
  found_status status = found_status::none;
};
/// The booking's charge, and earlier convictions, as a case has them on record.
offence charge_of(const rule_facts& facts, const scenario& s);
std::vector<offence> priors_of(const rule_facts& facts, const scenario& s);

/// Days on which some set comes into force, in order; none where the rules of one day hold
/// throughout.
std::vector<std::int32_t> days_of_change(const casework::case_settings& settings);
/// The set in force for an agency on a day; null where there is none.
const casework::rule_set* rules_on(const casework::case_settings& settings, std::string_view ori,
                                   std::int32_t day);

class rule_table {
 public:
  struct answer {
    std::uint8_t level = 0;
    casework::detainer_rule detainer = casework::detainer_rule::none;
    std::int64_t due_ms = 0;
  };
  /// Keeps references to both.
  rule_table(const casework::case_settings& settings, const scenario& s,
             std::span<const county> places);
  /// The rules of this day from now on.
  void set_day(std::int32_t day);
  /// As casework::rule_case: until a status is found, removable is presumed.
  answer ask(std::size_t place, const rule_facts& facts);

 private:
  struct compiled {
    const casework::rule_set* rules = nullptr;
    std::vector<std::uint8_t> levels;  ///< 255: not asked yet
  };
  std::size_t compiled_for(const casework::rule_set* rules);
  std::uint8_t evaluate(const casework::rule_set& rules, const rule_facts& facts) const;

  const casework::case_settings& settings_;
  const scenario& scenario_;
  std::span<const county> places_;
  std::vector<std::int32_t> changes_;  ///< days on which some set comes into force
  std::int32_t valid_until_ = 0;
  std::vector<std::uint16_t> set_of_place_;
  std::vector<compiled> sets_;  ///< [0]: no rules are in force
};

}  // namespace whorl::rollout
