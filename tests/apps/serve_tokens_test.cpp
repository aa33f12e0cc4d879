// `whorl serve`: tokens in place of certificates, and progress as it happens.
#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>

#include "tests/apps/served_world.hpp"

namespace whorl::test {

using nlohmann::json;

TEST_CASE("serve: a token serves in place of its certificate, and dies with it") {
  served_world w;
  const auto given = w.ask("city-police", "/v1/tokens", {"-X", "POST"});
  REQUIRE(given.status == 200);
  const std::string token = given.document()["token"];
  const auto with = [&](const std::string& text, const std::string& path,
                        std::vector<std::string> more = {}) {
    more.insert(more.end(), {"-H", "Authorization: Bearer " + text});
    return w.ask("", path, more);
  };
  CHECK(with(token, "/v1/bookings").status == 200);
  CHECK(with(token, "/v1/cases").status == 403);  // its principal's role, not more
  CHECK(with(token, "/v1/tokens", {"-X", "POST"}).status == 403);
  CHECK(w.ask("", "/v1/bookings", {"-H", "Authorization: Basic " + token}).status == 401);
  CHECK(with(token, "/v1/bookings", {"--interface", "127.0.0.2"}).status == 401);  // not its own
  std::string tampered = token;
  tampered[tampered.size() / 2] = tampered[tampered.size() / 2] == 'A' ? 'B' : 'A';
  CHECK(with(tampered, "/v1/bookings").status == 401);
  // A certificate that proves nothing is not made good by a token.
  const auto files = w.keys() + "/other";
  REQUIRE(apps::pki::create_authority(files, 10));
  const auto foreign =
      apps::pki::issue(files, apps::pki::certificate_kind::client, {"operator"}, 1);
  REQUIRE(foreign);
  write_file(w.keys() + "/foreign.pem", to_bytes(foreign->certificate));
  write_file(w.keys() + "/foreign.key", to_bytes(foreign->key));
  CHECK(w.ask("foreign", "/v1/bookings", {"-H", "Authorization: Bearer " + token}).status == 401);

  REQUIRE(w.world().as("", {"pki", "revoke", w.serial("city-police")}).code == 0);
  CHECK(with(token, "/v1/bookings").status == 401);
  const std::string examiners = w.ask("examiner", "/v1/tokens", {"-X", "POST"}).document()["token"];
  CHECK(with(examiners, "/v1/cases").status == 200);
  const std::string audit = w.audit();
  CHECK(audit.find("issue token") != std::string::npos);
  CHECK(audit.find("a token is given for a certificate") != std::string::npos);
  CHECK(audit.find("the token proves nothing: changed") != std::string::npos);
  CHECK(audit.find("the token proves nothing: given to another address") != std::string::npos);
  CHECK(audit.find("is revoked") != std::string::npos);
  CHECK(w.stop() == 0);
  w.start();
  CHECK(with(examiners, "/v1/cases").status == 401);  // of another run
}

TEST_CASE("safeguard: a role that is taken from somebody is refused with the next request") {
  const temp_folder logs;
  const std::string file = (logs.path() / "log").string();
  served_world w({"--log", file});
  const std::string token = w.ask("examiner", "/v1/tokens", {"-X", "POST"}).document()["token"];
  const auto by_token = [&](const std::string& path) {
    return w.ask("", path, {"-H", "Authorization: Bearer " + token}).status;
  };
  CHECK(w.ask("examiner", "/v1/cases").status == 200);
  CHECK(by_token("/v1/cases") == 200);
  // A file that cannot be read takes nothing from anybody, and gives nothing.
  w.configure("name = \"examiner\"\nrole = \"examiner\"", "name = \"examiner\"\nrole = examiner");
  CHECK(w.ask("examiner", "/v1/cases").status == 200);
  // An agency's clerk from now on: certificate and token were issued to an examiner.
  w.configure("name = \"examiner\"\nrole = examiner\nprotected_records = true",
              "name = \"examiner\"\nrole = \"lea\"\nori = \"ZZPD00001\"");
  CHECK(w.ask("examiner", "/v1/cases").status == 403);
  CHECK(by_token("/v1/cases") == 403);
  CHECK(w.ask("examiner", "/v1/bookings").status == 200);
  CHECK(w.ask("examiner", "/v1/cases/C0000000000000001/steps",
              {"--data-binary", R"({"step":"prints_confirmed","reason":"r"})", "-H",
               "Content-Type: application/json"})
            .status == 404);  // whoever books is told of no case
  // Nobody at all.
  w.configure("name = \"examiner\"\n", "name = \"somebody-else\"\n");
  CHECK(w.ask("examiner", "/v1/bookings").status == 401);
  CHECK(by_token("/v1/bookings") == 401);
  CHECK(w.stop() == 0);
  CHECK(to_text(read_file(file)).find("principals stay as they were") != std::string::npos);
}

TEST_CASE("serve: a booking's progress comes as events until it is done") {
  served_world w;
  const auto files = files_of(w.world().bookings("followed", 0, 1));
  const std::string id = w.book("city-police", files[0]).document()["booking"];
  const auto followed = w.ask("city-police", "/v1/bookings/" + id + "/events", {"--no-buffer"});
  CHECK(followed.status == 200);
  CHECK(followed.content_type == "text/event-stream");
  std::istringstream lines(followed.body);
  std::vector<std::string> kinds;
  json last;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("event: ")) kinds.push_back(line.substr(7));
    if (line.starts_with("data: ")) last = json::parse(line.substr(6));
  }
  REQUIRE_FALSE(kinds.empty());
  CHECK(kinds.back() == "done");
  CHECK(std::count(kinds.begin(), kinds.end(), "done") == 1);
  CHECK(last == w.ask("city-police", "/v1/bookings/" + id).document());
  CHECK(w.ask("sheriff", "/v1/bookings/" + id + "/events").status == 404);
  CHECK(w.ask("", "/v1/bookings/" + id + "/events").status == 401);
}

TEST_CASE("serve: who follows a booking that waits for an examiner is asked to come again") {
  served_world w({"--follow-seconds", "1"});
  const auto files = files_of(w.world().bookings("waits", 0, 1, {"--exchange", "hands"}));
  const std::string id = w.book("city-police", files[0]).document()["booking"];
  const auto followed = w.ask("city-police", "/v1/bookings/" + id + "/events");
  CHECK(followed.status == 200);
  CHECK(followed.body.ends_with("\n\nretry: 1000\n\n"));
  CHECK(followed.body.find("event: done") == std::string::npos);
}

}  // namespace whorl::test
