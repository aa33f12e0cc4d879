#include "tests/actors/node_fixture.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <map>

#include "actors/probe_core.hpp"
#include "fingerprint/iso_template.hpp"
#include "fingerprint/synthesis.hpp"
#include "messages/ebts/builders.hpp"
#include "messages/ebts/writer.hpp"

namespace whorl::test {
namespace {

constexpr std::uint32_t partitions = 3;
/// Enough fingers for a sure hit; fewer than ten keep the tests quick in debug builds.
constexpr std::uint8_t fingers[] = {1, 2, 3, 6, 7};

std::vector<fingerprint::print_template> prints_of(std::uint64_t person, std::uint32_t impression) {
  const auto made = fingerprint::make_person(person);
  std::vector<fingerprint::print_template> prints;
  for (std::uint8_t f : fingers)
    prints.push_back(fingerprint::make_impression(made, f, impression));
  return prints;
}

storage::partition_options quick() {
  storage::partition_options options;
  options.map_bytes = 256u << 20;
  options.durable = false;
  return options;
}

}  // namespace

node_fixture::node_fixture() {
  REQUIRE(storage::create_store((folder_.path() / "store").string(), partitions).has_value());
  reopen();
}

void node_fixture::reopen() {
  store_.reset();
  auto opened = storage::open_store((folder_.path() / "store").string(), quick());
  REQUIRE_MESSAGE(opened.has_value(), (opened ? "" : opened.error().message));
  store_ = *std::move(opened);
}

void node_fixture::import_people(const std::vector<std::uint64_t>& people) {
  for (std::uint64_t person : people) {
    subject_record record;
    record.subject = subject_of(person);
    record.who.name = fingerprint::make_person(person).name;
    for (const auto& t : prints_of(person, 0)) {
      auto encoded = fingerprint::encode_iso(std::span(&t, 1));
      REQUIRE(encoded.has_value());
      record.prints.push_back({t.finger_position, *std::move(encoded)});
    }
    for (gallery_kind g : {gallery_kind::criminal, gallery_kind::immigration}) {
      auto& partition = store_->gallery(g)[partition_of(record.subject, partitions)];
      const status done = partition->import(std::span(&record, 1), instant{});
      REQUIRE_MESSAGE(done.has_value(), (done ? "" : done.error().message));
    }
  }
}

actors::submission node_fixture::booking(std::uint64_t person, std::uint32_t impression,
                                         const std::string& name) const {
  const auto made = fingerprint::make_person(person);
  ebts::booking_fields fields;
  fields.tcn = "T" + std::to_string(1000000000 + person * 100 + impression);
  fields.ori = "WH0000001";
  fields.dai = "WHORLCJIS";
  fields.date = "20260105";
  fields.name = name.empty() ? made.name : name;
  fields.place_of_birth = made.birth_place;
  fields.date_of_birth = made.birth_date;
  fields.sex = std::string(1, made.sex);
  fields.race = "U";
  fields.height = "509";
  fields.weight = "160";
  fields.eyes = "BRO";
  fields.hair = "BLK";
  fields.date_of_arrest = "20260104";
  fields.charges = {{"20260104", "2202", "BURGLARY"}};
  fields.controlling_agency = fields.ori;
  std::vector<ebts::type9_print> prints;
  for (const auto& t : prints_of(person, impression)) prints.push_back(actors::to_type9(t));
  auto whole = ebts::build_features_booking(fields, prints);
  REQUIRE_MESSAGE(whole.has_value(), (whole ? "" : whole.error().message));
  return {{"desk", actors::role::lea, fields.ori}, ebts::write_transaction(*whole)};
}

std::unique_ptr<actors::local_node> node_fixture::start(jurisdiction_mode mode,
                                                        std::size_t in_flight_max) {
  actors::local_node_settings settings;
  settings.modes.default_mode = mode;
  settings.outbox_folder = answers_folder();
  settings.in_flight_max = in_flight_max;
  auto node = actors::local_node::start(*store_, settings);
  REQUIRE(node.has_value());
  return *std::move(node);
}

actors::node_settings node_fixture::raw_settings(caf::actor_system& system) {
  actors::node_settings settings;
  settings.time = {{std::chrono::duration_cast<std::chrono::milliseconds>(
                        std::chrono::system_clock::now().time_since_epoch())
                        .count()},
                   system.clock().now()};
  settings.gateway.modes.default_mode = jurisdiction_mode::full;
  settings.gateway.query.settings.partition_count = partitions;
  settings.shard.partition_count = partitions;
  settings.deliver = [](const message_queued& m, const bytes&) -> result<std::string> {
    return m.recipient;
  };
  return settings;
}

}  // namespace whorl::test
