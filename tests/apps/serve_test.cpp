// `whorl serve`: who is let in, what is refused, and that both are recorded.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <sstream>

#include "apps/http/routes.hpp"
#include "messages/limits.hpp"
#include "tests/apps/served_world.hpp"

namespace whorl::test {

namespace pki = apps::pki;
using nlohmann::json;

TEST_CASE(
    "serve: a booking is taken, answered and shown to its agency alone, and every reading of "
    "it is recorded") {
  served_world w;
  const auto ours = files_of(w.world().bookings("ours", 0, 2));
  const auto others = files_of(w.world().bookings("others", 2, 1, {"--ori", "ZZPD00009"}));

  const auto taken = w.book("city-police", ours[0]);
  REQUIRE(taken.status == 202);
  CHECK_FALSE(taken.document()["duplicate"]);
  const std::string id = taken.document()["booking"];
  const auto again = w.book("city-police", ours[0]);
  CHECK(again.status == 202);
  CHECK(again.document()["duplicate"]);
  CHECK(again.document()["booking"] == id);

  const json state = w.done("city-police", id);
  CHECK(state["criminal_search"] == "answered");
  CHECK_FALSE(state.contains("name_given"));
  CHECK_FALSE(state.contains("immigration_search"));

  const auto answers = w.ask("city-police", "/v1/bookings/" + id + "/answers");
  REQUIRE(answers.status == 200);
  CHECK(answers.document()["criminal"]["decision"] == "hit");
  const auto message = w.ask("city-police", "/v1/bookings/" + id + "/messages/1");
  CHECK(w.ask("city-police", "/v1/bookings/" + id + "/messages/99").status == 404);
  CHECK(message.status == 200);
  CHECK(message.content_type == "application/octet-stream");
  CHECK(message.body.starts_with("1.001:"));

  // Another agency of the state: the bureau sees it, the police do not learn that it is there.
  CHECK(w.book("city-police", others[0]).status == 403);
  const auto foreign = w.book("state-bureau", others[0]);
  REQUIRE(foreign.status == 202);
  const std::string hidden = foreign.document()["booking"];
  w.done("state-bureau", hidden);
  for (const std::string tail : {"", "/answers", "/messages/1"}) {
    const auto refused = w.ask("city-police", "/v1/bookings/" + hidden + tail);
    const auto unknown = w.ask("city-police", "/v1/bookings/B0000000000000001" + tail);
    CHECK(refused.status == 404);
    CHECK(unknown.status == 404);
    CHECK(refused.body == unknown.body);
  }
  const std::string audit = w.audit();
  const auto of_hidden = w.ask("oversight", "/v1/audit?object=" + hidden).document()["audit"];
  const auto attempt = [](const json& row) {
    return row["action"] == "refused" && row["principal"] == "city-police";
  };
  CHECK(std::count_if(of_hidden.begin(), of_hidden.end(), attempt) == 3);
  CHECK(audit.find("read answers") != std::string::npos);
  CHECK(audit.find("read message") != std::string::npos);
  CHECK(w.stop() == 0);
  CHECK(w.world().as("oversight", {"audit", "verify"}).code == 0);
}

TEST_CASE("serve: every route and role: who may gets an answer, who may not a recorded refusal") {
  served_world w;
  const std::map<std::string, actors::role> roles = {
      {"city-police", actors::role::lea},      {"state-bureau", actors::role::sib},
      {"examiner", actors::role::examiner},    {"operator", actors::role::operator_},
      {"oversight", actors::role::oversight},  {"sheriff", actors::role::lea},
      {"analyst", actors::role::analyst},      {"field-office", actors::role::field_officer},
      {"delegate", actors::role::officer_287g}};
  std::map<std::string, std::int64_t> refused;  // by principal, "-": nobody's
  for (const apps::http::route& r : apps::http::routes()) {
    std::string path(r.pattern);
    for (std::size_t at; (at = path.find('{')) != std::string::npos;)
      path.replace(at, path.find('}') - at + 1, "B0000000000000001");
    std::vector<std::string> more;
    if (r.takes_body())  // which no route takes
      more = {"--data-binary", "no transaction", "-H", "Content-Type: application/octet-stream"};
    if (r.method == "POST" && !r.takes_body()) more = {"-X", "POST"};
    CAPTURE(path);
    CHECK(w.ask("", path, more).status == (r.open ? 200 : 401));
    refused["-"] += r.open ? 0 : 1;
    for (const auto& [who, acts_as] : roles) {
      CAPTURE(who);
      const auto answer = w.ask(who, path, more);
      const bool allowed = r.open || apps::http::may(acts_as, r);
      CHECK((answer.status == 403) == !allowed);
      refused[who] += allowed ? 0 : 1;
      if (allowed && !r.takes_body() && r.pattern.find('{') == std::string_view::npos)
        CHECK(answer.status ==
              (r.what == apps::http::resource::cluster ? 404 : 200));  // no exchange
      CHECK(answer.status < 500);
      if (answer.status >= 400) CHECK(answer.content_type == "application/problem+json");
    }
  }
  // Each of them has its row; the last are written beside their answers, so perhaps a little later.
  std::map<std::string, std::int64_t> on_record;
  for (int i = 0; i < 200 && on_record != refused; ++i) {
    on_record.clear();
    for (const auto& [who, count] : refused) on_record[who] = 0;
    const json rows = w.ask("oversight", "/v1/audit?limit=1000").document();
    for (const json& row : rows["audit"])
      if (row["action"] == "refused") ++on_record[row["principal"].get<std::string>()];
  }
  CHECK(on_record == refused);
  // A stranger who asks for a booking's id puts no row under it, and one for another agency is
  // recorded like any other refusal of what one is.
  CHECK(w.ask("", "/v1/bookings/B0000000000000002").status == 401);
  CHECK(w.ask("oversight", "/v1/audit?object=B0000000000000002").document()["audit"].empty());
  const auto others = files_of(w.world().bookings("others", 2, 1, {"--ori", "ZZPD00009"}));
  CHECK(w.book("city-police", others[0]).status == 403);
  // The row is written beside the answer: on a busy machine it can be seen a little later.
  json newest;
  const auto is_there = [&] {
    newest = w.ask("oversight", "/v1/audit?limit=20").document();
    const json& rows = newest["audit"];
    return std::any_of(rows.begin(), rows.end(), [](const json& row) {
      return row["action"] == "refused" && row["object"] == "/v1/bookings" &&
             row["purpose"] == "POST" && row["principal"] == "city-police";
    });
  };
  bool recorded = is_there();
  for (int i = 0; i < 200 && !recorded; ++i) recorded = is_there();
  CHECK(recorded);
  const auto older =
      w.ask("oversight", "/v1/audit?limit=1&before=" + newest["audit"][0]["seq"].dump()).document();
  CHECK(older["audit"][0] == newest["audit"][1]);
  const std::string audit = w.audit();
  CHECK(audit.find("no certificate was shown") != std::string::npos);
  CHECK(audit.find("role lea may not read cases") != std::string::npos);
  CHECK(audit.find("role examiner may not submit bookings") != std::string::npos);
}

TEST_CASE(
    "serve: certificates that are expired, revoked, of another authority, of a server or of "
    "nobody are refused and recorded") {
  served_world w;
  const auto put = [&](const std::string& name, const pki::credentials& made) {
    write_file(w.keys() + "/" + name + ".pem", to_bytes(made.certificate));
    write_file(w.keys() + "/" + name + ".key", to_bytes(made.key));
  };
  const auto issue = [](const std::string& where, pki::certificate_kind kind, const char* who,
                        int days) {
    auto made = pki::issue(where, kind, {who}, days);
    REQUIRE(made);
    return *made;
  };
  const std::string foreign = w.keys() + "/foreign";
  REQUIRE(pki::create_authority(foreign, 10));
  put("expired", issue(w.pki_folder(), pki::certificate_kind::client, "city-police", 0));
  put("foreign", issue(foreign, pki::certificate_kind::client, "operator", 10));
  put("nobody", issue(w.pki_folder(), pki::certificate_kind::client, "nobody", 10));
  put("server", issue(w.pki_folder(), pki::certificate_kind::server, "operator", 10));
  const std::map<std::string, std::string> wrong = {{"expired", "expired"},
                                                    {"foreign", "issuer"},
                                                    {"nobody", "no principal"},
                                                    {"server", "purpose"}};
  for (const auto& [who, why] : wrong) {
    CAPTURE(who);
    const auto refused = w.ask(who, "/v1/bookings");
    CHECK(refused.status == 401);
    CHECK(refused.body.find(why) != std::string::npos);
  }
  // Revoked while the gateway runs, and while a connection is open.
  const std::string cases = "GET /v1/cases HTTP/1.1\r\nHost: a\r\n\r\n";
  tls_client open = w.connect("examiner");
  open.say(cases);
  CHECK(open.hear().status == 200);
  CHECK(w.ask("examiner", "/v1/cases").status == 200);
  REQUIRE(w.world().as("", {"pki", "revoke", w.serial("examiner")}).code == 0);
  open.say(cases);
  CHECK(open.hear().status == 401);
  CHECK(open.until_closed().empty());
  CHECK(w.ask("examiner", "/v1/cases").status == 401);
  CHECK(w.ask("city-police", "/v1/bookings").status == 200);
  // Without its list nobody can be known not to be on it.
  std::filesystem::rename(pki::revocation_file(w.pki_folder()), w.keys() + "/list");
  CHECK(w.ask("city-police", "/v1/bookings").status == 503);
  CHECK(w.ask("", "/health/ready").status == 503);
  CHECK(w.ask("", "/health/live").status == 200);
  std::filesystem::rename(w.keys() + "/list", pki::revocation_file(w.pki_folder()));
  const std::string audit = w.audit();
  for (const auto& [who, why] : wrong) CHECK(audit.find(why) != std::string::npos);
  CHECK(audit.find("is revoked") != std::string::npos);
}

TEST_CASE("serve: a body that is packed is refused before it comes, and said what is taken") {
  served_world w;
  const auto files = files_of(w.world().bookings("ours", 0, 1));
  const auto with = [&](const std::string& path, const std::vector<std::string>& codings) {
    std::vector<std::string> more = {"-i", "--data-binary", "@" + files[0], "-H",
                                     "Content-Type: application/octet-stream"};
    for (const auto& each : codings) more.insert(more.end(), {"-H", "Content-Encoding: " + each});
    return w.ask("city-police", path, more);
  };
  const auto refused = with("/v1/bookings", {"gzip"});
  CHECK(refused.status == 415);
  CHECK(refused.body.find("Accept-Encoding: identity") != std::string::npos);
  CHECK(refused.body.find("'gzip' is not unpacked here") != std::string::npos);
  CHECK(with("/v1/bookings", {"identity", "br"}).status == 415);  // two lines are one list
  CHECK(with("/osia/v1/persons?transactionId=T", {"gzip"}).status == 415);
  CHECK(w.ask("city-police", "/v1/bookings").document()["bookings"].empty());
  CHECK(w.ask("operator", "/metrics").body.find("route=\"/v1/bookings\",status=\"415\"} 2") !=
        std::string::npos);
  CHECK(with("/v1/bookings", {"identity"}).status == 202);
  // What has no body has no coding.
  CHECK(w.ask("city-police", "/v1/bookings", {"-H", "Content-Encoding: gzip"}).status == 200);
}

TEST_CASE("serve: what is no proper request gets a problem of the client's, and changes nothing") {
  served_world w;
  struct attempt {
    unsigned status;
    std::string path;
    std::vector<std::string> more;
  };
  const std::string octets = "Content-Type: application/octet-stream";
  const std::vector<attempt> all = {
      {400, "/v1/bookings", {"--data-binary", "hello", "-H", octets}},
      {400, "/v1/bookings", {"-X", "POST"}},
      {400, "/v1/bookings", {"-X", "GET", "--data-binary", "a body"}},
      {400, "/v1/bookings?limit=0", {}},
      {400, "/v1/bookings?limit=1001", {}},
      {400, "/v1/bookings?limit=9999999999999999999999", {}},
      {400, "/v1/bookings?limit=5x", {}},
      {400, "/v1/bookings?no=1", {}},
      {400, "/v1/bookings/%zz", {}},
      {400, "/v1/bookings/no-id", {}},
      {400, "/v1/bookings", {"--http1.0"}},
      {400, "/v1/bookings", {"-H", "Host:"}},
      {400, "/v1/bookings", {"-X", "B(D"}},
      {404, "/v1/no-such-thing", {}},
      {404, "/v1/bookings/../cases", {}},
      {405, "/v1/bookings", {"-X", "DELETE"}},
      {411,
       "/v1/bookings",
       {"--data-binary", "hello", "-H", octets, "-H", "Transfer-Encoding: chunked"}},
      {413, "/v1/bookings", {"--data-binary", "@" + w.keys() + "/large", "-H", octets}},
      {414, "/" + std::string(3000, 'a'), {}},
      {400, "/v1/bookings", {"--data-binary", "{}", "-H", "Content-Type: application/json"}},
      {415, "/v1/bookings", {"--data-binary", "{}", "-H", "Content-Type: text/plain"}},
      {415, "/v1/bookings", {"-F", "file=a transaction"}},
      {415, "/v1/bookings", {"--data-binary", "{}", "-H", "Content-Type: application/jsonp"}},
      {431, "/v1/bookings", {"-H", "X-Long: " + std::string(20'000, 'a')}},
  };
  write_file(w.keys() + "/large", bytes(limits::transaction_bytes_max + 1));
  std::map<std::string, int> expected, counted;  // by status
  for (const auto& each : all) {
    CAPTURE(each.path.substr(0, 60));
    CAPTURE(each.more);
    const auto answer = w.ask("city-police", each.path, each.more);
    CHECK(answer.status == each.status);
    CHECK(answer.content_type == "application/problem+json");
    CHECK(answer.document()["status"] == each.status);
    ++expected[std::to_string(each.status)];
  }
  CHECK(w.ask("city-police", "/v1/bookings").document()["bookings"].empty());
  std::istringstream lines(w.ask("operator", "/metrics").body);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t at = line.find("status=\"4");
    if (at != std::string::npos)
      counted[line.substr(at + 8, 3)] += std::stoi(line.substr(line.rfind(' ')));
  }
  for (const auto& [status, count] : expected) {
    CAPTURE(status);
    CHECK(counted[status] == count);
  }
}

#ifndef __SANITIZE_ADDRESS__  // whose runtime keeps what is let go
TEST_CASE("serve: a connection that is idle costs little memory") {
  const served_world w;
  const auto opened = [&] {
    auto client = w.connect("examiner");
    client.say("GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(client.hear().status == 200);
    return client;
  };
  std::vector<tls_client> idle;
  for (int i = 0; i < 20; ++i)
    idle.push_back(opened());  // what the first of them need is not theirs
  const std::size_t before = w.memory_kb();
  constexpr std::size_t count = 200;
  for (std::size_t i = 0; i < count; ++i) idle.push_back(opened());
  CHECK(w.memory_kb() - before < count * 50);
}
#endif

TEST_CASE("serve: HEAD is answered and recorded as GET is, without the body") {
  served_world w;
  const auto files = files_of(w.world().bookings("asked", 0, 1));
  const std::string id = w.book("city-police", files[0]).document()["booking"];
  w.done("city-police", id);
  const std::string state = "/v1/bookings/" + id, answers = state + "/answers";
  const std::string length =
      "Content-Length: " + std::to_string(w.ask("city-police", state).body.size()) + "\r\n";
  CHECK(w.ask("city-police", answers).status == 200);
  auto client = w.connect("city-police"), examiner = w.connect("examiner");
  const auto head = [](tls_client& by, const std::string& path) {
    by.say("HEAD " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
    return by.hear(true);
  };
  CHECK(head(client, answers).status == 200);
  const auto got = head(client, state);
  CHECK(got.status == 200);
  CHECK(got.head.find(length) != std::string::npos);
  const auto followed = head(client, "/v1/bookings/" + id + "/events");
  CHECK(followed.status == 200);
  CHECK(followed.head.find("Content-Length") == std::string::npos);
  CHECK(head(client, "/v1/cases").status == 403);
  CHECK(head(client, "/v1/tokens").status == 405);
  CHECK(head(examiner, "/osia/v1/persons/nobody/encounters?transactionId=T").status == 404);
  CHECK(head(client, "/health/live").status == 200);
  const std::string audit = w.audit();
  const std::size_t first = audit.find("read answers");
  CHECK(audit.find("read answers", first + 1) != std::string::npos);  // GET and HEAD
}

TEST_CASE("serve: old TLS is not spoken, and a port that is taken or a key that is none is named") {
  served_world w;
  CHECK(w.ask("city-police", "/v1/bookings", {"--tls-max", "1.1"}).status == 0);
  CHECK(w.ask("city-police", "/v1/bookings", {"--tls-max", "1.2"}).status == 200);
  CHECK(w.stop() == 0);
  write_file(w.pki_folder() + "/server.key", to_bytes("no key"));
  const outcome keyless = w.world().as("", {"serve", "--port", "0"});
  CHECK(keyless.code == 2);
  CHECK(keyless.err.find("server.key") != std::string::npos);
  const outcome nowhere = w.world().as("", {"serve", "--address", "nowhere"});
  CHECK(nowhere.code == 2);
}

TEST_CASE("serve: more than a principal's rate is told to wait, and others are not") {
  served_world w({"--rate", "1"});
  std::size_t served = 0, told = 0;
  for (int i = 0; i < 10; ++i) {
    const auto status = w.ask("city-police", "/v1/bookings").status;
    served += status == 200;
    told += status == 429;
  }
  CHECK(served >= 2);
  CHECK(told >= 1);
  CHECK(served + told == 10);
  CHECK(w.ask("sheriff", "/v1/bookings").status == 200);
}

TEST_CASE("serve: pki keeps principals' files apart from the authority's") {
  served_world w;
  w.configure("name = \"sheriff\"", "name = \"ca\"");
  const auto before = read_file(pki::authority_file(w.pki_folder()));
  CHECK(w.world().as("", {"pki", "issue", "ca"}).code == 0);
  CHECK(w.world().as("", {"pki", "issue", "ca", "--out", w.pki_folder()}).code == 2);
  CHECK(read_file(pki::authority_file(w.pki_folder())) == before);
  CHECK(std::filesystem::exists(w.pki_folder() + "/clients/ca.pem"));
}

}  // namespace whorl::test
