#include "apps/node_config.hpp"

#include "actors/settings/toml_reader.hpp"
#include "apps/config.hpp"
#include "apps/files.hpp"
#include "messages/limits.hpp"

namespace whorl::apps {
namespace {

class node_config_reader : settings::toml_reader {
 public:
  using toml_reader::toml_reader;

  result<node_config> read(const toml::table& root) {
    known(root, "",
          {"name", "zone", "weight", "exchange", "folder", "threads", "use_index", "certificate",
           "key", "authority", "metrics"});
    node_config out;
    out.place.name = node_name(root, "name", true);
    out.place.zone = node_name(root, "zone", false);
    std::int64_t weight = out.place.weight, threads = 0;
    number(root, "weight", "weight", weight, 0, 1'000'000);
    number(root, "threads", "threads", threads, 0, 1024);
    out.place.weight = static_cast<std::uint32_t>(weight);
    out.threads = static_cast<std::size_t>(threads);
    boolean(root, "use_index", "use_index", out.use_index);
    out.folder = text(root, "folder", "folder");
    if (!failed() && out.folder.empty())
      refuse(*root.get("folder"), "folder", "expected the folder of the replicas");
    exchanges(root, out);
    out.transport.certificate = text(root, "certificate", "certificate", false);
    out.transport.key = text(root, "key", "key", false);
    out.transport.authority = text(root, "authority", "authority", false);
    const std::string lacking = lacking_file(out.transport);
    if (!lacking.empty()) refuse(root, lacking, "missing; " + std::string(all_or_none));
    if (const toml::node* n = root.get("metrics")) metrics(*n, out);
    if (failed()) return failure();
    return out;
  }

 private:
  /// One address, or a list of them.
  void exchanges(const toml::table& root, node_config& out) {
    const toml::array* list = root.get_as<toml::array>("exchange");
    if (list == nullptr) {
      const std::string one = text(root, "exchange", "exchange");
      if (!failed()) add_exchange(*root.get("exchange"), one, out);
      return;
    }
    if (list->empty() || list->size() > limits::exchanges_max)
      return refuse(*root.get("exchange"), "exchange",
                    "expected 1 to " + std::to_string(limits::exchanges_max) + " addresses");
    for (const toml::node& each : *list)
      if (!failed()) add_exchange(each, text_value(each, "exchange"), out);
  }

  void add_exchange(const toml::node& n, const std::string& words, node_config& out) {
    const auto where = parse_host_port(words);
    if (failed()) return;
    if (!where || where->second == 0)
      return refuse(n, "exchange", "expected \"address:port\", for example \"127.0.0.1:7400\"");
    out.exchanges.push_back({where->first, where->second});
  }

  void metrics(const toml::node& n, node_config& out) {
    const toml::table* table = n.as_table();
    if (table == nullptr) return refuse(n, "metrics", "expected a table");
    known(*table, "metrics.", {"listen"});
    const auto where = parse_host_port(text(*table, "listen", "metrics.listen"));
    if (failed()) return;
    if (!where)
      return refuse(*table->get("listen"), "metrics.listen",
                    "expected \"address:port\", for example \"127.0.0.1:9401\"");
    out.metrics_address = where->first;
    out.metrics_port = where->second;
  }

  std::string node_name(const toml::table& root, const char* key, bool required) {
    std::string name = text(root, key, key, required);
    if (!failed() && !is_node_name(name) && (required || !name.empty()))
      refuse(*root.get(key), key,
             "'" + name + "': expected letters, digits, '-' and '.', 1 to " +
                 std::to_string(limits::node_name_max));
    return name;
  }
};

}  // namespace

result<node_config> parse_node_config(std::string_view text, const std::string& file) {
  WHORL_ASSIGN(const toml::table root, settings::parse_toml(text, file, limits::config_bytes_max));
  return node_config_reader(file).read(root);
}

result<node_config> read_node_config(const std::string& file) {
  WHORL_ASSIGN(const bytes text, read_whole(file, limits::config_bytes_max));
  WHORL_ASSIGN(node_config out,
               parse_node_config({reinterpret_cast<const char*>(text.data()), text.size()}, file));
  find_from_file(file, {&out.folder, &out.transport.certificate, &out.transport.key,
                        &out.transport.authority});
  return out;
}

std::string example_node_config() {
  return R"(# A node of a cluster: `whorl node --config FILE`. Other files are found from
# this one's folder.
name = "node-a"               # unique in the cluster
zone = "room-1"               # what fails together: replicas of a partition are kept apart
weight = 1                    # capacity relative to the other nodes
exchange = "127.0.0.1:7400"   # [cluster] listen in the exchange's whorl.toml; a list of such
                              # addresses where there is a second exchange
folder = "node-a"             # of its replicas
threads = 0                   # workers of searches; 0: one a core
use_index = true              # of partitions of 65,536 people and more
certificate = "nodes/node-a.pem"   # `whorl pki --folder cluster issue --node node-a`
key = "nodes/node-a.key"
authority = "ca.pem"

# For monitors: GET /metrics (Prometheus), /healthz, /readyz. Plain HTTP, answered
# to whoever can reach the address: counts and names of partitions, nobody's data.
# [metrics]
# listen = "127.0.0.1:9401"
)";
}

}  // namespace whorl::apps
