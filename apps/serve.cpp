// whorl serve: the node with its HTTP interface, until it is told to stop.
#include <atomic>
#include <iostream>
#include <memory>
#include <random>

#include "apps/casework/case_batch.hpp"
#include "apps/cli.hpp"
#include "apps/file_limit.hpp"
#include "apps/http/server.hpp"
#include "apps/pki/authority.hpp"
#include "apps/retention/retention_clock.hpp"
#include "apps/service.hpp"
#include "apps/session.hpp"
#include "apps/stop_signals.hpp"

namespace whorl::apps {
namespace {

struct serve_options {
  http::server_settings server;
  http::rate_settings rates;
  std::string pki;  ///< empty: <store>/pki
  std::int64_t drain_s = 30, token_minutes = 15, follow_s = 600;
  std::string log_file, log_level = "info";
};

/// In nobody's name: as the 48 hours of detainers.
retention_clock::settings retention_of(const session& s) {
  const config& all = s.settings();
  retention_clock::settings out;
  out.every_hours = all.purge_every_hours;
  out.purge.rules = {all.retention_days, all.retention_days};
  out.purge.principal = itself;
  out.purge.role = "clock";
  out.purge.outbox = s.default_outbox();
  return out;
}

result<int> run(const context& ctx, session& s, serve_options o, const sigset_t& stops) {
  const std::string folder = o.pki.empty() ? ctx.store + "/pki" : o.pki;
  raise_file_limit();
  if (o.server.authority.empty()) o.server.authority = pki::authority_file(folder);
  if (o.server.certificate.empty()) o.server.certificate = folder + "/server.pem";
  if (o.server.key.empty()) o.server.key = folder + "/server.key";
  WHORL_TRY(pki::read_revoked(folder));
  WHORL_ASSIGN(const std::shared_ptr<service_log> log, service_log::open(o.log_file, o.log_level));
  s.join_cluster([log](const actors::node_event& what) { log->event(what); });
  WHORL_ASSIGN(actors::local_node * node, s.node());
  std::atomic<http::server*> listening{nullptr};
  WHORL_ASSIGN(auto tokens, http::token_maker::make());
  osia::desk desk(s.store(), *node, {s.settings().callback_hosts},
                  {wall_now,
                   [] {
                     thread_local std::random_device source;
                     return std::uint64_t{source()} << 32 | source();
                   },
                   s.settings().cases});
  retention_clock retention(
      s.store(), [&s](auto rows) { return s.append(std::move(rows)); }, retention_of(s), wall_now,
      [log](bool is_warning, const std::string& text) {
        is_warning ? log->warning("purge", text) : log->info("purge", text);
      });
  service answers(s, *node, desk,
                  {folder, o.rates, o.token_minutes * 60, o.follow_s, std::move(tokens), log,
                   [&retention] { return retention.counts(); }},
                  [&listening] {
                    const http::server* const one = listening;
                    return one != nullptr ? one->connections() : 0;
                  });
  WHORL_ASSIGN(const auto server, http::server::start(o.server, answers.hooks()));
  listening = server.get();
  retention.start();
  const std::string where = "https://" + o.server.address + ":" + std::to_string(server->port());
  if (ctx.as_json)
    print_line({{"event", "listening"},
                {"url", where},
                {"port", server->port()},
                {"cluster_port", node->cluster_port()}});
  else
    std::cout << "listening on " << where << " (SIGTERM or Ctrl-C ends it)"
              << (node->cluster_port() == 0
                      ? std::string()
                      : "; nodes on port " + std::to_string(node->cluster_port()))
              << std::endl;
  const timespec look_every{2, 0};
  while (sigtimedwait(&stops, nullptr, &look_every) < 0) {
    if (!node->running())
      return make_error(errc::unavailable, "the node has ended; start it again");
    if (const status settled = s.settle_journal(); !settled)
      std::cerr << "whorl: journal: " << settled.error().message << std::endl;
  }
  // What is being answered ends; what is being searched is taken up by the next start.
  server->stop(o.drain_s * 1000);
  WHORL_TRY(answers.finish());
  if (ctx.as_json) print_line({{"event", "stopped"}});
  return exit_done;
}

}  // namespace

void add_serve(CLI::App& app, context& ctx) {
  auto* sub = app.add_subcommand("serve", "answer over HTTPS until told to stop");
  const auto o = std::make_shared<serve_options>();
  sub->add_option("--address", o->server.address, "to listen on, numeric")->capture_default_str();
  sub->add_option("--port", o->server.port, "0: the system picks one")->default_val(8443);
  sub->add_option("--threads", o->server.threads, "of connections; searches have their own")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  sub->add_option("--pki", o->pki, "folder of the authority (default <store>/pki)");
  sub->add_option("--certificate", o->server.certificate,
                  "of this server, PEM (default <pki>/server.pem)");
  sub->add_option("--key", o->server.key, "of this server, PEM (default <pki>/server.key)");
  sub->add_option("--rate", o->rates.per_second,
                  "requests a second that one principal may send, twice as many at once")
      ->check(CLI::Range(1.0, 1e6))
      ->capture_default_str();
  sub->add_option("--token-minutes", o->token_minutes, "how long a token serves")
      ->check(CLI::Range(1, 24 * 60))
      ->capture_default_str();
  sub->add_option("--follow-seconds", o->follow_s,
                  "how long a booking is followed in one request; a browser then asks again")
      ->check(CLI::Range(1, 24 * 3600))
      ->capture_default_str();
  sub->add_option("--log", o->log_file, "JSON lines, appended (default: stderr)");
  sub->add_option("--log-level", o->log_level,
                  "debug: every round of nodes; info: every request; warning: refused ones")
      ->check(CLI::IsMember({"debug", "info", "warning", "error", "off"}))
      ->capture_default_str();
  sub->add_option("--drain", o->drain_s, "seconds that requests under way may still take")
      ->check(CLI::Range(0, 3600))
      ->capture_default_str();
  sub->footer(
      "Example:\n  whorl pki init\n  whorl pki issue --host localhost --host 127.0.0.1\n"
      "  whorl pki issue city-police --out keys\n  whorl serve\n"
      "  curl --cacert whorl-store/pki/ca.pem --cert keys/city-police.pem \\\n"
      "    --key keys/city-police.key https://localhost:8443/v1/bookings");
  on_run(*sub, ctx, [&ctx, o]() -> result<int> {
    const sigset_t stops = block_stop_signals();
    return with_session(ctx, std::nullopt, [&](session& s) { return run(ctx, s, *o, stops); });
  });
}

}  // namespace whorl::apps
