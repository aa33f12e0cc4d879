#include "apps/answers.hpp"

#include <algorithm>
#include <map>

#include "actors/casework/disclosure.hpp"
#include "actors/casework/lifecycle.hpp"
#include "actors/retention_core.hpp"
#include "fingerprint/decision.hpp"
#include "messages/wire.hpp"

namespace whorl::apps {
namespace {

/// The name on the found record, where it differs from the one given. Nothing when purged.
std::string other_name(session& s, gallery_kind gallery, subject_id subject,
                       const std::string& given) {
  const auto row = s.subject(gallery, subject);
  if (!row) return {};
  const auto plain = s.store().keys->open(row->record);
  if (!plain) return {};
  const auto record = wire::decode_subject_record(*plain);
  return record && record->who.name != given ? record->who.name : std::string();
}

shown_answer show(session& s, const std::optional<booking_answered>& answer,
                  const std::string& given, bool all) {
  shown_answer out;
  if (!answer) {
    out.decision = "open";
    return out;
  }
  out.decision = to_string(answer->decision);
  const bool waits = answer->decision == answer_decision::review;
  for (const auto& c : answer->coverage) out.people += c.people;
  if (all || !waits) out.subject = answer->subject;
  for (const auto& c : answer->candidates)
    if (out.score == 0 || c.identity == answer->subject || c.subject == answer->subject) {
      out.score = std::max(out.score, score_of(c));
      if (all && out.sequence.empty()) out.sequence = sequence_words(c.sequence);
    }
  if (waits && !all) out.score = 0;
  if (all && answer->decision == answer_decision::hit)
    out.known_as = other_name(s, answer->gallery, answer->subject, given);
  return out;
}

/// What the booking side may know of an immigration answer: that there was no match, or nothing.
shown_answer disclosed(const storage::booking_row& row, const casework::case_settings& settings) {
  shown_answer out;
  const auto& answer = row.immigration;
  // Nobody is protected whom the gallery does not know; of a match this says no more than "wait".
  const auto known = casework::may_know(
      actors::role::lea, casework::item::no_match,
      {row.accepted.mode, casework::can_receive(settings, row.accepted.ori), false});
  if (!known.allowed)
    out.decision = "withheld";
  else if (!answer)
    out.decision = "open";
  else if (answer->decision == answer_decision::no_hit ||
           answer->decision == answer_decision::failed)
    out.decision = to_string(answer->decision);
  else
    out.decision = "pending";
  return out;
}

std::string id_words(const shown_answer& a, bool with_id) {
  return with_id && a.subject.value != 0 ? " " + to_string(a.subject) : std::string();
}

std::string found_words(const shown_answer& a, bool with_id) {
  return "FOUND" + id_words(a, with_id) + (a.known_as.empty() ? "" : " as " + a.known_as);
}

}  // namespace

bool is_booking_side(actors::role r) { return r == actors::role::lea || r == actors::role::sib; }

bool sees_immigration(storage::store& store, const actors::principal& who,
                      const booking_accepted& booking) {
  const auto allows = [&](bool is_protected) {
    return casework::may_know(who.acts_as, casework::item::case_timeline,
                              {booking.mode, true, is_protected, false, who.protected_records})
        .allowed;
  };
  if (allows(true) == allows(false)) return allows(true);  // whatever the case says
  const auto row = store.cases->get({booking.booking.value});
  // What cannot be read protects.
  if (!row) return allows(row.error().code != errc::not_found);
  return allows(casework::is_protected(casework::fold(row->events)));
}

bool may_see(const actors::principal& who, const booking_accepted& booking) {
  const std::size_t length = actors::ori_length(who.acts_as);
  return booking.ori.substr(0, length) == who.ori;
}

result<shown_booking> show_booking(session& s, const actors::principal& who,
                                   storage::booking_row row) {
  const bool all = sees_immigration(s.store(), who, row.accepted);
  shown_booking out;
  out.row = std::move(row);
  const booking_id booking = out.row.accepted.booking;
  const bool shown =
      all || actors::is_shown_to_booking_side(out.row, wall_now(), s.settings().retention_days);
  auto given = s.open_biographics(out.row.accepted.who);
  out.purged = !shown || (!given && given.error().code == errc::purged);
  if (given && shown) out.who = *std::move(given);
  out.criminal = show(s, out.row.criminal, out.who.name, all);
  if (out.row.accepted.mode == jurisdiction_mode::inactive)
    out.immigration.decision = "not_searched";
  else
    out.immigration = all ? show(s, out.row.immigration, out.who.name, true)
                          : disclosed(out.row, s.settings().cases);
  WHORL_ASSIGN(auto messages, s.store().outbox->of_booking(booking));
  for (auto& m : messages)
    if (all || m.queued.recipient == out.row.accepted.ori) out.messages.push_back(std::move(m));
  out.opened_case = all && s.store().cases->get({booking.value}).has_value();
  return out;
}

result<standing_case> known_case(session& s, const std::string& id) {
  WHORL_ASSIGN(const case_id which, parse_case_id(id));
  WHORL_ASSIGN(auto one, read_case(s.store(), which));
  if (may_know_case(s.who(), one)) return one;
  WHORL_TRY(s.append({s.audit("refused", to_string(which), "case work",
                              "a case that is none of this principal's")}));
  return make_error(errc::not_found, "no case " + to_string(which));
}

result<shown_booking> show_booking(session& s, booking_id booking) {
  WHORL_ASSIGN(auto row, s.store().bookings->get(booking));
  return show_booking(s, s.who(), std::move(row));
}

std::vector<json> answer_lines(const shown_booking& what) {
  std::vector<json> out;
  auto add = [&](gallery_kind gallery, const shown_answer& a) {
    if (a.decision == "open" || a.decision == "not_searched") return;
    json line = {{"event", "answered"},
                 {"booking", to_string(what.row.accepted.booking)},
                 {"ori", what.row.accepted.ori},
                 {"tcn", what.row.accepted.tcn},
                 {"gallery", to_string(gallery)},
                 {"decision", a.decision},
                 {"subject", a.subject.value == 0 ? json() : json(to_string(a.subject))},
                 {"score", a.score}};
    json files = json::array();
    for (const auto& m : what.messages) {
      const bool of_criminal = m.queued.message.ends_with("/criminal");
      if (of_criminal == (gallery == gallery_kind::criminal) && m.delivered)
        files.push_back(m.delivered->where);
    }
    line["messages"] = files;
    out.push_back(std::move(line));
  };
  add(gallery_kind::criminal, what.criminal);
  add(gallery_kind::immigration, what.immigration);
  return out;
}

std::string criminal_words(const shown_booking& what, bool with_id) {
  const shown_answer& a = what.criminal;
  if (a.decision == "hit") return found_words(a, with_id);
  if (a.decision == "review") return "an examiner must look";
  if (a.decision == "failed") return "failed: " + what.row.criminal->reason;
  if (a.decision == "open") return "being searched";
  return a.subject.value == 0 ? "not found" : "not found, enrolled" + id_words(a, with_id);
}

std::string immigration_words(const shown_booking& what, bool with_id) {
  const shown_answer& a = what.immigration;
  if (a.decision == "hit") return found_words(a, with_id);
  if (a.decision == "review") return "an examiner must look";
  if (a.decision == "failed") return "failed";
  if (a.decision == "open") return "being searched";
  if (a.decision == "withheld") return "not told (limited)";
  if (a.decision == "pending") return "an answer follows";
  return a.decision == "not_searched" ? "not searched" : "not found";
}

std::string sent_words(const shown_booking& what) {
  std::map<std::string, std::string> by_recipient;
  for (const auto& m : what.messages) {
    std::string& kinds = by_recipient[m.queued.recipient];
    kinds += (kinds.empty() ? "" : ", ") + m.queued.kind;
  }
  // The agency first, the operations centre after it.
  std::string out;
  for (const bool agency : {true, false})
    for (const auto& [who, kinds] : by_recipient)
      if ((who == what.row.accepted.ori) == agency)
        out += (out.empty() ? "" : "; ") + kinds + " to " + who;
  return out.empty() ? "nothing yet" : out;
}

std::uint32_t hit_score(std::uint64_t people) {
  std::uint32_t low = 0, high = 1u << 16;  // decide() rises with the score
  while (low < high) {
    const std::uint32_t middle = (low + high) / 2;
    if (fingerprint::decide(middle, 10, people) == fingerprint::decision::hit)
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

std::vector<std::size_t> illustrative(const std::vector<std::string>& kinds, std::size_t most) {
  std::map<std::string, std::size_t> seen;
  std::vector<std::pair<std::size_t, std::size_t>>
      ranked;  // how many of its kind stand before it, index
  for (std::size_t i = 0; i < kinds.size(); ++i) ranked.push_back({seen[kinds[i]]++, i});
  if (most != 0 && ranked.size() > most) {
    std::sort(ranked.begin(), ranked.end());
    ranked.resize(most);
  }
  std::vector<std::size_t> out;
  for (const auto& [rank, index] : ranked) out.push_back(index);
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace whorl::apps
