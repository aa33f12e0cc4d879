#include "apps/casework/report.hpp"

#include <boost/math/distributions/hypergeometric.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>

#include "apps/casework/step_words.hpp"
#include "messages/wire.hpp"

namespace whorl::apps {
namespace {

using casework::case_state;

struct tally {
  jurisdiction_figures figures;
  std::vector<std::int64_t> criminal, immigration, status;
};

bool within(const report_period& p, instant at) { return at >= p.from && at < p.to; }

std::string row_of(const report_period& p, const std::string& ori, booking_source source) {
  if (p.by == report_by::source) return std::string(to_string(source));
  return p.by == report_by::state ? ori.substr(0, 2) : ori;
}

void add_booking(tally& t, const storage::booking_row& row) {
  jurisdiction_figures& f = t.figures;
  ++f.submissions;
  const auto look = [&](const std::optional<booking_answered>& answer,
                        std::vector<std::int64_t>& times, std::size_t& hits, std::size_t& failed,
                        std::size_t& waiting) {
    if (!answer) return;
    failed += answer->decision == answer_decision::failed;
    waiting += answer->decision == answer_decision::review;
    hits += answer->decision == answer_decision::hit;
    if (answer->decision == answer_decision::hit || answer->decision == answer_decision::no_hit)
      times.push_back(answer->answered_at.ms - row.accepted.accepted_at.ms);
  };
  look(row.criminal, t.criminal, f.criminal_hits, f.criminal_failed, f.criminal_waiting);
  f.immigration_searches += row.immigration && row.immigration->decision != answer_decision::failed;
  look(row.immigration, t.immigration, f.matches, f.immigration_failed, f.immigration_waiting);
}

bool has(const storage::case_row& row, std::initializer_list<case_step> steps) {
  return std::any_of(row.events.begin(), row.events.end(), [&](const case_event& e) {
    return std::find(steps.begin(), steps.end(), e.step) != steps.end();
  });
}

bool is_settled(const offence& o) { return o.disposition > offence_disposition::charged; }

void add_case(tally& t, const reported_case& one) {
  jurisdiction_figures& f = t.figures;
  const auto& offences = one.view.known.offences;
  ++f.statuses[one.view.status.empty() ? "none yet" : one.view.status];
  ++f.levels[one.view.level == 0 ? "none" : std::to_string(one.view.level)];
  ++f.states[std::string(to_string(one.view.state))];
  const bool is_detained = has(one.row, {case_step::detainer_issued, case_step::taken_into_custody,
                                         case_step::conditional_detainer_issued});
  const bool is_convicted = std::any_of(offences.begin(), offences.end(), [](const offence& o) {
    return o.disposition == offence_disposition::convicted;
  });
  f.detained += is_detained;
  f.without_conviction += is_detained && !is_convicted;
  f.citizens += one.view.status == "citizen" || one.view.closing == "citizen";
  f.false_matches += has(one.row, {case_step::prints_refuted});
  f.corrected += has(one.row, {case_step::corrected});
  f.status_waiting += one.view.status.empty() && casework::is_open(one.view);
  f.dismissed +=
      !offences.empty() && std::all_of(offences.begin(), offences.end(), [](const offence& o) {
        return is_settled(o) && o.disposition != offence_disposition::convicted;
      });
  f.complete += casework::charges_complete(one.view);
  for (const case_event& e : one.row.events)
    if (e.step == case_step::status_found) {
      t.status.push_back(e.at.ms - one.view.opened.at.ms);
      break;
    }
}

/// The first two digits of the charge; 0399 says nothing.
std::string category_of(const reported_booking& one) {
  const std::string& code = one.offence_code;
  return code.size() == 4 && code != "0399" ? code.substr(0, 2) : std::string();
}

std::vector<mix_finding> offence_mix(const report_period& period,
                                     const std::vector<reported_booking>& bookings) {
  struct counts {
    std::map<std::string, std::size_t> now, before;
    std::size_t of_now = 0, of_before = 0;
  };
  std::map<std::string, counts> by_place;
  for (const reported_booking& one : bookings) {
    const std::string category = category_of(one);
    const instant at = one.row.accepted.accepted_at;
    if (category.empty() || at >= period.to) continue;
    counts& c = by_place[row_of(period, one.row.accepted.ori, one.row.accepted.source)];
    const bool is_now = at >= period.from;
    ++(is_now ? c.now : c.before)[category];
    ++(is_now ? c.of_now : c.of_before);
  }
  std::vector<mix_finding> out;
  for (const auto& [place, c] : by_place) {
    if (c.of_now == 0 || c.of_before == 0) continue;  // nothing to compare with
    std::set<std::string> categories;
    for (const auto* side : {&c.now, &c.before})
      for (const auto& [category, n] : *side) categories.insert(category);
    for (const std::string& category : categories) {
      const auto in = [&](const auto& side) {
        const auto found = side.find(category);
        return found == side.end() ? std::size_t{0} : found->second;
      };
      mix_finding f{place, category, in(c.now), c.of_now, in(c.before), c.of_before, 1, 1};
      f.p = fisher_exact(f.now, f.of_now - f.now, f.before, f.of_before - f.before);
      out.push_back(std::move(f));
    }
  }
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.p < b.p; });
  std::vector<double> p;
  for (const auto& f : out) p.push_back(f.p);
  const auto adjusted = holm(p);
  for (std::size_t i = 0; i < out.size(); ++i) out[i].adjusted_p = adjusted[i];
  return out;
}

/// The offence that a booking was made for; nothing where its personal data are destroyed.
result<std::string> offence_of(storage::store& store, const booking_accepted& booking) {
  const auto plain = store.keys->open(booking.who);
  if (!plain && plain.error().code == errc::purged) return std::string();
  if (!plain) return plain.error();
  WHORL_ASSIGN(biographics who, wire::decode_biographics(*plain));
  return std::move(who.offence_code);
}

}  // namespace

percentiles percentiles_of(std::vector<std::int64_t> values) {
  if (values.empty()) return {};
  std::sort(values.begin(), values.end());
  const auto at = [&](double p) {
    const auto rank = static_cast<std::size_t>(std::ceil(p * static_cast<double>(values.size())));
    return values[std::max<std::size_t>(rank, 1) - 1];
  };
  return {at(0.50), at(0.95), at(0.99)};
}

double fisher_exact(std::size_t a, std::size_t b, std::size_t c, std::size_t d) {
  const std::size_t total = a + b + c + d, marked = a + c, drawn = a + b;
  if (total == 0 || marked == 0 || drawn == 0 || marked == total || drawn == total) return 1;
  const boost::math::hypergeometric_distribution<double> tables(
      static_cast<unsigned>(marked), static_cast<unsigned>(drawn), static_cast<unsigned>(total));
  const double seen = boost::math::pdf(tables, static_cast<unsigned>(a));
  const std::size_t least = marked + drawn > total ? marked + drawn - total : 0;
  double sum = 0;
  for (std::size_t k = least; k <= std::min(marked, drawn); ++k) {
    const double one = boost::math::pdf(tables, static_cast<unsigned>(k));
    if (one <= seen * (1 + 1e-7)) sum += one;
  }
  return std::min(sum, 1.0);
}

std::vector<double> holm(const std::vector<double>& p) {
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return p[a] < p[b]; });
  std::vector<double> out(p.size());
  double largest = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    largest = std::max(largest, p[order[i]] * static_cast<double>(p.size() - i));
    out[order[i]] = std::min(largest, 1.0);
  }
  return out;
}

std::optional<double> per_10000(std::size_t count, std::size_t searches) {
  if (searches == 0) return std::nullopt;
  return 10'000.0 * static_cast<double>(count) / static_cast<double>(searches);
}

report make_report(const report_period& period, const std::vector<reported_booking>& bookings,
                   const std::vector<reported_case>& cases) {
  std::map<std::string, tally> places;
  tally all;
  for (const auto& [row, code] : bookings) {
    if (!within(period, row.accepted.accepted_at)) continue;
    for (tally* t : {&places[row_of(period, row.accepted.ori, row.accepted.source)], &all})
      add_booking(*t, row);
  }
  for (const auto& one : cases) {
    if (!within(period, one.view.opened.at)) continue;
    for (tally* t : {&places[row_of(period, one.ori, one.source)], &all}) add_case(*t, one);
  }
  report out;
  out.period = period;
  const auto close = [&](const std::string& name, tally& t) {
    t.figures.jurisdiction = name;
    t.figures.criminal_answer_ms = percentiles_of(std::move(t.criminal));
    t.figures.immigration_answer_ms = percentiles_of(std::move(t.immigration));
    t.figures.status_answer_ms = percentiles_of(std::move(t.status));
    out.rows.push_back(std::move(t.figures));
  };
  for (auto& [name, t] : places) close(name, t);
  close("all", all);
  out.mix = offence_mix(period, bookings);
  return out;
}

result<report> report_of(storage::store& store, const report_period& period) {
  constexpr std::size_t all = std::numeric_limits<std::size_t>::max();
  WHORL_ASSIGN(auto booked, store.bookings->list(all, {}));
  std::vector<reported_booking> bookings;
  for (auto& row : booked) {
    WHORL_ASSIGN(std::string code, offence_of(store, row.accepted));
    bookings.push_back({std::move(row), std::move(code)});
  }
  WHORL_ASSIGN(auto rows, store.cases->list(all));
  std::vector<reported_case> cases;
  for (auto& row : rows) {
    WHORL_ASSIGN(const auto booking, store.bookings->get(row.events.front().booking));
    casework::case_view view = casework::fold(row.events);
    cases.push_back(
        {booking.accepted.ori, booking.accepted.source, std::move(row), std::move(view)});
  }
  return make_report(period, bookings, cases);
}

result<report_period> parse_period(const std::string& from, const std::string& to,
                                   const std::string& by, instant now) {
  report_period out{{}, {now.ms + 1}, report_by::agency};
  if (by == "state")
    out.by = report_by::state;
  else if (by == "source")
    out.by = report_by::source;
  else if (!by.empty() && by != "agency")
    return make_error(errc::invalid_input, "by: expected agency, state or source");
  if (!from.empty()) {
    WHORL_ASSIGN(out.from, parse_moment(from));
  }
  if (!to.empty()) {
    WHORL_ASSIGN(out.to, parse_moment(to));
  }
  if (out.from >= out.to) return make_error(errc::invalid_input, "from must be before to");
  return out;
}

}  // namespace whorl::apps
