#include "actors/casework/disclosure.hpp"

#include <array>

namespace whorl::casework {
namespace {

using actors::role;

constexpr auto item_names = std::to_array<std::string_view>(
    {"criminal answer", "no match", "that there is a match", "status answer", "detainer",
     "case, for steps of one's own", "case timeline", "prints"});

/// Agencies and their states.
disclosure to_booking_side(item what, const disclosure_case& of) {
  if (what == item::criminal_answer) return {true, "every booking is answered"};
  if (what == item::case_timeline || what == item::prints)
    return {false, "the case is the federal side's"};
  // What was said cannot be unsaid, by a flag neither.
  if (what == item::own_case)
    return of.was_told ? disclosure{true, "was told of it"}
                       : disclosure{false, "was not told of it"};
  if (of.is_protected) return {false, "protected: never to an agency"};
  if (of.mode == jurisdiction_mode::inactive) return {false, "jurisdiction inactive: not searched"};
  // The agency holds the person: it must know of a detainer, whatever its mode.
  if (what == item::detainer) return {true, "the agency that holds the person is asked to"};
  if (of.mode == jurisdiction_mode::limited) return {false, "jurisdiction mode limited"};
  if (!of.can_receive) return {false, "cannot receive second responses"};
  return {true, "jurisdiction mode full"};
}

/// Of a protected case whoever is not named learns nothing, not that there is one.
disclosure to_federal_side(item what, const disclosure_case& of, disclosure usual) {
  const bool is_case = what != item::criminal_answer && what != item::no_match;
  if (!of.is_protected || !is_case || what == item::prints) return usual;
  return of.is_named ? disclosure{true, "named for protected records"}
                     : disclosure{false, "protected: named people alone"};
}

/// Trained local officers see the immigration side of their own agency's bookings (S0).
disclosure to_officer_287g(item what, const disclosure_case& of) {
  if (what == item::criminal_answer) return {true, "every booking is answered"};
  if (what == item::prints) return {false, "examiners and oversight look at prints"};
  if (of.is_protected) return {false, "protected: never to an agency"};
  if (of.mode == jurisdiction_mode::inactive) return {false, "jurisdiction inactive: not searched"};
  return {true, "287(g): delegated authority"};
}

}  // namespace

std::string_view to_string(item what) { return item_names[static_cast<std::size_t>(what)]; }

disclosure may_know(role who, item what, const disclosure_case& of) {
  switch (who) {
    case role::lea:
    case role::sib:
      return to_booking_side(what, of);
    case role::officer_287g:
      return to_officer_287g(what, of);
    case role::examiner:
    case role::oversight:
      return to_federal_side(what, of, {true, "decides on identity, or oversees"});
    case role::operator_:
    case role::analyst:
    case role::field_officer:
      if (what == item::prints) return {false, "examiners and oversight look at prints"};
      return to_federal_side(what, of, {true, "works on the exchange or the case"});
  }
  return {false, "no such role"};
}

}  // namespace whorl::casework
