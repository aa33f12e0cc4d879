// Persons and encounters through the OSIA interface of a running node.
#include <doctest/doctest.h>

#include <algorithm>

#include "messages/limits.hpp"
#include "storage/store.hpp"
#include "tests/apps/osia/osia_world.hpp"

namespace whorl::test {
namespace {

words named(const std::string& person, const std::string& encounter = {}) {
  words out = {{"personId", person}};
  if (!encounter.empty()) out.emplace_back("encounterId", encounter);
  return out;
}

words between(const std::string& target, const std::string& source,
              const std::string& encounter = {}) {
  words out = {{"personIdTarget", target}, {"personIdSource", source}};
  if (!encounter.empty()) out.emplace_back("encounterId", encounter);
  return out;
}

std::string message_of(const http_answer& answer) { return answer.document()["message"]; }

void create(osia_world& w, const std::string& person, const std::string& encounter,
            const json& body) {
  REQUIRE(w.call("operator", "createEncounter", named(person, encounter), body).status == 200);
}

/// Who is found with these prints, best first.
std::vector<std::string> found(osia_world& w, const std::vector<probe_print>& prints,
                               const std::string& gallery = "ALL") {
  const auto answer =
      w.call("examiner", "identify", {{"galleryId", gallery}},
             {{"filter", json::object()}, {"biometricData", biometrics_of(prints)}});
  REQUIRE(answer.status == 200);
  std::vector<std::string> out;
  for (const json& each : answer.document()) out.push_back(each["personId"]);
  return out;
}

using names = std::vector<std::string>;

}  // namespace

TEST_CASE("osia: encounters are made with and without ids, and read as they were sent") {
  osia_world w;
  const json body = encounter_of(w.prints(0));
  const auto both = w.call("operator", "createEncounterNoIds", {}, body);
  REQUIRE(both.status == 200);
  const std::string person = both.document()["personId"];
  const auto second =
      w.call("operator", "createEncounterNoId", named(person), encounter_of(w.prints(0, 1)));
  REQUIRE(second.status == 200);
  CHECK(second.document()["personId"] == person);
  CHECK(second.document()["encounterId"] != both.document()["encounterId"]);
  create(w, "Jürgen / 1", "E 1", body);
  CHECK(w.call("operator", "createEncounter", named("Jürgen / 1", "E 1"), body).status == 409);

  const auto read = w.call("oversight", "readEncounter", named("Jürgen / 1", "E 1"));
  REQUIRE(read.status == 200);
  json back = read.document();
  CHECK(back["encounterId"] == "E 1");
  for (const char* same :
       {"status", "encounterType", "galleries", "clientData", "contextualData", "biographicData"})
    CHECK(back[same] == body[same]);
  REQUIRE(back["biometricData"].size() == body["biometricData"].size());
  for (std::size_t i = 0; i < back["biometricData"].size(); ++i) {
    CHECK(back["biometricData"][i]["template"] == body["biometricData"][i]["template"]);
    CHECK(back["biometricData"][i]["encounterId"] == "E 1");
  }
  CHECK(w.call("oversight", "readAllEncounters", named(person)).document().size() == 2);
  CHECK(w.call("oversight", "readAllEncounters", named("nobody")).status == 404);
  CHECK(w.call("oversight", "readEncounter", named(person, "none")).status == 404);
  CHECK(w.audit().find("osia read encounters") != std::string::npos);
}

TEST_CASE("osia: templates are read in both formats and by finger") {
  osia_world w;
  create(w, "p", "e", encounter_of(w.prints(0)));
  const auto all = w.call("examiner", "readTemplate", named("p", "e"));
  REQUIRE(all.status == 200);
  CHECK(all.document().size() == w.prints(0).size());
  const auto one = w.call("examiner", "readTemplate", named("p", "e"), nullptr,
                          {{"biometricSubType", "LEFT_INDEX"}, {"templateFormat", "ANSI_378"}});
  REQUIRE(one.document().size() == 1);
  CHECK(one.document()[0]["biometricSubType"] == "LEFT_INDEX");
  const auto ansi = biometrics_of(w.prints(0), "ANSI_378");
  const auto same = std::find_if(ansi.begin(), ansi.end(), [](const json& item) {
    return item["biometricSubType"] == "LEFT_INDEX";
  });
  CHECK(one.document()[0]["template"] == (*same)["template"]);
  // Biometrics that are not there are unknown; those without what was computed are left out.
  for (const auto& [name, value] : words{{"biometricType", "FACE"},
                                         {"biometricSubType", "LEFT_FULL_PALM"},
                                         {"biometricSubType", "LEFT_INDX"},
                                         {"instance", "2"}}) {
    CAPTURE(value);
    CHECK(w.call("examiner", "readTemplate", named("p", "e"), nullptr, {{name, value}}).status ==
          404);
  }
  CHECK(w.call("examiner", "readTemplate", named("p", "e"), nullptr, {{"qualityFormat", "NFIQ2"}})
            .document()
            .empty());
  CHECK(w.call("examiner", "readTemplate", named("p", "e"), nullptr,
               {{"templateFormat", "PROPRIETARY"}})
            .status == 400);
  CHECK(w.call("examiner", "readTemplate", named("p", "x")).status == 404);
}

TEST_CASE("osia: what comes in ANSI 378 is kept, found and given back in it") {
  osia_world w;
  json body = encounter_of(w.prints(3));
  body["biometricData"] = biometrics_of(w.prints(3), "ANSI_378");
  create(w, "ansi", "e", body);
  const json back = w.call("oversight", "readEncounter", named("ansi", "e")).document();
  for (std::size_t i = 0; i < body["biometricData"].size(); ++i) {
    CHECK(back["biometricData"][i]["templateFormat"] == "ANSI_378");
    CHECK(back["biometricData"][i]["template"] == body["biometricData"][i]["template"]);
  }
  CHECK(found(w, w.prints(3, 1)) == names{"ansi"});
}

TEST_CASE("osia: an encounter that is wrong is refused by the name of what is wrong in it") {
  osia_world w;
  const json good = encounter_of(w.prints(0));
  struct change {
    const char* where;
    json value;
    std::string named;
  };
  const std::vector<change> all = {
      {"/status", "SLEEPING", "encounter.status"},
      {"/galleries", json::array(), "encounter.galleries"},
      {"/galleries", {"criminal", "criminal"}, "twice"},
      {"/galleries", {"VIP"}, "encounter.galleries"},
      {"/galleries", {"ALL"}, "encounter.galleries"},
      {"/encounterType", 7, "encounter.encounterType"},
      {"/clientData", "%%%", "encounter.clientData"},
      {"/encounterId", "another", "encounter.encounterId"},
      {"/surprise", 1, "encounter.surprise"},
      {"/encryption", {{"type", "JWE"}, {"scope", "$"}}, "encounter.encryption"},
      {"/biometricData", 1, "encounter.biometricData"},
      {"/biometricData/2/biometricType", "IRIS", "encounter.biometricData[2].biometricType"},
      {"/biometricData/0/biometricSubType", "LEFT_LITTLE", "biometricData[0].biometricSubType"},
      {"/biometricData/0/biometricSubType", "PLAIN_THUMBS", "biometricData[0].biometricSubType"},
      {"/biometricData/1/image", "YWJj", "biometricData[1].image: images cannot be read"},
      {"/biometricData/1/template", "YWJj", "biometricData[1].template"},
      {"/biometricData/1/template", "no BASE64", "biometricData[1].template"},
      {"/biometricData/1/templateFormat", "ISO_19794_2_2011", "biometricData[1].templateFormat"},
      {"/biometricData/1/templateFormat", "ANSI_378", "biometricData[1].template"},
      {"/biometricData/1/quality", 1.5, "biometricData[1].quality"},
      {"/biometricData/1/quality", std::uint64_t{1} << 63, "biometricData[1].quality"},
      {"/biometricData/1/captureDate", "yesterday", "biometricData[1].captureDate"},
      {"/biometricData/1/impressionType", "BLURRED", "biometricData[1].impressionType"}};
  for (const change& each : all) {
    CAPTURE(each.named);
    json bad = good;
    bad[json::json_pointer(each.where)] = each.value;
    const auto refused = w.call("operator", "createEncounter", named("p", "e"), bad);
    CHECK(refused.status == 400);
    CHECK(message_of(refused).find(each.named) != std::string::npos);
  }
  for (const char* needed : {"status", "encounterType", "galleries", "biometricData"}) {
    json bad = good;
    bad.erase(needed);
    const auto refused = w.call("operator", "createEncounterNoIds", {}, bad);
    CHECK(refused.status == 400);
    CHECK(message_of(refused).find(needed) != std::string::npos);
  }
  CHECK(w.call("oversight", "readAllEncounters", named("p")).status == 404);
}

TEST_CASE("osia: an update, a status and galleries take effect in every search at once") {
  osia_world w;
  create(w, "p", "e", encounter_of(w.prints(0)));
  CHECK(found(w, w.prints(0, 1)) == names{"p"});
  // Another person's prints under the same ids.
  const auto updated =
      w.call("operator", "updateEncounter", named("p", "e"), encounter_of(w.prints(1)));
  REQUIRE(updated.status == 200);
  CHECK(updated.document()["encounterId"] == "e");
  CHECK(found(w, w.prints(0, 1)).empty());
  CHECK(found(w, w.prints(1, 1)) == names{"p"});

  const auto to = [&](const char* status) {
    return w
        .call("operator", "updateEncounterStatus", named("p", "e"), nullptr, {{"status", status}})
        .status;
  };
  CHECK(to("INACTIVE") == 204);
  CHECK(found(w, w.prints(1, 1)).empty());
  const json asleep = w.call("oversight", "readEncounter", named("p", "e")).document();
  CHECK(asleep["status"] == "INACTIVE");
  CHECK(asleep["biometricData"].size() == w.prints(1).size());
  CHECK(to("ACTIVE") == 204);
  CHECK(found(w, w.prints(1, 1)) == names{"p"});
  CHECK(to("SLEEPING") == 400);

  const auto move_to = [&](const json& galleries) {
    return w.call("operator", "updateEncounterGalleries", named("p", "e"), galleries).status;
  };
  CHECK(move_to({"immigration"}) == 204);
  CHECK(found(w, w.prints(1, 1), "criminal").empty());
  CHECK(found(w, w.prints(1, 1), "immigration") == names{"p"});
  CHECK(move_to({"criminal", "immigration"}) == 204);
  CHECK(found(w, w.prints(1, 1)) == names{"p"});
  CHECK(w.call("oversight", "readEncounter", named("p", "e")).document()["galleries"].size() == 2);
  CHECK(move_to(json::array()) == 400);
  CHECK(move_to({"VIP"}) == 400);

  CHECK(w.call("operator", "updateEncounter", named("p", "x"), encounter_of(w.prints(1))).status ==
        404);
  CHECK(
      w.call("operator", "updateEncounterStatus", named("p", "x"), nullptr, {{"status", "ACTIVE"}})
          .status == 400);  // the standard has no 404 here
}

TEST_CASE("osia: what is deleted is found and read no more, and its ids can be used again") {
  osia_world w;
  create(w, "p", "e1", encounter_of(w.prints(0)));
  create(w, "p", "e2", encounter_of(w.prints(0, 1), {"criminal", "immigration"}));
  CHECK(w.call("operator", "deleteEncounter", named("p", "e1")).status == 204);
  CHECK(w.call("operator", "deleteEncounter", named("p", "e1")).status == 404);
  CHECK(found(w, w.prints(0, 2)) == names{"p"});
  CHECK(w.call("operator", "deleteEncounter", named("p", "e2")).status == 204);
  CHECK(w.call("oversight", "readAllEncounters", named("p")).status == 404);
  CHECK(found(w, w.prints(0, 2)).empty());
  for (int time = 0; time < 3; ++time) {
    create(w, "p", "e1", encounter_of(w.prints(0)));
    CHECK(found(w, w.prints(0, 2)) == names{"p"});
    CHECK(w.call("operator", "deleteAll", named("p")).status == 204);
    CHECK(found(w, w.prints(0, 2)).empty());
  }
  CHECK(w.call("operator", "deleteAll", named("p")).status == 404);
  // Their keys are destroyed: no copy of what was deleted can be read any more.
  CHECK(w.stop() == 0);
  const auto store = storage::open_store(w.world().store());
  REQUIRE(store);
  const auto destroyed = (*store)->keys->tombstones();
  REQUIRE(destroyed);
  CHECK(destroyed->size() == 1 + 2 + 2 + 3 * 2);  // e1, e2 and p in both galleries, thrice e1 and p
}

TEST_CASE("osia: encounters move and persons merge, unless an id would stand twice") {
  osia_world w;
  create(w, "a", "e1", encounter_of(w.prints(0)));
  create(w, "a", "e2", encounter_of(w.prints(0, 1)));
  create(w, "b", "e1", encounter_of(w.prints(1), {"immigration"}));
  CHECK(w.call("operator", "moveEncounter", between("b", "a", "e1")).status == 409);
  CHECK(w.call("operator", "moveEncounter", between("b", "a", "no")).status == 404);
  CHECK(w.call("operator", "moveEncounter", between("b", "no", "e1")).status == 404);
  CHECK(w.call("operator", "moveEncounter", between("a", "a", "e1")).status == 400);
  CHECK(w.call("operator", "moveEncounter", between("b", "a", "e2")).status == 204);
  CHECK(w.call("oversight", "readAllEncounters", named("b")).document().size() == 2);
  CHECK(w.call("oversight", "readEncounter", named("b", "e2")).status == 200);

  CHECK(w.call("operator", "mergeEncounter", between("b", "a")).status == 409);  // e1
  create(w, "c", "e3", encounter_of(w.prints(2)));
  CHECK(w.call("operator", "mergeEncounter", between("b", "c")).status == 204);
  CHECK(w.call("oversight", "readAllEncounters", named("b")).document().size() == 3);
  CHECK(w.call("oversight", "readAllEncounters", named("c")).status == 404);
  CHECK(found(w, w.prints(2, 1)) == names{"b"});
  CHECK(w.call("operator", "mergeEncounter", between("b", "c")).status == 404);
  CHECK(w.call("operator", "mergeEncounter", between("b", "b")).status == 400);
  // The name is free again.
  create(w, "c", "e3", encounter_of(w.prints(4)));
  CHECK(found(w, w.prints(4, 1)) == names{"c"});
  // The last one takes its person along.
  CHECK(w.call("operator", "moveEncounter", between("c", "a", "e1")).status == 204);
  CHECK(w.call("oversight", "readAllEncounters", named("a")).status == 404);
}

TEST_CASE("osia: a person has so many encounters, however they come to it") {
  osia_world w;
  create(w, "many", "first", encounter_of({}));
  const std::string file = w.world().store() + "/empty.json";
  write_file(file, to_bytes(encounter_of({}).dump()));
  // One connection for all of them.
  const std::string last = std::to_string(limits::osia_encounters_max - 1);
  static_cast<void>(w.ask("operator",
                          "/osia/v1/persons/many/encounters/e[1-" + last + "]?transactionId=1",
                          {"--data-binary", "@" + file, "-H", "Content-Type: application/json"}));
  REQUIRE(w.call("oversight", "readAllEncounters", named("many")).document().size() ==
          limits::osia_encounters_max);
  create(w, "other", "one", encounter_of({}));
  for (const auto& refused :
       {w.call("operator", "createEncounter", named("many", "one"), encounter_of({})),
        w.call("operator", "moveEncounter", between("many", "other", "one")),
        w.call("operator", "mergeEncounter", between("many", "other"))}) {
    CHECK(refused.status == 400);
    CHECK(message_of(refused).find("at most") != std::string::npos);
  }
  CHECK(w.call("operator", "deleteEncounter", named("many", "e1")).status == 204);
  CHECK(w.call("operator", "moveEncounter", between("many", "other", "one")).status == 204);
}

TEST_CASE("osia: what was answered before a kill is there after the next start") {
  osia_world w;
  for (int i = 0; i < 4; ++i) create(w, "p" + std::to_string(i), "e", encounter_of(w.prints(i)));
  REQUIRE(w.call("operator", "deleteAll", named("p0")).status == 204);
  w.kill();
  w.start();
  CHECK(w.call("oversight", "readAllEncounters", named("p0")).status == 404);
  for (int i = 1; i < 4; ++i) CHECK(found(w, w.prints(i, 1)) == names{"p" + std::to_string(i)});
  CHECK(w.stop() == 0);
  CHECK(w.world().as("oversight", {"audit", "verify"}).code == 0);
  CHECK(w.world().as("operator", {"scrub"}).code == 0);
}

}  // namespace whorl::test
