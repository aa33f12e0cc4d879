#include "actors/gateway_core.hpp"

#include <algorithm>

#include "actors/casework/rule_file.hpp"
#include "actors/identity_core.hpp"
#include "actors/probe_core.hpp"
#include "messages/ebts/booking.hpp"
#include "messages/ebts/charset.hpp"
#include "messages/ebts/mandatory.hpp"
#include "messages/ebts/reader.hpp"
#include "messages/ebts/transaction_types.hpp"
#include "messages/limits.hpp"
#include "messages/planted_bug.hpp"
#include "messages/wire.hpp"
#include "storage/keyring.hpp"

namespace whorl::actors {
namespace {

status check_kind(const ebts::transaction& whole) {
  const std::string tot(whole.tot());
  if (ebts::is_features_profile(whole)) return ebts::check_mandatory(whole);
  const ebts::submission_type* known = ebts::find_submission_type(tot);
  if (known == nullptr || !known->criminal)
    return make_error(errc::unsupported,
                      "Type-1 field 1.004 (TOT) is '" + tot.substr(0, 40) +
                          "': not a criminal ten-print submission; use CAR, CNA, CPDR "
                          "or CPNU, or CARW of the whorl-features profile");
  if (!known->answer_required)
    return make_error(errc::unsupported, "Type-1 field 1.004 (TOT) is '" + tot +
                                             "', a submission without an answer: not booked here");
  if (whole.count(9) == 0)
    return make_error(errc::unsupported,
                      "'" + tot +
                          "' carries images and no Type-9 minutiae: images are not "
                          "read yet; send CARW of the whorl-features profile");
  return {};
}

biographics biographics_of(const ebts::transaction& whole) {
  const ebts::booking_fields said = ebts::read_booking(whole);
  biographics who;
  who.name = said.name;
  who.aliases = said.aliases;
  who.birth_date = said.date_of_birth;
  who.sex = said.sex;
  who.birth_place = said.place_of_birth;
  who.arrest_date = said.date_of_arrest;
  who.attention = whole.text(2, 6).value_or("");
  who.controlling_agency = said.controlling_agency;
  // The most serious charge: level 1 before 2 before 3 before none; the first of equals.
  auto rank = [](const ebts::charge& c) {
    const std::uint8_t level = casework::level_by_code(c.code);
    return level == 0 ? 4 : level;
  };
  const auto worst =
      std::min_element(said.charges.begin(), said.charges.end(),
                       [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
  if (worst != said.charges.end()) {
    who.offence_code = worst->code;
    who.offence_text = worst->literal;
  }
  return who;
}

/// wire::encode stops at texts that could not be read again: what goes into a fact is bounded here.
status check_texts(const admission& a) {
  const auto check = [](std::string_view field, std::string_view text) -> status {
    if (text.size() <= limits::text_max) return {};
    return make_error(errc::limit_exceeded,
                      std::string(field) + " has " + std::to_string(text.size()) +
                          " characters: at most " + std::to_string(limits::text_max));
  };
  WHORL_TRY(check("Type-1 field 1.007 (DAI)", a.dai));
  WHORL_TRY(check("Type-2 field 2.006 (ATN)", a.who.attention));
  WHORL_TRY(check("Type-2 field 2.018 (NAM)", a.who.name));
  if (a.who.aliases.size() > limits::aliases_max)
    return make_error(errc::limit_exceeded,
                      "Type-2 field 2.019 (AKA) has " + std::to_string(a.who.aliases.size()) +
                          " names: at most " + std::to_string(limits::aliases_max));
  for (const std::string& alias : a.who.aliases)
    WHORL_TRY(check("Type-2 field 2.019 (AKA)", alias));
  WHORL_TRY(check("Type-2 field 2.020 (POB)", a.who.birth_place));
  WHORL_TRY(check("Type-2 field 2.022 (DOB)", a.who.birth_date));
  WHORL_TRY(check("Type-2 field 2.024 (SEX)", a.who.sex));
  WHORL_TRY(check("Type-2 field 2.045 (DOA)", a.who.arrest_date));
  WHORL_TRY(check("Type-2 field 2.047 (ASL)", a.who.offence_text));
  return check("Type-2 field 2.073 (CRI)", a.who.controlling_agency);
}

}  // namespace

booking_id booking_id_of(std::string_view ori, std::string_view tcn) {
  const std::string text = std::string(ori) + '\x1f' + std::string(tcn);
  const digest d = storage::sha256(std::as_bytes(std::span(text)));
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 8; ++i) value = value << 8 | std::to_integer<std::uint64_t>(d[i]);
  return {value};
}

std::string acceptance_message_id(booking_id booking) { return to_string(booking) + "/accepted"; }

result<admission> admit(const submission& what, const jurisdictions& modes, std::string_view day) {
  if (what.transaction.size() > limits::transaction_bytes_max)
    return make_error(errc::limit_exceeded,
                      "the transaction has " + std::to_string(what.transaction.size()) +
                          " bytes: at most " + std::to_string(limits::transaction_bytes_max));
  WHORL_ASSIGN(const ebts::transaction whole, ebts::read_transaction(what.transaction));
  WHORL_TRY(ebts::check_ascii(whole));
  WHORL_TRY(check_identity(what.by, whole));
  WHORL_TRY(check_kind(whole));
  admission admitted;
  WHORL_ASSIGN(admitted.prints, probe_prints_of(whole));
  admitted.booking = booking_id_of(whole.ori(), whole.tcn());
  admitted.ori = whole.ori();
  admitted.tcn = whole.tcn();
  admitted.tot = whole.tot();
  admitted.dai = whole.dai();
  admitted.content = storage::sha256(what.transaction);
  admitted.retained = ebts::retained(whole);
  admitted.mode = modes.mode_of(admitted.ori, day);
  admitted.source = modes.source_of(admitted.ori);
  admitted.who = biographics_of(whole);
  WHORL_TRY(check_texts(admitted));
  return admitted;
}

std::vector<storage::seal_request> payloads_to_seal(const admission& what) {
  const std::uint64_t owner = what.booking.value;
  std::vector<storage::seal_request> batch{
      {{owner, key_purpose::probe_criminal}, wire::encode(what.prints)},
      {{owner, key_purpose::biographics}, wire::encode(what.who)}};
  if (what.mode != jurisdiction_mode::inactive || planted(planted_bug::inactive_prints_are_taken))
    batch.push_back({{owner, key_purpose::probe_immigration}, wire::encode(what.prints)});
  return batch;
}

booking_accepted accepted_as(const admission& what, const std::string& submitted_by, instant now,
                             instant deadline, const std::vector<sealed_payload>& sealed) {
  booking_accepted out;
  out.booking = what.booking;
  out.ori = what.ori;
  out.tcn = what.tcn;
  out.tot = what.tot;
  out.dai = what.dai;
  out.content = what.content;
  out.accepted_at = now;
  out.deadline_at = deadline;
  out.retained = what.retained;
  out.mode = what.mode;
  out.source = what.source;
  out.submitted_by = submitted_by;
  out.criminal_prints = sealed[0];
  out.who = sealed[1];
  if (sealed.size() > 2) out.immigration_prints = sealed[2];
  return out;
}

std::vector<storage::append_request> acceptance_facts(const booking_accepted& what) {
  const audit_row row{what.accepted_at,
                      what.submitted_by,
                      "booking site",
                      "accept booking",
                      to_string(what.booking),
                      "identification",
                      what.tot + " " + what.ori + "/" + what.tcn};
  return {{stream_id::bookings, acceptance_message_id(what.booking), std::nullopt,
           wire::encode(fact(what))},
          {stream_id::audit, to_string(what.booking) + "/accepted", std::nullopt,
           wire::encode(fact(row))}};
}

result<submitted> compare_with_original(const admission& now, const fact_record& original) {
  WHORL_ASSIGN(const fact decoded, wire::decode_fact(original.payload));
  const auto* accepted = std::get_if<booking_accepted>(&decoded);
  if (accepted == nullptr)
    return make_error(errc::corrupt,
                      "fact " + original.message_id + " of bookings is no acceptance");
  if (accepted->content == now.content || planted(planted_bug::tampered_copy_is_the_original))
    return submitted{accepted->booking, true, accepted->accepted_at};
  return make_error(errc::content_mismatch,
                    "ORI " + now.ori + ", TCN " + now.tcn + " was accepted before as " +
                        to_string(accepted->booking) +
                        " with other content: refused, nothing changed; use a new TCN");
}

status flight_book::enter(booking_id booking) {
  if (in_flight_.contains(booking))
    return make_error(errc::conflict, to_string(booking) + " is being worked on already");
  if (full() && !planted(planted_bug::flight_has_no_limit))
    return make_error(errc::overloaded,
                      std::to_string(in_flight_.size()) +
                          " bookings are under way, the most this node takes: send it "
                          "again later");
  in_flight_.insert(booking);
  return {};
}

}  // namespace whorl::actors
