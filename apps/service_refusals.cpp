// What a service records whether or not it lives on: counts, log lines, refusals.
#include <chrono>

#include "apps/service.hpp"

namespace whorl::apps {

std::int64_t steady_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

void service::lasting::note(const request_note& what) {
  metrics.count(what.route, what.status);
  log->request(what);
}

void service::lasting::record_refusal(const http::request& head, const actors::principal* who,
                                      std::string object, const std::string& why) {
  if (!callers.may_record(head.from, who, steady_ms())) return;
  audit_row row;
  row.principal = who != nullptr ? who->name
                  : head.from.name.empty()
                      ? "-"
                      : "(" + printable(head.from.name.substr(0, 64)) + ")";  // as it says itself
  row.role = who != nullptr ? std::string(actors::to_string(who->acts_as)) : "-";
  row.action = "refused";
  row.object = std::move(object);
  row.purpose = printable(head.method.substr(0, 16));
  row.detail = printable(why) + "; from " + head.from.address;
  node.append_later({session::audit_of(std::move(row))}, [](const auto&) {});
}

std::optional<storage::append_request> service::lasting::summary(bool at_once) {
  const std::uint64_t count = callers.take_unrecorded(steady_ms(), at_once);
  if (count == 0) return std::nullopt;
  audit_row row;
  row.principal = row.role = row.object = "-";
  row.action = "refused";
  row.purpose = "summary";
  row.detail = std::to_string(count) + " refusals more than are recorded one by one";
  return session::audit_of(std::move(row));
}

}  // namespace whorl::apps
