#include "apps/client/load_summary.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace whorl::apps::client {

std::string_view to_string(fate what) {
  switch (what) {
    case fate::not_sent:
      return "not_sent";
    case fate::failed:
      return "failed";
    case fate::refused:
      return "refused";
    case fate::unanswered:
      return "unanswered";
    case fate::in_review:
      return "in_review";
    case fate::answered:
      break;
  }
  return "answered";
}

latency_summary summarize_latencies(std::vector<std::int64_t> finished_us,
                                    std::vector<std::int64_t> open_us) {
  latency_summary out;
  out.finished = finished_us.size();
  out.open = open_us.size();
  std::vector<std::int64_t> all = std::move(finished_us);
  all.insert(all.end(), open_us.begin(), open_us.end());
  if (all.empty()) return out;
  std::sort(all.begin(), all.end());
  const std::int64_t first_open = open_us.empty()
                                      ? std::numeric_limits<std::int64_t>::max()
                                      : *std::min_element(open_us.begin(), open_us.end());
  const auto at = [&](std::uint64_t of_thousand) {
    // Whole numbers: 0.99 * 100 is more than 99 in floating point.
    const std::size_t rank = (all.size() * of_thousand + 999) / 1000;
    const std::int64_t value = all[std::max<std::size_t>(rank, 1) - 1];
    return quantile{value, value >= first_open};
  };
  out.p50 = at(500);
  out.p90 = at(900);
  out.p99 = at(990);
  out.p999 = at(999);
  out.max = {all.back(), !open_us.empty()};
  return out;
}

load_summary summarize(std::span<const arrival_record> all, double seconds, std::int64_t end_us) {
  load_summary out;
  std::vector<std::int64_t> acknowledged, answered, not_acknowledged, not_answered;
  std::int64_t last_acknowledged = 0, last_answered = 0;
  for (const arrival_record& one : all) {
    ++out.due;
    ++out.count[static_cast<std::size_t>(one.what)];
    out.duplicates += one.duplicate;
    if (one.sent_us) {
      ++out.sent;
      out.late_us_max = std::max(out.late_us_max, *one.sent_us - one.due_us);
    }
    if (one.acknowledged_us) {
      ++out.acknowledged;
      acknowledged.push_back(*one.acknowledged_us - one.due_us);
      last_acknowledged = std::max(last_acknowledged, *one.acknowledged_us);
    } else if (one.what == fate::unanswered) {
      not_acknowledged.push_back(end_us - one.due_us);
    }
    if (one.answered_us) {
      answered.push_back(*one.answered_us - one.due_us);
      last_answered = std::max(last_answered, *one.answered_us);
    } else if (one.what == fate::unanswered) {
      not_answered.push_back(end_us - one.due_us);
    }
  }
  const auto rate = [&](std::size_t count, std::int64_t last_us) {
    const double over = std::max(seconds, static_cast<double>(last_us) / 1e6);
    return over > 0 ? static_cast<double>(count) / over : 0;
  };
  out.offered_per_s = rate(out.due, 0);
  out.acknowledged_per_s = rate(acknowledged.size(), last_acknowledged);
  out.answered_per_s = rate(answered.size(), last_answered);
  out.acknowledgement = summarize_latencies(std::move(acknowledged), std::move(not_acknowledged));
  out.answers = summarize_latencies(std::move(answered), std::move(not_answered));
  return out;
}

}  // namespace whorl::apps::client
