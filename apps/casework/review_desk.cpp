#include "apps/casework/review_desk.hpp"

#include <chrono>
#include <span>
#include <thread>

#include "actors/query_core.hpp"
#include "messages/key_purposes.hpp"
#include "messages/limits.hpp"
#include "messages/wire.hpp"

namespace whorl::apps {
namespace {

bool is_criminal(gallery_kind g) { return g == gallery_kind::criminal; }

class decision {
 public:
  decision(storage::store& store, actors::local_node& node, const booking_accepted& accepted)
      : store_(store), node_(node), accepted_(accepted) {}

  status append(std::vector<storage::append_request> batch) {
    for (const auto& outcome : node_.append(std::move(batch)))
      if (!outcome) return outcome.error();
    return {};
  }

  /// Same person: the encounter goes to the subject, sealed under its key.
  status record_encounter(const biographics& who, const booking_answered& answer) {
    const auto& partitions = store_.gallery(answer.gallery);
    const auto place = partition_of(answer.subject, store_.partition_count);
    WHORL_ASSIGN(const auto view, partitions[place]->view());
    WHORL_TRY(view->subject(answer.subject));
    WHORL_ASSIGN(
        auto sealed,
        node_.seal({{{answer.subject.value, record_purpose(answer.gallery)}, wire::encode(who)}}));
    const encounter_added encounter{answer.subject, accepted_.booking, answer.answered_at,
                                    accepted_.ori, sealed.front()};
    return append({{stream_of(answer.gallery), actors::record_message_id(accepted_.booking),
                    std::nullopt, wire::encode(fact(encounter))}});
  }

  /// Another person, retained: enrolled under the booking's own id, expecting the tail.
  status record_enrolment(const biographics& who, booking_answered& answer) {
    WHORL_ASSIGN(const bytes plain, store_.keys->open(accepted_.criminal_prints));
    WHORL_ASSIGN(auto prints, wire::decode_prints(plain));
    const subject_record record{actors::query_core::own_subject(accepted_.booking),
                                std::move(prints), who};
    answer.subject = record.subject;
    WHORL_ASSIGN(
        auto sealed,
        node_.seal({{{record.subject.value, key_purpose::record_criminal}, wire::encode(record)}}));
    const subject_enrolled enrolled{record.subject, accepted_.booking, answer.answered_at,
                                    accepted_.ori, sealed.front()};
    WHORL_ASSIGN(const auto tail, store_.log->tail(stream_id::criminal));
    return append({{stream_id::criminal, actors::record_message_id(accepted_.booking), tail.seq,
                    wire::encode(fact(enrolled))}});
  }

 private:
  storage::store& store_;
  actors::local_node& node_;
  const booking_accepted& accepted_;
};

/// The review of this booking that waits, and the subject meant.
result<booking_answered> waiting_answer(const storage::booking_row& row,
                                        const wanted_review& what) {
  const std::string booking = to_string(row.accepted.booking);
  const auto& stored = is_criminal(what.gallery) ? row.criminal : row.immigration;
  if (!stored || stored->decision != answer_decision::review)
    return make_error(errc::conflict, booking + " does not wait for an examiner in the " +
                                          std::string(to_string(what.gallery)) +
                                          " gallery; `whorl reviews` lists those that do");
  booking_answered answer = *stored;
  if (!what.subject) return answer;
  for (const auto& c : answer.candidates)
    if (c.identity == *what.subject || c.subject == *what.subject) {
      answer.subject = c.identity;
      return answer;
    }
  return make_error(errc::not_found, to_string(*what.subject) + " is no candidate of " + booking);
}

status check(const actors::principal& who, const wanted_review& what) {
  WHORL_TRY(actors::require(who, actors::permission::decide_review));
  if (what.reason.find_first_not_of(" \t\r\n") == std::string::npos)
    return make_error(errc::invalid_input, "reason: what the examiner saw is expected");
  if (what.reason.size() > limits::text_max)
    return make_error(errc::limit_exceeded,
                      "reason has at most " + std::to_string(limits::text_max) + " bytes");
  if (!what.same && what.subject)
    return make_error(errc::invalid_input, "subject: nobody's prints have no subject");
  return {};
}

/// Whoever decides next sees the decision.
status wait_until_shown(const storage::projection& bookings, const storage::journal& log) {
  WHORL_ASSIGN(const auto tail, log.tail(stream_id::bookings));
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (bookings.applied().seq < tail.seq) {
    if (std::chrono::steady_clock::now() > deadline)
      return make_error(errc::unavailable, "the decision is durable, but not yet shown");
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return {};
}

/// Of the finding with this number, of those that decided nothing.
std::string finding_id(booking_id booking, gallery_kind gallery, std::size_t number) {
  return "review/" + actors::answer_message_id(booking, gallery, true) + "/finding/" +
         std::to_string(number);
}

struct occasion {
  const storage::booking_row& row;
  const actors::principal& who;
  const wanted_review& what;
  instant now;
};

audit_row row_of(const occasion& of, std::string action, std::string detail) {
  return {of.now,
          of.who.name,
          std::string(actors::to_string(of.who.acts_as)),
          std::move(action),
          to_string(of.row.accepted.booking),
          std::string(to_string(of.what.gallery)),
          std::move(detail)};
}

/// A finding that decides nothing yet; the same person's again changes nothing.
status record_finding(storage::store& store, actors::local_node& node, const occasion& of,
                      const casework::review_finding& found) {
  const booking_id booking = of.row.accepted.booking;
  WHORL_ASSIGN(const auto before, findings_of(store, booking, of.what.gallery));
  if (casework::is_said(before, found)) return {};
  const audit_row row = row_of(of, "examine review", casework::to_text(found, of.what.reason));
  const auto outcomes =
      node.append({{stream_id::audit, finding_id(booking, of.what.gallery, before.size() + 1),
                    std::nullopt, wire::encode(fact(row))}});
  if (!outcomes.front()) return outcomes.front().error();
  if (outcomes.front()->kind != storage::append_kind::appended)
    return make_error(errc::conflict, "somebody else examined it at the same moment");
  return {};
}

/// The answer as this examiner decides it, with what follows from it in the gallery.
status decide(storage::store& store, actors::local_node& node, const occasion& of,
              booking_answered& answer) {
  WHORL_ASSIGN(const bytes plain, store.keys->open(of.row.accepted.who));
  WHORL_ASSIGN(const biographics given, wire::decode_biographics(plain));
  answer.answered_at = of.now;
  answer.decided_by = of.who.name;
  answer.reason = of.what.reason;
  decision made(store, node, of.row.accepted);
  if (of.what.same) {
    answer.decision = answer_decision::hit;
    return made.record_encounter(given, answer);
  }
  answer.decision = answer_decision::no_hit;
  answer.subject = {};
  if (is_criminal(of.what.gallery) && of.row.accepted.retained)
    return made.record_enrolment(given, answer);
  return {};
}

}  // namespace

result<std::vector<casework::review_finding>> findings_of(const storage::store& store,
                                                          booking_id booking,
                                                          gallery_kind gallery) {
  std::vector<casework::review_finding> out;
  for (;;) {
    const std::string id = finding_id(booking, gallery, out.size() + 1);
    WHORL_ASSIGN(const auto record, store.log->find(stream_id::audit, id));
    if (!record) return out;
    WHORL_ASSIGN(const fact stored, wire::decode_fact(record->payload));
    const auto* const row = std::get_if<audit_row>(&stored);
    auto found = row == nullptr ? make_error(errc::corrupt, "no row of the audit")
                                : casework::parse_finding(row->principal, row->detail);
    if (!found) return make_error(errc::corrupt, "audit " + id + ": " + found.error().message);
    found->at = row->at;
    out.push_back(*std::move(found));
  }
}

result<review_outcome> decide_review(storage::store& store, actors::local_node& node,
                                     const casework::review_rules& rules,
                                     const actors::principal& who, booking_id booking,
                                     const wanted_review& what, instant now) {
  WHORL_TRY(check(who, what));
  const std::scoped_lock lock(store.case_steps);  // two examiners decide one after the other
  WHORL_ASSIGN(const auto row, store.bookings->get(booking));
  WHORL_ASSIGN(booking_answered answer, waiting_answer(row, what));
  const occasion of{row, who, what, now};
  const casework::review_finding found{who.name, what.same,
                                       what.same ? answer.subject : subject_id{}};
  WHORL_ASSIGN(const auto before, findings_of(store, booking, what.gallery));
  review_outcome out{true, casework::agreed(before, found), rules.needed(what.gallery)};
  out.decided = out.agreed >= out.needed;
  if (!out.decided) {
    WHORL_TRY(record_finding(store, node, of, found));
    return out;
  }
  WHORL_TRY(decide(store, node, of, answer));
  const std::string id = actors::answer_message_id(booking, what.gallery, true);
  const audit_row decided = row_of(
      of, "decide review", (what.same ? "same person: " : "different people: ") + what.reason);
  const auto outcomes = node.append(
      {{stream_id::bookings, id, std::nullopt, wire::encode(fact(answer))},
       {stream_id::audit, "review/" + id, std::nullopt, wire::encode(fact(decided)), true}});
  for (const auto& outcome : outcomes)
    if (!outcome) return outcome.error();
  if (outcomes.front()->kind != storage::append_kind::appended)
    return make_error(errc::conflict, "somebody else decided it at the same moment");
  if (!what.same) {  // as after any no hit: no trace of the probe in this gallery
    const key_id key{booking.value, probe_purpose(what.gallery)};
    WHORL_TRY(store.keys->destroy(std::span(&key, 1)));
  }
  WHORL_TRY(wait_until_shown(*store.bookings, *store.log));
  out.answer = std::move(answer);
  return out;
}

}  // namespace whorl::apps
