#include "sim/cluster/remembered_matching.hpp"

#include <doctest/doctest.h>

#include "fingerprint/iso_template.hpp"
#include "sim/cluster/scenario.hpp"

using namespace whorl;
using namespace whorl::sim;

namespace {

const std::vector<probe_print>& prints_of(std::size_t person) {
  return shared_scenario().gallery_people[person].prints;
}

bytes stored_of(std::size_t person) {
  std::vector<fingerprint::print_template> prints;
  for (const probe_print& each : prints_of(person)) {
    const auto views = fingerprint::decode_iso(each.iso_record);
    REQUIRE(views.has_value());
    prints.push_back(views->front());
  }
  auto made = fingerprint::build_stored_entry(prints);
  REQUIRE(made.has_value());
  return *std::move(made);
}

/// What a matching says of person 1 against 1 and 2, in both stages.
struct answers {
  std::vector<std::uint32_t> coarse;
  std::vector<fingerprint::person_score> precise;
  friend bool operator==(const answers&, const answers&) = default;
};
answers ask(const actors::matching& whom, bool exchanged) {
  answers out;
  const auto prepared = whom.prepare({{1}, prints_of(1), exchanged});
  REQUIRE(prepared.has_value());
  const fingerprint::coarse_scan scan(**prepared);
  for (const std::size_t person : {1, 2}) {
    const bytes stored = stored_of(person);
    const auto met = fingerprint::positions_met(**prepared);
    out.coarse.push_back(whom.coarse(**prepared, scan, met, stored));
    out.precise.push_back(whom.precise(**prepared, stored));
  }
  return out;
}

}  // namespace

TEST_CASE("remembered_matching: answers as the matcher does, at first and again") {
  CHECK_FALSE(ask(*actors::real_matching(), false) == ask(*actors::real_matching(), true));
  for (const bool exchanged : {false, true}) {
    const answers real = ask(*actors::real_matching(), exchanged);
    CHECK(real.precise[0] != real.precise[1]);
    CHECK(ask(*remembered_matching(), exchanged) == real);
    CHECK(ask(*remembered_matching(), exchanged) == real);
  }
}

TEST_CASE("remembered_matching: a probe that does not read is refused each time") {
  probe what{{1}, prints_of(1)};
  what.prints[0].iso_record.resize(10);
  for (int i = 0; i < 2; ++i) CHECK_FALSE(remembered_matching()->prepare(what).has_value());
}
