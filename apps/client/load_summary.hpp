// What a load on a gateway came to: fates and latencies. Latencies count from the moment at which a
// booking was due, not from when it was sent, so that a client that is held up hides nothing
// (coordinated omission). Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace whorl::apps::client {

enum class fate {
  not_sent,    ///< a limit of the client's own was met when it was due
  failed,      ///< no answer, or one that is not a refusal for now
  refused,     ///< 429, 503: come again
  unanswered,  ///< sent, or acknowledged, and not finished when the load ended
  in_review,   ///< acknowledged; a person decides now
  answered,    ///< acknowledged, and every answer that the caller may know is final
};
inline constexpr fate fates[] = {fate::not_sent,   fate::failed,    fate::refused,
                                 fate::unanswered, fate::in_review, fate::answered};
/// "not_sent".
std::string_view to_string(fate what);

/// Moments in microseconds since the load began.
struct arrival_record {
  std::int64_t due_us = 0;
  std::optional<std::int64_t> sent_us, acknowledged_us, answered_us;
  fate what = fate::not_sent;
  bool duplicate = false;  ///< the gateway had it already
  std::size_t file = 0;    ///< which of the load's files
  std::string booking;     ///< of what was acknowledged
};

struct quantile {
  std::int64_t us = 0;
  bool at_least = false;  ///< some that are not finished may raise it
};

struct latency_summary {
  std::uint64_t finished = 0, open = 0;
  quantile p50, p90, p99, p999, max;
};

/// By nearest rank. `open_us`: how long those have waited that are not finished; they count with
/// that, since leaving the slowest out would flatter.
latency_summary summarize_latencies(std::vector<std::int64_t> finished_us,
                                    std::vector<std::int64_t> open_us);

struct load_summary {
  std::uint64_t due = 0, sent = 0, acknowledged = 0, duplicates = 0;
  std::uint64_t count[std::size(fates)] = {};
  std::uint64_t of(fate what) const { return count[static_cast<std::size_t>(what)]; }
  double offered_per_s = 0;       ///< that were due
  double acknowledged_per_s = 0;  ///< to the last acknowledgement, at least the load's time
  double answered_per_s = 0;      ///< to the last answer, likewise
  std::int64_t late_us_max = 0;   ///< sent after it was due: how busy this client was
  latency_summary acknowledgement, answers;
};

/// `seconds`: how long bookings were due; `end_us`: when the load ended.
load_summary summarize(std::span<const arrival_record> all, double seconds, std::int64_t end_us);

}  // namespace whorl::apps::client
