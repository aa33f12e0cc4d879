#include "storage/cluster_state.hpp"

#include <sstream>

#include "messages/limits.hpp"
#include "messages/wire.hpp"
#include "storage/durable_file.hpp"

namespace whorl::storage {
namespace {

std::string map_file(const std::string& folder) { return folder + "/cluster-map"; }
std::string drained_file(const std::string& folder) { return folder + "/cluster-drained"; }

}  // namespace

result<cluster_state> read_cluster_state(const std::string& folder) {
  cluster_state out;
  const auto map = read_small_file(map_file(folder), limits::wire_bytes_max);
  if (map) {
    auto read =
        wire::decode_partition_map({reinterpret_cast<const std::byte*>(map->data()), map->size()});
    if (!read)
      return make_error(errc::corrupt, map_file(folder) + ": " + read.error().message +
                                           ": remove it, and the cluster is placed anew");
    out.map = *std::move(read);
  } else if (map.error().code != errc::not_found) {
    return map.error();
  }
  const auto drained =
      read_small_file(drained_file(folder), limits::nodes_max * (limits::node_name_max + 1));
  if (!drained && drained.error().code != errc::not_found) return drained.error();
  std::istringstream names(drained ? *drained : std::string());
  for (std::string name; std::getline(names, name); out.drained.insert(name))
    if (!is_node_name(name))
      return make_error(errc::corrupt, drained_file(folder) +
                                           ": holds what is no node's name: remove it, and no "
                                           "node is drained");
  return out;
}

status keep_partition_map(const std::string& folder, const partition_map& map, bool durable) {
  const bytes frame = wire::encode(map);
  return write_durably(map_file(folder),
                       {reinterpret_cast<const char*>(frame.data()), frame.size()}, durable);
}

status keep_drained(const std::string& folder, const std::set<std::string>& nodes, bool durable) {
  std::string text;
  for (const std::string& name : nodes) text += name + "\n";
  return write_durably(drained_file(folder), text, durable);
}

}  // namespace whorl::storage
