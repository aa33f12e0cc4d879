// Identification, verification and galleries on a running node; and the pure parts of ranking and
// verifying.
#include "apps/osia/search.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "fingerprint/iso_template.hpp"
#include "messages/limits.hpp"
#include "tests/apps/osia/osia_world.hpp"

namespace whorl::test {
namespace {

namespace osia = apps::osia;

json request(const json& biometrics, const json& filter = json::object()) {
  return {{"filter", filter}, {"biometricData", biometrics}};
}

void create(osia_world& w, const std::string& person, const std::string& encounter,
            const json& body) {
  REQUIRE(w.call("operator", "createEncounter", {{"personId", person}, {"encounterId", encounter}},
                 body)
              .status == 200);
}

std::string message_of(const http_answer& answer) { return answer.document()["message"]; }

/// So many minutiae of a finger.
probe_print print_of(std::uint8_t finger, std::size_t minutiae) {
  fingerprint::print_template print;
  print.finger_position = finger;
  print.width_px = print.height_px = 500;
  for (std::size_t i = 0; i < minutiae; ++i)
    print.minutiae.push_back(
        {static_cast<std::uint16_t>(30 + 20 * i), static_cast<std::uint16_t>(460 - 21 * i),
         static_cast<std::uint8_t>(11 * i), fingerprint::minutia_type::ridge_ending, 50});
  auto record = fingerprint::encode_iso(std::span(&print, 1));
  REQUIRE(record);
  return {finger, *std::move(record)};
}

scored_candidate scored(std::uint64_t subject, std::uint64_t identity, std::uint32_t fused) {
  return {{subject}, {identity}, fused, 10, 0, {}};
}

}  // namespace

TEST_CASE("osia search: an identity stands once, best first, above its gallery's threshold") {
  const osia::scored_record criminal{
      gallery_kind::criminal,
      {{scored(1, 9, 900), scored(2, 9, 950), scored(3, 3, 700), scored(4, 4, 100)}, 100}};
  const osia::scored_record immigration{gallery_kind::immigration, {{scored(5, 3, 990)}, 100}};
  const auto all = osia::rank({criminal, immigration}, {});
  REQUIRE(all.size() == 2);
  CHECK(all[0].identity == subject_id{3});
  CHECK(all[0].score == 990);
  CHECK(all[0].records.size() == 2);
  CHECK(all[1].identity == subject_id{9});
  CHECK(all[1].records.size() == 2);
  osia::search_wish wish;
  wish.threshold = 960;
  CHECK(osia::rank({criminal, immigration}, wish).size() == 1);
  wish.threshold = 0;
  CHECK(osia::rank({criminal, immigration}, wish).size() == 3);
  wish.but = subject_id{3};
  CHECK(osia::rank({criminal, immigration}, wish).front().identity == subject_id{9});
  wish.most = 1;
  CHECK(osia::rank({criminal, immigration}, wish).size() == 1);
}

TEST_CASE("osia identify: the right person first, with encounter and gallery, and it is audited") {
  osia_world w;
  for (int i = 0; i < 5; ++i) {
    const std::vector<std::string> in = i % 2 == 0
                                            ? std::vector<std::string>{"criminal"}
                                            : std::vector<std::string>{"criminal", "immigration"};
    create(w, "p" + std::to_string(i), "e", encounter_of(w.prints(i), in));
  }
  const auto hit = w.call("examiner", "identify", {{"galleryId", "ALL"}},
                          request(biometrics_of(w.prints(3, 1)), {{"biometricType", {"FINGER"}}}),
                          {{"priority", "9"}, {"accuracyLevel", "high"}, {"serviceLevel", "9"}});
  REQUIRE(hit.status == 200);
  REQUIRE(hit.document().size() == 1);
  const json best = hit.document()[0];
  CHECK(best["personId"] == "p3");
  CHECK(best["rank"] == 1);
  CHECK(best["score"] > 1000);
  REQUIRE(best["scores"].size() == 2);
  std::set<std::string> in;
  for (const json& each : best["scores"]) {
    CHECK(each["encounterId"] == "e");
    in.insert(each["galleries"][0].get<std::string>());
  }
  CHECK(in == std::set<std::string>{"criminal", "immigration"});
  const std::string audit = w.audit();
  CHECK(audit.find("osia candidate") != std::string::npos);
  CHECK(audit.find("identification in ALL") != std::string::npos);
  CHECK(audit.find("OSIA transaction t-1") != std::string::npos);

  const auto nobody = w.call("examiner", "identify", {{"galleryId", "criminal"}},
                             request(biometrics_of(w.prints(77))));
  CHECK(nobody.document().empty());
  const auto many = [&](const char* most) {
    return w
        .call("examiner", "identify", {{"galleryId", "criminal"}},
              request(biometrics_of(w.prints(3, 1))), {{"threshold", "0"}, {"maxNbCand", most}})
        .document()
        .size();
  };
  CHECK(many("64") > 2);  // strangers too
  CHECK(many("2") == 2);
  CHECK(w.call("examiner", "identify", {{"galleryId", "criminal"}},
               request(biometrics_of(w.prints(3, 1))), {{"threshold", "100000"}})
            .document()
            .empty());
}

TEST_CASE("osia identify: what cannot be searched is refused by its name") {
  osia_world w;
  const json good = biometrics_of(w.prints(0));
  const auto refused = [&](const json& body, const std::string& named) {
    CAPTURE(named);
    const auto answer = w.call("examiner", "identify", {{"galleryId", "ALL"}}, body);
    CHECK(answer.status == 400);
    CHECK(message_of(answer).find(named) != std::string::npos);
  };
  refused({{"biometricData", good}}, "request.filter: missing");
  refused({{"filter", json::object()}}, "request.biometricData: missing");
  refused(request(good, {{"dateOfBirthMin", "1980-01-01"}}), "filter.dateOfBirthMin");
  refused(request(good, {{"biometricType", {"IRIS"}}}), "filter.biometricType");
  refused(request(json::array()), "biometricData");
  json image = json::array({{{"biometricType", "FINGER"}, {"image", "YWJj"}}});
  refused(request(image), "biometricData[0].image: images cannot be read");
  json twice = good;
  twice.insert(twice.end(), good.begin(), good.end());
  refused(request(twice), "more than 10 prints");
  CHECK(w.call("examiner", "identify", {{"galleryId", "VIP"}}, request(good)).status == 404);
}

TEST_CASE("osia identify: from a person or an encounter that is there; itself is no candidate") {
  osia_world w;
  create(w, "first", "e1", encounter_of(w.prints(0)));
  create(w, "second", "e1", encounter_of(w.prints(0, 1), {"immigration"}));
  create(w, "empty", "e1", encounter_of({}));
  const auto from = [&](const std::string& gallery, const std::string& person) {
    return w.call("examiner", "identifyFromId", {{"galleryId", gallery}, {"personId", person}},
                  json::object());
  };
  CHECK(from("criminal", "first").document().empty());
  CHECK(from("ALL", "first").document()[0]["personId"] == "second");
  CHECK(from("criminal", "second").document()[0]["personId"] == "first");
  CHECK(from("ALL", "nobody").status == 404);
  CHECK(from("VIP", "first").status == 404);
  CHECK(from("ALL", "empty").status == 400);
  const auto by = [&](const std::string& encounter) {
    return w.call("examiner", "identifyFromEncounterId",
                  {{"galleryId", "ALL"}, {"personId", "first"}, {"encounterId", encounter}},
                  json::object());
  };
  CHECK(by("e1").document()[0]["personId"] == "second");
  CHECK(by("e9").status == 404);
}

TEST_CASE("osia identify: without a body, and not with an encounter that is INACTIVE") {
  osia_world w;
  create(w, "first", "now", encounter_of(w.prints(0)));
  json asleep = encounter_of(w.prints(1));
  asleep["status"] = "INACTIVE";
  create(w, "first", "before", asleep);
  create(w, "second", "e", encounter_of(w.prints(0, 1)));
  create(w, "third", "e", encounter_of(w.prints(1, 1)));
  const auto of = [](const http_answer& answer) {
    std::vector<std::string> out;
    REQUIRE(answer.status == 200);
    for (const json& each : answer.document()) out.push_back(each["personId"]);
    return out;
  };
  const words first = {{"galleryId", "ALL"}, {"personId", "first"}};
  words before = first;
  before.emplace_back("encounterId", "before");
  CHECK(of(w.call("examiner", "identifyFromId", first)) == std::vector<std::string>{"second"});
  // Who names an encounter means it.
  CHECK(of(w.call("examiner", "identifyFromEncounterId", before)) ==
        std::vector<std::string>{"third"});
}

TEST_CASE("osia search: the best print of each finger, before one of an unknown finger") {
  std::vector<probe_print> all;
  for (std::uint8_t finger = 0; finger <= 10; ++finger) all.push_back(print_of(finger, 12));
  all.push_back(print_of(3, 20));
  const auto best = osia::best_prints(all);
  REQUIRE(best.size() == 10);
  for (std::uint8_t i = 0; i < 10; ++i) CHECK(best[i].finger_position == i + 1);
  CHECK(best[2].iso_record == all.back().iso_record);
  all.erase(all.begin() + 5);
  CHECK(osia::best_prints(all).back().finger_position == 0);
}

TEST_CASE("osia verify: prints that cannot be compared are refused, not called different") {
  osia_world w;
  create(w, "p", "e", encounter_of(w.prints(0)));
  const json poor = biometrics_of({print_of(1, limits::minutiae_min - 1)});
  const auto against =
      w.call("examiner", "verifyFromId", {{"galleryId", "criminal"}, {"personId", "p"}},
             {{"biometricData", poor}});
  CHECK(against.status == 400);
  CHECK(message_of(against).find("biometricData") != std::string::npos);
  const auto both =
      w.call("examiner", "verifyFromBio", {},
             {{"biometricData1", poor}, {"biometricData2", biometrics_of(w.prints(0))}});
  CHECK(both.status == 400);
  // An encounter of such prints is passed over: there is nothing to compare with.
  create(w, "q", "e", encounter_of({print_of(1, limits::minutiae_min - 1)}));
  const auto nothing =
      w.call("examiner", "verifyFromId", {{"galleryId", "criminal"}, {"personId", "q"}},
             {{"biometricData", biometrics_of(w.prints(0))}});
  REQUIRE(nothing.status == 200);
  CHECK(nothing.document()["decision"] == false);
  CHECK(nothing.document()["scores"].empty());
}

TEST_CASE("osia verify: a person against prints, and prints against prints") {
  osia_world w;
  create(w, "p", "e", encounter_of(w.prints(0)));
  const auto of = [&](const std::string& gallery, const std::string& person, int prints,
                      const words& query = {}) {
    return w.call("examiner", "verifyFromId", {{"galleryId", gallery}, {"personId", person}},
                  {{"biometricData", biometrics_of(w.prints(prints, 1))}}, query);
  };
  const json same = of("criminal", "p", 0).document();
  CHECK(same["decision"] == true);
  REQUIRE(same["scores"].size() == 1);
  CHECK(same["scores"][0]["score"] > 1000);
  CHECK(of("ALL", "p", 5).document()["decision"] == false);
  CHECK(of("criminal", "p", 0, {{"threshold", "1e-320"}}).document()["decision"] == true);
  CHECK(of("ALL", "p", 0, {{"threshold", "100000"}}).document()["decision"] == false);
  CHECK(of("immigration", "p", 0).status == 404);
  CHECK(of("criminal", "nobody", 0).status == 404);
  CHECK(of("VIP", "p", 0).status == 404);

  const auto two = [&](const json& a, const json& b) {
    return w.call("examiner", "verifyFromBio", {}, {{"biometricData1", a}, {"biometricData2", b}});
  };
  const json mine = biometrics_of(w.prints(0)), ansi = biometrics_of(w.prints(0, 1), "ANSI_378");
  CHECK(two(mine, ansi).document()["decision"] == true);
  CHECK(two(mine, biometrics_of(w.prints(1))).document()["decision"] == false);
  const auto refused = two(mine, json::array());
  CHECK(refused.status == 400);
  CHECK(message_of(refused).find("biometricData2") != std::string::npos);
  CHECK(w.audit().find("verifyFromBio") != std::string::npos);
}

TEST_CASE("osia galleries: both are listed, their content by pages") {
  osia_world w(7, 3);
  CHECK(w.call("operator", "readGalleries").document() == json{"criminal", "immigration"});
  create(w, "mine", "e1", encounter_of(w.prints(30)));
  create(w, "mine", "e2", encounter_of(w.prints(30, 1), {"criminal", "immigration"}));
  const auto page = [&](const std::string& gallery, int offset, int limit) {
    return w
        .call("operator", "readGalleryContent", {{"galleryId", gallery}}, nullptr,
              {{"offset", std::to_string(offset)}, {"limit", std::to_string(limit)}})
        .document();
  };
  CHECK(page("criminal", 0, 1000).size() == 9);
  CHECK(page("immigration", 0, 1000).size() == 4);
  CHECK(page("ALL", 0, 1000).size() == 12);  // what is in both stands once
  json joined = json::array();
  for (int at = 0; at < 15; at += 2)
    for (const json& each : page("ALL", at, 2)) joined.push_back(each);
  CHECK(joined == page("ALL", 0, 1000));
  CHECK(std::count_if(joined.begin(), joined.end(),
                      [](const json& each) { return each["personId"] == "mine"; }) == 2);
  CHECK(w.call("operator", "readGalleryContent", {{"galleryId", "VIP"}}).status == 404);
  CHECK(
      w.call("operator", "readGalleryContent", {{"galleryId", "ALL"}}, nullptr, {{"limit", "5000"}})
          .status == 400);
}

}  // namespace whorl::test
