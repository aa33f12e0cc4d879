// Properties of query_core: the cut does not depend on the layout, and no order of events makes it
// answer twice, answer without full coverage, or never end.
#include <rapidcheck.h>

#include <algorithm>
#include <map>
#include <set>

#include "actors/shard_core.hpp"
#include "tests/actors/query_driver.hpp"

using namespace whorl;
using namespace whorl::actors;
using namespace whorl::actors::test;

namespace {

/// Numbers below `end`, spread over all of the range from the first test on.
rc::Gen<int> any_below(int end) {
  return rc::gen::resize(rc::kNominalSize, rc::gen::inRange(0, end));
}

// --- the cut
// --------------------------------------------------------------------------------------

/// What round two is asked for when these candidates lie in `partitions` partitions that answer in
/// any order, some of them only when asked again, and some say everything twice.
std::vector<coarse_candidate> cut_over(std::uint32_t partitions, std::uint32_t top_k,
                                       const std::vector<coarse_candidate>& all) {
  query_settings settings;
  settings.partition_count = partitions;
  settings.top_k = top_k;
  query_core core(a_query(), settings);
  core.start();
  query_effects effects = core.on_tail(5, now);
  while (true) {
    const auto ask = effect<query_effect::ask_round_one>(effects).request;
    round_one_reply reply{ask.search, {}, {}, {}};
    for (std::uint32_t index : ask.partitions) {
      if (!reply.coverage.empty() && *any_below(3) == 0) continue;  // later
      reply.coverage.push_back({{ask.gallery, index}, 1, 5, 10});
      std::vector<coarse_candidate> own;
      for (const auto& c : all)
        if (partition_of(c.subject, partitions) == index) own.push_back(c);
      sort_and_cut(own, top_k);
      for (int times = *any_below(2); times >= 0; --times)
        reply.candidates.insert(reply.candidates.end(), own.begin(), own.end());
    }
    for (std::size_t i = reply.candidates.size(); i > 1; --i)
      std::swap(reply.candidates[i - 1],
                reply.candidates[static_cast<std::size_t>(*any_below(static_cast<int>(i)))]);
    effects = core.on_round_one(reply, now);
    const auto* pause = effects.empty() ? nullptr : std::get_if<query_effect::pause>(&effects[0]);
    if (pause == nullptr) break;
    effects = core.on_pause_over(pause->attempt);
  }
  const auto* ask = std::get_if<query_effect::ask_round_two>(&effects.at(0));
  return ask == nullptr ? std::vector<coarse_candidate>{} : ask->request.candidates;
}

// --- any order of events
// --------------------------------------------------------------------------

/// Journal, shards and vault as one query sees them, and all that it ever asked of them.
class world {
 public:
  world(query_subject subject, std::uint32_t partitions)
      : subject_(std::move(subject)),
        core_(subject_, settings_for(partitions)),
        partitions_(partitions) {
    step(core_.start());
  }

  /// One event: what it is and which of the effects so far it belongs to.
  void disturb(int kind, int pick) {
    if (kind == 0) return step(core_.on_deadline({++clock_}));
    if (kind == 1) return step(core_.on_failure("disturbed"));
    if (kind == 2) return newcomer(pick);
    const auto which = static_cast<std::size_t>(pick) % history_.size();
    // Late, twice or out of order; stale or refused when the kind says so.
    respond(kind < 6 ? history_.back() : history_[which], kind % 3);
  }

  /// Everything answers well from now on.
  void calm() {
    for (int i = 0; i < 60 && !core_.finished(); ++i) respond(history_.back(), 2);
  }

  bool finished() const { return core_.finished(); }
  std::size_t distinct_answers() const { return answers_.size(); }

 private:
  using any_effect = query_effects::value_type;

  static query_settings settings_for(std::uint32_t partitions) {
    query_settings settings;
    settings.partition_count = partitions;
    return settings;
  }

  /// Somebody enrols: nobody alike, worth a review, or certainly the same person.
  void newcomer(int pick) {
    const std::uint64_t id = 1000 + ++tail_;
    people_[id] = {tail_, pick % 3 == 0 ? 0u : pick % 3 == 1 ? 400u : 5000u};
  }

  void step(query_effects effects) {
    if (ended_) RC_ASSERT(effects.empty());
    for (const any_effect& e : effects) {
      if (const auto* append = std::get_if<query_effect::append>(&e))
        if (append->step == query_step::answer) check_answer(*append);
      history_.push_back(e);
    }
    ended_ = core_.finished();
  }

  void check_answer(const query_effect::append& e) {
    answers_.emplace(e.request.message_id, e.request.payload);
    const fact decoded = must(wire::decode_fact(e.request.payload));
    const auto& answer = std::get<booking_answered>(decoded);
    RC_ASSERT((e.request.message_id == answer_message_id(a_booking, subject_.gallery, true)) ==
              (answer.decision != answer_decision::review));
    if (answer.decision != answer_decision::no_hit) return;
    RC_ASSERT(answer.coverage.size() == partitions_);
    std::set<std::uint32_t> indices;
    for (const coverage_entry& c : answer.coverage) {
      indices.insert(c.partition.index);
      RC_ASSERT(c.applied_seq >= answer.tail_seq);
    }
    RC_ASSERT(indices.size() == partitions_);
    // Enrolled at the tail or not at all: nobody who was there by then and is alike was missed.
    for (const auto& [id, who] : people_)
      if (who.seq <= answer.tail_seq) RC_ASSERT(who.score < 200u);
  }

  /// how: 0 refused, 1 stale or partial, 2 well.
  void respond(const any_effect& to, int how) {
    std::visit([&](const auto& e) { answer(e, how); }, any_effect(to));
  }

  void answer(const query_effect::read_tail&, int how) {
    step(how == 0 ? core_.on_failure("tail") : core_.on_tail(tail_, {++clock_}));
  }
  void answer(const query_effect::ask_round_one& e, int how) {
    if (how == 0) return step(core_.on_failure("round one"));
    round_one_reply reply = covered(e.request);
    if (how == 1) reply.coverage.back().applied_seq = e.request.tail_seq - 1;
    for (const auto& [id, who] : people_) {
      const bool asked =
          std::ranges::count(e.request.partitions, partition_of({id}, partitions_)) != 0;
      if (asked && who.seq > e.request.after_seq) reply.candidates.push_back({{id}, {id}, 10});
    }
    step(core_.on_round_one(reply, {++clock_}));
  }
  void answer(const query_effect::ask_round_two& e, int how) {
    if (how == 0) return step(core_.on_failure("round two"));
    round_two_reply reply{e.request.search, {}, {}};
    for (const coarse_candidate& c : e.request.candidates)
      reply.candidates.push_back(
          {c.subject, c.identity, people_.at(c.subject.value).score, 10, 0, {}});
    if (how == 1) reply.missing.push_back({{e.request.gallery, 0}, "gone"});
    step(core_.on_round_two(reply, {++clock_}));
  }
  void answer(const query_effect::pause& e, int) { step(core_.on_pause_over(e.attempt)); }
  void answer(const query_effect::seal& e, int how) {
    step(how == 0 ? core_.on_failure("vault") : core_.on_sealed(sealed(e), {++clock_}));
  }
  void answer(const query_effect::append& e, int how) {
    if (how == 0) return step(core_.on_appended(e.step, make_error(errc::io, "disk"), {++clock_}));
    step(core_.on_appended(e.step, journal(e.request), {++clock_}));
  }
  void answer(const query_effect::destroy_keys&, int) {}
  void answer(const query_effect::finished&, int) {}

  /// As storage::journal says: the message id first, then the tail.
  result<storage::append_outcome> journal(const storage::append_request& request) {
    if (const auto found = journaled_.find(request.message_id); found != journaled_.end())
      return storage::append_outcome{storage::append_kind::duplicate, found->second};
    if (request.expected_seq && *request.expected_seq != tail_)
      return make_error(errc::conflict, "moved");
    const std::uint64_t seq = request.stream == stream_id::bookings ? 1 : ++tail_;
    journaled_[request.message_id] = seq;
    return storage::append_outcome{storage::append_kind::appended, seq};
  }

  struct newcomer_row {
    std::uint64_t seq = 0;
    std::uint32_t score = 0;
  };

  query_subject subject_;
  query_core core_;
  std::uint32_t partitions_;
  std::vector<any_effect> history_;
  std::set<std::pair<std::string, bytes>> answers_;
  std::map<std::uint64_t, newcomer_row> people_;
  std::map<std::string, std::uint64_t> journaled_;
  std::uint64_t tail_ = 1;
  std::int64_t clock_ = 0;
  bool ended_ = false;
};

}  // namespace

TEST_CASE("query_core: the cut is the same for any layout, order and repetition") {
  CHECK(rc::check([] {
    std::vector<coarse_candidate> all;
    const int count = *any_below(40);
    for (int i = 0; i < count; ++i) {
      const subject_id id{static_cast<std::uint64_t>(1 + i * 7)};
      all.push_back({id, id, static_cast<std::uint32_t>(*any_below(6))});
    }
    const auto top_k = static_cast<std::uint32_t>(1 + *any_below(12));
    std::vector<coarse_candidate> expected = all;
    sort_and_cut(expected, top_k);
    const auto partitions = static_cast<std::uint32_t>(1 + *any_below(6));
    RC_ASSERT(cut_over(1, top_k, all) == expected);
    RC_ASSERT(cut_over(partitions, top_k, all) == expected);
  }));
}

TEST_CASE("query_core: any order of events ends in at most one answer, of full coverage") {
  CHECK(rc::check([] {
    const bool criminal = *any_below(2) == 0;
    const auto partitions = static_cast<std::uint32_t>(1 + *any_below(4));
    world w(
        a_query(criminal ? gallery_kind::criminal : gallery_kind::immigration, *any_below(2) == 0),
        partitions);
    const auto events = *rc::gen::container<std::vector<std::pair<int, int>>>(
        static_cast<std::size_t>(*any_below(50)),
        rc::gen::pair(rc::gen::map(any_below(40), [](int k) { return k == 0 ? 0 : 1 + k % 8; }),
                      any_below(1000)));
    for (const auto& [kind, pick] : events) w.disturb(kind, pick);
    w.calm();
    RC_ASSERT(w.finished());
    RC_ASSERT(w.distinct_answers() == 1u);
    for (const auto& [kind, pick] : events) w.disturb(kind, pick);  // asserts silence
    RC_ASSERT(w.finished());
    RC_ASSERT(w.distinct_answers() == 1u);
  }));
}
