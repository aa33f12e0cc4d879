// A journal in memory that goes wrong as a cluster may: it does not answer, answers nothing after
// storing a part of a batch, and loses the end of a stream. What it holds outlives the object, as a
// cluster outlives a client.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "storage/journal.hpp"

namespace whorl::test {

struct cluster_memory {
  std::map<stream_id, std::vector<fact_record>> streams;
  bool away = false;
  /// Requests of the next batch that are carried out; what comes after is answered unavailable, and
  /// so is what was carried out if `silent`. Negative: all.
  int carried_out = -1;
  bool silent = false;

  /// The last `count` facts of a stream are gone.
  void lose(stream_id stream, std::size_t count);
};

class forgetful_journal final : public storage::journal {
 public:
  explicit forgetful_journal(std::shared_ptr<cluster_memory> memory) : memory_(std::move(memory)) {}
  std::vector<result<storage::append_outcome>> append(
      std::span<const storage::append_request> batch) override;
  result<std::vector<fact_record>> read(stream_id stream, std::uint64_t from_seq,
                                        std::size_t max_records) const override;
  result<storage::stream_tail> tail(stream_id stream) const override;
  result<std::optional<fact_record>> find(stream_id stream,
                                          std::string_view message_id) const override;

 private:
  result<storage::append_outcome> append_one(const storage::append_request& request);
  std::shared_ptr<cluster_memory> memory_;
};

}  // namespace whorl::test
