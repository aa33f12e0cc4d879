#include "actors/casework/rule_history.hpp"

#include <algorithm>

namespace whorl::casework {
namespace {

/// "2011-03-02" of "20110302".
std::string day_words(const std::string& day) {
  return day.substr(0, 4) + "-" + day.substr(4, 2) + "-" + day.substr(6, 2);
}

const rule_set* named(const case_settings& settings, std::string_view version) {
  const auto found = std::ranges::find(settings.rules, version, &rule_set::version);
  return found == settings.rules.end() ? nullptr : &*found;
}

bool is_of_detainer(case_step step) {
  return step == case_step::detainer_issued || step == case_step::conditional_detainer_issued ||
         step == case_step::detainer_activated;
}

std::string decided_by(case_step step) {
  if (step == case_step::opened) return "level, and when an answer is due";
  if (is_of_detainer(step)) return "that a detainer is allowed";
  return "level";
}

std::string scope_words(const rule_set& rules) {
  std::string out;
  for (const auto& place : rules.scope) out += (out.empty() ? "" : ", ") + place;
  return out.empty() ? "everywhere" : out;
}

/// Of the sets that hold the agency, those that had begun.
std::string latest_words(const case_settings& settings, std::string_view ori,
                         const std::string& day, const rule_set& of) {
  std::string others;
  for (const rule_set& one : settings.rules) {
    const bool begun = one.effective <= day && one.version != of.version;
    if (begun && in_force(std::span(&one, 1), ori, day) != nullptr)
      others += (others.empty() ? "" : ", ") + one.version;
  }
  return "in force for " + std::string(ori) + " on " + day_words(day) + ": of " + scope_words(of) +
         ", " +
         (others.empty() ? "the only one that had begun"
                         : "the latest that had begun, after " + others);
}

std::string because(const case_settings& settings, std::string_view ori, const case_event& e) {
  const std::string day = to_date8(e.at);
  const rule_set* const of_day = in_force(settings.rules, ori, day);
  const std::string now = of_day == nullptr ? "none" : of_day->version;
  if (e.rule_set == now)
    return of_day == nullptr ? "no set for " + std::string(ori) + " had begun on " + day_words(day)
                             : latest_words(settings, ori, day, *of_day);
  const std::string instead = "; by whorl.toml of today it would be " + now;
  if (named(settings, e.rule_set) == nullptr && e.rule_set != "none")
    return "as it was recorded, of a set that whorl.toml does not name any more" + instead;
  const rule_set* const fixed =
      settings.as_of.empty() ? nullptr : in_force(settings.rules, ori, settings.as_of);
  if (fixed != nullptr && fixed->version == e.rule_set)
    return "rules.as_of of whorl.toml asks for the rules of " + day_words(settings.as_of);
  return "as it was recorded" + instead;
}

}  // namespace

std::vector<rule_use> rule_history(const case_settings& settings, std::string_view ori,
                                   std::span<const case_event> events) {
  std::vector<rule_use> out;
  for (const case_event& e : events) {
    const bool is_asked = e.step == case_step::opened || is_of_detainer(e.step);
    const bool changes =
        out.empty() || out.back().level != e.level || out.back().version != e.rule_set;
    if (!is_asked && !changes) continue;
    const rule_set* const known = named(settings, e.rule_set);
    out.push_back({e.step, e.at, decided_by(e.step), e.level, e.rule_set,
                   known == nullptr ? std::string() : known->effective, because(settings, ori, e)});
  }
  return out;
}

}  // namespace whorl::casework
