// whorl cluster: what the nodes of a running exchange hold, and orders to them; over its HTTP
// interface (remote.cpp does the work).
#include <memory>

#include "apps/cli.hpp"

namespace whorl::apps {

void add_cluster(CLI::App& app, context& ctx) {
  auto* cluster = app.add_subcommand("cluster", "nodes and replicas of a running exchange");
  cluster->require_subcommand(1);
  const std::string examples =
      "Examples:\n  whorl --server https://localhost:8443 cluster status\n"
      "  whorl cluster drain node-a\n  whorl cluster move criminal/3 node-a node-b\n"
      "$WHORL_SERVER, $WHORL_CERTIFICATE, $WHORL_KEY and $WHORL_AUTHORITY say where and who.";
  cluster->footer(examples);
  const auto add = [&](const char* name, const char* what,
                       std::initializer_list<std::pair<const char*, const char*>> arguments) {
    auto* sub = cluster->add_subcommand(name, what);
    sub->footer(examples);
    for (const auto& [argument, meaning] : arguments)
      sub->add_option_function<std::string>(
             argument, [](const std::string&) {}, meaning)
          ->required();
    on_run(*sub, ctx, []() -> result<int> {
      return make_error(errc::invalid_input,
                        "the cluster is asked through its exchange: name it with --server");
    });
  };
  add("status", "the map, the nodes and what can be searched", {});
  add("drain", "a node gives its replicas away, and gets none", {{"node", "its name"}});
  add("undrain", "a drained node is used again", {{"node", "its name"}});
  add("move", "one replica from a node to another",
      {{"partition", "as criminal/3"}, {"from", "a node"}, {"to", "a node"}});
  add("forget", "a node that will not come back", {{"node", "its name"}});
  add("rebalance", "level the loads of all nodes", {});
}

}  // namespace whorl::apps
