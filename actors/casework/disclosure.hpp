// Who may be told what of a booking's immigration side: one table, asked by everything that sends
// or shows (promise 5; docs/DISCLOSURE.md is written from it). Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "actors/policy_core.hpp"

namespace whorl::casework {

enum class item : std::uint8_t {
  criminal_answer,  ///< SRE or ERRT
  no_match,         ///< IDR "no match", or that the search failed
  match_exists,     ///< that the immigration gallery has a match, and that there is a case
  status_answer,    ///< IDR with the operations centre's answer (IAR)
  detainer,         ///< I-247 and what becomes of it
  own_case,         ///< that there is a case, to take steps of its own in it
  case_timeline,    ///< what the search found and each step, who took it and why
  prints            ///< of the booking and of candidates
};
inline constexpr item all_items[] = {item::criminal_answer, item::no_match, item::match_exists,
                                     item::status_answer,   item::detainer, item::own_case,
                                     item::case_timeline,   item::prints};
std::string_view to_string(item what);

/// What it depends on besides role and item.
struct disclosure_case {
  jurisdiction_mode mode = jurisdiction_mode::inactive;
  bool can_receive = true;    ///< second responses, by the flags of state and agency
  bool is_protected = false;  ///< victim, witness, or protected by law (8 USC 1367, 8 CFR 208.6)
  bool was_told = false;      ///< the agency was sent a status answer or a detainer of it
  bool is_named = false;      ///< who asks is one of those who see protected records
};

struct disclosure {
  bool allowed = false;
  std::string_view because;  ///< the rule, for the audit and the reader
};
/// `who` within its own agency or state; other agencies' bookings are nobody's business before
/// this.
disclosure may_know(actors::role who, item what, const disclosure_case& of);

}  // namespace whorl::casework
