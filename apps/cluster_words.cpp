#include "apps/cluster_words.hpp"

#include <algorithm>
#include <charconv>
#include <iostream>
#include <map>

#include "actors/cluster/node_event.hpp"
#include "apps/table.hpp"

namespace whorl::apps {
namespace {

json node_document(const actors::cluster_status::node& node) {
  json replicas = json::array();
  for (const replica_report& each : node.report.replicas)
    replicas.push_back({{"partition", whorl::to_string(each.partition)},
                        {"state", actors::to_string(each.state)},
                        {"applied_seq", each.applied_seq},
                        {"people", each.people}});
  return {{"name", node.report.place.name},
          {"zone", node.report.place.zone},
          {"weight", node.report.place.weight},
          {"state", node.liveness},
          {"drained", node.drained || node.report.draining},
          {"map_epoch", node.report.map_epoch},
          {"rounds_in_hand", node.report.rounds_in_hand},
          {"protocol", node.report.protocol},
          {"replicas", replicas}};
}

error expected(const std::string& member, const std::string& what) {
  return make_error(errc::invalid_input, "member '" + member + "': expected " + what);
}

/// "criminal/3".
std::optional<partition_id> parse_partition(const std::string& text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string::npos) return std::nullopt;
  const auto gallery = parse_gallery_kind(std::string_view(text).substr(0, slash));
  if (!gallery) return std::nullopt;
  partition_id out{*gallery, 0};
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data() + slash + 1, end, out.index);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return out;
}

class order_reader {
 public:
  explicit order_reader(const json& whole) : whole_(whole) {}
  result<std::string> text(const char* member) const {
    const auto found = whole_.find(member);
    if (found == whole_.end() || !found->is_string()) return expected(member, "a text");
    return found->get<std::string>();
  }
  result<std::string> node(const char* member) const {
    WHORL_ASSIGN(std::string name, text(member));
    if (!is_node_name(name)) return expected(member, "the name of a node");
    return name;
  }

 private:
  const json& whole_;
};

struct to_document {
  json operator()(const cluster::drain_order& o) const {
    return {{"order", "drain"}, {"node", o.node}};
  }
  json operator()(const cluster::undrain_order& o) const {
    return {{"order", "undrain"}, {"node", o.node}};
  }
  json operator()(const cluster::move_order& o) const {
    return {{"order", "move"},
            {"partition", whorl::to_string(o.partition)},
            {"from", o.from},
            {"to", o.to}};
  }
  json operator()(const cluster::forget_order& o) const {
    return {{"order", "forget"}, {"node", o.node}};
  }
  json operator()(const cluster::rebalance_order&) const { return {{"order", "rebalance"}}; }
};

}  // namespace

json cluster_document(const actors::cluster_status& now) {
  json nodes = json::array(), partitions = json::array(), refused = json::array();
  for (const auto& each : now.other_versions)
    refused.push_back({{"name", each.node}, {"protocol", each.protocol}});
  for (const auto& node : now.nodes) nodes.push_back(node_document(node));
  std::map<partition_id, std::size_t> searchable(now.searchable.begin(), now.searchable.end());
  for (const placement& each : now.map.placements)
    partitions.push_back({{"partition", whorl::to_string(each.partition)},
                          {"nodes", each.nodes},
                          {"searchable", searchable[each.partition]}});
  return {{"epoch", now.map.epoch},    {"replicas_wanted", now.map.replicas},
          {"settled", now.settled},    {"nodes", nodes},
          {"other_versions", refused}, {"partitions", partitions}};
}

void print_cluster(const json& document) {
  table nodes({"node", "zone", "weight", "state", "replicas", "ready", "people", "map"});
  std::map<std::pair<std::string, std::string>, std::string> states;
  std::vector<std::string> names;
  for (const json& node : document["nodes"]) {
    std::size_t ready = 0;
    std::uint64_t people = 0;
    const std::string name = node["name"];
    names.push_back(name);
    for (const json& each : node["replicas"]) {
      ready += each["state"] == "ready";
      people += each["people"].get<std::uint64_t>();
      states[{name, each["partition"]}] = each["state"];
    }
    nodes.add({name, node["zone"], std::to_string(node["weight"].get<std::uint64_t>()),
               std::string(node["state"]) + (node["drained"].get<bool>() ? ", drained" : ""),
               std::to_string(node["replicas"].size()), std::to_string(ready), with_commas(people),
               std::to_string(node["map_epoch"].get<std::uint64_t>())});
  }
  nodes.print(std::cout);
  std::cout << "\nmap " << document["epoch"] << ", " << document["replicas_wanted"]
            << " replicas wanted, " << (document["settled"].get<bool>() ? "settled" : "moving")
            << "\n\n";
  for (const json& each : document["other_versions"])
    std::cout << "refused: " << std::string(each["name"]) << " speaks protocol " << each["protocol"]
              << ", which this exchange does not (docs/CLUSTER.md)\n";
  std::vector<std::string> heads{"partition", "searchable"};
  heads.insert(heads.end(), names.begin(), names.end());
  table picture(heads);
  for (const json& each : document["partitions"]) {
    const std::string which = each["partition"];
    std::vector<std::string> cells{which, std::to_string(each["searchable"].get<std::uint64_t>())};
    for (const std::string& name : names) {
      const bool belongs =
          std::find(each["nodes"].begin(), each["nodes"].end(), name) != each["nodes"].end();
      const auto state = states.find({name, which});
      cells.push_back(state != states.end() ? state->second + (belongs ? "" : " (leaves)")
                      : belongs             ? "awaited"
                                            : ".");
    }
    picture.add(cells);
  }
  picture.print(std::cout);
}

result<cluster::cluster_order> parse_cluster_order(byte_view text) {
  const json whole =
      json::parse(reinterpret_cast<const char*>(text.data()),
                  reinterpret_cast<const char*>(text.data() + text.size()), nullptr, false);
  if (!whole.is_object()) return make_error(errc::invalid_input, "expected a JSON object");
  for (const auto& [key, value] : whole.items())
    if (key != "order" && key != "node" && key != "partition" && key != "from" && key != "to")
      return make_error(
          errc::invalid_input,
          key.substr(0, 40) + ": no such member: order, node, partition, from and to are");
  const order_reader read(whole);
  WHORL_ASSIGN(const std::string kind, read.text("order"));
  if (kind == "rebalance") return cluster::cluster_order(cluster::rebalance_order{});
  if (kind == "move") {
    WHORL_ASSIGN(const std::string partition, read.text("partition"));
    const auto which = parse_partition(partition);
    if (!which) return expected("partition", "a gallery and a number, as criminal/3");
    WHORL_ASSIGN(std::string from, read.node("from"));
    WHORL_ASSIGN(std::string to, read.node("to"));
    return cluster::cluster_order(cluster::move_order{*which, std::move(from), std::move(to)});
  }
  if (kind != "drain" && kind != "undrain" && kind != "forget")
    return expected("order", "drain, undrain, move, forget or rebalance");
  WHORL_ASSIGN(std::string node, read.node("node"));
  if (kind == "drain") return cluster::cluster_order(cluster::drain_order{std::move(node)});
  if (kind == "undrain") return cluster::cluster_order(cluster::undrain_order{std::move(node)});
  return cluster::cluster_order(cluster::forget_order{std::move(node)});
}

json order_document(const cluster::cluster_order& order) {
  return std::visit(to_document{}, order);
}

std::string words_of(const cluster::cluster_order& order) {
  const json document = order_document(order);
  std::string out = document["order"].get<std::string>();
  for (const char* member : {"node", "partition", "from", "to"})
    if (document.contains(member)) out += " " + document[member].get<std::string>();
  return out;
}

}  // namespace whorl::apps
