#include "actors/case_notices_core.hpp"

#include <array>
#include <utility>

#include "actors/casework/disclosure.hpp"
#include "actors/responses_core.hpp"
#include "storage/audit_head.hpp"

namespace whorl::actors {
namespace {

using casework::case_state;

bool stands(case_state s) {
  return s == case_state::detainer || s == case_state::conditional_detainer;
}

class planner {
 public:
  explicit planner(const step_occasion& of) : of_(of) {}

  notices plan() {
    if (of_.step.step == case_step::status_found) status();
    detainer();
    if (was_wrong()) correction("THE MATCH WAS WRONG: DISREGARD WHAT WAS SENT ON IT");
    if (of_.step.step == case_step::record_changed)
      correction("A RECORD WAS CORRECTED: THE STATUS IS LOOKED UP AGAIN");
    return std::move(out_);
  }

 private:
  bool was_wrong() const {
    const case_step s = of_.step.step;
    return s == case_step::corrected || s == case_step::prints_refuted ||
           (s == case_step::claim_decided && of_.step.code == "citizen");
  }

  void status() {
    const std::string words(status_words(of_.step.code));
    // Who was told that somebody may be removable must hear that nobody is, whatever changed since.
    const bool clears = of_.step.code == "citizen" || of_.step.code == "lawful";
    if (clears && of_.told.status)
      return send(of_.accepted.ori, "IDR", agency_body("IDR", "IDR WITH IAR, CORRECTION: " + words),
                  was_told);
    to_agency(casework::item::status_answer, "IDR", "IDR WITH IAR: " + words);
  }

  void detainer() {
    const bool before = stands(of_.before.state), after = stands(of_.after.state);
    if (!before && after)
      return to_agency(casework::item::detainer, "DET",
                       of_.after.state == case_state::detainer
                           ? "I-247 DETAINER: NOTIFY BEFORE RELEASE, HOLD AT MOST 48 HOURS NOT "
                             "COUNTING SATURDAYS, SUNDAYS AND HOLIDAYS"
                           : "I-247 CONDITIONAL DETAINER: TAKES EFFECT ON A CONVICTION");
    if (!before) return;
    if (of_.before.state != of_.after.state && after)
      return to_agency(casework::item::detainer, "DET", "I-247 DETAINER NOW IN EFFECT: CONVICTED");
    const bool was = casework::is_suspended(of_.before), is = casework::is_suspended(of_.after);
    // Why is not said: a claim, a correction and a flag look the same.
    if (after && is && !was)
      return to_agency(casework::item::detainer, "DET",
                       "I-247 DETAINER SUSPENDED: DO NOT HOLD ON IT UNTIL TOLD");
    if (after && was && !is)
      return to_agency(casework::item::detainer, "DET",
                       "I-247 DETAINER IN EFFECT AGAIN: THE HOURS SINCE RELEASE HAVE RUN ON");
    if (after) return;
    if (of_.after.state == case_state::custody)
      return to_agency(casework::item::detainer, "DET", "I-247 DETAINER ENDED: CUSTODY TAKEN");
    to_agency(casework::item::detainer, "DET",
              of_.step.step == case_step::detainer_expired
                  ? "I-247 DETAINER EXPIRED: THE PERSON MUST NOT BE HELD ON IT ANY MORE"
                  : "I-247 DETAINER WITHDRAWN: THE PERSON MUST NOT BE HELD ON IT ANY MORE");
  }

  void correction(const std::string& text) {
    // Whoever was told is told; the way is open then, whatever the flags say now. Whoever had a
    // detainer alone hears that it is suspended or withdrawn.
    if (of_.told.status)
      send(of_.accepted.ori, "IDR", agency_body("IDR", "CORRECTION: " + text), was_told);
    std::string lines = "CHG\nCASE " + casework_id() + "\nSUBJECT " + to_string(of_.step.subject) +
                        "\nORI " + of_.accepted.ori + "\nWHAT " + text + "\n" +
                        std::string(storage::head_line_key) + of_.audit_head + "\n";
    send("LESC", "CHG", text_bytes(lines), "the operations centre works on the case");
  }

  void to_agency(casework::item what, const char* kind, const std::string& text) {
    const bool is_protected = of_.after.victim_witness || of_.after.protected_person;
    const casework::disclosure known = casework::may_know(
        role::lea, what,
        {of_.accepted.mode, casework::can_receive(of_.cases, of_.accepted.ori), is_protected});
    // A detainer that was sent is taken back, whatever has changed since.
    if (known.allowed || (what == casework::item::detainer && of_.told.detainer))
      return send(of_.accepted.ori, kind, agency_body(kind, text),
                  known.allowed ? known.because : was_told);
    note("withhold " + std::string(kind) + " from " + of_.accepted.ori, std::string(known.because));
  }

  bytes agency_body(const char* kind, const std::string& text) const {
    ebts::answer_fields header =
        answer_header(of_.accepted, of_.who, gallery_kind::immigration, of_.step.at);
    header.tcn += "S" + std::to_string(of_.after.steps);  // one booking, several second responses
    return written_with(ident_data_response(header, kind, text), of_.audit_head);
  }

  /// `because`: the rule of the disclosure, for the audit.
  void send(const std::string& recipient, const char* kind, bytes body, std::string_view because) {
    out_.messages.push_back({casework_id() + "/" + std::to_string(of_.after.steps) + "/" +
                                 (recipient == "LESC" ? "lesc/" : "") + kind,
                             recipient, kind, std::move(body)});
    note("answer " + std::string(kind) + " to " + recipient,
         std::string(to_string(of_.step.step)) + "; " + std::string(because));
  }

  void note(std::string action, std::string detail) {
    out_.audit.push_back({of_.step.at, "whorl", "notification", std::move(action), casework_id(),
                          "case work", std::move(detail)});
  }

  static constexpr std::string_view was_told = "who was told before is told what has changed";
  std::string casework_id() const { return to_string(of_.step.which); }

  const step_occasion& of_;
  notices out_;
};

constexpr auto statuses = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"citizen", "UNITED STATES CITIZEN"},
    {"lawful", "LAWFULLY PRESENT, NOT REMOVABLE"},
    {"removable-if-convicted", "LAWFULLY PRESENT, REMOVABLE IF CONVICTED"},
    {"not-lawfully-present", "NOT LAWFULLY PRESENT"},
    {"prior-removal", "PREVIOUSLY REMOVED"},
    {"final-order", "FINAL ORDER OF REMOVAL"},
    {"insufficient", "NO RECORD OR INSUFFICIENT: INTERVIEW NEEDED"},
});

}  // namespace

std::string_view status_words(std::string_view status) {
  for (const auto& [code, words] : statuses)
    if (code == status) return words;
  return "STATUS UNKNOWN";
}

notices plan_step_notices(const step_occasion& of) { return planner(of).plan(); }

}  // namespace whorl::actors
