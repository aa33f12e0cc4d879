#include "apps/service_metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace whorl::apps {

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
};

service_metrics::service_metrics() : parts_(std::make_unique<parts>()) {}
service_metrics::~service_metrics() = default;

void service_metrics::count(std::string_view route, unsigned status) {
  parts_->requests.Add({{"route", std::string(route)}, {"status", std::to_string(status)}})
      .Increment();
}

std::string service_metrics::text(storage::store& store, std::size_t connections) {
  parts_->connections.Set(static_cast<double>(connections));
  for (const stream_id stream : all_streams)
    if (const auto tail = store.log->tail(stream))
      parts_->facts.Add({{"stream", std::string(to_string(stream))}})
          .Set(static_cast<double>(tail->seq));
  const auto set = [&](const char* kind, std::uint64_t count) {
    parts_->rows.Add({{"kind", kind}}).Set(static_cast<double>(count));
  };
  set("bookings", store.bookings->count());
  set("cases", store.cases->count());
  set("messages", store.outbox->count());
  return prometheus::TextSerializer().Serialize(parts_->registry.Collect());
}

}  // namespace whorl::apps
