// `whorl serve` as agencies meet it: real processes, TLS and certificates.
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <memory>

#include "apps/http/routes.hpp"
#include "apps/pki/authority.hpp"
#include "messages/limits.hpp"
#include "tests/apps/curl.hpp"
#include "tests/apps/http/tls_client.hpp"
#include "tests/apps/program.hpp"
#include "tests/support.hpp"

namespace whorl::test {
namespace {

namespace pki = apps::pki;
using nlohmann::json;

const std::vector<std::string> everybody = {"city-police", "state-bureau", "examiner",
                                            "operator",    "oversight",    "sheriff"};
// Of a jurisdiction that is told nothing of immigration (ZZSO00002 in the default configuration).
constexpr const char* sheriff =
    "\n[[principal]]\nname = \"sheriff\"\nrole = \"lea\"\nori = "
    "\"ZZSO00002\"\n";

/// A store with its authority, a certificate for everybody, and the gateway over it.
class served_world {
 public:
  explicit served_world(const std::vector<std::string>& options = {})
      : world_(folder_.path(), 20, 10) {
    std::ofstream(world_.store() + "/whorl.toml", std::ios::app) << sheriff;
    REQUIRE(world_.as("", {"pki", "init"}).code == 0);
    REQUIRE(world_.as("", {"pki", "issue", "--host", "localhost", "--host", "127.0.0.1"}).code ==
            0);
    for (const auto& who : everybody) {
      const outcome made = world_.as("", {"--json", "pki", "issue", who, "--out", keys()});
      REQUIRE(made.code == 0);
      serials_[who] = made.document()["serial"];
    }
    start(options);
  }
  void start(const std::vector<std::string>& options = {}) {
    std::vector<std::string> words = {"--store", world_.store(), "--json", "serve", "--port", "0"};
    words.insert(words.end(), options.begin(), options.end());
    server_ = std::make_unique<started_program>(words);
    port_ = server_->first_line()["port"];
    url_ = "https://localhost:" + std::to_string(port_);
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
  /// A connection that stays open.
  tls_client connect(const std::string& who) const {
    const auto text = [&](const char* end) { return to_text(read_file(keys() + "/" + who + end)); };
    const pki::credentials shown{{}, text(".pem"), text(".key")};
    return tls_client(port_, &shown);
  }
  /// Puts `to` in place of `from` in whorl.toml.
  void configure(const std::string& from, const std::string& to) const {
    const std::string file = world_.store() + "/whorl.toml";
    std::string text = to_text(read_file(file));
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    write_file(file, to_bytes(text.replace(at, from.size(), to)));
  }

 private:
  temp_folder folder_;
  small_world world_;
  std::map<std::string, std::string> serials_;
  std::unique_ptr<started_program> server_;
  std::uint16_t port_ = 0;
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
    CHECK(refused.body == unknown.body);
  }
  const auto listed = [&](const std::string& who, const std::string& query) {
    std::vector<std::string> ids;
    const json found = w.ask(who, "/v1/bookings" + query).document();
    for (const auto& one : found["bookings"]) ids.push_back(one["booking"]);
    return ids;
  };
  using ids = std::vector<std::string>;
  // The other agency's is newer: it neither shows nor takes a place.
  CHECK(listed("city-police", "?limit=1") == ids{id});
  CHECK(listed("state-bureau", "") == ids{hidden, id});
  CHECK(listed("state-bureau", "?before=" + hidden) == ids{id});
  CHECK(listed("state-bureau", "?ori=ZZPD00001") == ids{id});
  const std::string tcn = state["tcn"], other_tcn = w.done("state-bureau", hidden)["tcn"];
  CHECK(listed("city-police", "?tcn=" + tcn) == ids{id});
  CHECK(listed("city-police", "?tcn=" + other_tcn) == ids{});
  CHECK(listed("oversight", "?ori=ZZPD00009&tcn=" + other_tcn) == ids{hidden});
  CHECK(w.ask("city-police", "/v1/bookings?before=" + hidden).status == 404);
  CHECK(w.ask("city-police", "/v1/bookings?ori=ZZPD00009").status == 403);
  CHECK(w.ask("oversight", "/v1/bookings?tcn=" + tcn).status == 400);

  const std::string audit = w.audit();
  const auto of_hidden = w.ask("oversight", "/v1/audit?object=" + hidden).document()["audit"];
  const auto attempt = [](const json& row) {
    return row["action"] == "refused" && row["principal"] == "city-police";
  };
  CHECK(std::count_if(of_hidden.begin(), of_hidden.end(), attempt) == 3);
  CHECK(audit.find("bookings of another agency") != std::string::npos);
  CHECK(audit.find("read answers") != std::string::npos);
  CHECK(audit.find("read message") != std::string::npos);
  CHECK(w.stop() == 0);
  CHECK(w.world().as("oversight", {"audit", "verify"}).code == 0);
}

TEST_CASE("serve: every route and role: who may gets an answer, who may not a recorded refusal") {
  served_world w;
  const std::map<std::string, actors::role> roles = {
      {"city-police", actors::role::lea},     {"state-bureau", actors::role::sib},
      {"examiner", actors::role::examiner},   {"operator", actors::role::operator_},
      {"oversight", actors::role::oversight}, {"sheriff", actors::role::lea}};
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
  // A stranger who asks for a booking's id puts no row under it, and one for another agency is
  // recorded like any other refusal of what one is.
  CHECK(w.ask("", "/v1/bookings/B0000000000000002").status == 401);
  CHECK(w.ask("oversight", "/v1/audit?object=B0000000000000002").document()["audit"].empty());
  const auto others = files_of(w.world().bookings("others", 2, 1, {"--ori", "ZZPD00009"}));
  CHECK(w.book("city-police", others[0]).status == 403);
  const auto newest = w.ask("oversight", "/v1/audit?limit=2").document();
  CHECK(newest["audit"][0]["action"] == "refused");
  CHECK(newest["audit"][0]["object"] == "/v1/bookings");
  CHECK(newest["audit"][0]["purpose"] == "POST");
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

// Promise 5: persons 0 to 9 are in both galleries, those after them in the criminal one alone.
TEST_CASE(
    "serve: an agency that is told nothing of immigration sees no difference between one who is "
    "in that gallery and one who is not, also after a purge") {
  served_world w;
  const std::vector<std::string> limited = {"--ori", "ZZSO00002"};
  const auto in_both = files_of(w.world().bookings("both", 3, 1, limited));
  const auto in_one = files_of(w.world().bookings("one", 13, 1, limited));
  const auto booked = [&](const std::string& file) -> std::string {
    const auto taken = w.book("sheriff", file);
    REQUIRE(taken.status == 202);
    w.done("sheriff", taken.document()["booking"]);
    // The state's and everybody's view end later than the agency's.
    w.done("oversight", taken.document()["booking"]);
    return taken.document()["booking"];
  };
  const std::string both = booked(in_both[0]), one = booked(in_one[0]);
  // All that the agency can ask of a booking, with what differs between any two taken out.
  const auto seen = [&](const std::string& who, const std::string& id) {
    std::vector<std::string> out;
    for (const std::string tail : {"", "/answers", "/messages/1", "/messages/2"}) {
      const auto answer = w.ask(who, "/v1/bookings/" + id + tail);
      out.push_back(std::to_string(answer.status));
      if (answer.status == 200 && answer.content_type == "application/json") {
        json shown = answer.document();
        for (const char* own : {"booking", "tcn", "accepted_at", "deadline_at"}) shown.erase(own);
        if (shown.contains("name_given")) shown["name_given"] = shown["name_given"] != "";
        if (shown.contains("criminal")) {
          shown["criminal"].erase("subject");
          shown["criminal"].erase("score");
        }
        out.push_back(shown.dump());
      } else if (answer.status != 200) {
        out.push_back(answer.body);
      }
    }
    return out;
  };
  CHECK(seen("oversight", both) != seen("oversight", one));  // the two do differ
  const auto before = seen("sheriff", both);
  CHECK(before == seen("sheriff", one));
  CHECK(before[4] == "200");

  CHECK(w.stop() == 0);
  w.configure("retention_days = 30", "retention_days = 0");
  REQUIRE(w.world().as("operator", {"purge"}).code == 0);
  w.start();
  const auto name = [&](const std::string& id) {
    return w.ask("oversight", "/v1/bookings/" + id + "/answers").document()["name_given"];
  };
  CHECK(name(one) == "");
  CHECK(name(both) != "");  // its case is open
  const auto after = seen("sheriff", both);
  CHECK(after == seen("sheriff", one));
  CHECK(after[4] == "410");
}

TEST_CASE("serve: told to stop at once in the middle of bookings it ends well and loses none") {
  served_world w({"--drain", "0"});
  const auto files = files_of(w.world().bookings("hurried", 0, 10));
  std::vector<tls_client> clients;
  for (const auto& file : files) {
    clients.push_back(w.connect("city-police"));
    const std::string body = to_text(read_file(file));
    clients.back().say("POST /v1/bookings HTTP/1.1\r\nHost: a\r\nContent-Length: " +
                       std::to_string(body.size()) + "\r\n\r\n" + body);
  }
  CHECK(w.stop() == 0);
  std::vector<std::string> accepted;
  for (auto& client : clients) {
    const auto heard = client.hear();
    if (heard.status == 202) accepted.push_back(json::parse(heard.body)["booking"]);
  }
  w.start();
  for (const auto& id : accepted) CHECK(w.done("city-police", id)["criminal_search"] == "answered");
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
