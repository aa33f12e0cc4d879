// whorl who-saw: every way in which a person's data came before somebody is found, and no other.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "tests/apps/served_world.hpp"

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
  const std::set<std::string> told = {"ZZPD00001 was sent SRE", "whorl answer SRE to ZZPD00001"};
  CHECK(actions(sights(subject)) == told);
  REQUIRE(world.as("oversight", {"bookings"}).code == 0);
  const std::string case_of = "C" + booking.substr(1);
  const outcome shown = world.as("examiner", {"--json", "case", case_of});
  REQUIRE(shown.code == 0);
  const json all = sights(subject);
  std::set<std::string> seen = told;
  seen.insert({"oversight read booking", "examiner read case", "oversight read who saw"});
  CHECK(actions(all) == seen);
  // The other gallery's record went to the operations centre alone.
  const auto of_case = actions(sights(shown.document()["subject"]));
  CHECK(of_case.contains("whorl disclose identity match to LESC"));
  CHECK(of_case.contains("LESC was sent IAQ"));
  CHECK_FALSE(of_case.contains("ZZPD00001 was sent SRE"));
  for (const json& one : all)
    if (one["did"] == "read case") CHECK(one["through"] == "hit in criminal");
  // The other person was in the list too, and in no case that was read.
  CHECK(actions(sights(others.at("criminal"))).contains("oversight read booking"));
  CHECK_FALSE(actions(sights(others.at("criminal"))).contains("examiner read case"));

  CHECK(world.as("examiner", {"who-saw", subject}).code == 1);  // needs read_audit
  CHECK(world.as("oversight", {"who-saw", "nobody"}).code == 2);
  CHECK(sights("S00000000000000ff").empty());
}

TEST_CASE("who-saw: over HTTP the same is told, to an auditor alone, who is on record for it") {
  served_world w;
  const auto files = files_of(w.world().bookings("one", 0, 1));
  const std::string id = w.book("city-police", files[0]).document()["booking"];
  w.done("city-police", id);
  const json answers = w.ask("city-police", "/v1/bookings/" + id + "/answers").document();
  const std::string subject = answers["criminal"]["subject"];
  const std::string path = "/v1/subjects/" + subject + "/sights";
  const auto did = [](const json& whole) {
    std::vector<std::string> out;
    for (const json& one : whole["sights"])
      out.push_back(one["who"].get<std::string>() + " " + one["did"].get<std::string>());
    return out;
  };
  const auto has = [](const std::vector<std::string>& all, const std::string& one) {
    return std::find(all.begin(), all.end(), one) != all.end();
  };
  const auto first = w.ask("oversight", path);
  REQUIRE(first.status == 200);
  CHECK(first.document()["subject"] == subject);
  CHECK(first.document()["left_out"] == 0);
  CHECK(has(did(first.document()), "city-police read answers"));
  CHECK(has(did(first.document()), "ZZPD00001 was sent SRE"));
  CHECK_FALSE(has(did(first.document()), "oversight read who saw"));
  const json second = w.ask("oversight", path).document();
  CHECK(has(did(second), "oversight read who saw"));
  // The newest, with how many are left out.
  const json newest = w.ask("oversight", path + "?limit=1").document();
  CHECK(did(newest) == std::vector<std::string>{"oversight read who saw"});
  CHECK(newest["left_out"] == second["sights"].size());  // itself was not yet, the second was
  CHECK(w.client("oversight", {"--json", "who-saw", subject}).document()["sights"].size() ==
        second["sights"].size() + 2);
  CHECK(w.client("oversight", {"who-saw", subject}).out.find("read answers") != std::string::npos);
  CHECK(w.ask("oversight", "/v1/subjects/" + id + "/sights").status == 400);
  CHECK(w.ask("oversight", path + "?limit=1001").status == 400);
  for (const char* who : {"city-police", "examiner", "analyst"})
    CHECK(w.ask(who, path).status == 403);
  CHECK(w.ask("", path).status == 401);
  CHECK(w.stop() == 0);
  const outcome local = w.world().as("oversight", {"--json", "who-saw", subject});
  REQUIRE(local.code == 0);
  CHECK(has(did(local.document()), "city-police read answers"));
}

TEST_CASE("who-saw: more readings of one booking than fit on a page are all there") {
  served_world w;
  const auto files = files_of(w.world().bookings("often", 0, 1));
  const std::string id = w.book("city-police", files[0]).document()["booking"];
  w.done("city-police", id);
  const std::string path = "/v1/bookings/" + id + "/answers";
  const json first = w.ask("city-police", path).document();
  const std::string subject = first["criminal"]["subject"];
  auto client = w.connect("city-police");
  std::string together;
  for (int i = 0; i < 100; ++i) together += "GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n";
  for (int round = 0; round < 21; ++round) {
    REQUIRE(client.say(together));
    for (int i = 0; i < 100; ++i) CHECK(client.hear().status == 200);
  }
  CHECK(w.stop() == 0);
  const outcome seen = w.world().as("oversight", {"--json", "who-saw", subject});
  REQUIRE(seen.code == 0);
  const json sights = seen.document()["sights"];
  CHECK(std::count_if(sights.begin(), sights.end(),
                      [](const json& one) { return one["did"] == "read answers"; }) == 2101);
}

}  // namespace whorl::test
