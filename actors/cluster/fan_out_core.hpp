// What the fan-out of a cluster decides, without CAF: which node is asked for which partitions of a
// round, who is asked instead when one does not answer, and when the round is over. To a query
// actor it looks as one shard that holds every partition.
//
//   start:   every partition's least loaded place; one message a node, with all its partitions
//   reply:   what it covers is answered; what it misses is asked of a place that was not asked yet
//   failure, node lost: all its partitions likewise
//   hedge:   what is still open after the usual time is asked of a second place as well, unless
//            that is the last resort
//   over:    each partition is answered, or has no place left that was not asked
//
// The first answer for a partition counts; another node's later one, with the same candidates, is
// passed over.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "actors/shard_core.hpp"

namespace whorl::actors {

/// A node that can be asked for a partition now.
struct search_place {
  std::string node;
  bool last_resort = false;  ///< asked only when no other is left
  friend bool operator==(const search_place&, const search_place&) = default;
};

/// Who can be asked, as the cluster supervisor last said; in order of preference.
struct search_view {
  std::uint32_t partition_count = 0;
  std::map<partition_id, std::vector<search_place>> places;
  friend bool operator==(const search_view&, const search_view&) = default;
};

/// Partitions that are being asked of each node: the measure of its load.
using node_loads = std::map<std::string, std::uint64_t>;
using round_request = std::variant<round_one_request, round_two_request>;

struct fan_out_ask {
  std::uint64_t ticket = 0;
  std::string node;
  round_request request;
};
using fan_out_asks = std::vector<fan_out_ask>;

class fan_out_round {
 public:
  /// Tickets are `first_ticket` and up, below `first_ticket` + tickets_max.
  fan_out_round(round_request request, std::uint32_t partition_count, std::uint64_t first_ticket);
  static constexpr std::uint64_t tickets_max = 1u << 20;

  fan_out_asks start(const search_view& view, node_loads& loads);
  /// A ticket that is not open (answered, failed, another round's) changes nothing.
  fan_out_asks on_reply(std::uint64_t ticket, const scan_outcome& reply, const search_view& view,
                        node_loads& loads);
  fan_out_asks on_failure(std::uint64_t ticket, const std::string& reason, const search_view& view,
                          node_loads& loads);
  fan_out_asks on_node_lost(const std::string& node, const search_view& view, node_loads& loads);
  /// Once a round; partitions with one open question each, of places that are no last resort.
  fan_out_asks hedge(const search_view& view, node_loads& loads);
  /// Gives up what is still open: nobody waits for it.
  void close(node_loads& loads);

  search_id search() const;
  booking_id booking() const;
  gallery_kind gallery() const;
  int number() const { return std::holds_alternative<round_one_request>(request_) ? 1 : 2; }
  std::size_t partitions() const { return parts_.size(); }
  const std::vector<missing_entry>& missing() const { return gathered_.missing; }
  /// Whom it has asked besides, so far.
  struct extra_asks {
    std::uint64_t replacements = 0, hedges = 0;
    bool last_resort = false;  ///< a place of that kind was asked
  };
  const extra_asks& extra() const { return extra_; }
  bool complete() const { return unanswered_ == 0; }
  /// Of a round one: cut to its top_k.
  round_one_reply round_one() const;
  round_two_reply round_two() const;
  /// The node of an open ticket.
  std::optional<std::string> asked(std::uint64_t ticket) const;

 private:
  struct part {
    std::set<std::string> tried;
    std::set<std::uint64_t> open;
    bool over = false;
    std::string reason;  ///< why the last place did not answer
  };
  struct open_ask {
    std::string node;
    std::vector<std::uint32_t> partitions;
  };
  fan_out_asks ask(const std::vector<std::uint32_t>& partitions, const search_view& view,
                   node_loads& loads);
  const search_place* choose(std::uint32_t partition, const search_view& view,
                             const node_loads& loads) const;
  std::vector<std::uint32_t> take(std::uint64_t ticket, node_loads& loads);
  round_request part_of_request(const std::vector<std::uint32_t>& partitions) const;
  void answer(std::uint32_t partition, const scan_outcome& reply);
  fan_out_asks ask_instead(const std::vector<std::uint32_t>& partitions, const search_view& view,
                           node_loads& loads);

  round_request request_;
  std::uint32_t partition_count_;
  std::uint64_t next_ticket_;
  std::size_t unanswered_ = 0;
  std::map<std::uint32_t, part> parts_;
  std::map<std::uint64_t, open_ask> open_;
  std::set<subject_id> unscored_;  ///< candidates of a round two that nobody has scored
  scan_outcome gathered_;
  extra_asks extra_;
};

/// How long the rounds of late have taken: says after how long a second place is asked.
class latency_window {
 public:
  static constexpr std::size_t kept = 256;
  void add(std::int64_t ms);
  /// The smallest kept time that `share` (0..1) of them do not exceed; -1 with fewer than 16.
  std::int64_t quantile(double share) const;

 private:
  std::vector<std::int64_t> times_;
  std::size_t next_ = 0;
};

scan_outcome outcome_of(const round_one_reply& reply);
scan_outcome outcome_of(const round_two_reply& reply);

}  // namespace whorl::actors
