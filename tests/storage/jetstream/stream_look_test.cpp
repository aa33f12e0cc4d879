#include "storage/jetstream/stream_look.hpp"

#include <doctest/doctest.h>

using namespace whorl;
using namespace whorl::storage;
using jetstream::judge_streams;
using jetstream::stream_look;

namespace {

/// Every stream, in three copies, all of them well.
std::vector<stream_look> well_kept() {
  std::vector<stream_look> all;
  for (const stream_id stream : all_streams)
    all.push_back({stream, true, 3, 10, {{"s-2", false, 0}, {"s-3", false, 0}}});
  return all;
}

void says(const std::vector<stream_look>& all, health level, const std::string& words) {
  const findings found = judge_streams(all, 3);
  REQUIRE(found.size() == 1);
  CHECK(found[0].level == level);
  CHECK_MESSAGE(found[0].what.find(words) != std::string::npos, found[0].what);
}

}  // namespace

TEST_CASE("stream look: streams that stand well are counted") {
  says(well_kept(), health::well, "6 streams with 60 facts, in 3 copies");
}

TEST_CASE("stream look: what is wrong with a stream is named, with the server") {
  auto one = well_kept();
  one[1].there = false;
  says(one, health::wrong, "stream criminal is not there");
  one = well_kept();
  one[2].copies = 1;
  says(one, health::wrong, "stream immigration is kept in 1 copies, configured are 3");
  one = well_kept();
  one[0].others[1].is_away = true;
  says(one, health::wrong, "stream bookings: server s-3 does not keep up or is away");
  one = well_kept();
  one[0].others[0].facts_behind = 7;
  says(one, health::remark, "stream bookings: server s-2 is 7 facts behind");
}
