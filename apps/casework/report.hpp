// What happened, by jurisdiction and period: for oversight (DOMAIN section 5). Pure: facts in,
// figures out; report_text makes text, CSV and HTML of them. Race is never asked for and not in the
// data.
#pragma once

#include <nlohmann/json.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "actors/casework/lifecycle.hpp"
#include "storage/store.hpp"

namespace whorl::apps {

struct reported_case {
  std::string ori;
  booking_source source = booking_source::jail;
  storage::case_row row;
  casework::case_view view;
};

/// What a report has a row for.
enum class report_by : std::uint8_t { agency, state, source };

/// Half-open, [from, to).
struct report_period {
  instant from, to;
  report_by by = report_by::agency;
};

/// Of 0 values: nothing. Nearest rank: the smallest value that p of all are at or below.
struct percentiles {
  std::optional<std::int64_t> p50, p95, p99;
};
percentiles percentiles_of(std::vector<std::int64_t> values);

/// A booking with the offence that it was made for; empty where its personal data are destroyed.
struct reported_booking {
  storage::booking_row row;
  std::string offence_code;
};

/// One NCIC category's share among a jurisdiction's bookings, in the period against before it.
struct mix_finding {
  std::string jurisdiction, category;  ///< first two digits of the code
  std::size_t now = 0, of_now = 0, before = 0, of_before = 0;
  double p = 1;           ///< Fisher's exact test, two-sided
  double adjusted_p = 1;  ///< Holm's correction over all jurisdictions and categories of the report
};

struct jurisdiction_figures {
  std::string jurisdiction;  ///< or source
  std::size_t submissions = 0, criminal_hits = 0, immigration_searches = 0, matches = 0;
  std::size_t criminal_failed = 0, immigration_failed = 0;    ///< the deadline came first
  std::size_t criminal_waiting = 0, immigration_waiting = 0;  ///< for an examiner
  std::map<std::string, std::size_t> statuses, levels, states;
  std::size_t without_conviction = 0;  ///< of cases with a detainer or beyond
  std::size_t detained = 0;            ///< cases with a detainer or beyond
  std::size_t citizens = 0;            ///< by status, or by a claim that was right
  std::size_t false_matches = 0;       ///< refuted by an examiner
  std::size_t corrected = 0;           ///< what opened the case was wrong otherwise
  std::size_t status_waiting = 0;      ///< cases without a status: in no percentile
  std::size_t dismissed = 0;           ///< cases all of whose charges were dismissed or acquitted
  std::size_t complete = 0;            ///< cases with charge and disposition on record
  /// Of searches that were answered: those that failed or wait are counted beside.
  percentiles criminal_answer_ms, immigration_answer_ms, status_answer_ms;
};

struct report {
  report_period period;
  std::vector<jurisdiction_figures> rows;  ///< by name; the last is "all"
  std::vector<mix_finding> mix;            ///< smallest p first
};

/// `bookings` also of before the period: they are the baseline of the offence mix.
report make_report(const report_period& period, const std::vector<reported_booking>& bookings,
                   const std::vector<reported_case>& cases);

/// Reads what the store has. Errors: of the stores.
result<report> report_of(storage::store& store, const report_period& period);
/// Days or moments, empty: from the first, to `now`; `by` agency (usual), state or source.
result<report_period> parse_period(const std::string& from, const std::string& to,
                                   const std::string& by, instant now);

/// Fisher's exact test of a 2x2 table, two-sided: the probability of tables at most as likely.
double fisher_exact(std::size_t a, std::size_t b, std::size_t c, std::size_t d);
/// Holm's step-down correction, in place of each p.
std::vector<double> holm(const std::vector<double>& p);

/// Per 10,000 searches; nothing when there were none.
std::optional<double> per_10000(std::size_t count, std::size_t searches);

nlohmann::ordered_json report_document(const report& r);
std::string report_csv(const report& r);
std::string report_text(const report& r);
/// One file, without anything from elsewhere: tables, and plots as SVG.
std::string report_html(const report& r);

}  // namespace whorl::apps
