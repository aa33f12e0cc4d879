#include "actors/notification_core.hpp"

#include <algorithm>

#include "actors/casework/disclosure.hpp"
#include "actors/query_core.hpp"
#include "actors/responses_core.hpp"
#include "messages/ebts/builders.hpp"
#include "messages/invariant.hpp"
#include "messages/planted_bug.hpp"
#include "storage/audit_head.hpp"

namespace whorl::actors {
namespace {

constexpr std::string_view lesc = "LESC";
constexpr std::string_view by_whorl = "whorl";

/// SRE, or ERRT with the reason where no conformant SRE can be made of what the booking said.
ebts::transaction search_result(const ebts::answer_fields& answer, std::string& kind) {
  auto sre = ebts::build_sre(answer);
  kind = sre ? "SRE" : "ERRT";
  if (sre) return *std::move(sre);
  const std::string text = "answer could not be built: " + sre.error().message;
  return ebts::build_errt(answer, std::span(&text, 1));
}

audit_row row(instant now, const booking_answered& answered, std::string action,
              std::string purpose, std::string detail) {
  return {now,
          std::string(by_whorl),
          "notification",
          std::move(action),
          to_string(answered.booking),
          std::move(purpose),
          std::move(detail)};
}

std::string outcome_text(const booking_answered& answered) {
  std::string text =
      std::string(to_string(answered.gallery)) + " " + std::string(to_string(answered.decision));
  if (answered.subject.value != 0) text += " " + to_string(answered.subject);
  if (!answered.decided_by.empty()) text += " decided by " + answered.decided_by;
  for (const scored_candidate& c : answered.candidates)
    if (c.identity == answered.subject && !c.sequence.empty()) {
      text += " (sequence error: " + sequence_words(c.sequence) + ")";
      break;
    }
  return text;
}

/// What the notices of one answer are made of.
struct occasion {
  const booking_accepted& accepted;
  const biographics& who;
  const booking_answered& answered;
  instant now;
  const std::string& audit_head;
  const casework::case_settings& cases;
};

void criminal_notices(const occasion& of, notices& out) {
  const auto& [accepted, who, answered, now, audit_head, cases] = of;
  ebts::answer_fields answer = answer_header(accepted, who, gallery_kind::criminal, now);
  outgoing message{to_string(accepted.booking) + "/criminal", accepted.ori, "ERRT", {}};
  if (planted(planted_bug::told_again_at_each_start))
    message.message += "/" + std::to_string(now.ms);
  if (answered.decision == answer_decision::failed) {
    message.body =
        written_with(ebts::build_errt(answer, std::span(&answered.reason, 1)), audit_head);
  } else {
    answer.finding = answered.decision == answer_decision::hit ? 'I' : 'N';
    // A retained no-hit has been enrolled: its number goes back too, as after a hit.
    if (answered.subject.value != 0) answer.fbi_number = fbi_number(answered.subject);
    message.body = written_with(search_result(answer, message.kind), audit_head);
  }
  out.audit.push_back(row(now, answered, "answer " + message.kind + " to " + message.recipient,
                          "identification", outcome_text(answered)));
  out.messages.push_back(std::move(message));
}

/// The IAQ as the query's own fields, a line each (DOMAIN section 2.4).
bytes alien_query(const occasion& of, case_id which) {
  const auto& [accepted, who, answered, now, audit_head, cases] = of;
  // A transaction's text may hold line ends; here they would begin a line of their own.
  auto cut = [](std::string text, std::size_t most) {
    text.resize(std::min(text.size(), most));
    for (char& c : text)
      if (c < 0x20 || c > 0x7e) c = ' ';
    return text;
  };
  const std::string offence = who.offence_code.empty() ? "0399" : who.offence_code;
  std::string text = "IAQ\nPUR C\nATN " + cut(who.attention, 30) + "\nPHN \nNAM " +
                     cut(who.name, 30) + "\nDOB " + cut(who.birth_date, 8) + "\nSEX " +
                     cut(who.sex, 1) + "\nPOB " + cut(who.birth_place, 2) + "\nCUS " +
                     (has_custody(accepted.source) ? "Y" : "N") + "\nOFF " + offence + "\nORI " +
                     accepted.ori + "\nTCN " + cut(accepted.tcn, 40) + "\nCASE " +
                     to_string(which) + "\nSUBJECT " + to_string(answered.subject) + "\n" +
                     std::string(storage::head_line_key) + audit_head + "\n";
  return text_bytes(text);
}

void immigration_hit(const occasion& of, notices& out) {
  const auto& [accepted, who, answered, now, audit_head, cases] = of;
  const case_id which = case_of(accepted.booking);
  // What the agency charges; its class is not in the transaction, 0399 stands for what it left out.
  const offence charge{who.offence_code.empty() ? "0399" : who.offence_code, offence_class::unknown,
                       offence_disposition::charged, -1};
  const casework::ruled ruled = casework::rule(cases, accepted.ori, now, {{charge}, {"removable"}});
  case_event opened{which,
                    accepted.booking,
                    answered.subject,
                    case_step::opened,
                    ruled.level,
                    ruled.rule_set,
                    now,
                    std::string(by_whorl),
                    "immigration gallery hit for a booking by " + accepted.ori};
  opened.code = answered.decided_by;
  opened.about_at = {now.ms + ruled.follows.answer_due_minutes * 60'000};
  opened.charge = charge;
  case_event queued = opened;
  queued.code.clear();
  queued.charge.reset();
  queued.step = case_step::iaq_queued;
  queued.reason = "alien query to the operations centre; a person answers";
  if (planted(planted_bug::case_step_without_rules)) queued.rule_set.clear();
  out.events = {opened, queued};
  if (planted(planted_bug::iaq_without_its_case)) out.events = {queued};
  out.messages.push_back(
      {to_string(accepted.booking) + "/iaq", std::string(lesc), "IAQ", alien_query(of, which)});
  out.audit.push_back(row(now, answered, "disclose identity match to LESC",
                          "immigration status query",
                          outcome_text(answered) + " " + to_string(which)));
}

void immigration_notices(const occasion& of, notices& out) {
  const auto& [accepted, who, answered, now, audit_head, cases] = of;
  INVARIANT(accepted.mode != jurisdiction_mode::inactive);  // promise 5
  if (answered.decision == answer_decision::hit) return immigration_hit(of, out);
  // Nobody is protected whom the gallery does not know.
  const casework::disclosure known =
      casework::may_know(role::lea, casework::item::no_match,
                         {accepted.mode, casework::can_receive(cases, accepted.ori), false});
  if (!known.allowed) {
    // The agency hears nothing of the immigration side; that it was withheld is on record.
    out.audit.push_back(row(now, answered, "withhold immigration answer from " + accepted.ori,
                            std::string(known.because), outcome_text(answered)));
    return;
  }
  const std::string text = answered.decision == answer_decision::failed
                               ? "IDR ERROR: " + answered.reason
                               : std::string("IDR NO MATCH IN IMMIGRATION BIOMETRIC RECORDS");
  const ebts::answer_fields answer = answer_header(accepted, who, gallery_kind::immigration, now);
  out.messages.push_back({to_string(accepted.booking) + "/idr", accepted.ori, "IDR",
                          written_with(ident_data_response(answer, "IDR", text), audit_head)});
  const bool hidden = planted(planted_bug::idr_goes_out_as_withheld);
  out.audit.push_back(
      row(now, answered, (hidden ? "withhold IDR from " : "answer IDR to ") + accepted.ori,
          "identification", outcome_text(answered) + "; " + std::string(known.because)));
}

}  // namespace

case_id case_of(booking_id booking) { return {booking.value}; }

std::string fbi_number(subject_id subject) {
  constexpr std::string_view digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  std::string text(9, '0');
  std::uint64_t rest = subject.value;
  for (char& c : text) {
    c = digits[rest % 36];
    rest /= 36;
  }
  return text;
}

std::string notice_mark(const booking_answered& answered) {
  return answer_message_id(answered.booking, answered.gallery,
                           answered.decision != answer_decision::review) +
         "/notices";
}

notices plan_notices(const booking_accepted& accepted, const biographics& who,
                     const booking_answered& answered, instant now, const std::string& audit_head,
                     const casework::case_settings& cases) {
  const occasion of{accepted, who, answered, now, audit_head, cases};
  notices out;
  if (answered.decision == answer_decision::review) {
    out.audit.push_back(
        row(now, answered, "wait for an examiner", "identification", outcome_text(answered)));
  } else if (answered.gallery == gallery_kind::criminal) {
    criminal_notices(of, out);
  } else {
    immigration_notices(of, out);
  }
  INVARIANT(!out.audit.empty());  // the mark that these notices are written
  return out;
}

}  // namespace whorl::actors
