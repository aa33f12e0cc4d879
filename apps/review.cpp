// whorl review: a named examiner turns a review into a hit or a no hit. The facts are those that a
// search would have written, under the same ids, so that a command cut short is finished by running
// it again.
#include <iostream>
#include <memory>

#include "actors/query_core.hpp"
#include "apps/answers.hpp"
#include "apps/cli.hpp"
#include "apps/proof.hpp"
#include "apps/session.hpp"
#include "messages/key_purposes.hpp"
#include "messages/limits.hpp"
#include "messages/wire.hpp"

namespace whorl::apps {
namespace {

struct review_options {
  std::string booking, gallery, reason, subject, pki;
  bool same = false, different = false;
};

bool is_criminal(gallery_kind g) { return g == gallery_kind::criminal; }

/// Same person: the encounter goes to the subject, sealed under its key.
status record_encounter(session& s, actors::local_node& node, const booking_accepted& accepted,
                        const biographics& who, const booking_answered& answer) {
  WHORL_ASSIGN(
      auto sealed,
      node.seal({{{answer.subject.value, record_purpose(answer.gallery)}, wire::encode(who)}}));
  const encounter_added encounter{answer.subject, accepted.booking, answer.answered_at,
                                  accepted.ori, sealed.front()};
  return s.append({{stream_of(answer.gallery), actors::record_message_id(accepted.booking),
                    std::nullopt, wire::encode(fact(encounter))}});
}

/// Another person, retained: enrolled under the booking's own id, expecting the tail.
status record_enrolment(session& s, actors::local_node& node, const booking_accepted& accepted,
                        const biographics& who, booking_answered& answer) {
  WHORL_ASSIGN(const bytes plain, s.store().keys->open(accepted.criminal_prints));
  WHORL_ASSIGN(auto prints, wire::decode_prints(plain));
  const subject_record record{actors::query_core::own_subject(accepted.booking), std::move(prints),
                              who};
  answer.subject = record.subject;
  WHORL_ASSIGN(
      auto sealed,
      node.seal({{{record.subject.value, key_purpose::record_criminal}, wire::encode(record)}}));
  const subject_enrolled enrolled{record.subject, accepted.booking, answer.answered_at,
                                  accepted.ori, sealed.front()};
  WHORL_ASSIGN(const auto tail, s.store().log->tail(stream_id::criminal));
  return s.append({{stream_id::criminal, actors::record_message_id(accepted.booking), tail.seq,
                    wire::encode(fact(enrolled))}});
}

/// The review of this booking that waits, and the subject meant.
result<booking_answered> waiting_answer(const storage::booking_row& row, const review_options& o,
                                        gallery_kind gallery) {
  const auto& stored = is_criminal(gallery) ? row.criminal : row.immigration;
  if (!stored || stored->decision != answer_decision::review)
    return make_error(errc::conflict, o.booking + " does not wait for an examiner in the " +
                                          o.gallery +
                                          " gallery; `whorl reviews` lists those that do");
  booking_answered answer = *stored;
  if (o.subject.empty()) return answer;
  WHORL_ASSIGN(answer.subject, parse_subject_id(o.subject));
  for (const auto& c : answer.candidates)
    if (c.identity == answer.subject || c.subject == answer.subject) {
      answer.subject = c.identity;
      return answer;
    }
  return make_error(errc::not_found, o.subject + " is no candidate of " + o.booking);
}

result<int> run(const context& ctx, session& s, const review_options& o) {
  WHORL_ASSIGN(const booking_id booking, parse_booking_id(o.booking));
  WHORL_ASSIGN(const actors::principal who_decides,
               proven_principal(s, ctx, o.pki, "review", o.booking));
  WHORL_TRY(actors::require(who_decides, actors::permission::decide_review));
  WHORL_ASSIGN(const gallery_kind gallery, parse_gallery_kind(o.gallery));
  WHORL_ASSIGN(const auto row, s.store().bookings->get(booking));
  WHORL_ASSIGN(booking_answered answer, waiting_answer(row, o, gallery));
  WHORL_ASSIGN(const biographics who, s.open_biographics(row.accepted.who));
  WHORL_ASSIGN(auto* node, s.node());
  answer.answered_at = wall_now();
  answer.decided_by = who_decides.name;
  answer.reason = o.reason;
  if (o.same) {
    WHORL_TRY(s.subject(gallery, answer.subject));
    answer.decision = answer_decision::hit;
    WHORL_TRY(record_encounter(s, *node, row.accepted, who, answer));
  } else {
    answer.decision = answer_decision::no_hit;
    answer.subject = {};
    if (is_criminal(gallery) && row.accepted.retained)
      WHORL_TRY(record_enrolment(s, *node, row.accepted, who, answer));
  }
  WHORL_TRY(
      s.append({{stream_id::bookings, actors::answer_message_id(booking, gallery, true),
                 std::nullopt, wire::encode(fact(answer))},
                session::audit_of(
                    {{},
                     who_decides.name,
                     std::string(actors::to_string(who_decides.acts_as)),
                     "decide review",
                     o.booking,
                     o.gallery,
                     std::string(o.same ? "same person: " : "different people: ") + o.reason})}));
  if (!o.same) {  // as after any no hit: no trace of the probe in this gallery
    const key_id key{booking.value, probe_purpose(gallery)};
    WHORL_TRY(s.store().keys->destroy(std::span(&key, 1)));
  }
  WHORL_TRY(node->drain());
  WHORL_ASSIGN(const auto shown, show_booking(s, booking));
  if (ctx.as_json) {
    for (const json& line : answer_lines(shown)) print_line(line);
  } else if (!ctx.quiet) {
    std::cout << o.booking << ": "
              << (is_criminal(gallery) ? criminal_words(shown, true)
                                       : immigration_words(shown, true))
              << ", decided by " << who_decides.name << "; sent: " << sent_words(shown) << "\n";
  }
  return exit_done;
}

}  // namespace

void add_review(CLI::App& app, context& ctx) {
  auto* sub = app.add_subcommand("review", "decide one booking that waits (role examiner)");
  const auto o = std::make_shared<review_options>();
  sub->add_option("booking", o->booking, "B...")->required();
  sub->add_option("--gallery", o->gallery, "criminal or immigration")->required();
  auto* same = sub->add_flag("--same", o->same, "the prints are the candidate's");
  auto* different =
      sub->add_flag("--different", o->different, "they are nobody's of the candidates");
  same->excludes(different);
  sub->add_option("--subject", o->subject, "which candidate (default: the best)");
  sub->add_option("--reason", o->reason, "what the examiner saw")
      ->required()
      ->check(CLI::Validator(
          [](std::string& t) {
            return t.size() > limits::text_max ? std::string("too long") : std::string();
          },
          ""));
  sub->add_option("--pki", o->pki, "folder of the authority (default <store>/pki)");
  sub->footer(
      "--certificate and --key (global) show who decides.\nExamples:\n"
      "  whorl review B0123456789abcdef --gallery criminal --same --reason '14 points' \\\n"
      "    --certificate keys/examiner.pem --key keys/examiner.key\n"
      "  whorl review B0123456789abcdef --gallery immigration --different --reason 'cores differ' "
      "...");
  on_run(*sub, ctx, [&ctx, o]() -> result<int> {
    if (o->same == o->different)
      return make_error(errc::invalid_input, "say --same or --different");
    return with_session(ctx, std::nullopt, [&](session& s) { return run(ctx, s, *o); });
  });
}

}  // namespace whorl::apps
