#include "sim/cluster/simulated_journal.hpp"

#include <algorithm>

#include "messages/limits.hpp"
#include "messages/wire.hpp"

namespace whorl::sim {

using storage::append_kind;
using storage::append_outcome;
using storage::append_request;

namespace {

/// Of an answer what it says; of any other fact nothing.
std::string decision_of(const fact_record& record) {
  if (record.stream != stream_id::bookings) return {};
  const auto decoded = wire::decode_fact(record.payload);
  const auto* answer = decoded ? std::get_if<booking_answered>(&*decoded) : nullptr;
  if (answer == nullptr) return {};
  std::string text = ": " + std::string(to_string(answer->decision));
  if (answer->subject != subject_id{}) text += " " + to_string(answer->subject);
  return text + ", searched at " + std::to_string(answer->tail_seq);
}

}  // namespace

bool simulated_journal::strikes(fault_kind kind, std::span<const append_request> batch) {
  const auto ordered = std::ranges::find_if(ordered_, [&](const auto& each) {
    return each.first == kind && std::ranges::any_of(batch, [&](const append_request& request) {
             return request.message_id.ends_with(each.second);
           });
  });
  if (ordered == ordered_.end()) return faults_.strikes(kind, chance_, fired_);
  ordered_.erase(ordered);
  ++fired_[static_cast<std::size_t>(kind)];
  return true;
}

std::vector<result<append_outcome>> simulated_journal::append(
    std::span<const append_request> batch) {
  std::vector<result<append_outcome>> outcomes;
  if (batch.size() > limits::journal_batch_max)
    return {batch.size(), make_error(errc::limit_exceeded, "simulated: too many facts in a batch")};
  if (off_) {
    outcomes.assign(batch.size(), make_error(errc::io, "simulated: the machine is off"));
    return outcomes;
  }
  if (strikes(fault_kind::append_refused, batch)) {
    if (tell) tell("append-refused");
    outcomes.assign(batch.size(), make_error(errc::io, "simulated: the disk refused the commit"));
    return outcomes;
  }
  if (strikes(fault_kind::crash_before_durable, batch)) {
    crash_due_ = true;
    if (tell) tell("crash-before-durable");
    outcomes.assign(batch.size(), make_error(errc::io, "simulated: crash before the commit"));
    return outcomes;
  }
  if (strikes(fault_kind::crash_after_durable, batch)) {
    crash_due_ = true;
    if (tell) tell("crash-after-durable");
  }
  for (const append_request& request : batch) {
    if (storage::is_skipped(request, outcomes.empty() ? nullptr : &outcomes.back()))
      outcomes.push_back(append_outcome{append_kind::skipped, 0});
    else
      outcomes.push_back(append_one(request));
  }
  return outcomes;
}

result<append_outcome> simulated_journal::append_one(const append_request& request) {
  WHORL_TRY(storage::check_append(request));
  stream_state& stream = streams_[request.stream];
  if (auto known = stream.by_id.find(request.message_id); known != stream.by_id.end())
    return append_outcome{append_kind::duplicate, known->second};
  const std::uint64_t at = stream.facts.size();
  if (request.expected_seq && *request.expected_seq != at) {
    if (tell)
      tell("conflict " + std::string(to_string(request.stream)) + " " + request.message_id +
           ": expected the stream at " + std::to_string(*request.expected_seq) + ", it is at " +
           std::to_string(at));
    return make_error(errc::conflict, "the stream is at " + std::to_string(at));
  }
  fact_record record;
  record.stream = request.stream;
  record.seq = stream.facts.size() + 1;
  record.message_id = request.message_id;
  record.previous = stream.facts.empty() ? digest{} : stream.facts.back().self;
  record.payload = request.payload;
  record.self = storage::fact_digest(record.previous, record.stream, record.seq, record.message_id,
                                     record.payload);
  for (char c : record.message_id)  // FNV-1a
    trace_ = (trace_ ^ static_cast<unsigned char>(c)) * 0x100000001b3ull;
  trace_ = (trace_ ^ static_cast<std::uint64_t>(record.stream)) * 0x100000001b3ull;
  if (tell)
    tell("fact " + std::string(to_string(record.stream)) + " " + std::to_string(record.seq) + " " +
         record.message_id + decision_of(record));
  stream.by_id.emplace(record.message_id, record.seq);
  stream.facts.push_back(std::move(record));
  return append_outcome{append_kind::appended, stream.facts.size()};
}

result<std::vector<fact_record>> simulated_journal::read(stream_id stream, std::uint64_t from_seq,
                                                         std::size_t max_records) const {
  std::vector<fact_record> found;
  const auto it = streams_.find(stream);
  if (it == streams_.end() || from_seq == 0) return found;
  const auto& facts = it->second.facts;
  for (std::size_t i = from_seq - 1; i < facts.size() && found.size() < max_records; ++i)
    found.push_back(facts[i]);
  return found;
}

result<storage::stream_tail> simulated_journal::tail(stream_id stream) const {
  const auto it = streams_.find(stream);
  if (it == streams_.end() || it->second.facts.empty()) return storage::stream_tail{};
  return storage::stream_tail{it->second.facts.size(), it->second.facts.back().self};
}

result<std::optional<fact_record>> simulated_journal::find(stream_id stream,
                                                           std::string_view message_id) const {
  const auto it = streams_.find(stream);
  if (it == streams_.end()) return std::optional<fact_record>{};
  const auto known = it->second.by_id.find(message_id);
  if (known == it->second.by_id.end()) return std::optional<fact_record>{};
  return std::optional<fact_record>{it->second.facts[known->second - 1]};
}

}  // namespace whorl::sim
