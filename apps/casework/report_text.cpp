// A report as JSON, CSV, text and HTML.
#include <algorithm>
#include <cstdio>
#include <sstream>

#include "apps/casework/report.hpp"
#include "fingerprint/svg.hpp"

namespace whorl::apps {
namespace {

using fingerprint::svg::escaped;
using nlohmann::ordered_json;

ordered_json times(const percentiles& p) {
  const auto one = [](const auto& v) { return v ? ordered_json(*v) : ordered_json(); };
  return {{"p50", one(p.p50)}, {"p95", one(p.p95)}, {"p99", one(p.p99)}};
}

ordered_json share(std::size_t part, std::size_t whole) {
  if (whole == 0) return {};
  return static_cast<double>(part) / static_cast<double>(whole);
}

std::size_t cases_of(const jurisdiction_figures& f) {
  std::size_t sum = 0;
  for (const auto& [name, n] : f.states) sum += n;
  return sum;
}

ordered_json row_document(const jurisdiction_figures& f) {
  const auto false_rate = per_10000(f.false_matches, f.immigration_searches);
  return {
      {"jurisdiction", f.jurisdiction},
      {"submissions", f.submissions},
      {"criminal_hits", f.criminal_hits},
      {"immigration_searches", f.immigration_searches},
      {"matches", f.matches},
      {"cases", cases_of(f)},
      {"criminal_failed", f.criminal_failed},
      {"immigration_failed", f.immigration_failed},
      {"criminal_waiting_for_examiner", f.criminal_waiting},
      {"immigration_waiting_for_examiner", f.immigration_waiting},
      {"statuses", f.statuses},
      {"levels", f.levels},
      {"states", f.states},
      {"detained", f.detained},
      {"detained_without_conviction_share", share(f.without_conviction, f.detained)},
      {"citizens_matched", f.citizens},
      {"false_matches", f.false_matches},
      {"false_matches_per_10000_searches", false_rate ? ordered_json(*false_rate) : ordered_json()},
      {"corrected", f.corrected},
      {"status_waiting", f.status_waiting},
      {"charges_dismissed", f.dismissed},
      {"complete_share", share(f.complete, cases_of(f))},
      {"criminal_answer_ms", times(f.criminal_answer_ms)},
      {"immigration_answer_ms", times(f.immigration_answer_ms)},
      {"status_answer_ms", times(f.status_answer_ms)}};
}

/// Columns of CSV, text and HTML: what has one value a jurisdiction.
struct column {
  const char* name;
  std::string (*of)(const jurisdiction_figures&);
};

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", value);
  return text;
}
std::string number(std::size_t value) { return std::to_string(value); }
std::string milliseconds(const std::optional<std::int64_t>& value) {
  return value ? std::to_string(*value) : std::string();
}
std::string share_words(std::size_t part, std::size_t whole) {
  return whole == 0 ? std::string()
                    : number(static_cast<double>(part) / static_cast<double>(whole));
}

/// "detainer 2; closed 1": no comma, so that it is one value of CSV too.
std::string counts(const std::map<std::string, std::size_t>& all) {
  std::string out;
  for (const auto& [name, n] : all)
    out += (out.empty() ? "" : "; ") + name + " " + std::to_string(n);
  return out;
}

const column columns[] = {
    {"jurisdiction", [](const auto& f) { return f.jurisdiction; }},
    {"submissions", [](const auto& f) { return number(f.submissions); }},
    {"criminal_hits", [](const auto& f) { return number(f.criminal_hits); }},
    {"immigration_searches", [](const auto& f) { return number(f.immigration_searches); }},
    {"matches", [](const auto& f) { return number(f.matches); }},
    {"cases", [](const auto& f) { return number(cases_of(f)); }},
    {"detained", [](const auto& f) { return number(f.detained); }},
    {"without_conviction",
     [](const auto& f) { return share_words(f.without_conviction, f.detained); }},
    {"citizens", [](const auto& f) { return number(f.citizens); }},
    {"false_matches", [](const auto& f) { return number(f.false_matches); }},
    {"false_per_10000",
     [](const auto& f) {
       const auto rate = per_10000(f.false_matches, f.immigration_searches);
       return rate ? number(*rate) : std::string();
     }},
    {"corrected", [](const auto& f) { return number(f.corrected); }},
    {"status_waiting", [](const auto& f) { return number(f.status_waiting); }},
    {"dismissed", [](const auto& f) { return number(f.dismissed); }},
    {"complete", [](const auto& f) { return share_words(f.complete, cases_of(f)); }},
    {"criminal_p50_ms", [](const auto& f) { return milliseconds(f.criminal_answer_ms.p50); }},
    {"criminal_p95_ms", [](const auto& f) { return milliseconds(f.criminal_answer_ms.p95); }},
    {"criminal_p99_ms", [](const auto& f) { return milliseconds(f.criminal_answer_ms.p99); }},
    {"immigration_p50_ms", [](const auto& f) { return milliseconds(f.immigration_answer_ms.p50); }},
    {"immigration_p95_ms", [](const auto& f) { return milliseconds(f.immigration_answer_ms.p95); }},
    {"immigration_p99_ms", [](const auto& f) { return milliseconds(f.immigration_answer_ms.p99); }},
    {"status_p50_ms", [](const auto& f) { return milliseconds(f.status_answer_ms.p50); }},
    {"status_p95_ms", [](const auto& f) { return milliseconds(f.status_answer_ms.p95); }},
    {"status_p99_ms", [](const auto& f) { return milliseconds(f.status_answer_ms.p99); }},
    {"statuses", [](const auto& f) { return counts(f.statuses); }},
    {"levels", [](const auto& f) { return counts(f.levels); }},
    {"states", [](const auto& f) { return counts(f.states); }},
};

/// Bars of one figure, a jurisdiction each.
std::string bars(const report& r, const char* title,
                 std::size_t (*of)(const jurisdiction_figures&)) {
  constexpr int bar_height = 18, label = 110, width = 420;
  std::size_t most = 1;
  for (const auto& f : r.rows)
    if (f.jurisdiction != "all") most = std::max(most, of(f));
  std::ostringstream out;
  out << "<h2>" << title << "</h2>\n<svg width=\"" << label + width + 60 << "\" height=\""
      << r.rows.size() * bar_height << "\" role=\"img\">\n";
  int y = 0;
  for (const auto& f : r.rows) {
    if (f.jurisdiction == "all") continue;
    const auto length = static_cast<int>(width * of(f) / most);
    out << "<text x=\"0\" y=\"" << y + 13 << "\">" << escaped(f.jurisdiction) << "</text><rect x=\""
        << label << "\" y=\"" << y + 3 << "\" width=\"" << length
        << "\" height=\"12\" fill=\"#36c\"/><text x=\"" << label + length + 6 << "\" y=\"" << y + 13
        << "\">" << of(f) << "</text>\n";
    y += bar_height;
  }
  out << "</svg>\n";
  return out.str();
}

std::string period_words(const report& r) {
  return to_string(r.period.from) + " to " + to_string(r.period.to);
}

constexpr const char* mix_words =
    "Share of each NCIC category (first two digits) among a jurisdiction's bookings of the period, "
    "against its bookings before: Fisher's exact test, two-sided, with Holm's correction over all "
    "rows.";

}  // namespace

ordered_json report_document(const report& r) {
  ordered_json rows = ordered_json::array(), mix = ordered_json::array();
  for (const auto& f : r.rows) rows.push_back(row_document(f));
  for (const auto& m : r.mix)
    mix.push_back({{"jurisdiction", m.jurisdiction},
                   {"category", m.category},
                   {"bookings", m.now},
                   {"of", m.of_now},
                   {"baseline_bookings", m.before},
                   {"baseline_of", m.of_before},
                   {"p", m.p},
                   {"adjusted_p", m.adjusted_p}});
  return {{"from", to_string(r.period.from)},
          {"to", to_string(r.period.to)},
          {"people", "synthetic"},
          {"jurisdictions", rows},
          {"offence_mix_test", mix_words},
          {"offence_mix", mix}};
}

std::string report_csv(const report& r) {
  std::string out;
  for (const column& c : columns) out += (out.empty() ? "" : ",") + std::string(c.name);
  out += "\n";
  for (const auto& f : r.rows) {
    std::string line;
    for (const column& c : columns)
      line += (&c == columns ? "" : ",") + c.of(f);  // no value has a comma or quote
    out += line + "\n";
  }
  return out;
}

std::string report_text(const report& r) {
  std::ostringstream out;
  out << "report, " << period_words(r) << " (synthetic people)\n";
  for (const auto& f : r.rows) {
    out << "\n" << f.jurisdiction << "\n";
    for (const column& c : columns) {
      if (&c == columns) continue;
      const std::string value = c.of(f);
      out << "  " << c.name << std::string(24 - std::string(c.name).size(), ' ')
          << (value.empty() ? "-" : value) << "\n";
    }
  }
  out << "\noffence mix. " << mix_words << "\n";
  std::size_t shown = 0;
  for (const auto& m : r.mix) {
    if (m.adjusted_p >= 0.05 || ++shown > 20) break;
    out << "  " << m.jurisdiction << " " << m.category << "xx: " << m.now << "/" << m.of_now
        << " against " << m.before << "/" << m.of_before << ", p " << number(m.p) << ", adjusted "
        << number(m.adjusted_p) << "\n";
  }
  if (shown == 0) out << "  no difference below 0.05 (" << r.mix.size() << " compared)\n";
  return out.str();
}

std::string report_html(const report& r) {
  std::ostringstream out;
  out << "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>whorl "
         "report</title>"
         "<style>body{font:14px "
         "sans-serif;margin:2em}table{border-collapse:collapse}td,th{border:1px "
         "solid #999;padding:2px 6px;text-align:right}td:first-child{text-align:left}svg "
         "text{font:12px sans-serif}</style></head><body>\n<h1>whorl: report</h1>\n<p>"
      << period_words(r) << ". All people are synthetic.</p>\n<table><tr>";
  for (const column& c : columns) out << "<th>" << c.name << "</th>";
  out << "</tr>\n";
  for (const auto& f : r.rows) {
    out << "<tr>";
    for (const column& c : columns) out << "<td>" << escaped(c.of(f)) << "</td>";
    out << "</tr>\n";
  }
  out << "</table>\n"
      << bars(r, "Submissions", [](const auto& f) { return f.submissions; })
      << bars(r, "Matches in the immigration gallery", [](const auto& f) { return f.matches; })
      << bars(r, "Detainers and beyond", [](const auto& f) { return f.detained; })
      << "<h2>Offence mix</h2>\n<p>" << mix_words << "</p>\n<table><tr><th>jurisdiction</th>"
      << "<th>category</th><th>period</th><th>before</th><th>p</th><th>adjusted</th></tr>\n";
  for (const auto& m : r.mix)
    out << "<tr><td>" << escaped(m.jurisdiction) << "</td><td>" << escaped(m.category)
        << "xx</td><td>" << m.now << "/" << m.of_now << "</td><td>" << m.before << "/"
        << m.of_before << "</td><td>" << number(m.p) << "</td><td>" << number(m.adjusted_p)
        << "</td></tr>\n";
  out << "</table>\n</body></html>\n";
  return out.str();
}

}  // namespace whorl::apps
