// whorl node: a node of a cluster, until it is told to stop.
#include <iostream>
#include <memory>
#include <random>

#include "actors/cluster/cluster_node.hpp"
#include "apps/cli.hpp"
#include "apps/cluster_metrics.hpp"
#include "apps/file_limit.hpp"
#include "apps/http/plain_server.hpp"
#include "apps/node_config.hpp"
#include "apps/service_log.hpp"
#include "apps/stop_signals.hpp"

namespace whorl::apps {
namespace {

struct node_options {
  std::string config_file, log_file, log_level = "info";
  bool example = false;
};

result<std::unique_ptr<http::plain_server>> start_monitor(const node_config& settings,
                                                          actors::cluster_node& node) {
  if (settings.metrics_address.empty()) return std::unique_ptr<http::plain_server>();
  return http::plain_server::start(
      {settings.metrics_address, settings.metrics_port}, [&node](const std::string& target) {
        return answer_monitor(target, [&node] { return node.counts(); });
      });
}

void say_started(const context& ctx, const node_config& settings, std::uint16_t monitor_port) {
  if (ctx.as_json) {
    json line = {{"event", "started"}, {"node", settings.place.name}};
    if (monitor_port != 0) line["metrics_port"] = monitor_port;
    return print_line(line);
  }
  std::cout << "node " << settings.place.name << ", replicas in " << settings.folder
            << ", exchange ";
  for (std::size_t i = 0; i < settings.exchanges.size(); ++i)
    std::cout << (i == 0 ? "" : " or ") << settings.exchanges[i].host << ":"
              << settings.exchanges[i].port;
  if (monitor_port != 0)
    std::cout << ", metrics on " << settings.metrics_address << ":" << monitor_port;
  std::cout << " (SIGTERM or Ctrl-C ends it)" << std::endl;
}

result<int> run(const context& ctx, const node_options& o) {
  raise_file_limit();
  WHORL_ASSIGN(const node_config settings, read_node_config(o.config_file));
  WHORL_ASSIGN(const std::shared_ptr<service_log> log, service_log::open(o.log_file, o.log_level));
  const sigset_t stops = block_stop_signals({SIGUSR1});
  std::random_device source;
  actors::cluster_node_settings node;
  node.place = settings.place;
  node.folder = settings.folder;
  node.exchanges = settings.exchanges;
  node.transport = settings.transport;
  node.threads = settings.threads;
  node.use_index = settings.use_index;
  node.incarnation = std::uint64_t{source()} << 8 | (source() & 0xff);
  const auto failed = std::make_shared<std::optional<error>>();
  const pthread_t here = pthread_self();
  node.on_failed = [failed, here](const error& why) {
    if (*failed) return;
    *failed = why;
    pthread_kill(here, SIGUSR1);
  };
  node.on_event = [log, name = settings.place.name](actors::node_event what) {
    what.node = name;
    log->event(what);
  };
  node.on_event({.what = "started"});
  WHORL_ASSIGN(const auto running, actors::cluster_node::start(node));
  WHORL_ASSIGN(const auto monitor, start_monitor(settings, *running));
  say_started(ctx, settings, monitor ? monitor->port() : 0);
  int which = 0;
  sigwait(&stops, &which);
  if (which == SIGUSR1 && *failed) {
    node.on_event(
        {.what = "failed", .level = actors::event_level::warning, .text = (*failed)->message});
    return **failed;
  }
  node.on_event({.what = "stopped"});
  if (ctx.as_json) print_line({{"event", "stopped"}});
  return exit_done;
}

}  // namespace

void add_node(CLI::App& app, context& ctx) {
  auto* sub = app.add_subcommand("node", "hold replicas and answer searches for a cluster");
  const auto o = std::make_shared<node_options>();
  auto* config =
      sub->add_option("--config", o->config_file, "TOML: name, exchange, folder, certificate");
  sub->add_flag("--example", o->example, "print a configuration with comments");
  sub->add_option("--log", o->log_file, "JSON lines, appended (default: stderr)");
  sub->add_option("--log-level", o->log_level,
                  "debug: every round; info: exchange, map, replicas; warning: what went wrong")
      ->check(CLI::IsMember({"debug", "info", "warning", "error", "off"}))
      ->capture_default_str();
  sub->footer(
      "Examples:\n  whorl node --example > cluster/node-a.toml\n"
      "  whorl pki --folder cluster init\n  whorl pki --folder cluster issue --node node-a\n"
      "  whorl node --config cluster/node-a.toml");
  on_run(*sub, ctx, [&ctx, o, config]() -> result<int> {
    if (o->example) {
      std::cout << example_node_config();
      return exit_done;
    }
    if (config->count() == 0)
      return make_error(errc::invalid_input,
                        "--config is needed: `whorl node --example` shows one");
    return run(ctx, *o);
  });
}

}  // namespace whorl::apps
