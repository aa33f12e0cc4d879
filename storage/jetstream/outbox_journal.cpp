#include "storage/jetstream/outbox_journal.hpp"

#include <algorithm>

namespace whorl::storage::jetstream {
namespace {

constexpr std::size_t read_facts = 256;  // of one look at the inner journal
constexpr std::size_t again_facts_max = 256, again_bytes_max = 8u << 20;

/// The fact is not in the journal and will not get there by itself.
bool is_final(const error& refusal) {
  return refusal.code == errc::conflict || refusal.code == errc::invalid_input ||
         refusal.code == errc::limit_exceeded || refusal.code == errc::storage_full;
}

}  // namespace

result<std::unique_ptr<outbox_journal>> outbox_journal::open(const std::string& folder,
                                                             std::unique_ptr<journal> inner,
                                                             std::function<instant()> now,
                                                             const outbox_options& options) {
  WHORL_ASSIGN(auto queue, outbox_queue::open(folder, options.map_bytes, options.durable));
  std::unique_ptr<outbox_journal> made(
      new outbox_journal(std::move(inner), std::move(queue), std::move(now), options));
  for (const queued_fact& fact : made->queue_->facts()) made->open_ += fact.seq == 0 ? 1 : 0;
  const auto settled = made->settle();
  if (!settled && settled.error().code != errc::unavailable) return settled.error();
  return made;
}

std::size_t outbox_journal::kept() const {
  const std::lock_guard lock(mutex_);
  return queue_->facts().size();
}

result<std::size_t> outbox_journal::settle() {
  const std::lock_guard lock(mutex_);
  return settle_all();
}

std::vector<result<append_outcome>> outbox_journal::append(std::span<const append_request> batch) {
  const std::lock_guard lock(mutex_);
  if (batch.size() > limits::journal_batch_max) return inner_->append(batch);  // refused there
  if (const status ready = make_ready(); !ready) return {batch.size(), ready.error()};
  const std::size_t first = queue_->facts().size();
  const auto queued = enqueue(batch);
  if (!queued) return {batch.size(), queued.error()};
  auto outcomes = inner_->append(batch);
  if (const status noted = note(first, *queued, outcomes); !noted)
    for (auto& outcome : outcomes)
      if (outcome) outcome = noted.error();
  return outcomes;
}

/// What was handed in before is where it belongs, or nothing new is taken.
status outbox_journal::make_ready() {
  if (open_ == 0 && checked_at_ && now_().ms - checked_at_->ms < how_.check_ms) return {};
  WHORL_ASSIGN([[maybe_unused]] const std::size_t restored, settle_all());
  return {};
}

/// The indices of what was queued: all but those that no journal takes, and what follows from them.
result<std::vector<std::size_t>> outbox_journal::enqueue(std::span<const append_request> batch) {
  std::vector<std::size_t> queued;
  std::vector<const append_request*> requests;
  std::uint64_t bytes = 0;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const bool orphan = batch[i].with_previous && (queued.empty() || queued.back() + 1 != i);
    if (orphan || !check_append(batch[i])) continue;
    queued.push_back(i);
    requests.push_back(&batch[i]);
    bytes += outbox_queue::bytes_of(batch[i]);
  }
  const auto has_room = [&] {
    return queue_->facts().size() + queued.size() <= how_.facts_max &&
           queue_->bytes() + bytes <= how_.bytes_max;
  };
  if (!has_room()) WHORL_TRY(let_go());
  if (!has_room())
    return make_error(errc::overloaded,
                      "the outbox of facts is full: " + std::to_string(queue_->facts().size()) +
                          " facts wait until the cluster has held them long enough");
  if (!queued.empty()) WHORL_TRY(queue_->add(requests));
  open_ += queued.size();
  return queued;
}

/// Writes down what became of a batch, before anybody is told: durable where sending it again would
/// do something else than what the caller hears now.
status outbox_journal::note(std::size_t first, std::span<const std::size_t> queued,
                            const outcome_list& outcomes) {
  std::vector<std::uint64_t> dropped;
  bool write = false;
  for (std::size_t k = 0; k < queued.size(); ++k) {
    queued_fact& fact = queue_->facts()[first + k];
    const auto& outcome = outcomes[queued[k]];
    const bool before_is_dropped = !dropped.empty() && dropped.back() == fact.order - 1;
    if (fact.with_previous && before_is_dropped) {
      dropped.push_back(fact.order);
      continue;
    }
    if (fact.with_previous && k > 0 && queue_->facts()[first + k - 1].seq == 0) continue;
    if (outcome && outcome->kind == append_kind::appended) {
      acknowledge(fact, outcome->seq);
      write |= fact.expected_seq.has_value();
    } else if (outcome || is_final(outcome.error())) {
      dropped.push_back(fact.order);
    }
  }
  open_ -= dropped.size();
  return write || !dropped.empty() ? queue_->remove(dropped) : status{};
}

void outbox_journal::acknowledge(queued_fact& fact, std::uint64_t seq) {
  open_ -= fact.seq == 0 ? 1 : 0;
  fact.seq = seq;
  fact.acknowledged_at = now_();
  fact.proved = false;
  queue_->touch(fact);
}

result<std::size_t> outbox_journal::settle_all() {
  std::size_t restored = 0;
  for (const stream_id stream : all_streams) {
    WHORL_ASSIGN(const std::size_t again, restore_stream(stream));
    restored += again;
  }
  WHORL_TRY(send_open());
  checked_at_ = now_();
  WHORL_TRY(let_go());
  return restored;
}

result<std::size_t> outbox_journal::restore_stream(stream_id stream) {
  fact_list lost;
  WHORL_TRY(check_anchor(stream));
  WHORL_TRY(prove(stream, lost));
  std::sort(lost.begin(), lost.end(),
            [](const queued_fact* a, const queued_fact* b) { return a->order < b->order; });
  WHORL_TRY(send_again(lost));
  return lost.size();
}

/// What was proved before is there still; if not, the end of the stream was lost, down to the
/// highest number whose fact is in its place.
status outbox_journal::check_anchor(stream_id stream) {
  const auto held = anchors_.find(stream);
  if (held == anchors_.end()) return {};
  WHORL_ASSIGN(const auto found, inner_->find(stream, held->second.message_id));
  if (found && found->seq == held->second.seq && found->self == held->second.self) return {};
  anchors_.erase(held);
  fact_list proved;
  for (queued_fact& fact : queue_->facts())
    if (fact.stream == stream && fact.proved) proved.push_back(&fact);
  std::sort(proved.begin(), proved.end(),
            [](const queued_fact* a, const queued_fact* b) { return a->seq > b->seq; });
  for (queued_fact* const fact : proved) {
    WHORL_ASSIGN(const bool there, is_in_place(*fact));
    if (there) break;
    fact->proved = false;  // prove() says whether it is elsewhere
  }
  return {};
}

result<bool> outbox_journal::is_in_place(const queued_fact& fact) {
  WHORL_ASSIGN(const auto found, inner_->find(fact.stream, fact.message_id));
  if (!found || found->seq != fact.seq) return false;
  WHORL_ASSIGN(const bytes payload, queue_->payload_of(fact));
  if (found->payload != payload) return false;
  raise_anchor(*found);
  return true;
}

/// Looks at every fact that was acknowledged since the last time: a younger one that is there does
/// not show that an older one is, if a loss came between them.
status outbox_journal::prove(stream_id stream, fact_list& lost) {
  fact_list open;
  for (queued_fact& fact : queue_->facts())
    if (fact.stream == stream && fact.seq != 0 && !fact.proved) open.push_back(&fact);
  std::sort(open.begin(), open.end(),
            [](const queued_fact* a, const queued_fact* b) { return a->seq < b->seq; });
  for (std::size_t at = 0, end = 0; at < open.size(); at = end) {
    while (end < open.size() && open[end]->seq < open[at]->seq + read_facts) ++end;
    WHORL_TRY(prove_some(stream, std::span(open).subspan(at, end - at), lost));
  }
  return {};
}

/// Facts whose numbers lie near together: read at once where that is less work than asking for
/// each.
status outbox_journal::prove_some(stream_id stream, std::span<queued_fact* const> some,
                                  fact_list& lost) {
  std::map<std::string, fact_record> read;
  const std::uint64_t first = some.front()->seq, count = some.back()->seq - first + 1;
  if (count <= 2 * some.size()) {
    WHORL_ASSIGN(auto facts, inner_->read(stream, first, count));
    for (fact_record& f : facts) read.emplace(f.message_id, std::move(f));
  }
  for (queued_fact* const fact : some) {
    std::optional<fact_record> found;
    if (const auto near = read.find(fact->message_id); near != read.end()) {
      found = std::move(near->second);
    } else {
      WHORL_ASSIGN(found, inner_->find(stream, fact->message_id));
    }
    if (!found) {
      lost.push_back(fact);
      continue;
    }
    if (found->seq != fact->seq) queue_->touch(*fact);
    fact->seq = found->seq;
    fact->proved = true;
    raise_anchor(*found);
  }
  return {};
}

void outbox_journal::raise_anchor(const fact_record& found) {
  anchor& held = anchors_[found.stream];
  if (found.seq >= held.seq) held = {found.message_id, found.seq, found.self};
}

/// In their order and without their conditions, which were met once: their producers were told so.
status outbox_journal::send_again(std::span<queued_fact* const> lost) {
  for (std::size_t at = 0; at < lost.size();) {
    std::vector<append_request> batch;
    std::size_t size = 0, end = at;
    for (; end < lost.size() && batch.size() < again_facts_max && size < again_bytes_max; ++end) {
      WHORL_ASSIGN(bytes payload, queue_->payload_of(*lost[end]));
      size += payload.size();
      batch.push_back({lost[end]->stream, lost[end]->message_id, {}, std::move(payload)});
    }
    const auto outcomes = inner_->append(batch);
    for (std::size_t k = 0; k < outcomes.size(); ++k) {
      WHORL_TRY(outcomes[k] ? status{} : outcomes[k].error());
      acknowledge(*lost[at + k], outcomes[k]->seq);
    }
    at = end;
  }
  return lost.empty() ? status{} : queue_->remove({});
}

status outbox_journal::send_open() {
  if (open_ == 0) return {};
  std::vector<std::uint64_t> dropped;
  const status sent = send_each_open(dropped);
  open_ -= dropped.size();
  WHORL_TRY(queue_->remove(dropped));
  return sent;
}

status outbox_journal::send_each_open(std::vector<std::uint64_t>& dropped) {
  for (queued_fact& fact : queue_->facts()) {
    if (fact.seq != 0) continue;
    const bool orphan = fact.with_previous && !dropped.empty() && dropped.back() == fact.order - 1;
    landing became = landing::dropped;
    if (!orphan) {
      WHORL_ASSIGN(became, send_one(fact));
    }
    if (became == landing::dropped) dropped.push_back(fact.order);
  }
  return {};
}

/// A fact with the same id and content is taken for this one: then what follows from it goes too.
result<outbox_journal::landing> outbox_journal::send_one(queued_fact& fact) {
  WHORL_ASSIGN(const bytes payload, queue_->payload_of(fact));
  const append_request request{fact.stream, fact.message_id, fact.expected_seq, payload};
  WHORL_ASSIGN(auto found, inner_->find(fact.stream, fact.message_id));
  if (!found) {
    const auto outcome = std::move(inner_->append(std::span(&request, 1)).front());
    if (!outcome && is_final(outcome.error())) return landing::dropped;
    if (!outcome) return outcome.error();
    if (outcome->kind == append_kind::appended) {
      acknowledge(fact, outcome->seq);
      return landing::there;
    }
    WHORL_ASSIGN(found, inner_->find(fact.stream, fact.message_id));
  }
  if (!found || found->payload != payload) return landing::dropped;
  acknowledge(fact, found->seq);
  return landing::there;
}

status outbox_journal::let_go() {
  const auto& facts = queue_->facts();
  const std::int64_t now_ms = now_().ms;
  std::vector<std::uint64_t> old;
  for (std::size_t i = 0; i + how_.kept_facts_min < facts.size(); ++i) {
    if (!facts[i].proved || now_ms - facts[i].acknowledged_at.ms < how_.kept_ms) break;
    old.push_back(facts[i].order);
  }
  return old.empty() ? status{} : queue_->remove(old);
}

}  // namespace whorl::storage::jetstream
