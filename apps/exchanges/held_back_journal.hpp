// A journal of which only so many facts can be read: what a standby may apply. A fact whose key has
// not come yet would be taken for one whose key was destroyed, for ever. Nothing is appended.
#pragma once

#include <algorithm>
#include <array>
#include <memory>

#include "storage/journal.hpp"

namespace whorl::apps::exchanges {

class held_back_journal final : public storage::journal {
 public:
  explicit held_back_journal(std::unique_ptr<storage::journal> all) : all_(std::move(all)) {}

  /// The tails as they stand now: whoever waits for keys afterwards has those of every fact up to
  /// them.
  result<std::array<std::uint64_t, 6>> tails_now() const {
    std::array<std::uint64_t, 6> out{};
    for (const stream_id stream : all_streams) {
      WHORL_ASSIGN(const auto tail, all_->tail(stream));
      out.at(place_of(stream)) = tail.seq;
    }
    return out;
  }
  /// Everything, for who applies nothing.
  const storage::journal& all() const { return *all_; }
  void release(const std::array<std::uint64_t, 6>& up_to) { released_ = up_to; }

  std::vector<result<storage::append_outcome>> append(
      std::span<const storage::append_request> batch) override {
    return {batch.size(), make_error(errc::unavailable, "a standby appends nothing")};
  }
  /// What was applied before is compared with: a single fact is read wherever it stands.
  result<std::vector<fact_record>> read(stream_id stream, std::uint64_t from_seq,
                                        std::size_t max_records) const override {
    const std::uint64_t last = released_.at(place_of(stream));
    if (max_records > 1 && from_seq > last) return std::vector<fact_record>{};
    const std::uint64_t left = last < from_seq ? 1 : last - from_seq + 1;
    return all_->read(stream, from_seq, std::min<std::uint64_t>(max_records, left));
  }
  result<storage::stream_tail> tail(stream_id stream) const override { return all_->tail(stream); }
  result<std::optional<fact_record>> find(stream_id stream,
                                          std::string_view message_id) const override {
    return all_->find(stream, message_id);
  }

 private:
  static std::size_t place_of(stream_id stream) { return static_cast<std::size_t>(stream) - 1; }
  std::unique_ptr<storage::journal> all_;
  std::array<std::uint64_t, 6> released_{};  ///< of the thread that applies
};

}  // namespace whorl::apps::exchanges
