// Prioritisation rule-sets as data (DOMAIN section 4): which criteria an offence record meets, and
// which level follows. Pure, without CAF, clock or files; rule_file reads one from TOML.
//
// Evaluation is total (every evidence gets a level or none), the same for any order of offences,
// and monotone: an offence or a fact more never makes the case less grave. No criterion can ask for
// the absence of something.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "messages/facts.hpp"

namespace whorl::casework {

/// What is known about a person when a level is asked for.
struct evidence {
  std::vector<offence> offences;             ///< dismissed and acquitted ones count for nothing
  std::set<std::string, std::less<>> facts;  ///< of fact_names()
};

/// What rules may ask for besides offences: removable, prior_removal, final_order, re_entry,
/// illegal_entry, fraud, threat.
std::span<const std::string_view> fact_names();

/// NCIC codes, both ends included.
struct code_range {
  int from = 0, to = 9999;
};

/// A kind of offence: the code is in one of the ranges, and class and sentence are at least these.
struct category {
  std::string name;
  std::vector<code_range> codes;                    ///< empty: every code
  offence_class at_least = offence_class::unknown;  ///< unknown: any class
  std::int32_t sentence_over_days = -1;             ///< -1: any sentence
};

/// Holds when `count` offences are of one of the categories and of the disposition, or when the
/// fact is known.
struct criterion {
  std::string name;
  std::uint8_t level = 1;               ///< 1 (gravest) to 3
  std::vector<std::size_t> categories;  ///< indexes into rule_set::categories
  std::size_t count = 1;
  bool convicted_only = true;  ///< else a charge counts too
  std::string fact;            ///< of fact_names(); empty: asks for offences
};

enum class detainer_rule : std::uint8_t { none, conditional, allowed };
std::string_view to_string(detainer_rule rule);

/// What follows from a level.
struct outcome {
  detainer_rule detainer = detainer_rule::none;
  std::int64_t answer_due_minutes = 240;  ///< for the operations centre, from the match on
  friend bool operator==(const outcome&, const outcome&) = default;
};

/// One set, in force from a day on for the places of its scope.
struct rule_set {
  std::string version;  ///< for example "2011-03"
  std::string title, source;
  std::string effective;                    ///< YYYYMMDD, UTC
  std::vector<std::string> scope;           ///< ORIs or states; empty: everywhere
  std::vector<std::string> requires_facts;  ///< without all of them: no level
  std::vector<category> categories;
  std::vector<criterion> criteria;
  outcome by_level[4];  ///< [0]: none
};

/// Why a criterion holds or does not.
struct finding {
  const criterion* what = nullptr;
  bool holds = false;
  std::vector<std::string> because;  ///< offences and facts that count, in words
  /// Offences that would count if their class, sentence or disposition were known to be so.
  std::vector<std::string> undecided;
};

struct ruling {
  std::uint8_t level = 0;            ///< 1 to 3; 0 none
  std::vector<finding> findings;     ///< one a criterion, in the rule-set's order
  std::vector<std::string> missing;  ///< facts that the rule-set requires and that are not known
};

/// The gravest level of the criteria that hold. The ruling points into `rules`.
ruling evaluate(const rule_set& rules, const evidence& known);

/// In force at `day` (YYYYMMDD) for that agency: of those whose scope holds it, the one of the
/// latest day that has come; of the same day, the one with the narrower scope (ORI before
/// state before everywhere), then by version. Null when there is none.
const rule_set* in_force(std::span<const rule_set> all, std::string_view ori, std::string_view day);

std::string words(const offence& what);

}  // namespace whorl::casework
