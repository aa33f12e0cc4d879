// Asynchronous calls with their callbacks, roles, and requests that are none, on a running node.
#include "apps/osia/desk.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <thread>

#include "messages/limits.hpp"
#include "tests/apps/osia/osia_world.hpp"

namespace whorl::test {
namespace {

namespace osia = apps::osia;

std::string state_of(osia_world& w, const std::string& who, const std::string& task) {
  const auto answer = w.call(who, "readTaskStatus", {{"taskId", task}});
  REQUIRE(answer.status == 200);
  return answer.document();
}

/// Asked until it is so.
void becomes(osia_world& w, const std::string& who, const std::string& task,
             const std::string& wanted) {
  std::string state;
  for (int i = 0; i < 600 && state != wanted; ++i) {
    state = state_of(w, who, task);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  CHECK(state == wanted);
}

std::string task_of(const http_answer& answer) {
  REQUIRE(answer.status == 202);
  return answer.document()["taskId"];
}

/// A body that the operation takes.
json body_for(const osia_world& w, const osia::description& d) {
  const json prints = biometrics_of(w.prints(0));
  switch (d.what) {
    case osia::operation::update_encounter_galleries:
      return json{"criminal"};
    case osia::operation::identify:
      return {{"filter", json::object()}, {"biometricData", prints}};
    case osia::operation::verify_from_id:
      return {{"biometricData", prints}};
    case osia::operation::verify_from_bio:
      return {{"biometricData1", prints}, {"biometricData2", prints}};
    case osia::operation::identify_from_id:
    case osia::operation::identify_from_encounter_id:
      return json::object();
    default:
      return d.takes_body ? encounter_of(w.prints(0)) : json();
  }
}

words names_for(const osia::description& d) {
  const std::map<std::string, std::string> values = {
      {"galleryId", "criminal"}, {"personId", "p"},    {"personIdTarget", "p"},
      {"personIdSource", "q"},   {"encounterId", "e"}, {"taskId", "T1"}};
  words out;
  for (const auto& [name, value] : values)
    if (d.pattern.find("{" + name + "}") != std::string_view::npos) out.emplace_back(name, value);
  return out;
}

}  // namespace

/// Who may call what, said a second time: the table of the program is held against it.
bool may_call(const std::string& who, const std::string& operation) {
  static const std::map<std::string, std::set<std::string>> callers = {
      {"readAllEncounters", {"examiner", "oversight"}},
      {"readEncounter", {"examiner", "oversight"}},
      {"readTemplate", {"examiner", "oversight"}},
      {"identify", {"examiner"}},
      {"identifyFromId", {"examiner"}},
      {"identifyFromEncounterId", {"examiner"}},
      {"verifyFromId", {"examiner"}},
      {"verifyFromBio", {"examiner"}},
      {"readGalleries", {"operator", "examiner", "oversight"}},
      {"readGalleryContent", {"operator", "examiner", "oversight"}},
      {"readTaskStatus", {"operator", "examiner", "oversight"}},
      {"redeliverTaskResult", {"operator", "examiner", "oversight"}}};
  const auto found = callers.find(operation);
  return found == callers.end() ? who == "operator" : found->second.contains(who);
}

TEST_CASE("osia tasks: an answer is sent to the callback, with its task and transaction") {
  osia_world w;
  callback_listener client;
  const auto made = w.call("operator", "createEncounter", {{"personId", "p"}, {"encounterId", "e"}},
                           encounter_of(w.prints(0)), {{"callback", client.url("?client=7")}});
  const std::string task = task_of(made);
  const auto heard = client.next();
  CHECK(heard.target == "/answers?client=7&transactionId=t-1&taskId=" + task);
  CHECK(heard.content_type == "application/json");
  CHECK(json::parse(heard.body) == json{{"personId", "p"}, {"encounterId", "e"}});
  becomes(w, "operator", task, "COMPLETED");

  const auto search =
      w.call("examiner", "identify", {{"galleryId", "ALL"}},
             {{"filter", json::object()}, {"biometricData", biometrics_of(w.prints(0, 1))}},
             {{"callback", client.url()}});
  const std::string searched = task_of(search);
  CHECK(json::parse(client.next().body)[0]["personId"] == "p");
  becomes(w, "examiner", searched, "COMPLETED");
  CHECK(w.audit().find("osia candidate") != std::string::npos);

  const auto gone =
      w.call("operator", "deleteAll", {{"personId", "p"}}, nullptr, {{"callback", client.url()}});
  static_cast<void>(task_of(gone));
  CHECK(client.next().body == "\"OK\"");
  const auto again =
      w.call("operator", "deleteAll", {{"personId", "p"}}, nullptr, {{"callback", client.url()}});
  static_cast<void>(task_of(again));
  const auto error = client.next();
  CHECK(error.content_type == "application/error+json");
  CHECK(json::parse(error.body)["message"] == "personId: no person 'p'");
}

TEST_CASE("osia tasks: a client that fails is tried again, given up, and served when it asks") {
  osia_world w;
  callback_listener client;
  const std::string task =
      task_of(w.call("operator", "readGalleries", {}, nullptr, {{"callback", client.url()}}));
  static_cast<void>(client.next(500));
  becomes(w, "operator", task, "RESPONSE_RETRY");
  static_cast<void>(client.next(302));  // not followed
  static_cast<void>(client.next(403));
  becomes(w, "operator", task, "RESPONSE_ERROR");
  CHECK(w.call("operator", "redeliverTaskResult", {{"taskId", task}}).status == 204);
  CHECK(json::parse(client.next().body) == json{"criminal", "immigration"});
  becomes(w, "operator", task, "COMPLETED");
  CHECK(w.call("operator", "redeliverTaskResult", {{"taskId", task}}).status == 404);
  // Of the principal that began it alone.
  CHECK(w.call("examiner", "readTaskStatus", {{"taskId", task}}).status == 404);
  CHECK(w.call("examiner", "redeliverTaskResult", {{"taskId", task}}).status == 404);
  CHECK(w.call("operator", "readTaskStatus", {{"taskId", "T0"}}).status == 404);
}

TEST_CASE("osia tasks: what is wrong with a call itself is said at once, not to its callback") {
  osia_world w;
  const words later = {{"callback", "http://localhost:1/"}};
  const words names = {{"personId", "p"}, {"encounterId", "e"}};
  json large = encounter_of({});
  large["contextualData"] = std::string(limits::record_document_bytes_max, 'x');
  CHECK(w.call("operator", "createEncounter", names, large, later).status == 400);
  CHECK(w.call("operator", "createEncounter", names, json::object(), later).status == 400);
  CHECK(w.call("operator", "readGalleryContent", {{"galleryId", "VIP"}}, nullptr, later).status ==
        404);
  CHECK(w.call("operator", "updateEncounterStatus", names, nullptr,
               {{"status", "SLEEPING"}, later.front()})
            .status == 400);
}

TEST_CASE("osia tasks: only hosts of the configuration are called") {
  osia_world w;
  for (const char* url :
       {"http://example.org/", "file:///etc/passwd", "gopher://localhost/", "no url",
        "http://user@localhost/", "http://localhost.example.org/", "http://127.0.0.1/", ""}) {
    CAPTURE(url);
    const auto refused = w.call("operator", "readGalleries", {}, nullptr, {{"callback", url}});
    CHECK(refused.status == 400);
    CHECK(refused.document()["message"].get<std::string>().starts_with("callback"));
  }
}

TEST_CASE("osia desk: the higher priority comes first, of equal ones the earlier") {
  osia::waiting_line<int> waiting;
  for (const osia::turn t : {osia::turn{4, 1}, {9, 2}, {0, 3}, {9, 4}, {4, 5}})
    REQUIRE(waiting.enter(t, 0, static_cast<int>(t.number)));
  std::vector<int> order;
  while (const auto next = waiting.next()) order.push_back(*next);
  CHECK(order == std::vector<int>{2, 4, 1, 5, 3});
}

TEST_CASE("osia desk: so many wait, with so many bytes of bodies, and no more") {
  osia::waiting_line<int> waiting;
  for (std::uint64_t i = 0; i < limits::osia_requests_waiting_max; ++i)
    REQUIRE(waiting.enter({4, i}, 1, 0));
  CHECK(waiting.enter({9, 1000}, 0, 0).error().code == errc::overloaded);
  while (waiting.next())
    ;
  REQUIRE(waiting.enter({4, 1}, limits::osia_waiting_bytes_max - 10, 0));
  CHECK(waiting.enter({4, 2}, 11, 0).error().code == errc::overloaded);
  CHECK(waiting.enter({4, 3}, 10, 0));
  REQUIRE(waiting.next());
  CHECK(waiting.enter({4, 4}, limits::osia_waiting_bytes_max - 10, 0));
}

TEST_CASE("osia: of many that make one encounter at once one does, and each answer is true") {
  osia_world w;
  const std::string file = w.world().store() + "/one.json";
  write_file(file, to_bytes(encounter_of(w.prints(0)).dump()));
  constexpr std::size_t rounds = 5;
  for (std::size_t round = 0; round < rounds; ++round) {
    const std::string target =
        "/osia/v1/persons/p" + std::to_string(round) + "/encounters/e?transactionId=1";
    std::vector<unsigned> statuses(12);
    std::vector<std::thread> clients;
    for (unsigned& status : statuses)
      clients.emplace_back([&] {
        status = w.ask("operator", target,
                       {"--data-binary", "@" + file, "-H", "Content-Type: application/json"})
                     .status;
      });
    for (std::thread& each : clients) each.join();
    CHECK(std::count(statuses.begin(), statuses.end(), 200u) == 1);
    CHECK(std::count(statuses.begin(), statuses.end(), 409u) == 11);
  }
  CHECK(w.call("operator", "readGalleryContent", {{"galleryId", "ALL"}}).document().size() ==
        rounds);
}

TEST_CASE("osia: every operation and role: who may gets an answer, who may not a recorded 403") {
  osia_world w;
  for (const osia::description& d : osia::operations()) {
    const words query =
        d.what == osia::operation::update_encounter_status ? words{{"status", "ACTIVE"}} : words{};
    for (const std::string who : {"city-police", "state-bureau", "examiner", "operator",
                                  "oversight", "analyst", "field-office"}) {
      CAPTURE(who);
      const auto answer = w.call(who, std::string(d.id), names_for(d), body_for(w, d), query);
      CHECK((answer.status == 403) == !may_call(who, std::string(d.id)));
      CHECK(answer.status < 500);
    }
  }
  const std::string audit = w.audit();
  CHECK(audit.find("role lea may not identify") != std::string::npos);
  CHECK(audit.find("role operator may not readEncounter") != std::string::npos);
  CHECK(w.ask("", "/osia/v1/galleries?transactionId=1").status == 401);
  CHECK(w.ask("", "/osia/v1/no-such-path").status == 401);
}

TEST_CASE("osia: what is no proper request is refused in the standard's form") {
  osia_world w;
  const std::string t = "?transactionId=1", make = "/osia/v1/persons" + t;
  const std::string as_json = "Content-Type: application/json";
  const std::string large = w.world().store() + "/large.json", deep(200, '[');
  write_file(large, bytes(limits::osia_body_bytes_max + 1, std::byte{' '}));
  struct attempt {
    unsigned status;
    std::string target;
    std::vector<std::string> more;
  };
  const std::vector<attempt> all = {
      {404, "/osia/v1/nothing" + t, {}},
      {404, "/osia" + t, {}},
      {405, "/osia/v1/galleries" + t, {"-X", "DELETE"}},
      {400, "/osia/v1/galleries", {}},
      {400, "/osia/v1/galleries" + t + "&priority=10", {}},
      {400, "/osia/v1/galleries" + t + "&no=1", {}},
      {400, "/osia/v1/galleries" + t, {"-X", "GET", "--data-binary", "{}"}},
      {400, make, {"-X", "POST"}},
      {400, make, {"--data-binary", "{", "-H", as_json}},
      {400, make, {"--data-binary", "[]", "-H", as_json}},
      {400, make, {"--data-binary", "7", "-H", as_json}},
      {400, make, {"--data-binary", "\"\xFF\"", "-H", as_json}},
      {400, make, {"--data-binary", deep, "-H", as_json}},
      {400, "/osia/v1/persons/%FF/encounters" + t, {"--data-binary", "{}", "-H", as_json}},
      {413, make, {"--data-binary", "@" + large, "-H", as_json}},
      {415, make, {"--data-binary", "{}", "-H", "Content-Type: text/plain"}},
      {415, make, {"--data-binary", "{}", "-H", "Content-Type: application/jsonp"}},
      {415, make, {"-F", "encounter={}"}},
      {400, make, {"--data-binary", "{}", "-H", "Content-Type: Application/JSON; charset=utf-8"}}};
  for (const attempt& each : all) {
    CAPTURE(each.target);
    CAPTURE(each.more);
    const auto answer = w.ask("operator", each.target, each.more);
    CHECK(answer.status == each.status);
    CHECK(answer.content_type == "application/json");
    CHECK(answer.document()["code"].is_number_integer());
    CHECK(answer.document()["message"].is_string());
  }
  CHECK(w.ask("operator", "/metrics").body.find("route=\"createEncounterNoIds\"") !=
        std::string::npos);
}

}  // namespace whorl::test
