// The simulated journal: storage::journal in memory, with faults drawn from the seed. It outlives
// the crashes of the node that uses it, as a disk does. Faults: an append that fails whole (io),
// and a crash at an append, before or after the facts are durable; the appender then hears nothing.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "sim/cluster/fault_kinds.hpp"
#include "sim/cluster/random.hpp"
#include "storage/journal.hpp"

namespace whorl::sim {

class simulated_journal final : public storage::journal {
 public:
  simulated_journal() : chance_(0) {}
  /// Of `faults` those of the journal's disk.
  simulated_journal(std::uint64_t seed, const fault_plan& faults)
      : chance_(seed), faults_(faults) {}

  std::vector<result<storage::append_outcome>> append(
      std::span<const storage::append_request> batch) override;
  result<std::vector<fact_record>> read(stream_id stream, std::uint64_t from_seq,
                                        std::size_t max_records) const override;
  result<storage::stream_tail> tail(stream_id stream) const override;
  result<std::optional<fact_record>> find(stream_id stream,
                                          std::string_view message_id) const override;

  /// A crash was drawn: the node must be taken down before it hears of the append.
  bool crash_due() const { return crash_due_; }
  void crash_done() { crash_due_ = false; }
  void faults_off() {
    faults_ = {};
    ordered_.clear();
  }
  /// Strikes once: the next append that holds a fact whose message id ends like this.
  void strike_next(fault_kind kind, std::string ending) {
    ordered_.emplace_back(kind, std::move(ending));
  }
  const fault_counts& fired() const { return fired_; }
  /// While off, appends change nothing: what runs on after a crash writes nothing.
  void power_off() { off_ = true; }
  void power_on() { off_ = false; }
  /// Hash over (stream, message id) of every fact in the order of appending. Payloads are left out:
  /// their nonces are really random.
  std::uint64_t trace() const { return trace_; }

  /// Told of each fact and each fault; may be empty.
  std::function<void(const std::string&)> tell;

 private:
  result<storage::append_outcome> append_one(const storage::append_request& request);
  bool strikes(fault_kind kind, std::span<const storage::append_request> batch);

  struct stream_state {
    std::vector<fact_record> facts;
    std::map<std::string, std::uint64_t, std::less<>> by_id;
  };
  std::map<stream_id, stream_state> streams_;
  chance chance_;
  fault_plan faults_;
  std::vector<std::pair<fault_kind, std::string>> ordered_;
  fault_counts fired_{};
  bool crash_due_ = false;
  bool off_ = false;
  std::uint64_t trace_ = 0xcbf29ce484222325ull;
};

}  // namespace whorl::sim
