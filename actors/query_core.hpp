// What a query actor decides, without CAF: one booking's search of one gallery, from the tail it
// must cover to the one answer that is journaled. A booking has one query_core for the criminal
// gallery and, unless its jurisdiction is inactive, one for the immigration gallery; they run at
// once.
//
//   tail -> round one (asked again for partitions that are missing) -> global cut -> round two
//     -> hit:     [append encounter] -> answer
//     -> review:  answer `review`, an examiner goes on
//     -> nobody:  both rounds again with the hands exchanged (right fingers as left ones and the
//                 other way), over the same tail and under the same rule of full coverage
//     -> no hit:  criminal and retained: seal, append enrolment expecting the tail;
//                 conflict = somebody enrolled meanwhile: search only what came since, decide again
//              -> answer -> destroy the probe's key of this gallery
//   deadline at any point -> answer `failed`
//
// Every append has a message id made of the booking's id, so a repeated step changes nothing
// (promises 1 and 4). Events of an earlier attempt are recognised and passed over.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "messages/facts.hpp"
#include "messages/search.hpp"
#include "storage/journal.hpp"

namespace whorl::actors {

struct query_settings {
  std::uint32_t partition_count = 1;
  std::uint32_t top_k = 64;          ///< candidates that survive the global cut
  std::int64_t retry_first_ms = 20;  ///< pause before missing partitions are asked again; doubles
  std::int64_t retry_max_ms = 2000;
  bool try_exchanged_hands = true;  ///< a search that finds nobody takes up to twice as long
};

/// The booking as a query sees it.
struct query_subject {
  booking_id booking;
  gallery_kind gallery = gallery_kind::criminal;
  bool retained = false;
  std::string ori;
  probe what;
  biographics who;
};

/// Which append an outcome belongs to.
enum class query_step : std::uint8_t { record, answer };

namespace query_effect {
struct read_tail {};
struct ask_round_one {
  round_one_request request;
};
struct ask_round_two {
  round_two_request request;
};
struct pause {
  search_id attempt;
  std::int64_t delay_ms;
};
struct seal {
  key_id key;
  bytes plain;
};
struct append {
  query_step step;
  storage::append_request request;
};
struct destroy_keys {
  std::vector<key_id> keys;
};
struct finished {
  answer_decision decision;
};
}  // namespace query_effect

using query_effects = std::vector<
    std::variant<query_effect::read_tail, query_effect::ask_round_one, query_effect::ask_round_two,
                 query_effect::pause, query_effect::seal, query_effect::append,
                 query_effect::destroy_keys, query_effect::finished>>;

class query_core {
 public:
  query_core(query_subject subject, query_settings settings);

  query_effects start();
  query_effects on_tail(std::uint64_t seq, instant now);
  query_effects on_round_one(const round_one_reply& reply, instant now);
  query_effects on_round_two(const round_two_reply& reply, instant now);
  /// The request of this attempt was lost, refused or timed out; or the tail, seal or append
  /// failed.
  query_effects on_failure(const std::string& reason);
  query_effects on_pause_over(search_id attempt);
  query_effects on_sealed(const sealed_payload& payload, instant now);
  /// The key to seal under was destroyed. Of a person found: searched again. Of this booking's own
  /// person (enrolled, then deleted by order while a crash kept the booking open): not enrolled a
  /// second time, the no hit is answered.
  query_effects on_key_destroyed(const std::string& reason, instant now);
  query_effects on_appended(query_step step, const result<storage::append_outcome>& outcome,
                            instant now);
  /// The booking's deadline: a last error answer unless the answer is on its way to the journal.
  query_effects on_deadline(instant now);

  bool finished() const { return phase_ == phase::finished; }
  gallery_kind gallery() const { return subject_.gallery; }
  search_id attempt() const { return attempt_; }
  /// A round's reply is waited for.
  bool searching() const {
    return !paused_ && (phase_ == phase::round_one || phase_ == phase::round_two);
  }
  const std::string& last_failure() const { return last_failure_; }
  /// What has been compared precisely so far, a record once for each hypothesis, and who looked.
  const std::vector<scored_candidate>& scored() const { return scored_; }
  const std::vector<coverage_entry>& coverage() const { return coverage_; }

  /// The record a booking enrols: the same id however often the step is repeated.
  static subject_id own_subject(booking_id booking);

 private:
  enum class phase : std::uint8_t {
    tail,
    round_one,
    round_two,
    sealing,
    recording,
    answering,
    finished
  };

  query_effects search_partitions();
  query_effects ask_missing();
  query_effects ask_precisely();
  query_effects cut();
  query_effects decide_now(instant now);
  void decide_outcome();
  query_effects record_or_answer_no_hit(instant now);
  query_effects record_encounter(const sealed_payload& payload, instant now);
  query_effects record_enrolment(const sealed_payload& payload, instant now);
  query_effects answer(instant now);
  query_effects fresh_attempt();
  query_effects pause();

  query_subject subject_;
  query_settings settings_;
  phase phase_ = phase::tail;
  bool paused_ = false;
  bool exchanged_ = false;  ///< the second hypothesis is being searched
  search_id attempt_{};
  std::uint64_t tail_seq_ = 0, after_seq_ = 0;
  std::set<std::uint32_t> missing_;
  std::vector<coverage_entry> coverage_;
  std::vector<coarse_candidate> coarse_;
  std::vector<scored_candidate> scored_;  ///< of this booking, over all delta searches
  booking_answered outcome_;
  sealed_payload enrolment_;
  std::int64_t backoff_ms_ = 0;
  std::string last_failure_;
};

/// Message ids of a booking's facts, in one place.
std::string answer_message_id(booking_id booking, gallery_kind gallery, bool final);
std::string record_message_id(booking_id booking);

}  // namespace whorl::actors
