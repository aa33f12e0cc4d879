#include "tests/storage/jetstream/forgetful_journal.hpp"

#include <algorithm>

namespace whorl::test {
namespace {

error nobody() { return make_error(errc::unavailable, "the cluster does not answer"); }

}  // namespace

void cluster_memory::lose(stream_id stream, std::size_t count) {
  auto& facts = streams[stream];
  facts.resize(facts.size() - std::min(count, facts.size()));
}

std::vector<result<storage::append_outcome>> forgetful_journal::append(
    std::span<const storage::append_request> batch) {
  const int wanted = std::exchange(memory_->carried_out, -1);
  const bool silent = std::exchange(memory_->silent, false);
  std::vector<result<storage::append_outcome>> outcomes;
  if (memory_->away) return {batch.size(), nobody()};
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (wanted >= 0 && i >= static_cast<std::size_t>(wanted))
      outcomes.push_back(nobody());
    else if (storage::is_skipped(batch[i], i == 0 ? nullptr : &outcomes.back()))
      outcomes.push_back(storage::append_outcome{storage::append_kind::skipped, 0});
    else
      outcomes.push_back(append_one(batch[i]));
  }
  if (silent)
    for (auto& outcome : outcomes) outcome = nobody();
  return outcomes;
}

result<storage::append_outcome> forgetful_journal::append_one(
    const storage::append_request& request) {
  WHORL_TRY(storage::check_append(request));
  WHORL_ASSIGN(const auto known, find(request.stream, request.message_id));
  if (known) return storage::append_outcome{storage::append_kind::duplicate, known->seq};
  auto& facts = memory_->streams[request.stream];
  if (request.expected_seq && *request.expected_seq != facts.size())
    return make_error(errc::conflict, "the stream has moved on");
  fact_record f{request.stream,
                facts.size() + 1,
                request.message_id,
                facts.empty() ? digest{} : facts.back().self,
                {},
                request.payload};
  f.self = storage::fact_digest(f.previous, f.stream, f.seq, f.message_id, f.payload);
  facts.push_back(std::move(f));
  return storage::append_outcome{storage::append_kind::appended, facts.size()};
}

result<std::vector<fact_record>> forgetful_journal::read(stream_id stream, std::uint64_t from_seq,
                                                         std::size_t max_records) const {
  if (memory_->away) return nobody();
  std::vector<fact_record> found;
  for (const fact_record& f : memory_->streams[stream])
    if (f.seq >= from_seq && found.size() < max_records) found.push_back(f);
  return found;
}

result<storage::stream_tail> forgetful_journal::tail(stream_id stream) const {
  if (memory_->away) return nobody();
  const auto& facts = memory_->streams[stream];
  if (facts.empty()) return storage::stream_tail{};
  return storage::stream_tail{facts.back().seq, facts.back().self};
}

result<std::optional<fact_record>> forgetful_journal::find(stream_id stream,
                                                           std::string_view message_id) const {
  if (memory_->away) return nobody();
  const auto& facts = memory_->streams[stream];
  const auto found = std::find_if(facts.begin(), facts.end(),
                                  [&](const fact_record& f) { return f.message_id == message_id; });
  if (found == facts.end()) return std::optional<fact_record>{};
  return std::optional<fact_record>(*found);
}

}  // namespace whorl::test
