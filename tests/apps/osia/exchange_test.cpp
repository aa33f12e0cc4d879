// What the exchange's other parts and its OSIA interface see of one another's people: those whom a
// load or a booking brought, bookings that hit persons of OSIA, and who saw whom.
#include <doctest/doctest.h>

#include <set>

#include "storage/store.hpp"
#include "tests/apps/osia/osia_world.hpp"

namespace whorl::test {
namespace {

void enrol(osia_world& w, const std::string& person, const std::string& encounter,
           const json& body) {
  REQUIRE(w.call("operator", "createEncounter", {{"personId", person}, {"encounterId", encounter}},
                 body)
              .status == 200);
}

json search_for(const std::vector<probe_print>& prints) {
  return {{"filter", json::object()}, {"biometricData", biometrics_of(prints)}};
}

/// Books prints of person 6, who is known under this name by one encounter, and returns the id of
/// the encounter that the booking adds.
std::string book_known(osia_world& w, const std::string& name) {
  const auto booked = w.ask("city-police", "/v1/bookings",
                            {"--data-binary", "@" + w.booking_file(6, 1), "-H",
                             "Content-Type: application/octet-stream"});
  REQUIRE(booked.status == 202);
  const std::string id = booked.document()["booking"];
  json answers;
  for (int i = 0; i < 500 && (answers.is_null() || answers["criminal"]["decision"] == "open"); ++i)
    answers = w.ask("city-police", "/v1/bookings/" + id + "/answers").document();
  CHECK(answers["criminal"]["decision"] == "hit");
  json all;
  for (int i = 0; i < 500 && all.size() != 2; ++i)
    all = w.call("oversight", "readAllEncounters", {{"personId", name}}).document();
  REQUIRE(all.size() == 2);
  return id;
}

std::set<std::string> encounters(osia_world& w, const std::string& person) {
  const auto all = w.call("oversight", "readAllEncounters", {{"personId", person}});
  std::set<std::string> out;
  if (all.status == 404) return out;
  REQUIRE(all.status == 200);
  for (const json& each : all.document()) out.insert(each["encounterId"].get<std::string>());
  return out;
}

}  // namespace

TEST_CASE("osia: whom the load or a booking enrolled is read and found, but not rewritten") {
  osia_world w(4, 0);
  const auto hit =
      w.call("examiner", "identify", {{"galleryId", "criminal"}}, search_for(w.prints(2, 1)));
  REQUIRE(hit.document().size() == 1);
  const std::string person = hit.document()[0]["personId"];
  const words it = {{"personId", person}, {"encounterId", person}};
  const json read = w.call("oversight", "readEncounter", it).document();
  CHECK(read["biometricData"].size() == 10);
  CHECK(w.call("operator", "updateEncounter", it, encounter_of(w.prints(2))).status == 403);
  CHECK(w.call("operator", "updateEncounterStatus", it, nullptr, {{"status", "INACTIVE"}}).status ==
        403);
  // An encounter of ours beside it; then the person goes as a whole.
  enrol(w, person, "mine", encounter_of(w.prints(2, 3), {"immigration"}));
  CHECK(w.call("oversight", "readAllEncounters", {{"personId", person}}).document().size() == 2);
  CHECK(w.call("operator", "deleteEncounter", it).status == 403);
  CHECK(w.call("operator", "deleteAll", {{"personId", person}}).status == 204);
  CHECK(w.call("operator", "createEncounter", it, encounter_of(w.prints(2))).status == 403);
}

TEST_CASE("osia: a booking that hits a person of OSIA adds an encounter, which stays with it") {
  osia_world w;
  using ids = std::set<std::string>;
  enrol(w, "known", "e1", encounter_of(w.prints(6)));
  const std::string id = book_known(w, "known");
  CHECK(encounters(w, "known") == ids{"e1", id});
  const auto remove = [&](const std::string& person, const std::string& encounter) {
    return w.call("operator", "deleteEncounter", {{"personId", person}, {"encounterId", encounter}})
        .status;
  };
  CHECK(remove("known", id) == 403);
  // The client's last encounter is not the person's last.
  CHECK(remove("known", "e1") == 204);
  CHECK(encounters(w, "known") == ids{id});
  enrol(w, "known", "e2", encounter_of(w.prints(6)));
  // Merging N with M gives N + M, and so does merging what was merged.
  enrol(w, "other", "e3", encounter_of(w.prints(6, 2)));
  enrol(w, "third", "e4", encounter_of(w.prints(6, 3)));
  const auto merge = [&](const std::string& target, const std::string& source) {
    return w
        .call("operator", "mergeEncounter",
              {{"personIdTarget", target}, {"personIdSource", source}})
        .status;
  };
  CHECK(merge("other", "known") == 204);
  CHECK(encounters(w, "other") == ids{"e2", "e3", id});
  CHECK(encounters(w, "known").empty());
  CHECK(merge("third", "other") == 204);
  CHECK(encounters(w, "third") == ids{"e2", "e3", "e4", id});
  // A new person of the old name has nothing of the one that was merged.
  enrol(w, "known", "e1", encounter_of(w.prints(20)));
  CHECK(encounters(w, "known") == ids{"e1"});
  CHECK(w.call("operator", "deleteAll", {{"personId", "third"}}).status == 204);
  CHECK(encounters(w, "third").empty());
  CHECK(w.stop() == 0);
  CHECK(w.world().as("operator", {"scrub"}).code == 0);
  // Of those persons no record is left, with prints or without.
  const auto store = storage::open_store(w.world().store());
  REQUIRE(store);
  std::size_t left = 0;
  for (const auto& partition : (*store)->gallery(gallery_kind::criminal)) {
    const auto view = partition->view();
    REQUIRE(view);
    REQUIRE((*view)->visit_records([&](subject_id, std::uint64_t) {
      left += 1;
      return true;
    }));
  }
  CHECK(left == 2);  // the new "known" and its encounter
}

TEST_CASE("osia: what is read and found over OSIA is among who saw a person") {
  osia_world w;
  enrol(w, "p", "e", encounter_of(w.prints(0)));
  REQUIRE(
      w.call("examiner", "identify", {{"galleryId", "ALL"}}, search_for(w.prints(0, 1))).status ==
      200);
  std::string subject;
  const json audit = w.ask("oversight", "/v1/audit").document();
  for (const json& row : audit["audit"])
    if (row["action"] == "osia candidate") subject = row["object"];
  REQUIRE_FALSE(subject.empty());
  REQUIRE(w.call("oversight", "readEncounter", {{"personId", "p"}, {"encounterId", "e"}}).status ==
          200);
  REQUIRE(w.call("examiner", "verifyFromId", {{"galleryId", "ALL"}, {"personId", "p"}},
                 {{"biometricData", biometrics_of(w.prints(0, 1))}})
              .status == 200);
  std::set<std::string> seen;
  const json sights = w.ask("oversight", "/v1/subjects/" + subject + "/sights").document();
  for (const json& one : sights["sights"])
    seen.insert(one["who"].get<std::string>() + " " + one["did"].get<std::string>());
  CHECK(seen == std::set<std::string>{"examiner osia candidate", "oversight osia read encounters",
                                      "examiner osia verifyFromId"});
}

}  // namespace whorl::test
