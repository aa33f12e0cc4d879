// Every route answers as /openapi.json says, and takes what it says.
#include <doctest/doctest.h>

#include <regex>
#include <set>
#include <sstream>

#include "actors/casework/queue.hpp"
#include "apps/casework/report.hpp"
#include "apps/casework/step_words.hpp"
#include "apps/http/routes.hpp"
#include "tests/apps/openapi_check.hpp"
#include "tests/apps/served_world.hpp"

namespace whorl::test {
namespace {

using nlohmann::json;
using strings = std::vector<std::string>;

/// A gateway that is asked, and what was said.
class witness {
 public:
  http_answer ask(const std::string& who, const std::string& path, const strings& more = {}) {
    exchange heard = exchange_of(path, more);
    heard.answer = world.ask(who, path, more);
    all.push_back(heard);
    return heard.answer;
  }
  http_answer tell(const std::string& who, const std::string& path, const std::string& body) {
    return ask(who, path, {"--data-binary", body, "-H", "Content-Type: application/json"});
  }
  std::string book(const strings& files) {
    const auto taken =
        ask("city-police", "/v1/bookings",
            {"--data-binary", "@" + files.at(0), "-H", "Content-Type: application/octet-stream"});
    REQUIRE(taken.status == 202);
    return taken.document()["booking"];
  }
  /// Asks until the answer has this.
  void await(const std::string& path, const char* text) {
    for (int i = 0; i < 3000; ++i)
      if (world.ask("examiner", path).body.find(text) != std::string::npos) return;
    FAIL(path << " never said " << text);
  }

  served_world world;
  std::vector<exchange> all;
};

void work_a_case(witness& w) {
  const std::string id = w.book(files_of(w.world.world().bookings("one", 3, 1)));
  w.await("/v1/bookings/" + id, "\"done\": true");
  const std::string which = "/v1/cases/C" + id.substr(1);
  w.await(which, "iaq_queued");
  for (const char* who : {"city-police", "examiner"}) {
    w.ask(who, "/v1/bookings/" + id);
    w.ask(who, "/v1/bookings/" + id + "/answers");
    w.ask(who, "/v1/bookings?limit=1");
  }
  w.ask("city-police", "/v1/bookings/" + id + "/messages/1");
  const std::string events = w.ask("city-police", "/v1/bookings/" + id + "/events").body;
  const std::size_t data = events.find("data: ") + 6;
  CHECK(faults_of(json::parse(events.substr(data, events.find('\n', data) - data)),
                  schema_named("booking_state")) == strings{});
  const std::string steps = which + "/steps";
  w.tell("examiner", steps, R"({"step": "prints_confirmed", "reason": "12 points"})");
  w.tell("analyst", steps,
         R"({"step": "status_found", "code": "final-order", "about_at": "2026-03-01"})");
  w.tell("field-office", steps, R"({"step": "offence_recorded", "request": "once", "offence":
         {"code": "1313", "class": "felony", "disposition": "convicted", "sentence_days": 400}})");
  w.tell("field-office", steps, R"({"step": "detainer_issued", "reason": "a violent felony"})");
  w.tell("city-police", steps, R"({"step": "notice_served", "code": "es"})");
  const json now = w.ask("analyst", which).document();
  CHECK(now["now"]["state"] == "detainer");  // so that holds and offences were seen
  w.ask("oversight", "/v1/subjects/" + now["subject"].get<std::string>() + "/sights");
}

void decide_a_review(witness& w) {
  const std::string id =
      w.book(files_of(w.world.world().bookings("hands", 5, 1, {"--exchange", "hands"})));
  w.await("/v1/bookings/" + id, "\"criminal_search\": \"review\"");
  const json waiting = w.ask("examiner", "/v1/reviews?limit=10").document();
  CHECK_FALSE(waiting["reviews"].at(0)["candidates"].empty());
  const std::string path = "/v1/bookings/" + id + "/review";
  w.tell("examiner", path, R"({"gallery": "criminal", "decision": "same", "reason": "r"})");
  w.tell("examiner", path, R"({"gallery": "immigration", "decision": "different", "reason": "r"})");
  w.tell("examiner", path, R"({"gallery": "criminal", "decision": "same", "reason": "r"})");  // 409
}

}  // namespace

TEST_CASE("openapi: every route answers as the document says, also by a validator of the trade") {
  witness w;
  work_a_case(w);
  decide_a_review(w);
  w.ask("", "/health/live");
  w.ask("", "/health/ready");
  w.ask("", "/v1/cases");  // 401
  w.ask("operator", "/metrics");
  w.ask("analyst", "/openapi.json");
  w.ask("analyst", "/v1/tokens", {"-X", "POST"});
  w.ask("oversight", "/v1/cases");
  w.ask("analyst", "/v1/queues/field-office");
  w.ask("analyst", "/v1/rules");
  w.ask("oversight", "/v1/report?by=state");
  w.ask("oversight", "/v1/audit?limit=5");
  w.ask("oversight", "/v1/bookings/B0000000000000001");  // 404
  std::set<std::string> answered;
  for (const exchange& each : w.all)
    if (each.answer.status < 300)
      answered.insert(each.method + " " +
                      std::string(apps::http::match(each.method, each.path).found->to->pattern));
  for (const auto& r : apps::http::routes()) {
    const std::string name = std::string(r.method) + " " + std::string(r.pattern);
    // Those of the cluster answer where there is one (cluster_test.cpp), keys to other exchanges
    // alone (exchanges_test.cpp).
    CHECK_MESSAGE(
        answered.contains(name) != (r.pattern.starts_with("/v1/cluster") || r.for_exchanges), name);
  }
  CHECK(faults_by_ajv(w.all).value_or("") == "");
  // It sees what is wrong, too.
  exchange wrong = w.all.back();
  wrong.answer = {200, "application/json", R"({"booking": "B1", "surprise": 1})"};
  const auto faults = faults_by_ajv({wrong});
  if (faults) CHECK(faults->find("surprise") != std::string::npos);
}

TEST_CASE("openapi: what is missing, of another kind or not described is a fault, by its place") {
  const auto first = [](const char* value, const char* schema) {
    const auto all = faults_of(json::parse(value), schema_named(schema));
    return all.empty() ? std::string() : all.front();
  };
  CHECK(first(R"({"status": "pass"})", "health") == "");
  CHECK(first(R"({})", "health") == ": no 'status'");
  CHECK(first(R"({"status": "pass", "more": 1})", "health") == "/more: not described");
  CHECK(first(R"({"status": "fail"})", "health").find("is none of") != std::string::npos);
  CHECK(first(R"([])", "health").find("is no object") != std::string::npos);
  CHECK(first(R"("B00000000000000g1")", "booking_id").find("not like") != std::string::npos);
  CHECK(first(R"({"audit": [], "next": "1"})", "audit").starts_with("/next: "));
  CHECK(first(R"({"token": "t", "expires_at": "noon"})", "token").starts_with("/expires_at: "));
  CHECK(first(R"({"cases": [{"case": 1}]})", "case_list").starts_with("/cases/0: no '"));
}

TEST_CASE("openapi: the bodies that docs/API.md shows are as the document says") {
  const std::string text = to_text(read_file(std::string(WHORL_SOURCE_DIR) + "/docs/API.md"));
  std::size_t count = 0;
  const auto check = [&](const std::string& body, std::string_view schema) {
    CAPTURE(body);
    CHECK(faults_of(json::parse(body), schema_named(schema)) == strings{});
    ++count;
  };
  const std::regex sent(R"re(-d '([^']*)'[\s\\]*"\$URL([^"]*)")re");
  for (std::sregex_iterator at(text.begin(), text.end(), sent), end; at != end; ++at) {
    const auto found = apps::http::match("POST", (*at)[2].str());
    REQUIRE(found.found);
    check((*at)[1], found.found->to->takes);
  }
  const std::regex shown(R"re(`(\{"(gallery|order)":[^`]*\})`)re");
  for (std::sregex_iterator at(text.begin(), text.end(), shown), end; at != end; ++at)
    check((*at)[1], (*at)[2] == "order" ? "order" : "review");
  CHECK(count >= 6);
}

TEST_CASE("openapi: values of parameters and steps are those that the code knows") {
  const json document = openapi_document();
  for (const json& name : document["components"]["schemas"]["case_step"]["enum"])
    CHECK(parse_case_step(name.get<std::string>()));
  std::set<std::string> parameters;
  for (const auto& [path, methods] : document["paths"].items())
    for (const auto& [method, operation] : methods.items())
      for (const json& each : operation["parameters"]) {
        for (const json& value : each["schema"].value("enum", json::array())) {
          const std::string text = value;
          CAPTURE(text);
          if (each["name"] == "queue") CHECK(casework::parse_queue_kind(text));
          if (each["name"] == "by") CHECK(apps::parse_period("", "", text, {}));
        }
        parameters.insert(each["name"]);
      }
  CHECK(parameters.contains("queue"));
  CHECK(parameters.contains("by"));
}

}  // namespace whorl::test
