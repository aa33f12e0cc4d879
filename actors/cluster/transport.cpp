#include "actors/cluster/transport.hpp"

#include <caf/io/all.hpp>
#include <caf/openssl/all.hpp>

#include <filesystem>

#include "actors/protocol.hpp"

namespace whorl::actors {
namespace {

bool on_this_machine(const std::string& host) {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

status check_address(const transport_settings& settings, const std::string& host) {
  if (settings.secured() || on_this_machine(host)) return {};
  return make_error(errc::invalid_input,
                    host +
                        ": is reached over a network, so the cluster needs certificates "
                        "(certificate, key, authority)");
}

}  // namespace

process_config::process_config(std::size_t threads, const transport_settings* transport) {
  add_message_type<packet>("whorl::packet");
  // Workers that wait for work sleep until there is some. CAF's usual ones, which take work from
  // one another, look for it thousands of times a second: of a search that is spread over the nodes
  // of one machine a third of the processor time (docs/BENCHMARKS.md, "What a fan-out costs").
  set("scheduler.policy", caf::atom("sharing"));
  // CAF lets an actor go on as long as it has messages, and a replica sends itself the next turn of
  // its pass: a node with as many replicas as workers would answer nobody until a pass is over.
  set("scheduler.max-throughput", std::size_t{1});
  if (threads > 0) set("scheduler.max-threads", threads);
  set("logger.verbosity", caf::atom("quiet"));
  if (transport != nullptr) usable_ = use_transport(*this, *transport);
}

status use_transport(caf::actor_system_config& config, const transport_settings& settings) {
  config.load<caf::io::middleman>();
  config.set("middleman.heartbeat-interval",
             caf::timespan(std::chrono::milliseconds(settings.heartbeat_ms)));
  config.set("middleman.connection-timeout",
             caf::timespan(std::chrono::milliseconds(settings.timeout_ms)));
  if (!settings.secured()) return {};
  for (const std::string* file : {&settings.certificate, &settings.key, &settings.authority})
    if (std::error_code ignored; file->empty() || !std::filesystem::exists(*file, ignored))
      return make_error(errc::invalid_input,
                        (file->empty() ? "certificate, key and authority are needed together"
                                       : *file + ": no such file") +
                            std::string(": `whorl pki --folder FOLDER issue --node NAME` makes "
                                        "them"));
  config.load<caf::openssl::manager>();
  config.openssl_certificate = settings.certificate;
  config.openssl_key = settings.key;
  config.openssl_cafile = settings.authority;
  return {};
}

result<std::uint16_t> publish(caf::actor_system& system, const transport_settings& settings,
                              const caf::actor& port_actor, const std::string& address,
                              std::uint16_t port) {
  WHORL_TRY(check_address(settings, address));
  const auto bound = settings.secured()
                         ? caf::openssl::publish(port_actor, port, address.c_str(), true)
                         : system.middleman().publish(port_actor, port, address.c_str(), true);
  if (bound) return *bound;
  return make_error(errc::unavailable,
                    address + ":" + std::to_string(port) + ": cannot be listened on (" +
                        system.render(bound.error()) + "): is another exchange running?");
}

result<caf::actor> reach(caf::actor_system& system, const transport_settings& settings,
                         const std::string& host, std::uint16_t port) {
  WHORL_TRY(check_address(settings, host));
  auto there = settings.secured() ? caf::openssl::remote_actor<caf::actor>(system, host, port)
                                  : system.middleman().remote_actor<caf::actor>(host, port);
  if (there) return *std::move(there);
  return make_error(errc::unavailable,
                    host + ":" + std::to_string(port) + ": " + system.render(there.error()));
}

}  // namespace whorl::actors
