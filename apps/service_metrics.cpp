#include "apps/service_metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <map>

#include "apps/cluster_metrics.hpp"

namespace whorl::apps {
namespace {

/// Streams whose tail could not be read are left out. Of a gallery's partitions: the last one.
journal_lag lag_behind(storage::store& store, const std::map<stream_id, std::uint64_t>& tails) {
  std::map<stream_id, std::uint64_t> most;
  for (const storage::projection* each : store.projections()) {
    const auto tail = tails.find(each->follows());
    if (tail == tails.end()) continue;
    const std::uint64_t at = each->applied().seq;
    std::uint64_t& behind = most[each->follows()];
    behind = std::max(behind, tail->second > at ? tail->second - at : 0);
  }
  journal_lag out;
  for (const auto& [stream, behind] : most)
    out.projections.emplace_back(std::string(to_string(stream)), behind);
  return out;
}

}  // namespace

struct service_metrics::parts {
  prometheus::Registry registry;
  prometheus::Family<prometheus::Counter>& requests =
      prometheus::BuildCounter()
          .Name("whorl_http_requests_total")
          .Help("requests answered, by route and status")
          .Register(registry);
  prometheus::Family<prometheus::Gauge>& facts = prometheus::BuildGauge()
                                                     .Name("whorl_journal_facts")
                                                     .Help("facts of a stream")
                                                     .Register(registry);
  prometheus::Family<prometheus::Gauge>& rows = prometheus::BuildGauge()
                                                    .Name("whorl_rows")
                                                    .Help("bookings, cases and messages stored")
                                                    .Register(registry);
  prometheus::Gauge& connections = prometheus::BuildGauge()
                                       .Name("whorl_http_connections")
                                       .Help("connections open")
                                       .Register(registry)
                                       .Add({});
  prometheus::Counter& counter(const char* name, const char* help) {
    return prometheus::BuildCounter().Name(name).Help(help).Register(registry).Add({});
  }
  prometheus::Counter& unrecorded = counter("whorl_refusals_unrecorded_total",
                                            "refusals without a row of their own in the audit");
  prometheus::Counter& lists_refused = counter("whorl_revocation_lists_refused_total",
                                               "revocation lists older than the one in force");
  prometheus::Counter& log_lines_lost =
      counter("whorl_log_lines_lost_total", "lines of the log that nobody took in time");
};

service_metrics::service_metrics() : parts_(std::make_unique<parts>()) {}
service_metrics::~service_metrics() = default;

void service_metrics::count(std::string_view route, unsigned status) {
  parts_->requests.Add({{"route", std::string(route)}, {"status", std::to_string(status)}})
      .Increment();
}

std::string service_metrics::text(storage::store& store, const service_counts& now) {
  parts_->connections.Set(static_cast<double>(now.connections));
  const auto total = [](prometheus::Counter& of, std::uint64_t count) {
    if (const double more = static_cast<double>(count) - of.Value(); more > 0) of.Increment(more);
  };
  total(parts_->unrecorded, now.unrecorded);
  total(parts_->lists_refused, now.lists_refused);
  total(parts_->log_lines_lost, now.log_lines_lost);
  std::map<stream_id, std::uint64_t> tails;
  for (const stream_id stream : all_streams)
    if (const auto tail = store.log->tail(stream)) {
      tails[stream] = tail->seq;
      parts_->facts.Add({{"stream", std::string(to_string(stream))}})
          .Set(static_cast<double>(tail->seq));
    }
  const auto set = [&](const char* kind, std::uint64_t count) {
    parts_->rows.Add({{"kind", kind}}).Set(static_cast<double>(count));
  };
  set("bookings", store.bookings->count());
  set("cases", store.cases->count());
  set("messages", store.outbox->count());
  journal_lag lag = lag_behind(store, tails);
  lag.outbox_open = now.journal_open;
  return prometheus::TextSerializer().Serialize(parts_->registry.Collect()) + journal_metrics(lag);
}

}  // namespace whorl::apps
