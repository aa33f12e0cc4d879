// whorl node: a node of a cluster, until it is told to stop.
#include <iostream>
#include <memory>
#include <random>

#include "actors/cluster/cluster_node.hpp"
#include "apps/cli.hpp"
#include "apps/node_config.hpp"
#include "apps/stop_signals.hpp"

namespace whorl::apps {
namespace {

result<int> run(const context& ctx, const std::string& file) {
  WHORL_ASSIGN(const node_config settings, read_node_config(file));
  const sigset_t stops = block_stop_signals({SIGUSR1});
  std::random_device source;
  actors::cluster_node_settings node;
  node.place = settings.place;
  node.folder = settings.folder;
  node.exchange_host = settings.exchange_host;
  node.exchange_port = settings.exchange_port;
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
  WHORL_ASSIGN(const auto running, actors::cluster_node::start(node));
  if (ctx.as_json)
    print_line({{"event", "started"}, {"node", settings.place.name}});
  else
    std::cout << "node " << settings.place.name << ", replicas in " << settings.folder
              << ", exchange " << settings.exchange_host << ":" << settings.exchange_port
              << " (SIGTERM or Ctrl-C ends it)" << std::endl;
  int which = 0;
  sigwait(&stops, &which);
  if (which == SIGUSR1 && *failed) return **failed;
  if (ctx.as_json) print_line({{"event", "stopped"}});
  return exit_done;
}

}  // namespace

void add_node(CLI::App& app, context& ctx) {
  auto* sub = app.add_subcommand("node", "hold replicas and answer searches for a cluster");
  const auto file = std::make_shared<std::string>();
  const auto example = std::make_shared<bool>(false);
  auto* config = sub->add_option("--config", *file, "TOML: name, exchange, folder, certificate");
  sub->add_flag("--example", *example, "print a configuration with comments");
  sub->footer(
      "Examples:\n  whorl node --example > cluster/node-a.toml\n"
      "  whorl pki --folder cluster init\n  whorl pki --folder cluster issue --node node-a\n"
      "  whorl node --config cluster/node-a.toml");
  on_run(*sub, ctx, [&ctx, file, example, config]() -> result<int> {
    if (*example) {
      std::cout << example_node_config();
      return exit_done;
    }
    if (config->count() == 0)
      return make_error(errc::invalid_input,
                        "--config is needed: `whorl node --example` shows one");
    return run(ctx, *file);
  });
}

}  // namespace whorl::apps
