#include "apps/review_list.hpp"

#include <algorithm>
#include <iostream>
#include <limits>
#include <set>

#include "apps/answers.hpp"
#include "apps/casework/review_clock.hpp"
#include "apps/casework/review_desk.hpp"
#include "apps/client/answer.hpp"
#include "apps/table.hpp"

namespace whorl::apps {
namespace {

bool waits(const std::optional<booking_answered>& answer) {
  return answer && answer->decision == answer_decision::review;
}

/// Who, not what: the next one is to look with eyes of his own.
json examiners_of(const std::vector<casework::review_finding>& findings) {
  std::set<std::string> names;
  for (const auto& one : findings) names.insert(one.by);
  json out = json::array();
  for (const std::string& name : names) out.push_back(name);
  return out;
}

json review_document(const shown_booking& shown, const booking_answered& answer,
                     const std::vector<casework::review_finding>& findings) {
  std::uint64_t people = 0;
  for (const auto& c : answer.coverage) people += c.people;
  json candidates = json::array();
  for (const auto& c : answer.candidates)
    candidates.push_back({{"subject", to_string(c.identity)},
                          {"record", to_string(c.subject)},
                          {"score", score_of(c)},
                          {"in_order", c.fused},
                          {"reordered", c.reordered},
                          {"sequence", sequence_words(c.sequence)},
                          {"fingers", c.fingers_compared}});
  return {{"booking", to_string(shown.row.accepted.booking)},
          {"gallery", to_string(answer.gallery)},
          {"tcn", shown.row.accepted.tcn},
          {"ori", shown.row.accepted.ori},
          {"name_given", shown.who.name},
          {"hit_score", hit_score(people)},
          {"examined_by", examiners_of(findings)},
          {"candidates", candidates}};
}

/// A review that waits, and since when examiners disagree on it.
struct waiting_review {
  booking_id booking;
  gallery_kind gallery = gallery_kind::criminal;
  std::optional<instant> disagree_since;
};

/// Those that examiners disagree on first, the oldest disagreement before the others: nobody else
/// comes back to them. Then as they were accepted.
result<std::vector<waiting_review>> waiting_reviews(session& s, const actors::principal& who) {
  WHORL_ASSIGN(const auto open, s.store().bookings->open_bookings());
  std::vector<waiting_review> out;
  for (const booking_id booking : open) {
    WHORL_ASSIGN(const auto row, s.store().bookings->get(booking));
    if (!may_see(who, row.accepted)) continue;
    for (const auto* answer : {&row.criminal, &row.immigration}) {
      if (!waits(*answer)) continue;
      out.push_back({booking, (*answer)->gallery, {}});
      WHORL_ASSIGN(out.back().disagree_since, disagreement(s.store(), s.settings().cases.reviews,
                                                           booking, (*answer)->gallery));
    }
  }
  const auto since = [](const waiting_review& one) {
    return one.disagree_since ? one.disagree_since->ms : std::numeric_limits<std::int64_t>::max();
  };
  std::ranges::stable_sort(out, {}, since);
  return out;
}

}  // namespace

result<review_list> list_reviews(session& s, const actors::principal& who, std::size_t most) {
  WHORL_ASSIGN(const auto waiting, waiting_reviews(s, who));
  json all = json::array();
  review_list out;
  for (const waiting_review& one : waiting) {
    if (all.size() == most) break;
    WHORL_ASSIGN(auto row, s.store().bookings->get(one.booking));
    const auto& stored = one.gallery == gallery_kind::criminal ? row.criminal : row.immigration;
    if (!waits(stored)) continue;  // decided since
    const booking_answered answer = *stored;
    WHORL_ASSIGN(const auto shown, show_booking(s, who, std::move(row)));
    WHORL_ASSIGN(const auto findings, findings_of(s.store(), one.booking, one.gallery));
    all.push_back(review_document(shown, answer, findings));
    all.back()["disagree_since"] =
        one.disagree_since ? json(to_string(*one.disagree_since)) : json();
    const std::string object = to_string(one.booking);
    if (std::ranges::find(out.objects, object) == out.objects.end()) out.objects.push_back(object);
  }
  out.document = {{"reviews", all}, {"waiting", waiting.size()}};
  return out;
}

std::string examined_words(const std::string& booking, std::int64_t agreed, std::int64_t needed) {
  return booking + ": on record; " + std::to_string(agreed) + " of " + std::to_string(needed) +
         " examiners have found so, another one must look at it";
}

std::string reviewed_words(const json& reviewed) {
  using client::cell;
  const std::string booking = cell(reviewed, "booking"), subject = cell(reviewed, "subject");
  const std::string decision = cell(reviewed, "decision");
  if (decision == "review")
    return examined_words(booking, reviewed.value("examiners_agreed", 0),
                          reviewed.value("examiners_needed", 0));
  return booking + ": " +
         (decision == "hit" ? "FOUND " + subject
          : subject == "-"  ? "not found"
                            : "not found, enrolled " + subject) +
         ", decided by " + cell(reviewed, "by");
}

void print_reviews(const json& document, bool quiet) {
  if (document["reviews"].empty()) {
    std::cout << "no booking waits for an examiner\n";
    return;
  }
  table text({"booking", "gallery", "candidate", "score", "a hit needs", "fingers", "name given",
              "sequence error", "examined by", "examiners disagree since"});
  using client::cell;  // what comes from a gateway may hold signs that a terminal obeys
  for (const json& one : document["reviews"]) {
    std::string names;
    for (const json& name : one["examined_by"])
      names += (names.empty() ? "" : ", ") + printable(name.get<std::string>());
    for (const json& c : one["candidates"])
      text.add({cell(one, "booking"), cell(one, "gallery"), cell(c, "subject"), cell(c, "score"),
                cell(one, "hit_score"), cell(c, "fingers"), cell(one, "name_given"),
                cell(c, "sequence"), names, cell(one, "disagree_since")});
  }
  text.print(std::cout);
  if (!quiet && document["waiting"] > document["reviews"].size())
    std::cout << "\n" << document["waiting"] << " wait; these come first\n";
}

}  // namespace whorl::apps
