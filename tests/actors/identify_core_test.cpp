// What a search that is no booking's returns.
#include "actors/identify_core.hpp"

#include <doctest/doctest.h>

using namespace whorl;
using namespace whorl::actors;

TEST_CASE("identify_core: a record stands once, by its better reading, best first, ties by id") {
  scored_candidate straight{{7}, {7}, 300, 4, 0, {}}, crossed = straight;
  crossed.reordered = 900;
  const std::vector<scored_candidate> scored = {
      straight, {{9}, {2}, 500, 4, 0, {}}, crossed, {{8}, {8}, 500, 4, 0, {}}};
  const identified out = ranked(scored, {{{}, 1, 0, 30}, {{}, 1, 0, 12}});
  REQUIRE(out.candidates.size() == 3);
  CHECK(out.candidates[0] == crossed);
  CHECK(out.candidates[1].subject == subject_id{8});
  CHECK(out.candidates[2].subject == subject_id{9});
  CHECK(out.people == 42);
  CHECK(ranked({}, {}).candidates.empty());
}
