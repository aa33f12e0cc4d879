#include "storage/jetstream/append_batch.hpp"

#include <algorithm>
#include <set>

#include "messages/limits.hpp"
#include "storage/jetstream/fact_frame.hpp"
#include "storage/jetstream/publish_ack.hpp"

namespace whorl::storage::jetstream {
namespace {

// Rounds lost to other writers, one after the other.
constexpr int contended_rounds_max = 64;

}  // namespace

append_batch::append_batch(const streams& where, std::optional<questions>& channel,
                           std::span<const append_request> batch)
    : where_(where),
      channel_(channel),
      batch_(batch),
      outcomes_(batch.size(), append_outcome{}),
      settled_(batch.size(), false),
      open_(batch.size()) {}

std::vector<result<append_outcome>> append_batch::run() {
  for (std::size_t i = 0; i < batch_.size(); ++i)
    if (const status fit = check_append(batch_[i]); !fit) settle(i, fit.error());
  int left_ms = where_.where().options().patience_ms, lost_rounds = 0;
  while (open_ > 0) {
    progress_ = contended_ = silent_ = false;
    status done = plan();
    if (done && !planned_.empty()) done = send();
    if (done && !planned_.empty()) done = harvest();
    if (!done) {  // whoever asked has been patient already
      give_up(done.error());
    } else if (progress_) {
      lost_rounds = 0;
    } else if (contended_) {
      if (++lost_rounds == contended_rounds_max)
        give_up(make_error(errc::unavailable, "append: other writers were always faster"));
    } else if (left_ms -= silent_ ? where_.where().options().timeout_ms : pause_ms; left_ms > 0) {
      pause();
    } else {
      give_up(make_error(errc::unavailable, "append: no leader of the stream answers"));
    }
  }
  return std::move(outcomes_);
}

/// Chooses what this round sends: of each stream the first request that is still open, unless what
/// it follows from is open too.
status append_batch::plan() {
  planned_.clear();
  messages_.clear();
  std::set<stream_id> busy;
  for (std::size_t i = 0; i < batch_.size(); ++i) {
    if (settled_[i]) continue;
    const append_request& request = batch_[i];
    if (busy.contains(request.stream)) continue;
    if (request.with_previous) {
      if (i > 0 && !settled_[i - 1]) {
        busy.insert(request.stream);
        continue;
      }
      if (is_skipped(request, i == 0 ? nullptr : &outcomes_[i - 1])) {
        settle(i, append_outcome{append_kind::skipped, 0});
        continue;
      }
    }
    WHORL_TRY(place(i));
    if (!settled_[i]) busy.insert(request.stream);
  }
  return {};
}

status append_batch::place(std::size_t index) {
  const append_request& request = batch_[index];
  // Replicas of this version of nats-server may part over messages that they refuse (decision
  // 0022): what is known to be refused is not sent.
  if (where_.is_replicated()) {
    WHORL_ASSIGN(const auto known, where_.find(request.stream, request.message_id));
    if (known) {
      settle_found(index, *known);
      return {};
    }
  }
  WHORL_ASSIGN(const stream_tail tail, tail_of(request.stream));
  if (request.expected_seq && *request.expected_seq != tail.seq)
    return settle_conflict(index, tail);
  // After the tail was read: whoever took over since has moved it, and the server refuses this.
  WHORL_TRY(where_.may_append());
  fact_record f{request.stream, tail.seq + 1, request.message_id, tail.self, {}, request.payload};
  f.self = fact_digest(f.previous, f.stream, f.seq, f.message_id, f.payload);
  planned_.push_back({index, f.seq, f.self});
  question message;
  message.subject = where_.subject_of(f.stream, f.message_id);
  message.headers = {{"Nats-Expected-Last-Sequence", std::to_string(tail.seq)},
                     {"Nats-Expected-Stream", where_.name_of(f.stream)}};
  message.body = encode_frame(f);
  messages_.push_back(std::move(message));
  return {};
}

/// Within a batch, what this writer was acknowledged last. Not from before: it might belong to a
/// log that has since lost it, and the new fact would follow a digest that is nowhere.
result<stream_tail> append_batch::tail_of(stream_id stream) {
  const auto known = tails_.find(stream);
  if (known != tails_.end()) return known->second;
  WHORL_ASSIGN(const stream_tail now, where_.tail(stream));
  tails_.emplace(stream, now);
  return now;
}

status append_batch::settle_conflict(std::size_t index, const stream_tail& now) {
  const append_request& request = batch_[index];
  WHORL_ASSIGN(const auto known, where_.find(request.stream, request.message_id));
  if (known) {
    settle(index, append_outcome{append_kind::duplicate, known->seq});
    return {};
  }
  settle(index, make_error(errc::conflict, "append " + request.message_id + ": stream " +
                                               std::string(to_string(request.stream)) + " is at " +
                                               std::to_string(now.seq) + ", the writer expected " +
                                               std::to_string(*request.expected_seq)));
  return {};
}

status append_batch::send() {
  WHORL_TRY(patiently(where_.where(), [](link&) -> status { return {}; }));
  WHORL_ASSIGN(const auto now, where_.where().current());
  if (!channel_ || !channel_->is_over(now.get())) {
    channel_.reset();
    WHORL_ASSIGN(channel_, questions::over(now));
  }
  answers_ = channel_->ask(messages_);
  messages_.clear();
  return {};
}

status append_batch::harvest() {
  refusals_.clear();
  for (std::size_t i = 0; i < planned_.size(); ++i) take_answer(planned_[i], answers_[i].get());
  for (const sent_fact& fact : planned_) {
    if (settled_[fact.index]) continue;
    tails_.erase(batch_[fact.index].stream);
    WHORL_TRY(look_for(fact));
  }
  return {};
}

void append_batch::take_answer(const sent_fact& fact, natsMsg* answer) {
  if (answer == nullptr) {
    unanswered_[fact.index].push_back(fact.self);
    silent_ = true;
    return;
  }
  if (natsMsg_IsNoResponders(answer)) return;  // the stream has no leader now
  const byte_view body = body_of(answer);
  const auto ack = read_publish_ack({reinterpret_cast<const char*>(body.data()), body.size()});
  if (!ack) {
    unanswered_[fact.index].push_back(fact.self);
  } else if (ack->code == 0 && ack->seq == fact.seq) {
    settle(fact.index, append_outcome{append_kind::appended, fact.seq});
    tails_[batch_[fact.index].stream] = {fact.seq, fact.self};
  } else if (ack->code == code_wrong_last_seq) {
    contended_ = true;
  } else {
    const error why =
        nats_failure("the stream's leader", "append " + batch_[fact.index].message_id, NATS_ERR,
                     ack->code, ack->code == 0 ? "numbered it otherwise" : ack->description);
    // The number alone does not say why it was not stored: its id is taken, or the disk is full.
    const bool taken =
        ack->code == code_store_failed && ack->description.find("per subject") != std::string::npos;
    if (why.code != errc::unavailable && !taken) refusals_.emplace(fact.index, why);
  }
}

/// A fact of this round that was not acknowledged: there already, or not.
status append_batch::look_for(const sent_fact& fact) {
  const append_request& request = batch_[fact.index];
  WHORL_ASSIGN(const auto found, where_.find(request.stream, request.message_id));
  const auto refused = refusals_.find(fact.index);
  if (found) {
    settle_found(fact.index, *found);
  } else if (refused != refusals_.end()) {
    settle(fact.index, refused->second);
  }
  return {};
}

void append_batch::settle_found(std::size_t index, const fact_record& found) {
  const auto& mine = unanswered_[index];
  const bool own = std::find(mine.begin(), mine.end(), found.self) != mine.end();
  settle(index, append_outcome{own ? append_kind::appended : append_kind::duplicate, found.seq});
}

void append_batch::settle(std::size_t index, result<append_outcome> outcome) {
  outcomes_[index] = std::move(outcome);
  settled_[index] = true;
  --open_;
  progress_ = true;
}

void append_batch::give_up(const error& why) {
  for (std::size_t i = 0; i < batch_.size(); ++i)
    if (!settled_[i]) settle(i, why);
}

}  // namespace whorl::storage::jetstream
