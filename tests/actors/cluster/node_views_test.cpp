#include "actors/cluster/node_views.hpp"

#include "tests/actors/cluster/cluster_support.hpp"

using namespace whorl;
using namespace whorl::cluster;
using namespace whorl::cluster::test;

namespace {

const liveness_settings usual;

node_report report_of(const std::string& name, std::vector<replica_report> replicas) {
  return {{name, "", 1}, 9, 1, false, 0, std::move(replicas)};
}

const partition_map small_map{1, 1, 2, {{first, {"b", "a"}}, {second, {"a", "c"}}}};

}  // namespace

TEST_CASE("liveness: suspect after a second of silence, dead after thirty") {
  node_views views;
  note_report(views, report_of("a", {}), {1000});
  const node_view& a = views.at("a");
  CHECK(liveness_of(a, {1000}, usual) == liveness::alive);
  CHECK(liveness_of(a, {1999}, usual) == liveness::alive);
  CHECK(liveness_of(a, {2000}, usual) == liveness::suspect);
  CHECK(liveness_of(a, {30'999}, usual) == liveness::suspect);
  CHECK(liveness_of(a, {31'000}, usual) == liveness::dead);
}

TEST_CASE("liveness: suspect at once when its connection is down, and before it was heard of") {
  node_views views;
  note_report(views, report_of("a", {}), {0});
  views.at("a").connected = false;
  CHECK(liveness_of(views.at("a"), {1}, usual) == liveness::suspect);
  note_report(views, report_of("a", {}), {2});
  CHECK(liveness_of(views.at("a"), {2}, usual) == liveness::alive);
  const node_view expected{{}, {0}, false, false};
  CHECK(liveness_of(expected, {1}, usual) == liveness::suspect);
  CHECK(liveness_of(expected, {30'000}, usual) == liveness::dead);
}

TEST_CASE("find_replica: by partition, in whatever order they were reported") {
  node_views views;
  note_report(
      views,
      report_of("a", {{second, replica_state::ready, 7, 1}, {first, replica_state::copying, 3, 1}}),
      {0});
  CHECK(find_replica(views.at("a"), first)->applied_seq == 3);
  CHECK(find_replica(views.at("a"), second)->applied_seq == 7);
  CHECK(find_replica(views.at("a"), {gallery_kind::criminal, 1}) == nullptr);
}

TEST_CASE("searchable_nodes: those of the map that are alive and ready, in its order") {
  node_views views;
  const std::vector<replica_report> ready = {{first, replica_state::ready, 10, 1},
                                             {second, replica_state::ready, 20, 1}};
  for (const char* name : {"a", "b", "c"}) note_report(views, report_of(name, ready), {0});
  const auto at = [&](partition_id p, std::int64_t now, std::uint64_t seq = 0) {
    return searchable_nodes(small_map, p, views, {now}, usual, seq);
  };
  using names = std::vector<std::string>;
  CHECK(at(first, 0) == names{"b", "a"});  // c is ready too, but the map does not name it
  CHECK(at(second, 0) == names{"a", "c"});
  CHECK(at(second, 0, 20) == names{"a", "c"});
  CHECK(at(second, 0, 21).empty());  // none has come that far
  CHECK(at({gallery_kind::criminal, 5}, 0).empty());
  views.at("b").connected = false;
  CHECK(at(first, 0) == names{"a"});
  CHECK(at(first, 1000).empty());
  for (const auto state :
       {replica_state::copying, replica_state::following, replica_state::failed}) {
    note_report(views, report_of("a", {{first, state, 10, 1}}), {2000});
    CHECK(at(first, 2000).empty());
  }
  views.erase("a");
  CHECK(at(first, 2000).empty());
}
