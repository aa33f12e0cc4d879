#include "actors/cluster/capacity.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <set>
#include <string>

#include "messages/limits.hpp"

using namespace whorl;
using namespace whorl::cluster;

namespace {

/// The machine of docs/BENCHMARKS.md: two cores, a million people a gallery, one at a time.
capacity_inputs measured_node() {
  capacity_inputs in;
  in.criminal_people = in.immigration_people = 1e6;
  in.bookings_per_day = 1;
  in.replicas = 1;
  in.spare_nodes = 0;
  in.node_cores = 2;
  return in;
}

}  // namespace

TEST_CASE("capacity: predicts what was measured on one node (BENCHMARKS, A node on a store)") {
  capacity_inputs in = measured_node();
  in.criminal_found = in.immigration_found = 1;  // found in both: 461 and 121 ms
  CHECK(plan_capacity(in, false).answer_s == doctest::Approx(0.461).epsilon(0.05));
  CHECK(plan_capacity(in, true).answer_s == doctest::Approx(0.121).epsilon(0.05));
  CHECK(plan_capacity(in, false).processor_s == doctest::Approx(0.84).epsilon(0.1));
  CHECK(plan_capacity(in, true).processor_s == doctest::Approx(0.23).epsilon(0.1));
  in.criminal_found = in.immigration_found = 0;  // in neither: 824 and 283 ms
  CHECK(plan_capacity(in, false).answer_s == doctest::Approx(0.824).epsilon(0.1));
  CHECK(plan_capacity(in, true).answer_s == doctest::Approx(0.283).epsilon(0.2));
}

TEST_CASE("capacity: nodes are the most that any part asks for, and the spare ones") {
  capacity_inputs in;
  const capacity_plan plan = plan_capacity(in, false);
  // 150,000 * 2 / 86,400 bookings a second; 384.75 M people at 2.75 M a second, 13 ms for each of
  // 384.75 partitions, 66 for each of 3.285 passes.
  // second.
  CHECK(plan.peak_bookings_s == doctest::Approx(3.472).epsilon(0.001));
  CHECK(plan.processor_s == doctest::Approx(139.909 + 5.002 + 0.217).epsilon(0.0001));
  CHECK(plan.nodes_for_processors == 27);
  CHECK(plan.nodes_for_memory == std::ceil(220e6 * 2 * 3500 / (256e9 * 0.8)));
  CHECK(plan.nodes_for_disk == std::ceil(220e6 * 2 * 20e3 / (4000e9 * 0.6)));
  CHECK(plan.nodes == 28);
  CHECK(plan.busy <= in.busy);
  CHECK(plan.busy == doctest::Approx(plan.peak_bookings_s * plan.processor_s / (27 * 32)));
  in.node_memory_gb = 16;
  CHECK(plan_capacity(in, false).nodes == plan_capacity(in, false).nodes_for_memory + 1);
  CHECK(plan_capacity(in, false).memory_gb <= 16 * 0.8);
}

TEST_CASE("capacity: no part is fuller than allowed, and never fewer nodes than replicas") {
  for (const double people : {1e4, 1e6, 1e8, 1e10}) {
    for (const double bookings : {1.0, 1e4, 1e6}) {
      for (const bool indexed : {false, true}) {
        capacity_inputs in;
        in.criminal_people = in.immigration_people = people;
        in.bookings_per_day = bookings;
        in.replicas = 3;
        const capacity_plan plan = plan_capacity(in, indexed);
        CHECK(plan.nodes >= 4);
        CHECK(plan.busy <= in.busy * 1.0001);
        CHECK(plan.memory_gb <= in.node_memory_gb * in.memory_full * 1.0001);
        CHECK(plan.disk_gb <= in.node_disk_gb * in.disk_full * 1.0001);
        CHECK(plan.partitions_criminal <= limits::partitions_max);
        CHECK(plan.answer_p99_s >= plan.answer_s - plan.wait_s);
      }
    }
  }
}

TEST_CASE("capacity: the index saves processors and costs memory") {
  const capacity_plan exact = plan_capacity({}, false), indexed = plan_capacity({}, true);
  CHECK(indexed.processor_s < exact.processor_s / 5);
  CHECK(indexed.nodes_for_memory > exact.nodes_for_memory);
}

TEST_CASE("capacity: a node takes in every probe, however many nodes there are") {
  capacity_inputs in;
  const double before = plan_capacity(in, false).network_mbit_s;
  in.node_cores = 8;
  CHECK(plan_capacity(in, false).network_mbit_s == doctest::Approx(before));
  // 3.47 bookings, 3.285 passes each, two rounds of 4,000 and 64 * 24 bytes.
  CHECK(before == doctest::Approx(3.472 * 3.285 * 2 * 5536 * 8 / 1e6).epsilon(0.001));
}

TEST_CASE("capacity: every option is named once, and its default is allowed") {
  std::set<std::string> names;
  for (const capacity_option& o : capacity_options()) {
    CHECK(names.insert(o.name).second);
    CHECK(std::string(o.what).size() > 3);
    CHECK(std::string(o.source).size() > 3);
  }
  CHECK(names.size() * sizeof(double) + 2 * sizeof(double) == sizeof(capacity_inputs));
  CHECK(check_inputs({}).has_value());
  CHECK(capacity_assumptions().size() > 3);
}

TEST_CASE("capacity: what is not allowed is named with what is") {
  for (const capacity_option& o : capacity_options()) {
    for (const double bad : {o.least - 1, o.most * 1.01 + 1, std::nan("")}) {
      capacity_inputs in;
      in.*o.value = bad;
      const status outcome = check_inputs(in);
      REQUIRE(!outcome);
      CHECK(outcome.error().code == errc::invalid_input);
      CHECK(outcome.error().message.find("--" + std::string(o.name)) == 0);
      CHECK(outcome.error().message.find("is allowed") != std::string::npos);
    }
  }
  capacity_inputs in;
  in.replicas = 2.5;
  CHECK(check_inputs(in).error().message.find("a whole number from 1 to 8") != std::string::npos);
  in = {};
  in.immigration_people = 0;
  CHECK(check_inputs(in).error().message.find("--subjects 0") == 0);
}
