#include "actors/casework/rule_set.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace whorl::casework {
namespace {

enum class counts : std::uint8_t { no, if_known, yes };

counts weaker(counts a, counts b) { return std::min(a, b); }

/// -1 where the text is no code of four digits: such an offence is in no range but the full one.
int code_number(std::string_view code) {
  int number = -1;
  const auto [end, failed] = std::from_chars(code.data(), code.data() + code.size(), number);
  return code.size() == 4 && failed == std::errc() && end == code.data() + 4 ? number : -1;
}

counts of_category(const category& kind, const offence& what) {
  const int code = code_number(what.code);
  const bool in_codes = kind.codes.empty() ||
                        std::any_of(kind.codes.begin(), kind.codes.end(),
                                    [&](code_range r) { return code >= r.from && code <= r.to; });
  if (!in_codes) return counts::no;
  counts out = counts::yes;
  if (kind.at_least != offence_class::unknown) {
    if (what.kind == offence_class::unknown)
      out = counts::if_known;
    else if (what.kind < kind.at_least)
      return counts::no;
  }
  if (kind.sentence_over_days >= 0) {
    if (what.sentence_days < 0)
      out = weaker(out, counts::if_known);
    else if (what.sentence_days <= kind.sentence_over_days)
      return counts::no;
  }
  return out;
}

counts of_disposition(const criterion& c, const offence& what) {
  switch (what.disposition) {
    case offence_disposition::convicted:
      return counts::yes;
    case offence_disposition::charged:
      return c.convicted_only ? counts::no : counts::yes;
    case offence_disposition::unknown:
      return c.convicted_only ? counts::if_known : counts::yes;
    case offence_disposition::dismissed:
    case offence_disposition::acquitted:
      break;
  }
  return counts::no;
}

finding look(const rule_set& rules, const criterion& c, const evidence& known) {
  finding out{&c, false, {}, {}};
  if (!c.fact.empty()) {
    out.holds = known.facts.contains(c.fact);
    if (out.holds) out.because.push_back("fact: " + c.fact);
    return out;
  }
  for (const offence& one : known.offences) {
    counts best = counts::no;
    for (std::size_t index : c.categories)
      best = std::max(best, of_category(rules.categories[index], one));
    best = weaker(best, of_disposition(c, one));
    if (best == counts::yes) out.because.push_back(words(one));
    if (best == counts::if_known) out.undecided.push_back(words(one));
  }
  out.holds = out.because.size() >= c.count;
  // The words are of a set of offences: their order must not depend on the order of recording.
  std::sort(out.because.begin(), out.because.end());
  std::sort(out.undecided.begin(), out.undecided.end());
  return out;
}

/// How narrowly a scope names the agency: 3 by ORI, 2 by state, 1 everywhere, 0 not at all.
int narrowness(const rule_set& rules, std::string_view ori) {
  if (rules.scope.empty()) return 1;
  int best = 0;
  for (const std::string& place : rules.scope) {
    if (place == ori) best = std::max(best, 3);
    if (place == ori.substr(0, 2)) best = std::max(best, 2);
  }
  return best;
}

constexpr std::array known_facts = std::to_array<std::string_view>(
    {"removable", "prior_removal", "final_order", "re_entry", "illegal_entry", "fraud", "threat"});

}  // namespace

std::span<const std::string_view> fact_names() { return known_facts; }

std::string_view to_string(detainer_rule rule) {
  switch (rule) {
    case detainer_rule::none:
      return "none";
    case detainer_rule::conditional:
      return "conditional";
    case detainer_rule::allowed:
      return "allowed";
  }
  return "unknown";
}

std::string words(const offence& what) {
  std::string text = (what.code.empty() ? std::string("no code") : what.code) + " " +
                     std::string(to_string(what.kind)) + " " +
                     std::string(to_string(what.disposition));
  if (what.sentence_days >= 0) text += " " + std::to_string(what.sentence_days) + " days";
  return text;
}

ruling evaluate(const rule_set& rules, const evidence& known) {
  ruling out;
  for (const std::string& fact : rules.requires_facts)
    if (!known.facts.contains(fact)) out.missing.push_back(fact);
  for (const criterion& c : rules.criteria) {
    out.findings.push_back(look(rules, c, known));
    if (out.findings.back().holds && (out.level == 0 || c.level < out.level)) out.level = c.level;
  }
  if (!out.missing.empty()) out.level = 0;
  return out;
}

const rule_set* in_force(std::span<const rule_set> all, std::string_view ori,
                         std::string_view day) {
  const rule_set* best = nullptr;
  int best_width = 0;
  for (const rule_set& one : all) {
    const int width = narrowness(one, ori);
    if (width == 0 || one.effective > day) continue;
    const auto key =
        std::tuple(std::string_view(one.effective), width, std::string_view(one.version));
    if (best == nullptr || key > std::tuple(std::string_view(best->effective), best_width,
                                            std::string_view(best->version))) {
      best = &one;
      best_width = width;
    }
  }
  return best;
}

}  // namespace whorl::casework
