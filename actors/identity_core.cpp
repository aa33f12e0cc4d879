#include "actors/identity_core.hpp"

#include <string>

#include "actors/gateway_core.hpp"
#include "messages/ebts/first_record.hpp"

namespace whorl::actors {
namespace {

/// ORI is nine characters of letters and digits (EBTS 1.008, AN 9).
status check_ori(std::string_view ori) {
  bool good = ori.size() == 9;
  for (char c : ori) good = good && ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'));
  if (good) return {};
  return make_error(errc::invalid_input, "Type-1 field 1.008 (ORI) is '" +
                                             std::string(ori.substr(0, 40)) +
                                             "': expected 9 capital letters or digits");
}

status check_tcn(std::string_view tcn) {
  if (tcn.size() >= 10 && tcn.size() <= 40) return {};
  return make_error(errc::invalid_input, "Type-1 field 1.009 (TCN) has " +
                                             std::to_string(tcn.size()) +
                                             " characters: expected 10 to 40");
}

/// lea: its own ORI; sib: any ORI of its state.
status check_sender(const principal& by, std::string_view ori) {
  WHORL_TRY(require(by, permission::book));
  const bool own = by.acts_as == role::sib ? ori.substr(0, 2) == by.ori : ori == by.ori;
  if (own) return {};
  return make_error(errc::forbidden, "principal '" + by.name + "' books for " + by.ori +
                                         ", and Type-1 field 1.008 (ORI) says " + std::string(ori) +
                                         ": send it as that agency");
}

}  // namespace

status check_identity(const principal& by, const ebts::transaction& what) {
  WHORL_TRY(check_ori(what.ori()));
  WHORL_TRY(check_tcn(what.tcn()));
  return check_sender(by, what.ori());
}

result<booking_id> identity_of(const principal& by, byte_view transaction) {
  WHORL_ASSIGN(const ebts::transaction first, ebts::read_first_record(transaction));
  WHORL_TRY(check_identity(by, first));
  return booking_id_of(first.ori(), first.tcn());
}

}  // namespace whorl::actors
