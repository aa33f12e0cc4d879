#include "actors/query_core.hpp"

#include <algorithm>

#include "actors/retention_core.hpp"
#include "actors/shard_core.hpp"
#include "fingerprint/decision.hpp"
#include "messages/invariant.hpp"
#include "messages/key_purposes.hpp"
#include "messages/limits.hpp"
#include "messages/planted_bug.hpp"
#include "messages/wire.hpp"

namespace whorl::actors {
namespace {

answer_decision answer_of(fingerprint::decision d) {
  switch (d) {
    case fingerprint::decision::hit:
      return answer_decision::hit;
    case fingerprint::decision::review:
      return answer_decision::review;
    case fingerprint::decision::no_hit:
      break;
  }
  return answer_decision::no_hit;
}

std::uint64_t people_in(const std::vector<coverage_entry>& coverage) {
  std::uint64_t people = 0;
  for (const coverage_entry& c : coverage) people += c.people;
  return people;
}

}  // namespace

std::string answer_message_id(booking_id booking, gallery_kind gallery, bool final) {
  return to_string(booking) + "/" + std::string(to_string(gallery)) +
         (final ? "/answer" : "/review");
}

std::string record_message_id(booking_id booking) { return to_string(booking) + "/record"; }

subject_id query_core::own_subject(booking_id booking) { return {booking.value}; }

query_core::query_core(query_subject subject, query_settings settings)
    : subject_(std::move(subject)), settings_(settings), backoff_ms_(settings.retry_first_ms) {
  attempt_.value = subject_.booking.value ^ (static_cast<std::uint64_t>(subject_.gallery) << 56);
}

query_effects query_core::start() {
  phase_ = phase::tail;
  return {query_effect::read_tail{}};
}

query_effects query_core::on_tail(std::uint64_t seq, instant) {
  if (phase_ != phase::tail || paused_) return {};
  tail_seq_ = seq;
  exchanged_ = false;
  return search_partitions();
}

query_effects query_core::search_partitions() {
  coverage_.clear();
  coarse_.clear();
  missing_.clear();
  for (std::uint32_t p = 0; p < settings_.partition_count; ++p) missing_.insert(p);
  phase_ = phase::round_one;
  return ask_missing();
}

query_effects query_core::ask_missing() {
  ++attempt_.value;
  round_one_request request;
  request.search = attempt_;
  request.gallery = subject_.gallery;
  request.partitions.assign(missing_.begin(), missing_.end());
  request.tail_seq = tail_seq_;
  request.after_seq = after_seq_;
  request.top_k = settings_.top_k;
  request.what = subject_.what;
  request.what.hands_exchanged = exchanged_;
  return {query_effect::ask_round_one{std::move(request)}};
}

query_effects query_core::on_round_one(const round_one_reply& reply, instant now) {
  if (phase_ != phase::round_one || paused_ || reply.search != attempt_) return {};
  std::set<std::uint32_t> looked;
  for (const coverage_entry& c : reply.coverage) {
    // A stale partition has not looked at everything: it stays missing (reading your writes).
    const bool stale = c.applied_seq < tail_seq_ && !planted(planted_bug::behind_is_good_enough);
    if (c.partition.gallery != subject_.gallery || stale) continue;
    if (missing_.erase(c.partition.index) == 0) continue;
    coverage_.push_back(c);
    looked.insert(c.partition.index);
  }
  // A stale partition's candidates may be deleted or merged since: its fresh reply brings them
  // again.
  for (const coarse_candidate& c : reply.candidates)
    if (looked.contains(partition_of(c.subject, settings_.partition_count))) coarse_.push_back(c);
  if (!missing_.empty() && !planted(planted_bug::missing_partitions_are_forgotten)) {
    last_failure_ =
        reply.missing.empty() ? "partitions did not answer" : reply.missing.front().reason;
    return pause();
  }
  backoff_ms_ = settings_.retry_first_ms;
  std::sort(coverage_.begin(), coverage_.end(),
            [](const auto& a, const auto& b) { return a.partition < b.partition; });
  query_effects effects = cut();
  return effects.empty() ? decide_now(now) : effects;
}

query_effects query_core::cut() {
  // A booking never matches the record it made itself (a crash after enrolling, before answering).
  const subject_id own = own_subject(subject_.booking);
  std::erase_if(coarse_, [&](const auto& c) { return c.subject == own || c.identity == own; });
  // Stable under repeats: a partition asked twice reports a record twice.
  sort_and_cut(coarse_, coarse_.size());
  coarse_.erase(std::unique(coarse_.begin(), coarse_.end(),
                            [](const auto& a, const auto& b) { return a.subject == b.subject; }),
                coarse_.end());
  if (coarse_.size() > settings_.top_k) coarse_.resize(settings_.top_k);
  if (coarse_.empty()) return {};
  phase_ = phase::round_two;
  return ask_precisely();
}

query_effects query_core::ask_precisely() {
  ++attempt_.value;
  round_two_request request{attempt_, subject_.gallery, coarse_, subject_.what, tail_seq_};
  request.what.hands_exchanged = exchanged_;
  return {query_effect::ask_round_two{std::move(request)}};
}

query_effects query_core::on_round_two(const round_two_reply& reply, instant now) {
  if (phase_ != phase::round_two || paused_ || reply.search != attempt_) return {};
  if (!reply.missing.empty() && !planted(planted_bug::second_round_may_lack_candidates)) {
    last_failure_ = reply.missing.front().reason;
    return pause();
  }
  scored_.insert(scored_.end(), reply.candidates.begin(), reply.candidates.end());
  return decide_now(now);
}

void query_core::decide_outcome() {
  const std::uint64_t people = people_in(coverage_);
  const auto decided = [&](const scored_candidate& c) {
    return fingerprint::decide(c.fused, c.fingers_compared, people, c.reordered);
  };
  std::sort(scored_.begin(), scored_.end(), [&](const auto& a, const auto& b) {
    if (decided(a) != decided(b)) return decided(a) > decided(b);
    if (score_of(a) != score_of(b)) return score_of(a) > score_of(b);
    return a.subject < b.subject;
  });
  outcome_ = {};
  outcome_.booking = subject_.booking;
  outcome_.gallery = subject_.gallery;
  outcome_.coverage = coverage_;
  outcome_.tail_seq = tail_seq_;
  for (const scored_candidate& c : scored_) {
    const auto d = decided(c);
    if (d == fingerprint::decision::no_hit) continue;
    if (outcome_.candidates.empty()) {
      outcome_.decision = answer_of(d);
      outcome_.subject = c.identity;
    }
    if (outcome_.candidates.size() < limits::decided_candidates_max)
      outcome_.candidates.push_back(c);
  }
}

query_effects query_core::decide_now(instant now) {
  decide_outcome();
  switch (outcome_.decision) {
    case answer_decision::hit: {
      phase_ = phase::sealing;
      return {query_effect::seal{{outcome_.subject.value, record_purpose(subject_.gallery)},
                                 wire::encode(subject_.who)}};
    }
    case answer_decision::no_hit:
      if (settings_.try_exchanged_hands && !exchanged_ && people_in(outcome_.coverage) != 0) {
        exchanged_ = true;
        return search_partitions();
      }
      return record_or_answer_no_hit(now);
    case answer_decision::review:
    case answer_decision::failed:
      return answer(now);
  }
  return {};
}

query_effects query_core::record_or_answer_no_hit(instant now) {
  if (!subject_.retained || subject_.gallery != gallery_kind::criminal) return answer(now);
  if (planted(planted_bug::enrolment_is_not_recorded)) {
    outcome_.subject = own_subject(subject_.booking);
    return answer(now);
  }
  if (!enrolment_.ciphertext.empty()) return record_enrolment(enrolment_, now);
  phase_ = phase::sealing;
  const subject_record record{own_subject(subject_.booking), subject_.what.prints, subject_.who};
  return {query_effect::seal{{record.subject.value, record_purpose(subject_.gallery)},
                             wire::encode(record)}};
}

query_effects query_core::on_sealed(const sealed_payload& payload, instant now) {
  if (phase_ != phase::sealing || paused_) return {};
  if (outcome_.decision == answer_decision::hit) return record_encounter(payload, now);
  enrolment_ = payload;
  return record_enrolment(payload, now);
}

query_effects query_core::on_key_destroyed(const std::string& reason, instant now) {
  if (phase_ != phase::sealing || paused_) return {};
  if (outcome_.decision == answer_decision::hit) return on_failure(reason);
  outcome_.reason = "not enrolled: the record of this booking was deleted";
  return answer(now);
}

query_effects query_core::record_encounter(const sealed_payload& payload, instant now) {
  phase_ = phase::recording;
  const encounter_added encounter{outcome_.subject, subject_.booking, now, subject_.ori, payload};
  return {query_effect::append{query_step::record,
                               {stream_of(subject_.gallery), record_message_id(subject_.booking),
                                std::nullopt, wire::encode(fact(encounter))}}};
}

query_effects query_core::record_enrolment(const sealed_payload& payload, instant now) {
  phase_ = phase::recording;
  outcome_.subject = own_subject(subject_.booking);
  const subject_enrolled enrolled{outcome_.subject, subject_.booking, now, subject_.ori, payload};
  // Expecting the tail: nobody has enrolled since we looked, so twin bookings become one person.
  std::optional<std::uint64_t> expected = tail_seq_;
  if (planted(planted_bug::twins_enrol_twice)) expected.reset();
  return {query_effect::append{query_step::record,
                               {stream_of(subject_.gallery), record_message_id(subject_.booking),
                                expected, wire::encode(fact(enrolled))}}};
}

query_effects query_core::on_appended(query_step step,
                                      const result<storage::append_outcome>& outcome, instant now) {
  if (paused_ && !outcome) return {};
  if (step == query_step::record && phase_ == phase::recording) {
    paused_ = false;  // late, but it is in the journal
    if (outcome) return answer(now);
    if (outcome.error().code == errc::conflict) {
      // Somebody enrolled since our tail: look at the newcomers alone, then decide over all scores.
      after_seq_ = tail_seq_;
      phase_ = phase::tail;
      return {query_effect::read_tail{}};
    }
    return on_failure(outcome.error().message);
  }
  if (step == query_step::answer && phase_ == phase::answering) {
    if (!outcome) return on_failure(outcome.error().message);
    paused_ = false;
    phase_ = phase::finished;
    query_effects effects;
    // No trace of the probe in this gallery but where people will look at it again.
    if (spends_probe(outcome_.decision))
      effects.push_back(
          query_effect::destroy_keys{{{subject_.booking.value, probe_purpose(subject_.gallery)}}});
    effects.push_back(query_effect::finished{outcome_.decision});
    return effects;
  }
  return {};
}

query_effects query_core::answer(instant now) {
  phase_ = phase::answering;
  outcome_.answered_at = now;
  const bool final = outcome_.decision != answer_decision::review;
  std::string message_id = answer_message_id(subject_.booking, subject_.gallery, final);
  if (planted(planted_bug::answer_has_a_new_id_each_time)) {
    static std::uint64_t answers = 0;
    message_id += "/" + std::to_string(++answers);
  }
  if (outcome_.decision == answer_decision::no_hit)
    INVARIANT(coverage_.size() == settings_.partition_count);  // promise 2
  return {query_effect::append{
      query_step::answer,
      {stream_id::bookings, std::move(message_id), std::nullopt, wire::encode(fact(outcome_))}}};
}

query_effects query_core::fresh_attempt() {
  // Nothing is carried over from the failed attempt but a finished enrolment payload.
  scored_.clear();
  after_seq_ = 0;
  phase_ = phase::tail;
  return {query_effect::read_tail{}};
}

query_effects query_core::pause() {
  paused_ = true;
  const std::int64_t delay = backoff_ms_;
  backoff_ms_ = std::min(backoff_ms_ * 2, settings_.retry_max_ms);
  return {query_effect::pause{attempt_, delay}};
}

query_effects query_core::on_failure(const std::string& reason) {
  if (phase_ == phase::finished || paused_) return {};
  last_failure_ = reason;
  return pause();
}

query_effects query_core::on_pause_over(search_id attempt) {
  if (!paused_ || attempt != attempt_) return {};
  paused_ = false;
  switch (phase_) {
    case phase::round_one:
      return ask_missing();
    case phase::answering:
      return answer(outcome_.answered_at);
    case phase::round_two:
      return ask_precisely();
    default:
      return fresh_attempt();
  }
}

query_effects query_core::on_deadline(instant now) {
  if (phase_ == phase::finished || phase_ == phase::answering) return {};
  paused_ = false;
  outcome_ = {};
  outcome_.booking = subject_.booking;
  outcome_.gallery = subject_.gallery;
  outcome_.decision = answer_decision::failed;
  outcome_.reason = "the booking's deadline passed: " +
                    (last_failure_.empty() ? std::string("the search did not end") : last_failure_);
  return answer(now);
}

}  // namespace whorl::actors
