// whorl who-saw: every way in which a person's data came before somebody is found, and no other.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "tests/apps/program.hpp"

namespace whorl::test {

using nlohmann::json;

TEST_CASE("who-saw: readings of a person's bookings and cases, and answers sent, by whom") {
  const temp_folder folder;
  const small_world world(folder.path(), 20, 10);
  // Person 3 twice, person 4 once: both are in both galleries.
  const auto book = [&](const char* name, int from, int count) {
    const outcome done =
        world.as("city-police", {"--json", "book", world.bookings(name, from, count), "--answers",
                                 (folder.path() / name / "answers").string()});
    REQUIRE(done.code == 0);
    std::map<std::string, std::string> subjects;  // by gallery
    std::string booking;
    for (const json& line : done.lines()) {
      if (line["event"] == "accepted") booking = line["booking"];
      if (line["event"] == "answered" && line["subject"].is_string())
        subjects[line["gallery"]] = line["subject"];
    }
    return std::pair(booking, subjects);
  };
  const auto [booking, subjects] = book("first", 3, 1);
  const auto [other, others] = book("other", 4, 1);
  const std::string subject = subjects.at("criminal");
  CHECK(subject != others.at("criminal"));
  const auto sights = [&](const std::string& whose) -> json {
    const outcome seen = world.as("oversight", {"--json", "who-saw", whose});
    REQUIRE(seen.code == 0);
    return seen.document()["sights"];
  };
  const auto actions = [&](const json& all) {
    std::set<std::string> out;
    for (const json& one : all)
      out.insert(one["who"].get<std::string>() + " " + one["did"].get<std::string>());
    return out;
  };
  CHECK(actions(sights(subject)) == std::set<std::string>{"ZZPD00001 was sent SRE"});

  REQUIRE(world.as("oversight", {"bookings"}).code == 0);
  const std::string case_of = "C" + booking.substr(1);
  REQUIRE(world.as("examiner", {"case", case_of}).code == 0);
  const json all = sights(subject);
  CHECK(actions(all) == std::set<std::string>{"ZZPD00001 was sent SRE", "oversight read booking",
                                              "examiner read case", "oversight read who saw"});
  for (const json& one : all)
    if (one["did"] == "read case") CHECK(one["through"] == "hit in criminal");
  // The other person was in the list too, and in no case that was read.
  CHECK(actions(sights(others.at("criminal"))).contains("oversight read booking"));
  CHECK_FALSE(actions(sights(others.at("criminal"))).contains("examiner read case"));

  CHECK(world.as("examiner", {"who-saw", subject}).code == 1);  // needs read_audit
  CHECK(world.as("oversight", {"who-saw", "nobody"}).code == 2);
  CHECK(sights("S00000000000000ff").empty());
}

}  // namespace whorl::test
