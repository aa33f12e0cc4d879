// Who may do what, and which jurisdiction has which mode: plain data that the program reads from
// its configuration and the cores decide with.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "messages/facts.hpp"

namespace whorl::actors {

/// Roles, from the configuration for now. `lea`: books for its own ORI. `sib`: books for any ORI of
/// its state (the first two letters). `examiner`: decides reviews, sees prints, searches.
/// `operator_`: galleries, store, no prints. `oversight`: reads cases, audit and prints. `analyst`:
/// answers status queries at the operations centre. `field_officer`: works the cases of its field
/// office's state. `officer_287g`: of an agency (ORI), trained to read the immigration side of its
/// own bookings.
enum class role : std::uint8_t {
  lea,
  sib,
  examiner,
  operator_,
  oversight,
  analyst,
  field_officer,
  officer_287g
};
inline constexpr role all_roles[] = {role::lea,           role::sib,         role::examiner,
                                     role::operator_,     role::oversight,   role::analyst,
                                     role::field_officer, role::officer_287g};
std::string_view to_string(role r);
result<role> parse_role(std::string_view text);

struct principal {
  std::string name;
  role acts_as = role::lea;
  /// lea, officer_287g: the agency's ORI; sib, field_officer: the state's two letters; else empty
  std::string ori;
  /// One of the named people who see cases of victims, witnesses and the protected; never of an
  /// agency or a state.
  bool protected_records = false;
};

/// Whether a principal of that role can be one of those who see protected records.
bool may_be_named(role r);

/// Characters of a principal's ORI by role: 9 of an agency, 2 of a state, 0 none.
std::size_t ori_length(role r);

/// What a role may do; each command of the program and each message of the gateway names one.
enum class permission : std::uint8_t {
  book,
  decide_review,
  manage_gallery,
  read_cases,
  read_audit,
  read_prints,
  search_people,
  work_case  ///< takes steps of cases; which: actors/casework/lifecycle
};
std::string_view to_string(permission p);
bool allows(role r, permission p);
/// forbidden, naming principal, role and what was asked.
status require(const principal& who, permission p);

/// One line of the dated log: from that day on a place has this mode, for this reason.
struct mode_change {
  std::string place;  ///< an ORI, or a state's two letters
  std::string from;   ///< YYYYMMDD, UTC
  jurisdiction_mode mode = jurisdiction_mode::inactive;
  std::string basis;  ///< legal basis: a memorandum, a statute, an order
};

/// A mode and where it stands.
struct mode_found {
  jurisdiction_mode mode = jurisdiction_mode::inactive;
  const mode_change* change = nullptr;  ///< null: of the undated tables, or the default
};

/// Modes by ORI, then by state (first two letters), then the default; of each the newest change of
/// the log that has begun, before the undated entry.
struct jurisdictions {
  jurisdiction_mode default_mode = jurisdiction_mode::inactive;
  std::map<std::string, jurisdiction_mode, std::less<>> by_ori;
  std::map<std::string, jurisdiction_mode, std::less<>> by_state;
  std::vector<mode_change> log;
  std::map<std::string, booking_source, std::less<>> sources;  ///< by ORI; others are jails
  booking_source source_of(std::string_view ori) const;
  /// `day`: YYYYMMDD. The pointer is into `log`.
  mode_found find(std::string_view ori, std::string_view day) const;
  jurisdiction_mode mode_of(std::string_view ori, std::string_view day) const {
    return find(ori, day).mode;
  }
};

}  // namespace whorl::actors
