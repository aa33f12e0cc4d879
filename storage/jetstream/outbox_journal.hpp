// A journal before a journal that may forget (DESIGN section 4): every batch is synced on this
// machine's own disk first and then appended to the inner journal, and its facts are kept until the
// inner one has held them for long. What the inner journal lost meanwhile is sent again, in the
// same order and with the same ids. One per producer of facts and folder; safe from any thread,
// appends wait for one another.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <mutex>

#include "messages/limits.hpp"
#include "storage/jetstream/outbox_queue.hpp"

namespace whorl::storage::jetstream {

struct outbox_options {
  std::uint64_t facts_max = limits::outbox_facts_max, bytes_max = limits::outbox_bytes_max;
  /// A fact is let go when it was acknowledged so long ago, so many younger ones are kept, and the
  /// inner journal still has it. nats-server 2.9 syncs every two minutes.
  std::int64_t kept_ms = 300'000;
  std::size_t kept_facts_min = 256;
  std::int64_t check_ms = 1000;  ///< how often the inner journal is asked, when facts are appended
  std::uint64_t map_bytes = 16ull << 30;
  bool durable = true;  ///< false: no fsync (tests alone)
};

class outbox_journal final : public journal {
 public:
  /// `now` is this machine's time. Sends what `folder` still holds, if the inner journal answers.
  /// Errors: those of LMDB; corrupt (a damaged row); of the inner journal all but unavailable.
  static result<std::unique_ptr<outbox_journal>> open(const std::string& folder,
                                                      std::unique_ptr<journal> inner,
                                                      std::function<instant()> now,
                                                      const outbox_options& options = {});

  /// As journal.hpp says, and: overloaded (the whole batch: the outbox is full), unavailable. A
  /// request that is answered so may be sent later by itself, and those with_previous with it: the
  /// same batch again is safe, and waits for that. A batch whose requests belong together is
  /// completed though this process dies in the middle of it.
  std::vector<result<append_outcome>> append(std::span<const append_request> batch) override;
  result<std::vector<fact_record>> read(stream_id stream, std::uint64_t from_seq,
                                        std::size_t max_records) const override {
    return inner_->read(stream, from_seq, max_records);
  }
  result<stream_tail> tail(stream_id stream) const override { return inner_->tail(stream); }
  result<std::optional<fact_record>> find(stream_id stream,
                                          std::string_view message_id) const override {
    return inner_->find(stream, message_id);
  }

  /// Sends what is not known to be in the inner journal, sends again what it lost, and lets go of
  /// what is old enough. Call it now and then, and after the inner journal was away. Returns the
  /// number of facts that were lost and are there again.
  result<std::size_t> settle();
  /// Facts that are kept.
  std::size_t kept() const;
  /// Of these, facts that are not known to be in the inner journal. Never waits.
  std::size_t open_facts() const { return open_; }

 private:
  outbox_journal(std::unique_ptr<journal> inner, std::unique_ptr<outbox_queue> queue,
                 std::function<instant()> now, const outbox_options& options)
      : inner_(std::move(inner)), queue_(std::move(queue)), now_(std::move(now)), how_(options) {}

  using outcome_list = std::vector<result<append_outcome>>;
  enum class landing { there, dropped };
  using fact_list = std::vector<queued_fact*>;
  /// The fact with the highest number of those proved: while it is in its place, so are all that
  /// were proved with it, since its digest covers them.
  struct anchor {
    std::string message_id;
    std::uint64_t seq = 0;
    digest self{};
  };

  status make_ready();
  result<std::vector<std::size_t>> enqueue(std::span<const append_request> batch);
  status note(std::size_t first, std::span<const std::size_t> queued, const outcome_list& outcomes);
  result<std::size_t> settle_all();
  result<std::size_t> restore_stream(stream_id stream);
  status check_anchor(stream_id stream);
  status prove(stream_id stream, fact_list& lost);
  status prove_some(stream_id stream, std::span<queued_fact* const> some, fact_list& lost);
  result<bool> is_in_place(const queued_fact& fact);
  void raise_anchor(const fact_record& found);
  status send_again(std::span<queued_fact* const> lost);
  status send_open();
  status send_each_open(std::vector<std::uint64_t>& dropped);
  result<landing> send_one(queued_fact& fact);
  void acknowledge(queued_fact& fact, std::uint64_t seq);
  status let_go();

  std::unique_ptr<journal> inner_;
  std::unique_ptr<outbox_queue> queue_;
  std::function<instant()> now_;
  outbox_options how_;
  mutable std::mutex mutex_;
  std::atomic<std::size_t> open_{0};  ///< not known to be in the inner journal
  std::optional<instant> checked_at_;
  std::map<stream_id, anchor> anchors_;
};

}  // namespace whorl::storage::jetstream
