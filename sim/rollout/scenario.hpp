// What is simulated: every number with its source and mark, read from TOML (scenarios/*.toml are
// compiled in). A user's file says only what is different from the shipped one.
// Marks: V published, M from memory, A assumed, F fitted on published figures up to 2010-12-31.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "messages/result.hpp"

namespace whorl::rollout {

/// All the single numbers of the model; parameters() says what each means.
struct constants {
  double submissions_per_arrest = 0, noncitizen_match = 0, citizen_match = 0;
  double status_citizen = 0, status_lawful = 0, status_if_convicted = 0, status_not_lawful = 0,
         status_prior_removal = 0, status_final_order = 0;
  double record_wrong = 0, claims = 0, claim_days = 0, is_protected = 0, can_receive = 0;
  double grave_weight = 0, has_priors = 0, prior_felony = 0;
  double search_minutes = 0, examiner_minutes = 0, analyst_minutes = 0, officer_minutes = 0,
         service_variation = 0, interview_days = 0, interview_removable = 0;
  double action = 0, act_level1 = 0, act_level2 = 0, act_level3 = 0, act_none = 0,
         act_prior_order = 0;
  double bail_misdemeanour = 0, bail_felony = 0, bail_days = 0, misdemeanour_days = 0,
         felony_days = 0, misdemeanour_sentence_days = 0, felony_sentence_days = 0;
  double notified = 0, declined = 0, pickup_hours = 0, taken_at_release = 0, located = 0,
         located_days = 0;
  double hearing_wait_days = 0, more_hearings = 0, ordered = 0, voluntary = 0, travel_days = 0;
  double returns = 0, return_days = 0, rearrested = 0, rearrested_days = 0;
  double more_priors = 0, priors_most = 0, search_spread = 0, pickup_spread = 0, long_terms = 0,
         claim_made_days = 0;
  double recorded_long_days = 0, recorded_felony_days = 0, recorded_misdemeanour_days = 0,
         recorded_prior_felony_days = 0, recorded_prior_misdemeanour_days = 0;
  double leave_days = 0, booking_sites = 0;
  double gate_minutes = 0, gate_share = 0, gate_counties = 0, gate_days = 0, gate_load = 0;
};

struct parameter_info {
  std::string_view name;
  double constants::*where;
  double low, high;
  std::string_view unit, means;
  std::string_view part;  ///< of the model, for explain
  bool is_whole = false;  ///< no parts of one
};
std::span<const parameter_info> parameters();

struct origin {
  char mark = 'A';
  std::string source;
};

/// A kind of offence as booked.
struct offence_kind {
  std::string name, code;  ///< NCIC
  double share = 0;        ///< of arrests, relative to the others
  bool grave = false;      ///< level 1 by the rules of 2008: scaled by grave_weight
  double felony = 0, convicted = 0;
  double long_sentence = 0;  ///< of convicted felonies, over a year
};

enum class resource_id : std::uint8_t {
  analysts,
  examiners,
  officers,
  interviews,
  beds,
  hearings,
  seats
};
inline constexpr std::size_t resource_count = 7;
std::string_view to_string(resource_id id);
/// People by shift (0 to 8, 8 to 16, 16 to 24 o'clock at UTC-5), from a day on; of beds, and of
/// slots and seats a day, one number.
struct capacity {
  resource_id what = resource_id::analysts;
  std::int32_t from = 0;
  std::array<std::int64_t, 3> servers{};
  origin where;
};

enum class strategy_kind : std::uint8_t {
  historical,
  risk,
  population,
  border,
  random,
  all_at_once,
  capacity_gated,
  file
};
std::string_view to_string(strategy_kind kind);
result<strategy_kind> parse_strategy(std::string_view text);

struct scenario {
  std::string name, title;
  std::int32_t from = 0, to = 0;     ///< days; `to` is not simulated any more
  std::int32_t statistics_from = 0;  ///< before it is warm-up for averages over time
  strategy_kind strategy = strategy_kind::historical;
  std::string strategy_file;  ///< lines FIPS,YYYY-MM-DD
  /// Other strategies activate as many counties by each day as history had (counties), or as much
  /// of the population (population).
  bool pace_by_population = false;
  double pace = 1;  ///< history's days from the start are divided by this
  constants values;
  std::map<std::string, origin, std::less<>> origins;  ///< by parameter
  std::vector<offence_kind> offences;
  std::vector<double> weekdays, hours;                ///< relative weights: 7 from Monday, 24
  std::map<double, double> arrests_per_100k;          ///< by middle of the year (2010.5)
  std::map<std::string, origin, std::less<>> tables;  ///< origins of the tables
  std::vector<capacity> capacities;                   ///< by day
  std::int32_t rules_as_of = 0;  ///< day whose rules are in force throughout; 0: those of each day
  std::vector<std::string> rule_files;  ///< besides those that come with the program
};

/// The shipped one: history as it was.
const scenario& usual_scenario();
/// What `text` says on top of `base`. Errors: invalid_input with file, line, key and what is
/// allowed; limit_exceeded above limits of the settings files.
result<scenario> parse_scenario(const scenario& base, std::string_view text,
                                const std::string& file);
/// 0 to 2: from 0, 8 and 16 o'clock at UTC-5.
std::size_t shift_of(std::int64_t at_ms);
/// Whether the scenario has any use for it: the gate's are of one strategy, and nothing of the
/// model depends on how many sites there are.
bool is_used(const scenario& s, const parameter_info& p);
/// How many there are of it at a moment.
std::int64_t servers_at(const scenario& s, resource_id what, std::int64_t at_ms);
/// Arrests per 100,000 people on a day: straight between the years' middles, flat outside.
double arrest_rate(const scenario& s, std::int32_t day);

}  // namespace whorl::rollout
