#include "storage/cluster_state.hpp"

#include "messages/limits.hpp"
#include "storage_support.hpp"

using namespace whorl;
using namespace whorl::storage;
using namespace whorl::test;

namespace {

partition_map some_map(std::uint32_t epoch) {
  return {
      epoch,
      1,
      2,
      {{{gallery_kind::criminal, 0}, {"a", "b"}}, {{gallery_kind::immigration, 0}, {"b", "c.d"}}}};
}

struct state_folder : temp_folder {
  std::string where() const { return path().string(); }
  std::string map_file() const { return where() + "/cluster-map"; }
  std::string drained_file() const { return where() + "/cluster-drained"; }
};

}  // namespace

TEST_CASE("cluster state: a new cluster has no map, and nobody is drained") {
  const state_folder f;
  const cluster_state state = must(read_cluster_state(f.where()));
  CHECK_FALSE(state.map.has_value());
  CHECK(state.drained.empty());
}

TEST_CASE("cluster state: the last map and the last drained nodes are read back") {
  const state_folder f;
  for (const bool durable : {true, false}) {
    must(keep_partition_map(f.where(), some_map(1), durable));
    must(keep_partition_map(f.where(), some_map(durable ? 7 : 8), durable));
    must(keep_drained(f.where(), {"x"}, durable));
    must(keep_drained(f.where(), {"a", "b-2.c"}, durable));
    const cluster_state state = must(read_cluster_state(f.where()));
    CHECK(state.map == some_map(durable ? 7 : 8));
    CHECK(state.drained == std::set<std::string>{"a", "b-2.c"});
  }
  must(keep_drained(f.where(), {}));
  CHECK(must(read_cluster_state(f.where())).drained.empty());
}

TEST_CASE("cluster state: the fullest ones are read back") {
  const state_folder f;
  partition_map map{9, limits::partitions_max, limits::replicas_max, {}};
  std::set<std::string> drained;
  for (std::size_t i = 0; i < limits::nodes_max; ++i) {
    const std::string number = std::to_string(i);
    drained.insert(std::string(limits::node_name_max - number.size(), 'n') + number);
  }
  const std::vector<std::string> nodes(drained.begin(),
                                       std::next(drained.begin(), limits::placed_nodes_max));
  for (const gallery_kind gallery : {gallery_kind::criminal, gallery_kind::immigration})
    for (std::uint32_t i = 0; i < limits::partitions_max; ++i)
      map.placements.push_back({{gallery, i}, nodes});
  must(keep_partition_map(f.where(), map, false));
  must(keep_drained(f.where(), drained, false));
  const cluster_state state = must(read_cluster_state(f.where()));
  CHECK(state.map == map);
  CHECK(state.drained == drained);
}

TEST_CASE("cluster state: a damaged map is corrupt, and the error says what to do") {
  const state_folder f;
  must(keep_partition_map(f.where(), some_map(1)));
  auto whole = read_file(f.map_file());
  for (const std::size_t size : {std::size_t{0}, std::size_t{7}, whole.size() - 8}) {
    write_file(f.map_file(), {whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)});
    const auto outcome = read_cluster_state(f.where());
    CHECK(code_of(outcome) == errc::corrupt);
    CHECK(outcome.error().message.find(f.map_file()) == 0);
    CHECK(outcome.error().message.find("remove it, and the cluster is placed anew") !=
          std::string::npos);
  }
}

TEST_CASE("cluster state: drained nodes that are no names are corrupt") {
  const state_folder f;
  for (const char* damaged : {"a\n\nb\n", "a b\n", "\xff\x01\n", "a/b\n"}) {
    write_file(f.drained_file(), to_bytes(damaged));
    const auto outcome = read_cluster_state(f.where());
    CHECK(code_of(outcome) == errc::corrupt);
    CHECK(outcome.error().message.find(f.drained_file()) == 0);
    CHECK(outcome.error().message.find("no node is drained") != std::string::npos);
  }
}

TEST_CASE("cluster state: a file that cannot be read is no absent file") {
  const state_folder f;
  std::filesystem::create_directory(f.map_file());
  CHECK(code_of(read_cluster_state(f.where())) == errc::io);
  std::filesystem::remove(f.map_file());
  std::filesystem::create_directory(f.drained_file());
  CHECK(code_of(read_cluster_state(f.where())) == errc::io);
}
