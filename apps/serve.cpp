// whorl serve: the node with its HTTP interface, until it is told to stop.
#include <atomic>
#include <filesystem>
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
#include "apps/standby.hpp"
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

/// What it takes to answer, and as which of several exchanges.
struct serving {
  serve_options options;
  std::string pki_folder;
  std::shared_ptr<service_log> log;
  exchanges::lease_keeper* lease = nullptr;  ///< null: there is no other exchange
  /// Outlives the session, whose node may change keys until it has ended.
  std::unique_ptr<exchanges::key_feed> feed;
};

/// Keys go to whoever stands by, for as long as this one holds the lease.
result<std::unique_ptr<exchanges::key_feed>> feed_of(session& s, exchanges::lease_keeper* lease) {
  if (lease == nullptr) return std::unique_ptr<exchanges::key_feed>();
  std::random_device source;
  exchanges::key_feed_settings how;
  how.number = std::uint64_t{source()} << 32 | source() | 1;
  WHORL_ASSIGN(how.lineage, storage::lineage_of(s.store()));
  auto feed = std::make_unique<exchanges::key_feed>(
      *s.store().keys, how,
      [lease](const std::vector<std::string>& in_sync) { return lease->record(in_sync); });
  s.store().keys->watch(
      {[lease, feed = feed.get()]() -> status {
         WHORL_TRY(lease->check());
         return feed->may_change();
       },
       [feed = feed.get()](std::span<const key_copy> changes) { return feed->changed(changes); }});
  return feed;
}

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

service_settings settings_of(const serving& how, session& s, http::token_maker tokens,
                             const retention_clock& retention) {
  service_settings out{how.pki_folder,
                       how.options.rates,
                       how.options.token_minutes * 60,
                       how.options.follow_s,
                       std::move(tokens),
                       how.log,
                       [&retention] { return retention.counts(); }};
  if (how.lease == nullptr) return out;
  out.is_exchange = [lease = how.lease] { return lease->check(); };
  out.keys = how.feed.get();
  for (const auto& peer : s.settings().exchange->peers) out.exchange_names.push_back(peer.name);
  return out;
}

void say_listening(const context& ctx, const http::server_settings& settings, std::uint16_t port,
                   std::uint16_t cluster_port) {
  const std::string where = "https://" + settings.address + ":" + std::to_string(port);
  if (ctx.as_json)
    print_line(
        {{"event", "listening"}, {"url", where}, {"port", port}, {"cluster_port", cluster_port}});
  else
    std::cout << "listening on " << where << " (SIGTERM or Ctrl-C ends it)"
              << (cluster_port == 0 ? std::string()
                                    : "; nodes on port " + std::to_string(cluster_port))
              << std::endl;
}

/// Until it is told to stop. Error unavailable: the node, or the lease, has ended.
status watch_over(session& s, actors::local_node& node, const serving& how, const sigset_t& stops) {
  // The journal is looked at every two seconds, whoever waits for keys is answered more often.
  constexpr int looks_a_settling = 20;
  const timespec look_every{0, 100'000'000};
  for (int look = 1; sigtimedwait(&stops, nullptr, &look_every) < 0; ++look) {
    if (!node.running()) return make_error(errc::unavailable, "the node has ended; start it again");
    if (how.lease != nullptr && !how.lease->holds())
      return make_error(errc::unavailable,
                        "the lease has ended, so that another exchange may act: started again, "
                        "this one stands by");
    if (how.feed) how.feed->tick();
    if (how.feed) WHORL_TRY(how.feed->may_change());
    if (look % looks_a_settling != 0) continue;
    if (const status settled = s.settle_journal(); !settled)
      std::cerr << "whorl: journal: " << settled.error().message << std::endl;
  }
  return {};
}

result<int> run(const context& ctx, session& s, serving& how, const sigset_t& stops) {
  WHORL_ASSIGN(how.feed, feed_of(s, how.lease));
  s.join_cluster([log = how.log](const actors::node_event& what) { log->event(what); },
                 how.lease == nullptr ? std::function<bool()>()
                                      : [lease = how.lease] { return lease->holds(); });
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
      [log = how.log](bool is_warning, const std::string& text) {
        is_warning ? log->warning("purge", text) : log->info("purge", text);
      });
  service answers(s, *node, desk, settings_of(how, s, std::move(tokens), retention), [&listening] {
    const http::server* const one = listening;
    return one != nullptr ? one->connections() : 0;
  });
  WHORL_ASSIGN(const auto server, http::server::start(how.options.server, answers.hooks()));
  listening = server.get();
  retention.start();
  say_listening(ctx, how.options.server, server->port(), node->cluster_port());
  WHORL_TRY(watch_over(s, *node, how, stops));
  // Who stands by is not to be taken for one that does not answer.
  if (how.feed) how.feed->end();
  // What is being answered ends; what is being searched is taken up by the next start.
  server->stop(how.options.drain_s * 1000);
  WHORL_TRY(answers.finish());
  if (ctx.as_json) print_line({{"event", "stopped"}});
  return exit_done;
}

result<int> start(const context& ctx, serve_options o, const sigset_t& stops) {
  serving how;
  how.pki_folder = o.pki.empty() ? ctx.store + "/pki" : o.pki;
  raise_file_limit();
  if (o.server.authority.empty()) o.server.authority = pki::authority_file(how.pki_folder);
  if (o.server.certificate.empty()) o.server.certificate = how.pki_folder + "/server.pem";
  if (o.server.key.empty()) o.server.key = how.pki_folder + "/server.key";
  how.options = std::move(o);
  std::unique_ptr<exchanges::lease_keeper> lease;
  exchange_hold held;
  const auto prepare = [&]() -> result<bool> {
    WHORL_ASSIGN(how.log, service_log::open(how.options.log_file, how.options.log_level));
    // A folder without store: let the session say so.
    if (!std::filesystem::exists(ctx.store + "/FORMAT")) return true;
    WHORL_ASSIGN(const config settings, read_config(ctx.store + "/whorl.toml"));
    if (!settings.exchange) return true;
    WHORL_ASSIGN(lease, await_lease(ctx, settings, how.options.server, how.log, stops));
    if (lease == nullptr) return false;
    how.lease = lease.get();
    held.may_append = [lease = lease.get()] { return lease->check(); };
    held.first_rows = rows_of_new_holder(settings.exchange->name, lease->epoch(), wall_now());
    return true;
  };
  WHORL_ASSIGN(const bool goes_on, prepare());
  if (!goes_on) {
    if (ctx.as_json) print_line({{"event", "stopped"}});
    return exit_done;
  }
  return with_session(
      ctx, std::nullopt,
      [&](session& s) -> result<int> {
        WHORL_TRY(pki::read_revoked(how.pki_folder));
        return run(ctx, s, how, stops);
      },
      lease ? &held : nullptr);
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
    return start(ctx, *o, stops);
  });
}

}  // namespace whorl::apps
