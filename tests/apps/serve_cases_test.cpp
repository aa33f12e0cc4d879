// Cases over HTTP: steps by certificate, queues, rules and reports; who may know of a case.
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/apps/served_world.hpp"

namespace whorl::test {

using nlohmann::json;

namespace {

http_answer step(const served_world& w, const std::string& who, const std::string& which,
                 const std::string& body, const std::string& type = "application/json") {
  return w.ask(who, "/v1/cases/" + which + "/steps",
               {"--data-binary", body, "-H", "Content-Type: " + type});
}

std::string booked_case(const served_world& w, const char* who, const char* name, int person,
                        const char* ori) {
  const auto files = files_of(w.world().bookings(name, person, 1, {"--ori", ori}));
  const auto taken = w.book(who, files.at(0));
  REQUIRE(taken.status == 202);
  const std::string booking = taken.document()["booking"];
  w.done("examiner", booking);
  return "C" + booking.substr(1);
}

}  // namespace

TEST_CASE("serve: a case is worked over HTTP, step by step, each by its own person") {
  served_world w;
  const std::string c = booked_case(w, "city-police", "one", 3, "ZZPD00001");
  const auto must = [&](const char* who, const char* body) {
    const auto done = step(w, who, c, body);
    REQUIRE_MESSAGE(done.status == 200, done.body);
    return done.document();
  };
  // The case is there once its answer is: the notices follow it.
  for (int i = 0; i < 200 && w.ask("analyst", "/v1/cases/" + c).status == 404; ++i) {
  }
  CHECK(w.ask("analyst", "/v1/queues/operations-centre").document()["waiting"] == 1);
  must("examiner", R"({"step":"prints_confirmed","reason":"14 points"})");
  must("analyst", R"({"step":"status_found","code":"final-order","about_at":"2026-06-01"})");
  const json found = must("field-office",
                          R"({"step":"offence_recorded",
          "offence":{"code":"1313","class":"felony","disposition":"charged"}})");
  CHECK(found["now"]["level"] == 1);
  CHECK(found["by"] == "field-office");
  must("field-office", R"({"step":"detainer_issued","reason":"a violent felony"})");
  // The agency was told, so it may step; it is shown nothing of the case.
  const json told = must("city-police", R"({"step":"notice_served","code":"es","request":"once"})");
  CHECK_FALSE(told.contains("now"));
  CHECK(told["taken"] == true);
  must("city-police", R"({"step":"notice_served","code":"es","request":"once"})");  // again
  const json whole = w.ask("delegate", "/v1/cases/" + c).document();  // 287(g), same agency
  CHECK(whole["now"]["notice_language"] == "es");
  CHECK(whole["events"].size() == 7);
  CHECK(w.ask("oversight", "/v1/report?by=state").document()["jurisdictions"][0]["detained"] == 1);
  CHECK(w.ask("analyst", "/v1/rules").document()["rules"].size() == 5);
  CHECK(w.stop() == 0);
  CHECK(w.world().as("oversight", {"audit", "verify"}).code == 0);
}

TEST_CASE("serve: what is wrong with a step is a problem, never an error of the server") {
  served_world w;
  const std::string c = booked_case(w, "city-police", "one", 3, "ZZPD00001");
  for (int i = 0; i < 200 && w.ask("analyst", "/v1/cases/" + c).status == 404; ++i) {
  }
  const auto status = [&](const char* who, const std::string& body,
                          const std::string& type = "application/json") {
    const auto answer = step(w, who, c, body, type);
    if (answer.status >= 400) CHECK(answer.content_type == "application/problem+json");
    return answer.status;
  };
  CHECK(status("analyst", "") == 400);
  CHECK(status("analyst", "{") == 400);
  CHECK(status("analyst", "[1]") == 400);
  CHECK(status("analyst", std::string(100'000, '[')) == 400);
  CHECK(status("analyst", R"({"step":"arrest"})") == 400);
  CHECK(status("analyst", R"({"step":"note","reason":"r"})", "text/plain") == 415);
  CHECK(status("analyst", R"({"step":"note"})") == 400);  // a reason is needed
  CHECK(status("analyst", R"({"step":"status_found","code":"maybe","about_at":"2026-01-01"})") ==
        400);
  CHECK(status("analyst", R"({"step":"detainer_expired"})") == 403);
  CHECK(status("analyst", R"({"step":"prints_confirmed","reason":"r"})") == 403);
  CHECK(status("field-office", R"({"step":"detainer_issued","reason":"r"})") == 409);
  CHECK(status("oversight", R"({"step":"note","reason":"r"})") == 403);
  CHECK(status("", R"({"step":"note","reason":"r"})") == 401);
  CHECK(step(w, "analyst", "X1", R"({"step":"note","reason":"r"})").status == 400);
  CHECK(step(w, "analyst", "C0000000000000001", R"({"step":"note","reason":"r"})").status == 404);
  // Of another agency, and of one's own that has been told nothing: the same answer.
  const auto hidden = step(w, "city-police", c, R"({"step":"note","reason":"r"})");
  const auto none = step(w, "city-police", "C0000000000000001", R"({"step":"note","reason":"r"})");
  CHECK(hidden.status == 404);
  CHECK(none.status == 404);
  // A refusal is on record soon after its answer; of the last a safeguard stood in the way.
  for (const char* refused : {"step note: ", "step prints_confirmed: ", "step detainer_issued: "}) {
    CAPTURE(refused);
    bool found = false;
    for (int i = 0; i < 200 && !found; ++i) found = w.audit().find(refused) != std::string::npos;
    CHECK(found);
  }
  CHECK(w.ask("analyst", "/v1/queues/desk").status == 400);
  CHECK(w.ask("oversight", "/v1/report?by=county").status == 400);
  CHECK(w.ask("oversight", "/v1/report?from=2030-01-01&to=2020-01-01").status == 400);
}

TEST_CASE("safeguard: a 287(g) officer and a field office know of their own cases alone") {
  served_world w;
  const std::string own = booked_case(w, "city-police", "own", 3, "ZZPD00001");
  const std::string others = booked_case(w, "sheriff", "others", 4, "ZZSO00002");
  for (const std::string& c : {own, others})
    for (int i = 0; i < 200 && w.ask("analyst", "/v1/cases/" + c).status == 404; ++i) {
    }
  CHECK(w.ask("delegate", "/v1/cases/" + own).status == 200);
  CHECK(w.ask("delegate", "/v1/cases/" + others).status == 404);
  CHECK(w.ask("delegate", "/v1/cases").document()["cases"].size() == 1);
  const std::string answers = "/v1/bookings/B" + own.substr(1) + "/answers";
  CHECK_FALSE(w.ask("delegate", answers).document()["immigration"]["subject"].is_null());
  CHECK(w.ask("field-office", "/v1/cases").document()["cases"].size() == 2);
  // Protected from now on: not even the delegated officer sees it.
  REQUIRE(step(w, "analyst", own, R"({"step":"flagged","code":"protected","reason":"asylum"})")
              .status == 200);
  CHECK(w.ask("delegate", "/v1/cases/" + own).status == 404);
  CHECK(w.ask("delegate", "/v1/cases").document()["cases"].empty());
  // Nor does whoever of the federal side is not named: not even that there is one, on record.
  CHECK(w.ask("operator", "/v1/cases/" + own).status == 404);
  CHECK(w.ask("operator", "/v1/cases").document()["cases"].size() == 1);
  CHECK(w.ask("second-examiner", "/v1/queues/examiners").document()["waiting"] == 1);
  CHECK(w.ask("examiner", "/v1/queues/examiners").document()["waiting"] == 2);
  CHECK(w.ask("oversight", "/v1/cases/" + own).status == 200);
  CHECK(step(w, "second-examiner", own, R"({"step":"note","reason":"r"})").status == 404);
  json seen;
  const auto rows = [&](const char* action, const char* who) {
    return std::ranges::count_if(
        seen, [&](const json& row) { return row["action"] == action && row["principal"] == who; });
  };
  // A refusal is on record soon after its answer.
  for (int i = 0; i < 200 && rows("refused", "second-examiner") == 0; ++i)
    seen = w.ask("oversight", "/v1/audit?object=" + own).document()["audit"];
  CHECK(rows("refused", "operator") == 1);
  CHECK(rows("refused", "second-examiner") == 1);
  CHECK(rows("read case", "oversight") >= 1);
  const json hidden = w.ask("delegate", answers).document();
  CHECK(hidden["immigration"]["decision"] == "pending");
  CHECK(hidden["immigration"]["subject"].is_null());
  CHECK(hidden.dump().find("IAQ") == std::string::npos);
}

TEST_CASE("serve: a case is handed over to whom whorl.toml names now, not at the start") {
  served_world w;
  const std::string c = booked_case(w, "city-police", "one", 3, "ZZPD00001");
  for (int i = 0; i < 200 && w.ask("analyst", "/v1/cases/" + c).status == 404; ++i) {
  }
  const std::string hand_over = R"({"step":"handed_over","code":"newcomer"})";
  REQUIRE(step(w, "analyst", c, R"({"step":"taken_up"})").status == 200);
  CHECK(step(w, "analyst", c, hand_over).status == 400);
  w.configure("[[principal]]\nname = \"examiner\"",
              "[[principal]]\nname = \"newcomer\"\nrole = \"analyst\"\n\n"
              "[[principal]]\nname = \"examiner\"");
  CHECK(step(w, "analyst", c, hand_over).status == 200);
  CHECK(w.ask("analyst", "/v1/cases/" + c).document()["now"]["assignee"] == "newcomer");
}

TEST_CASE("serve: an examiner decides over HTTP what waits, once, and is on record") {
  served_world w;
  const auto files =
      files_of(w.world().bookings("hands", 5, 1, {"--ori", "ZZPD00001", "--exchange", "hands"}));
  const auto taken = w.book("city-police", files.at(0));
  REQUIRE(taken.status == 202);
  const std::string booking = taken.document()["booking"];
  for (int i = 0; i < 2000; ++i)
    if (w.ask("examiner", "/v1/bookings/" + booking).document()["criminal_search"] == "review")
      break;
  const auto decide = [&](const char* who, const std::string& body) {
    return w.ask(who, "/v1/bookings/" + booking + "/review",
                 {"--data-binary", body, "-H", "Content-Type: application/json"});
  };
  const std::string same =
      R"({"gallery":"criminal","decision":"same","reason":"the hands are exchanged"})";
  CHECK(decide("city-police", same).status == 403);
  CHECK(decide("examiner", R"({"gallery":"criminal","decision":"same","reason":" "})").status ==
        400);
  CHECK(decide("examiner", R"({"gallery":"criminal","decision":"same","reason":"r",
                               "subject":"S0000000000000001"})")
            .status == 404);
  const std::string other = R"({"gallery":"immigration","decision":"different","reason":"r"})";
  CHECK(decide("examiner", other).status == 200);
  CHECK(decide("examiner", other).status == 409);  // nothing waits there any more
  const auto done = decide("examiner", same);
  REQUIRE_MESSAGE(done.status == 200, done.body);
  CHECK(done.document()["decision"] == "hit");
  CHECK(decide("examiner", same).status == 409);
  CHECK(w.done("city-police", booking)["criminal_search"] == "answered");
  const json rows = w.ask("oversight", "/v1/audit?object=" + booking).document()["audit"];
  CHECK(std::count_if(rows.begin(), rows.end(), [](const json& row) {
          return row["action"] == "decide review" && row["principal"] == "examiner";
        }) == 2);
  CHECK(w.stop() == 0);
  CHECK(w.world().as("operator", {"scrub"}).code == 0);
}

TEST_CASE("serve: where two examiners are asked for, one alone decides nothing") {
  served_world w;
  CHECK(w.stop() == 0);
  w.configure("criminal_examiners = 1", "criminal_examiners = 2");
  w.start();
  const auto files =
      files_of(w.world().bookings("hands", 5, 1, {"--ori", "ZZPD00001", "--exchange", "hands"}));
  const std::string booking = w.book("city-police", files.at(0)).document()["booking"];
  const auto state = [&] {
    return w.ask("examiner", "/v1/bookings/" + booking).document()["criminal_search"];
  };
  for (int i = 0; i < 2000 && state() != "review"; ++i) {
  }
  const auto decide = [&](const char* who, const std::string& what, const char* gallery) {
    return w.ask(who, "/v1/bookings/" + booking + "/review",
                 {"--data-binary",
                  R"({"gallery":")" + std::string(gallery) + R"(","decision":")" + what +
                      R"(","reason":"what was seen"})",
                  "-H", "Content-Type: application/json"});
  };
  const auto first = decide("examiner", "same", "criminal");
  CHECK(first.status == 202);
  CHECK(first.document()["decision"] == "review");
  CHECK(first.document()["examiners_agreed"] == 1);
  CHECK(first.document()["examiners_needed"] == 2);
  CHECK(decide("examiner", "same", "criminal").status == 202);  // the same person is not two
  CHECK(decide("second-examiner", "different", "criminal").status == 202);  // nor do these agree
  CHECK(state() == "review");
  CHECK(decide("examiner", "different", "immigration").status == 200);  // one is enough there
  CHECK(w.stop() == 0);                                                 // what was found is kept
  const json waits = w.world().as("examiner", {"--json", "reviews"}).document()["reviews"];
  REQUIRE(waits.size() == 1);
  CHECK(waits[0]["examined_by"] == json({"examiner", "second-examiner"}));
  CHECK(waits.dump().find("what was seen") == std::string::npos);
  w.start();
  const auto agreed = decide("second-examiner", "same", "criminal");  // who has looked again
  REQUIRE_MESSAGE(agreed.status == 200, agreed.body);
  CHECK(agreed.document()["decision"] == "hit");
  CHECK(w.done("city-police", booking)["criminal_search"] == "answered");
  const json rows = w.ask("oversight", "/v1/audit?object=" + booking).document()["audit"];
  const auto count = [&](const char* action, const char* who) {
    return std::count_if(rows.begin(), rows.end(), [&](const json& row) {
      return row["action"] == action && row["principal"] == who && row["purpose"] == "criminal";
    });
  };
  CHECK(count("examine review", "examiner") == 1);
  CHECK(count("examine review", "second-examiner") == 1);
  CHECK(count("decide review", "second-examiner") == 1);
  CHECK(count("decide review", "examiner") == 0);
}

TEST_CASE("serve: overdue answers and complete charges are numbers for a monitor") {
  served_world w;
  booked_case(w, "city-police", "one", 3, "ZZPD00001");
  std::string text;
  for (int i = 0; i < 500 && text.find("\nwhorl_cases_open 1\n") == std::string::npos; ++i)
    text = w.ask("oversight", "/metrics").body;
  for (const char* line :
       {"\nwhorl_cases_open 1\n", "\nwhorl_cases_by_charges{charges=\"incomplete\"} 1\n",
        "\nwhorl_status_answers_overdue{level=\"1\"} 0\n"})
    CHECK_MESSAGE(text.find(line) != std::string::npos, text);
}

}  // namespace whorl::test
