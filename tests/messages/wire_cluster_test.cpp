#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "messages/limits.hpp"
#include "messages/wire.hpp"
#include "tests/messages/generators.hpp"
#include "tests/messages/samples.hpp"
#include "tests/messages/wire_damage.hpp"

using namespace whorl;
using namespace whorl::test;

namespace {

/// The encoding of `what` with its only text `from` written over by `to`, of the same length.
template <class Value>
bytes with_text(const Value& what, std::string_view from, std::string_view to) {
  REQUIRE(from.size() == to.size());
  bytes message = wire::encode(what);
  const auto* first = reinterpret_cast<const char*>(message.data());
  const std::size_t at = std::string_view(first, message.size()).find(from);
  REQUIRE(at != std::string_view::npos);
  for (std::size_t i = 0; i < to.size(); ++i) message[at + i] = static_cast<std::byte>(to[i]);
  return message;
}

/// `message` with the 32-bit word `before` replaced by `after`, where it stands once.
bytes with_number(bytes message, std::uint32_t before, std::uint32_t after) {
  std::size_t found = 0;
  for (std::size_t at = 8; at + 4 <= message.size(); at += 4) {
    std::uint32_t value = 0;
    std::memcpy(&value, &message[at], 4);
    if (value != before) continue;
    std::memcpy(&message[at], &after, 4);
    ++found;
  }
  REQUIRE(found == 1);
  return message;
}

}  // namespace

TEST_CASE("wire cluster: every message decodes to what was encoded (random values)") {
  CHECK(rc::check("node report", [](const node_report& before) {
    const auto after = wire::decode_node_report(wire::encode(before));
    RC_ASSERT(after.has_value());
    RC_ASSERT(*after == before);
  }));
  CHECK(rc::check("partition map", [](const partition_map& before) {
    const auto after = wire::decode_partition_map(wire::encode(before));
    RC_ASSERT(after.has_value());
    RC_ASSERT(*after == before);
  }));
}

TEST_CASE("wire cluster: damage is refused or harmless (every cut, every flipped bit)") {
  damage_everywhere(
      wire::encode(sample_node_report()),
      [](const bytes& message) { return wire::decode_node_report(message); },
      [](const node_report& what) { return wire::encode(what); });
  damage_everywhere(
      wire::encode(sample_partition_map()),
      [](const bytes& message) { return wire::decode_partition_map(message); },
      [](const partition_map& what) { return wire::encode(what); });
}

TEST_CASE("wire cluster: the fullest messages decode") {
  node_report report = sample_node_report();
  report.place.name.assign(limits::node_name_max, 'n');
  report.place.zone.assign(limits::node_name_max, 'z');
  report.replicas.assign(2 * limits::partitions_max, report.replicas[0]);
  const auto report_back = wire::decode_node_report(wire::encode(report));
  REQUIRE(report_back);
  CHECK(*report_back == report);

  partition_map map{7, limits::partitions_max, limits::replicas_max, {}};
  const std::vector<std::string> nodes(limits::placed_nodes_max,
                                       std::string(limits::node_name_max, 'n'));
  map.placements.assign(2 * limits::partitions_max, {{gallery_kind::immigration, 1023}, nodes});
  const auto map_back = wire::decode_partition_map(wire::encode(map));
  REQUIRE(map_back);
  CHECK(*map_back == map);
}

TEST_CASE("wire cluster: a name that could not stand in a file or key is refused") {
  const node_report report = sample_node_report();
  for (const char* bad : {"node-1 west", "node/1.west", "node_1.west", "node\xc3\xa9.west"}) {
    const auto outcome = wire::decode_node_report(with_text(report, "node-1.west", bad));
    REQUIRE(!outcome);
    CHECK(outcome.error().code == errc::corrupt);
    CHECK(outcome.error().message.find("name of a node: only letters") != std::string::npos);
  }
  CHECK(wire::decode_node_report(with_text(report, "rack-2", "rack 2")).error().code ==
        errc::corrupt);
  partition_map map = sample_partition_map();
  map.placements[0].nodes = {"pelican"};
  CHECK(wire::decode_partition_map(with_text(map, "pelican", "pel.c?n")).error().code ==
        errc::corrupt);
}

TEST_CASE("wire cluster: what is over a limit is refused (indices, counts, replicas wanted)") {
  node_report report = sample_node_report();
  auto indexed = wire::decode_node_report(with_number(wire::encode(report), 1023, 1024));
  REQUIRE(!indexed);
  CHECK(indexed.error().code == errc::limit_exceeded);
  CHECK(indexed.error().message == "node report: partition index: 1024, at most 1023");

  const partition_map map{77, 1000, 8, {}};
  auto counted = wire::decode_partition_map(with_number(wire::encode(map), 1000, 1025));
  REQUIRE(!counted);
  CHECK(counted.error().message == "partition map: partitions of a gallery: 1025, at most 1024");
  auto replicated = wire::decode_partition_map(with_number(wire::encode(map), 8, 9));
  REQUIRE(!replicated);
  CHECK(replicated.error().message == "partition map: replicas of a partition: 9, at most 8");
}

TEST_CASE("wire cluster: one node of a partition more than the limit is refused") {
  partition_map map{1, 1, 1, {{{gallery_kind::criminal, 0}, {}}}};
  map.placements[0].nodes.assign(limits::placed_nodes_max, "n");
  bytes message = wire::encode(map);
  constexpr unsigned list_of_pointers = 6;
  const std::size_t pointer =
      find_half(message, list_half(limits::placed_nodes_max, list_of_pointers));
  set_word(message, pointer, word_at(message, pointer) + (std::uint64_t{1} << 35));
  const auto outcome = wire::decode_partition_map(message);
  REQUIRE(!outcome);
  CHECK(outcome.error().message == "partition map: nodes of a partition: 17, at most 16");
}

TEST_CASE("wire cluster: an unknown state of a replica is unsupported") {
  node_report one = sample_node_report(), other = one;
  other.replicas[0].state = replica_state::following;
  bytes message = wire::encode(one);
  message[differing_byte(message, wire::encode(other))] = std::byte{5};
  CHECK(wire::decode_node_report(message).error().code == errc::unsupported);
}

TEST_CASE("is_node_name: letters, digits, hyphen and dot, 1 to 64 of them") {
  CHECK(is_node_name("a"));
  CHECK(is_node_name("Node-7.rack.2"));
  CHECK(is_node_name(std::string(64, 'n')));
  for (const std::string& bad : {std::string(), std::string(65, 'n'), std::string("a b"),
                                 std::string("a/b"), std::string("a\0b", 3)})
    CHECK_FALSE(is_node_name(bad));
}
