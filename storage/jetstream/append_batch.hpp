// One batch on its way into the streams. Of each stream one fact is on its way at a time: it names
// the sequence that it must follow, and only its acknowledgement says that what stands there is the
// fact whose digest the next one will carry (decision 0022). Streams go at once. A fact that was
// not acknowledged is looked for by its message id, and sent again if it is not there. Lives for
// one append. For .cpp files of storage/jetstream/ alone.
#pragma once

#include <map>
#include <span>
#include <vector>

#include "storage/jetstream/questions.hpp"
#include "storage/jetstream/streams.hpp"

namespace whorl::storage::jetstream {

class append_batch {
 public:
  append_batch(const streams& where, std::optional<questions>& channel,
               std::span<const append_request> batch);
  std::vector<result<append_outcome>> run();

 private:
  struct sent_fact {
    std::size_t index = 0;
    std::uint64_t seq = 0;
    digest self{};
  };

  status plan();
  status place(std::size_t index);
  result<stream_tail> tail_of(stream_id stream);
  status settle_conflict(std::size_t index, const stream_tail& now);
  status send();
  status harvest();
  void take_answer(const sent_fact& fact, natsMsg* answer);
  status look_for(const sent_fact& fact);
  void settle_found(std::size_t index, const fact_record& found);
  void settle(std::size_t index, result<append_outcome> outcome);
  void give_up(const error& why);

  const streams& where_;
  std::optional<questions>& channel_;
  std::span<const append_request> batch_;
  std::vector<result<append_outcome>> outcomes_;
  std::vector<bool> settled_;
  std::size_t open_ = 0;
  std::vector<sent_fact> planned_;
  std::vector<question> messages_;  ///< of what is planned
  std::map<stream_id, stream_tail> tails_;
  /// Sent without an answer: if it is found later, it was this batch's.
  std::map<std::size_t, std::vector<digest>> unanswered_;
  answers answers_;
  std::map<std::size_t, error> refusals_;  ///< of this round, for good
  bool progress_ = false, contended_ = false, silent_ = false;
};

}  // namespace whorl::storage::jetstream
