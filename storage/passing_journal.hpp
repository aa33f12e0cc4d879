// A journal that passes everything on to another: a base for those that change one thing, and a
// second owner's view of one that is to outlive it.
#pragma once

#include "storage/journal.hpp"

namespace whorl::storage {

class passing_journal : public journal {
 public:
  /// `to` outlives it, or is owned by the derived class.
  explicit passing_journal(journal& to) : to_(to) {}
  std::vector<result<append_outcome>> append(std::span<const append_request> batch) override {
    return to_.append(batch);
  }
  result<std::vector<fact_record>> read(stream_id stream, std::uint64_t from_seq,
                                        std::size_t max_records) const override {
    return to_.read(stream, from_seq, max_records);
  }
  result<stream_tail> tail(stream_id stream) const override { return to_.tail(stream); }
  result<std::optional<fact_record>> find(stream_id stream,
                                          std::string_view message_id) const override {
    return to_.find(stream, message_id);
  }

 private:
  journal& to_;
};

}  // namespace whorl::storage
