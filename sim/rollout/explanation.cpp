#include "sim/rollout/explanation.hpp"

#include <algorithm>
#include <cstdio>

#include "sim/rollout/calendar.hpp"
#include "sim/rollout/counties.hpp"
#include "sim/rollout/rule_table.hpp"
#include "sim/rollout/series.hpp"

namespace whorl::rollout {
namespace {

constexpr std::string_view parts[][2] = {
    {"bookings",
     "Every county is a Poisson process of bookings: population times the year's arrests per head "
     "times a constant, with the pattern of the week and of local hours. Only bookings of "
     "activated counties are looked at."},
    {"match", "A booking matches by chance, which follows the county's share of non-citizens."},
    {"status",
     "A match is a case. What the analyst will find is drawn once; a citizen whose record is wrong "
     "is taken for removable until somebody says otherwise."},
    {"offences",
     "Charge, class, conviction and earlier convictions are drawn from the mix of arrests. The "
     "production rule-set of the day gives the level."},
    {"work",
     "Analysts, examiners and officers are few; who waits is ordered as in the production queue: "
     "level, deadline, age, and whoever waits a day rises."},
    {"decision",
     "An officer acts by chance, which depends on level and status. A detainer, or one that takes "
     "effect on a conviction, is issued where the production lifecycle and rules allow it."},
    {"local custody",
     "The agency lets people go on bail, when the charge falls, or when the sentence is served."},
    {"federal custody",
     "At the release 48 hours run, weekends and holidays not counted (production clock). Who is "
     "not "
     "fetched by then is let go. A bed, hearings, an order or relief, a seat, removal follow."},
    {"people who return", "Some of those removed or released are booked again."},
    {"gate",
     "Of the strategy capacity-gated alone: now and then the next counties, most non-citizens "
     "first, are let in while there is room."},
    {"sites",
     "Each booking has a site of its county, by chance: so every site is a Poisson process of its "
     "own. Nothing in the model depends on it."},
};

std::string number(double value) {
  char out[40];
  std::snprintf(out, sizeof out, "%.6g", value);
  return out;
}

std::string marked(const origin& from) {
  return "  [" + std::string(1, from.mark) + "] " + from.source + "\n";
}

std::string capacity_words(const scenario& s) {
  std::string out =
      "\nPeople and places (by shift from 0, 8 and 16 o'clock at UTC-5, [A] three watches of the "
      "Eastern day; beds; slots and seats a day)\n";
  for (const capacity& c : s.capacities) {
    out += "  " + std::string(to_string(c.what)) + " from " + day_text(c.from) + ": ";
    const bool shifts = c.servers[0] != c.servers[1] || c.servers[1] != c.servers[2];
    out += std::to_string(c.servers[0]);
    if (shifts) out += ", " + std::to_string(c.servers[1]) + ", " + std::to_string(c.servers[2]);
    out += marked(c.where);
  }
  return out;
}

std::string rules_words(const scenario& s, const casework::case_settings& rules) {
  std::string out = "\nRule-sets in force\n";
  for (const rules_span& one : rules_by_date(s, rules)) {
    out += "  " + (one.rules == nullptr ? std::string("none") : one.rules->version) + " from " +
           day_text(one.from) + " until " + day_text(one.until);
    if (one.counties < counties().size())
      out += ", in " + std::to_string(one.counties) + " counties";
    out += one.rules == nullptr ? "\n" : ": " + one.rules->title + "\n";
  }
  return out;
}

}  // namespace

std::vector<rules_span> rules_by_date(const scenario& s, const casework::case_settings& rules) {
  std::vector<std::int32_t> days = {s.from};
  for (const std::int32_t day : days_of_change(rules))
    if (day > s.from && day < s.to) days.push_back(day);
  days.push_back(s.to);
  std::vector<rules_span> out;
  for (std::size_t i = 0; i + 1 < days.size(); ++i) {
    std::vector<rules_span> now;
    for (const county& c : counties()) {
      const casework::rule_set* set = rules_on(rules, c.ori, days[i]);
      const auto found = std::ranges::find(now, set, &rules_span::rules);
      if (found == now.end())
        now.push_back({set, days[i], days[i + 1], 1});
      else
        ++found->counties;
    }
    for (const rules_span& one : now) {  // what a change elsewhere leaves as it was is one span
      const auto before = std::ranges::find_if(out, [&](const rules_span& old) {
        return old.rules == one.rules && old.counties == one.counties && old.until == one.from;
      });
      if (before == out.end())
        out.push_back(one);
      else
        before->until = one.until;
    }
  }
  return out;
}

std::string explanation(const scenario& s, const casework::case_settings& rules) {
  std::string out = "Scenario " + s.name + ": " + s.title + ", " + day_text(s.from) + " to " +
                    day_text(s.to) + ", strategy " + std::string(to_string(s.strategy)) + "\n" +
                    std::to_string(counties().size()) + " counties\n" +
                    "Marks: V published, M from memory, A assumed, F fitted on published figures "
                    "up to 2010-12-31\n";
  for (const auto& [part, words] : parts) {
    out += "\n" + std::string(part) + "\n  " + std::string(words) + "\n";
    for (const parameter_info& p : parameters()) {
      if (p.part != part) continue;
      out += "  " + std::string(p.name) + " = " + number(s.values.*p.where) +
             (p.unit.empty() ? "" : " " + std::string(p.unit)) + ": " + std::string(p.means) +
             "\n      " + marked(s.origins.find(p.name)->second).substr(2);
    }
  }
  out += "\nArrests per 100,000 people, between the middles of years\n  ";
  for (const auto& [year, rate] : s.arrests_per_100k)
    out += std::to_string(static_cast<int>(year)) + ": " + plain(rate) + "  ";
  out += "\n" + marked(s.tables.find("arrests_per_100k")->second);
  out += "\nBookings by weekday, from Monday, and by local hour (the mean is 1)\n ";
  for (const double weight : s.weekdays) out += " " + plain(weight);
  out += "\n ";
  for (const double weight : s.hours) out += " " + plain(weight);
  out += "\n" + marked(s.tables.find("pattern")->second);
  out += "\nOffences of the matched (share of arrests; grave ones times grave_weight)\n";
  for (const offence_kind& kind : s.offences)
    out += "  " + kind.code + " " + kind.name + ": " + number(kind.share) +
           (kind.grave ? ", grave" : "") + ", felony " + number(kind.felony) + ", convicted " +
           number(kind.convicted) + ", over a year " + number(kind.long_sentence) + "\n";
  out += marked(s.tables.find("offences")->second);
  out += capacity_words(s);
  return out + rules_words(s, rules);
}

}  // namespace whorl::rollout
