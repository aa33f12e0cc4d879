#include "actors/matching.hpp"

#include "fingerprint/iso_template.hpp"
#include "tests/actors/people.hpp"

using namespace whorl;
using namespace whorl::actors;

TEST_CASE("matching: the matcher's own stages, over an entry as a gallery keeps it") {
  const auto& prints = actors::test::prints_of(1, 0);
  std::vector<fingerprint::print_template> templates;
  for (const probe_print& each : prints)
    templates.push_back(actors::test::must(fingerprint::decode_iso(each.iso_record)).front());
  const bytes stored = actors::test::must(fingerprint::build_stored_entry(templates));
  const bytes whole = fingerprint::expand(stored);
  const auto prepared =
      actors::test::must(real_matching()->prepare({{1}, actors::test::prints_of(1, 1)}));
  const fingerprint::coarse_scan scan(*prepared);
  const auto met = fingerprint::positions_met(*prepared);
  CHECK(real_matching()->coarse(*prepared, scan, met, stored) > 0);
  CHECK(real_matching()->coarse(*prepared, scan, met, stored) ==
        fingerprint::coarse_score(*prepared, whole));
  CHECK(real_matching()->precise(*prepared, stored).fused > 0);
  CHECK(real_matching()->precise(*prepared, stored) ==
        fingerprint::precise_score(*prepared, whole));
}

TEST_CASE("matching: a probe that does not read is refused") {
  probe what{{1}, actors::test::prints_of(1, 1)};
  what.prints[0].iso_record.resize(10);
  CHECK(actors::test::code_of(real_matching()->prepare(what)) == "invalid_input");
}
