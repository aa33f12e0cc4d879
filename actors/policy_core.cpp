#include "actors/policy_core.hpp"

namespace whorl::actors {

std::string_view to_string(role r) {
  switch (r) {
    case role::lea:
      return "lea";
    case role::sib:
      return "sib";
    case role::examiner:
      return "examiner";
    case role::operator_:
      return "operator";
    case role::oversight:
      return "oversight";
    case role::analyst:
      return "analyst";
    case role::field_officer:
      return "field_officer";
    case role::officer_287g:
      return "officer_287g";
  }
  return "unknown";
}

result<role> parse_role(std::string_view text) {
  std::string list;
  for (role r : all_roles) {
    if (text == to_string(r)) return r;
    list += (list.empty() ? "" : ", ") + std::string(to_string(r));
  }
  return make_error(errc::invalid_input,
                    "'" + std::string(text.substr(0, 40)) + "' is not a role: use " + list);
}

bool may_be_named(role r) { return r != role::lea && r != role::sib && r != role::officer_287g; }

std::size_t ori_length(role r) {
  switch (r) {
    case role::lea:
    case role::officer_287g:
      return 9;
    case role::sib:
    case role::field_officer:
      return 2;
    default:
      return 0;
  }
}

std::string_view to_string(permission p) {
  switch (p) {
    case permission::book:
      return "submit bookings";
    case permission::decide_review:
      return "decide reviews";
    case permission::manage_gallery:
      return "change galleries";
    case permission::read_cases:
      return "read cases";
    case permission::read_audit:
      return "read the audit";
    case permission::read_prints:
      return "look at people's prints";
    case permission::search_people:
      return "search for people by their prints";
    case permission::work_case:
      return "take steps of cases";
  }
  return "unknown";
}

bool allows(role r, permission p) {
  switch (p) {
    case permission::book:
      return r == role::lea || r == role::sib;
    case permission::decide_review:
      return r == role::examiner;
    case permission::manage_gallery:
      return r == role::operator_;
    case permission::read_cases:
      return r != role::lea && r != role::sib;
    case permission::read_audit:
      return r == role::operator_ || r == role::oversight;
    case permission::read_prints:
      return r == role::examiner || r == role::oversight;
    case permission::search_people:
      return r == role::examiner;
    case permission::work_case:
      return r != role::operator_ && r != role::oversight;
  }
  return false;
}

status require(const principal& who, permission p) {
  if (allows(who.acts_as, p)) return {};
  std::string able;
  for (role r : all_roles)
    if (allows(r, p)) able += (able.empty() ? "" : " or ") + std::string(to_string(r));
  return make_error(errc::forbidden,
                    "principal '" + who.name + "' (" + std::string(to_string(who.acts_as)) +
                        ") may not " + std::string(to_string(p)) + ": that needs the role " + able);
}

booking_source jurisdictions::source_of(std::string_view ori) const {
  const auto found = sources.find(ori);
  return found == sources.end() ? booking_source::jail : found->second;
}

mode_found jurisdictions::find(std::string_view ori, std::string_view day) const {
  const auto newest = [&](std::string_view place) {
    const mode_change* best = nullptr;
    for (const mode_change& one : log)
      if (one.place == place && one.from <= day && (best == nullptr || one.from >= best->from))
        best = &one;
    return best;
  };
  const std::string_view state = ori.substr(0, 2);
  if (const auto* change = newest(ori)) return {change->mode, change};
  if (auto found = by_ori.find(ori); found != by_ori.end()) return {found->second};
  if (const auto* change = newest(state)) return {change->mode, change};
  if (auto found = by_state.find(state); found != by_state.end()) return {found->second};
  return {default_mode};
}

}  // namespace whorl::actors
