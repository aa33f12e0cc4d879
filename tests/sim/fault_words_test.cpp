#include "sim/cluster/fault_words.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace whorl::sim;

TEST_CASE("faults in words: what is written is read as the same plan (property)") {
  CHECK(rc::check([](std::uint64_t seed) {
    chance draw(seed);
    const fault_plan plan = drawn_plan(draw, seed % 6);
    const auto again = parse_faults(to_text(plan));
    RC_ASSERT(again.has_value());
    RC_ASSERT(again->per_myriad == plan.per_myriad);
  }));
}

TEST_CASE("faults in words: what is wrong is named") {
  const auto said = [](const char* text) {
    const auto plan = parse_faults(text);
    return plan ? std::string() : plan.error().message;
  };
  CHECK(said("none").empty());
  CHECK(said("loss=1,clog=10000").empty());
  CHECK(said("").find("'' is no kind; there are loss,") != std::string::npos);
  CHECK(said("rain=3").find("'rain'") != std::string::npos);
  CHECK(said("loss").find("loss=100") != std::string::npos);
  CHECK(said("loss=").find("loss=100") != std::string::npos);
  CHECK(said("loss=10001").find("10,000") != std::string::npos);
  CHECK(said("loss=-1").find("10,000") != std::string::npos);
  CHECK(said("loss=1,").find("'' is no kind") != std::string::npos);
  CHECK(said("loss=1,loss=2").find("twice") != std::string::npos);
}

TEST_CASE("faults: a run without nodes meets none of a cluster") {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    chance draw(seed);
    const fault_plan plan = drawn_plan(draw, 0);
    CHECK_FALSE(plan.on(fault_kind::loss));
    CHECK_FALSE(plan.on(fault_kind::node_crash));
  }
}
