#include "apps/retention/retention_metrics.hpp"

#include "apps/metric_text.hpp"

namespace whorl::apps {

std::string retention_metrics(const retention_counts& now) {
  metric_text out;
  const auto seconds = [](instant at) { return static_cast<std::uint64_t>(at.ms / 1000); };
  out.gauge("whorl_purge_every_seconds", "how often this process purges by itself; 0: never",
            static_cast<std::uint64_t>(now.every_hours) * 3600);
  out.gauge("whorl_purge_last_run_timestamp_seconds",
            "when the last whole purge began, by whomever; 0: none is on record",
            now.last_run ? seconds(*now.last_run) : 0);
  out.counter("whorl_purge_runs_total", "purges by this process, by how they ended", now.runs,
              {{"end", "done"}});
  out.counter("whorl_purge_runs_total", "", now.runs_failed, {{"end", "failed"}});
  const char* help = "purged by this process, by reason";
  out.counter("whorl_purged_total", help, now.done.no_match, {{"reason", "no match"}});
  out.counter("whorl_purged_total", help, now.done.retention, {{"reason", "retention"}});
  out.counter("whorl_purged_total", help, now.done.deleted, {{"reason", "deleted record"}});
  out.counter("whorl_purged_keys_total", "keys that this process destroyed", now.done.keys);
  out.counter("whorl_purge_bookings_read_total",
              "bookings that this process has read to see what is due", now.done.looked);
  out.counter("whorl_purge_failures_total",
              "bookings and records that were due and could not be purged", now.done.failed);
  return out.text();
}

}  // namespace whorl::apps
