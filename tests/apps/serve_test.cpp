// `whorl serve` as agencies meet it: real processes, TLS and certificates.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <memory>

#include "apps/http/routes.hpp"
#include "apps/pki/authority.hpp"
#include "messages/limits.hpp"
#include "tests/apps/curl.hpp"
#include "tests/apps/program.hpp"
#include "tests/support.hpp"

namespace whorl::test {
namespace {

namespace pki = apps::pki;
using nlohmann::json;

const std::vector<std::string> everybody = {"city-police", "state-bureau", "examiner", "operator",
                                            "oversight"};

/// A store with its authority, a certificate for everybody, and the gateway over it.
class served_world {
 public:
  served_world() : world_(folder_.path(), 20, 10) {
    REQUIRE(world_.as("", {"pki", "init"}).code == 0);
    REQUIRE(world_.as("", {"pki", "issue", "--host", "localhost", "--host", "127.0.0.1"}).code ==
            0);
    for (const auto& who : everybody) {
      const outcome made = world_.as("", {"--json", "pki", "issue", who, "--out", keys()});
      REQUIRE(made.code == 0);
      serials_[who] = made.document()["serial"];
    }
    start();
  }
  void start() {
    server_ = std::make_unique<started_program>(
        std::vector<std::string>{"--store", world_.store(), "--json", "serve", "--port", "0"});
    url_ = "https://localhost:" + std::to_string(server_->first_line()["port"].get<int>());
  }
  /// Ends it as a service manager does; its exit code.
  int stop() {
    server_->stop(SIGTERM);
    return server_->wait().code;
  }
  void kill() {
    server_->stop(SIGKILL);
    CHECK(server_->wait().code == -SIGKILL);
  }
  std::string keys() const { return (folder_.path() / "keys").string(); }
  std::string pki_folder() const { return world_.store() + "/pki"; }
  const small_world& world() const { return world_; }
  std::string serial(const std::string& who) const { return serials_.at(who); }

  /// As the holder of keys/WHO.pem; empty: without certificate.
  http_answer ask(const std::string& who, const std::string& path,
                  const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words = {"--cacert", pki_folder() + "/ca.pem"};
    if (!who.empty())
      words.insert(words.end(),
                   {"--cert", keys() + "/" + who + ".pem", "--key", keys() + "/" + who + ".key"});
    words.insert(words.end(), more.begin(), more.end());
    words.push_back(url_ + path);
    return curl(words);
  }
  http_answer book(const std::string& who, const std::string& file) const {
    return ask(who, "/v1/bookings",
               {"--data-binary", "@" + file, "-H", "Content-Type: application/octet-stream"});
  }
  /// Asks until the booking is done.
  json done(const std::string& who, const std::string& booking) const {
    for (int i = 0; i < 3000; ++i) {
      const auto state = ask(who, "/v1/bookings/" + booking);
      REQUIRE(state.status == 200);
      if (state.document()["done"]) return state.document();
    }
    FAIL("the booking was not answered");
    return {};
  }
  std::string audit() const { return ask("oversight", "/v1/audit?limit=1000").body; }

 private:
  temp_folder folder_;
  small_world world_;
  std::map<std::string, std::string> serials_;
  std::unique_ptr<started_program> server_;
  std::string url_;
};

std::vector<std::string> files_of(const std::string& folder) {
  std::vector<std::string> out;
  for (const auto& each : std::filesystem::directory_iterator(folder))
    out.push_back(each.path().string());
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

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
  }
  CHECK(w.ask("city-police", "/v1/bookings").document()["bookings"].size() == 1);
  CHECK(w.ask("state-bureau", "/v1/bookings").document()["bookings"].size() == 2);

  const std::string audit = w.audit();
  CHECK(audit.find("a booking of another agency") != std::string::npos);
  CHECK(audit.find("read answers") != std::string::npos);
  CHECK(audit.find("read message") != std::string::npos);
  CHECK(w.stop() == 0);
  CHECK(w.world().as("oversight", {"audit", "verify"}).code == 0);
}

TEST_CASE("serve: every route and role: who may gets an answer, who may not a recorded refusal") {
  served_world w;
  const std::map<std::string, actors::role> roles = {{"city-police", actors::role::lea},
                                                     {"state-bureau", actors::role::sib},
                                                     {"examiner", actors::role::examiner},
                                                     {"operator", actors::role::operator_},
                                                     {"oversight", actors::role::oversight}};
  for (const apps::http::route& r : apps::http::routes()) {
    std::string path(r.pattern);
    for (std::size_t at; (at = path.find('{')) != std::string::npos;)
      path.replace(at, path.find('}') - at + 1, "B0000000000000001");
    std::vector<std::string> more;
    if (r.takes_body)
      more = {"--data-binary", "no transaction", "-H", "Content-Type: application/octet-stream"};
    CAPTURE(path);
    CHECK(w.ask("", path, more).status == (r.open ? 200 : 401));
    for (const auto& [who, acts_as] : roles) {
      CAPTURE(who);
      const auto answer = w.ask(who, path, more);
      const bool allowed = r.open || apps::http::may(acts_as, r);
      CHECK((answer.status == 403) == !allowed);
      if (allowed && !r.takes_body && r.pattern.find('{') == std::string_view::npos)
        CHECK(answer.status == 200);
      CHECK(answer.status < 500);
      if (answer.status >= 400) CHECK(answer.content_type == "application/problem+json");
    }
  }
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
  // Revoked while the gateway runs.
  CHECK(w.ask("examiner", "/v1/cases").status == 200);
  REQUIRE(w.world().as("", {"pki", "revoke", w.serial("examiner")}).code == 0);
  CHECK(w.ask("examiner", "/v1/cases").status == 401);
  CHECK(w.ask("city-police", "/v1/bookings").status == 200);
  // Without its list nobody can be known not to be on it.
  std::filesystem::rename(pki::revocation_file(w.pki_folder()), w.keys() + "/list");
  CHECK(w.ask("city-police", "/v1/bookings").status == 503);
  std::filesystem::rename(w.keys() + "/list", pki::revocation_file(w.pki_folder()));
  const std::string audit = w.audit();
  for (const auto& [who, why] : wrong) CHECK(audit.find(why) != std::string::npos);
  CHECK(audit.find("is revoked") != std::string::npos);
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
      {415, "/v1/bookings", {"--data-binary", "{}", "-H", "Content-Type: application/json"}},
      {431, "/v1/bookings", {"-H", "X-Long: " + std::string(20'000, 'a')}},
  };
  write_file(w.keys() + "/large", bytes(limits::transaction_bytes_max + 1));
  for (const auto& each : all) {
    CAPTURE(each.path.substr(0, 60));
    CAPTURE(each.more);
    const auto answer = w.ask("city-police", each.path, each.more);
    CHECK(answer.status == each.status);
    CHECK(answer.content_type == "application/problem+json");
    CHECK(answer.document()["status"] == each.status);
  }
  CHECK(w.ask("city-police", "/v1/bookings").document()["bookings"].empty());
  CHECK(w.ask("operator", "/metrics").body.find("status=\"431\"") != std::string::npos);
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

TEST_CASE("serve: what was accepted before a kill is answered after the next start") {
  served_world w;
  const auto files = files_of(w.world().bookings("killed", 0, 6));
  std::vector<std::string> accepted;
  for (const auto& file : files) {
    const auto taken = w.book("city-police", file);
    REQUIRE(taken.status == 202);
    accepted.push_back(taken.document()["booking"]);
  }
  w.kill();
  w.start();
  for (const auto& id : accepted) CHECK(w.done("city-police", id)["criminal_search"] == "answered");
}

}  // namespace whorl::test
