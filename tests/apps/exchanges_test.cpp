// Two exchanges of one journal as processes: one acts, the other stands by; the one that acts is
// killed, frozen and woken.
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>
#include <memory>

#include "tests/apps/cluster_world.hpp"
#include "tests/apps/program.hpp"
#include "tests/storage/jetstream/nats_server.hpp"

using namespace whorl;
using namespace whorl::test;

namespace {

constexpr int lease_seconds = 5;  // the least there is

class exchange_pair {
 public:
  explicit exchange_pair(const nats_servers& servers, bool has_people = true)
      : a_(made(folder_.path() / "a"), 0) {
    const small_world& a = a_;
    put_journal(servers);
    // Two people who are in the gallery, before there are two exchanges.
    if (has_people)
      REQUIRE(a.as("operator", {"gallery", "import", "criminal", people()}).code == 0);
    REQUIRE(a.as("", {"pki", "init"}).code == 0);
    issue({"--host", "localhost", "--host", "127.0.0.1"});
    issue({"--node", "exchange-a"});
    issue({"--node", "exchange-b"});
    for (const char* who : {"city-police", "oversight", "state-bureau"}) issue({who});
    port_["a"] = free_port();
    port_["b"] = free_port();
    std::filesystem::create_directories(store("b"));
    std::filesystem::copy(store("a"), store("b"),
                          std::filesystem::copy_options::recursive |
                              std::filesystem::copy_options::overwrite_existing);
    configure("a", "b");
    configure("b", "a");
  }

  std::string store(const std::string& name) const {
    return (folder_.path() / name / "store").string();
  }
  std::string pki() const { return store("a") + "/pki"; }
  std::string url(const std::string& name) const {
    return "https://localhost:" + std::to_string(port_.at(name));
  }
  /// Both are the exchange of a cluster on this machine, for one node; its configuration.
  std::string with_cluster() {
    std::string addresses;
    for (const char* name : {"a", "b"}) {
      const std::string where = "127.0.0.1:" + std::to_string(free_port());
      append(name, "[cluster]\nlisten = \"" + where + "\"\nreplicas = 1\ndead_seconds = 600\n");
      addresses += (addresses.empty() ? "\"" : ", \"") + where + "\"";
    }
    const std::string file = (folder_.path() / "node.toml").string();
    write_file(file, to_bytes("name = \"node-a\"\nexchange = [" + addresses +
                              "]\nfolder = \"replicas\"\nthreads = 1\n"));
    return file;
  }
  /// Until every partition can be asked of the node.
  void await_searchable(const std::string& name) const {
    wait_until([&] {
      const auto answer = ask(name, "oversight", "/v1/cluster");
      if (answer.status != 200) return false;
      const auto now = answer.document();
      bool reached = now["settled"].get<bool>() && !now["partitions"].empty();
      for (const auto& each : now["partitions"]) reached = reached && each["searchable"] == 1;
      return reached;
    });
  }
  void start(const std::string& name) {
    running_[name] = std::make_unique<started_program>(std::vector<std::string>{
        "--store", store(name), "--json", "serve", "--port", std::to_string(port_.at(name))});
  }
  /// a acts, b stands by.
  void start_both() {
    start("a");
    await("a", "listening");
    start("b");
    await("b", "standing_by");
  }
  started_program& process(const std::string& name) { return *running_.at(name); }
  bool said(const std::string& name, const std::string& event) {
    for (const auto& line : process(name).lines())
      if (line["event"] == event) return true;
    return false;
  }
  void await(const std::string& name, const std::string& event) {
    wait_until([&] {
      if (!process(name).running()) FAIL(process(name).errors());
      return said(name, event);
    });
  }
  /// Until `name` could take over.
  void await_in_sync(const std::string& holder, const std::string& name) {
    const std::string line = "whorl_exchange_in_sync{exchange=\"exchange-" + name + "\"} 1";
    wait_until(
        [&] { return ask(holder, "oversight", "/metrics").body.find(line) != std::string::npos; });
  }
  http_answer ask(const std::string& name, const std::string& who, const std::string& path,
                  const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words = {"--cacert", pki() + "/ca.pem"};
    const std::string keys = pki() + (who.starts_with("exchange") ? "/nodes/" : "/clients/") + who;
    if (!who.empty()) words.insert(words.end(), {"--cert", keys + ".pem", "--key", keys + ".key"});
    words.insert(words.end(), more.begin(), more.end());
    words.push_back(url(name) + path);
    return curl(words);
  }
  http_answer book(const std::string& name, const std::string& file) const {
    return ask(name, "state-bureau", "/v1/bookings",
               {"--data-binary", "@" + file, "-H", "Content-Type: application/octet-stream"});
  }
  /// Files of `count` people of the gallery.
  std::vector<std::string> files(const std::string& name, int from, int count) const {
    std::vector<std::string> out;
    for (const auto& each : std::filesystem::directory_iterator(a_.bookings(name, from, count)))
      if (each.path().extension() == ".eft") out.push_back(each.path().string());
    std::sort(out.begin(), out.end());
    REQUIRE(out.size() == std::size_t(count));
    return out;
  }
  nlohmann::json done(const std::string& name, const std::string& booking) const {
    nlohmann::json state;
    wait_until([&] {
      const auto answer = ask(name, "state-bureau", "/v1/bookings/" + booking);
      if (answer.status != 200) return false;
      state = answer.document();
      return state["done"].get<bool>();
    });
    return state;
  }

 private:
  static std::filesystem::path made(const std::filesystem::path& folder) {
    std::filesystem::create_directories(folder);
    return folder;
  }
  void put_journal(const nats_servers& servers) {
    const auto to = servers.options();
    std::string list;
    for (const std::string& each : to.servers) list += (list.empty() ? "\"" : ", \"") + each + "\"";
    append("a", "\n[journal]\nservers = [" + list + "]\nreplicas = 1\nprefix = \"" +
                    fresh_prefix() + "\"\nauthority = \"" + to.ca_file + "\"\ncertificate = \"" +
                    to.certificate_file + "\"\nkey = \"" + to.key_file + "\"\nuser = \"" + to.user +
                    "\"\npassword_file = \"nats-password\"\n");
    write_file(store("a") + "/nats-password", to_bytes(to.password + "\n"));
  }
  void configure(const std::string& name, const std::string& other) {
    append(name, "\n[exchange]\nname = \"exchange-" + name + "\"\nlease_seconds = " +
                     std::to_string(lease_seconds) + "\ncertificate = \"pki/nodes/exchange-" +
                     name + ".pem\"\nkey = \"pki/nodes/exchange-" + name +
                     ".key\"\nauthority = \"pki/ca.pem\"\n[[exchange.peer]]\nname = \"exchange-" +
                     other + "\"\nurl = \"" + url(other) + "\"\n");
  }
  void append(const std::string& name, const std::string& text) const {
    const std::string file = store(name) + "/whorl.toml";
    write_file(file, to_bytes(to_text(read_file(file)) + text));
  }
  void issue(std::vector<std::string> words) const {
    words.insert(words.begin(), {"pki", "issue"});
    const outcome made = a_.as("", words);
    REQUIRE_MESSAGE(made.code == 0, made.err);
  }
  std::string people() const {
    const std::string file = (folder_.path() / "people.whorl-people").string();
    const outcome made = a_.as("", {"synth", "people", "--people", "10", "--seed", "7",
                                    "--register", "criminal", "--out", file});
    REQUIRE_MESSAGE(made.code == 0, made.err);
    return file;
  }

  temp_folder folder_;
  small_world a_;
  std::map<std::string, std::uint16_t> port_;
  std::map<std::string, std::unique_ptr<started_program>> running_;
};

std::string booking_of(const http_answer& answer) {
  REQUIRE_MESSAGE(answer.status == 202, answer.body);
  return answer.document()["booking"];
}

}  // namespace

TEST_CASE("exchanges: the one that acts is killed; the other has its facts and its keys") {
  if (!nats_server_present()) return;
  nats_servers servers(1);
  exchange_pair pair(servers);
  pair.start_both();
  const auto files = pair.files("one", 0, 4);
  const std::string before = booking_of(pair.book("a", files[0]));
  pair.done("a", before);
  pair.await_in_sync("a", "b");
  const std::string synced = booking_of(pair.book("a", files[1]));
  CHECK(pair.ask("b", "", "/health/live").status == 200);
  CHECK(pair.ask("b", "", "/health/ready").status == 503);
  CHECK(pair.book("b", files[2]).status == 503);
  const std::string open = booking_of(pair.book("a", files[2]));  // its search may be under way
  pair.process("a").stop(SIGKILL);
  pair.await("b", "listening");
  for (const std::string& booking : {before, synced, open}) {
    CAPTURE(booking);
    CHECK(pair.done("b", booking)["criminal_search"] == "answered");
    const auto answers = pair.ask("b", "state-bureau", "/v1/bookings/" + booking + "/answers");
    REQUIRE(answers.status == 200);
    CHECK(answers.document()["criminal"]["decision"] == "hit");
    CHECK(pair.ask("b", "state-bureau", "/v1/bookings/" + booking + "/messages/1").status == 200);
  }
  CHECK(booking_of(pair.book("b", files[2])) == open);  // the same is the same booking
  pair.done("b", booking_of(pair.book("b", files[3])));
  // The one that was killed stands by when it comes back, and takes over in turn.
  pair.start("a");
  pair.await("a", "standing_by");
  pair.await_in_sync("b", "a");
  pair.process("b").stop(SIGTERM);
  CHECK(pair.process("b").wait().code == 0);
  pair.await("a", "listening");
  CHECK(pair.ask("a", "oversight", "/v1/audit?limit=1000").body.find("epoch 3") !=
        std::string::npos);
  pair.process("a").stop(SIGTERM);
  CHECK(pair.process("a").wait().code == 0);
  for (const char* name : {"a", "b"}) {
    const outcome verified =
        whorl_program({"--store", pair.store(name), "--as", "oversight", "audit", "verify"});
    CHECK_MESSAGE(verified.code == 0, verified.err);
  }
}

TEST_CASE("exchanges: one that stood still past its lease is replaced, and accepts nothing more") {
  if (!nats_server_present()) return;
  nats_servers servers(1);
  exchange_pair pair(servers);
  pair.start_both();
  const auto files = pair.files("one", 0, 2);
  pair.done("a", booking_of(pair.book("a", files[0])));
  pair.await_in_sync("a", "b");
  pair.process("a").stop(SIGSTOP);
  pair.await("b", "listening");
  // Into its arms while it sleeps: answered when it wakes, before it has looked around.
  started_program waiting("curl", {"-s", "-m", "60", "--cacert", pair.pki() + "/ca.pem", "--cert",
                                   pair.pki() + "/clients/state-bureau.pem", "--key",
                                   pair.pki() + "/clients/state-bureau.key", "--data-binary",
                                   "@" + files[1], "-H", "Content-Type: application/octet-stream",
                                   "-w", "%{http_code}", pair.url("a") + "/v1/bookings"});
  pair.process("a").stop(SIGCONT);
  const outcome late = waiting.wait();
  CHECK_MESSAGE(late.out.find("202") == std::string::npos, late.out);
  const outcome ended = pair.process("a").wait();
  CHECK(ended.code == 3);
  CHECK_MESSAGE(ended.out.find("the lease has ended") != std::string::npos, ended.out);
  const auto fresh = pair.book("b", files[1]);
  REQUIRE(fresh.status == 202);
  CHECK_FALSE(fresh.document()["duplicate"].get<bool>());
  pair.done("b", fresh.document()["booking"]);
}

TEST_CASE("exchanges: a node goes on with the one that took over, and keeps what it holds") {
  if (!nats_server_present()) return;
  nats_servers servers(1);
  exchange_pair pair(servers);
  const std::string config = pair.with_cluster();
  pair.start_both();
  const started_program node({"--json", "node", "--config", config});
  pair.await_searchable("a");
  pair.await_in_sync("a", "b");
  const auto files = pair.files("one", 0, 2);
  pair.done("a", booking_of(pair.book("a", files[0])));
  const auto copies = [&] {
    const std::string log = node.errors();
    std::size_t count = 0;
    for (std::size_t at = 0; (at = log.find("\"copying\"", at)) != std::string::npos; ++at) ++count;
    return count;
  };
  const std::size_t before = copies();
  CHECK(before == 6);  // of each partition once
  pair.process("a").stop(SIGKILL);
  pair.await("b", "listening");
  pair.await_searchable("b");
  const std::string next = booking_of(pair.book("b", files[1]));
  pair.done("b", next);
  CHECK(pair.ask("b", "state-bureau", "/v1/bookings/" + next + "/answers")
            .document()["criminal"]["decision"] == "hit");
  CHECK(copies() == before);
}

TEST_CASE(
    "exchanges: measured (WHORL_LONG): what a standby costs a booking, and a killed exchange") {
  if (!long_run() || !nats_server_present()) return;
  using std::chrono::duration_cast, std::chrono::microseconds, std::chrono::milliseconds;
  using clock = std::chrono::steady_clock;
  nats_servers servers(1);
  exchange_pair pair(servers);
  pair.start("a");
  pair.await("a", "listening");
  const auto files = pair.files("many", 0, 120);
  const auto median_us = [&](std::size_t from) {  // of forty, one by one, curl and handshake too
    std::vector<std::int64_t> all;
    for (std::size_t i = from; i < from + 40; ++i) {
      const auto begun = clock::now();
      const std::string booking = booking_of(pair.book("a", files[i]));
      all.push_back(duration_cast<microseconds>(clock::now() - begun).count());
      pair.done("a", booking);
    }
    std::ranges::nth_element(all, all.begin() + 20);
    return all[20];
  };
  const auto alone = median_us(0);
  pair.start("b");
  pair.await("b", "standing_by");
  pair.await_in_sync("a", "b");
  const auto watched = median_us(40);
  const auto killed = clock::now();
  pair.process("a").stop(SIGKILL);
  pair.await("b", "listening");
  MESSAGE("accepted after, median of 40: ", alone, " us alone, ", watched,
          " us with a standby; taken over ",
          duration_cast<milliseconds>(clock::now() - killed).count(), " ms after kill -9, lease ",
          lease_seconds, " s");
}

TEST_CASE("exchanges: one that lacks keys does not take over, and a store of one is not changed") {
  if (!nats_server_present()) return;
  nats_servers servers(1);
  exchange_pair pair(servers);
  pair.start("b");
  pair.await("b", "listening");
  pair.process("b").stop(SIGTERM);
  CHECK(pair.process("b").wait().code == 0);
  // Alone, and never in sync: it waits, however long nobody holds the lease.
  pair.start("a");
  pair.await("a", "standing_by");
  wait_until([&] {
    return pair.ask("a", "", "/health/ready").body.find("only exchange-b may take over") !=
           std::string::npos;
  });
  CHECK_FALSE(pair.said("a", "listening"));
  pair.process("a").stop(SIGTERM);
  CHECK(pair.process("a").wait().code == 0);
  const outcome refused = whorl_program(
      {"--store", pair.store("b"), "--as", "state-bureau", "book", pair.files("one", 0, 1)[0]});
  CHECK(refused.code != 0);
  CHECK_MESSAGE(refused.err.find("one of several exchanges") != std::string::npos, refused.err);
  CHECK(whorl_program({"--store", pair.store("b"), "--as", "operator", "status"}).code == 0);
}

TEST_CASE("exchanges: one that was stopped before it made its first key acts again") {
  if (!nats_server_present()) return;
  nats_servers servers(1);
  exchange_pair pair(servers, false);
  for (int i = 0; i < 2; ++i) {  // the second time the journal has rows of the first
    pair.start("a");
    pair.await("a", "listening");
    pair.process("a").stop(SIGTERM);
    CHECK(pair.process("a").wait().code == 0);
  }
}

TEST_CASE("exchanges: keys go to the other exchange alone") {
  if (!nats_server_present()) return;
  nats_servers servers(1);
  exchange_pair pair(servers);
  pair.start("a");
  pair.await("a", "listening");
  const char* keys = "/v1/exchange/keys";
  CHECK(pair.ask("a", "exchange-b", keys).status == 200);
  CHECK(pair.ask("a", "exchange-b", std::string(keys) + "?feed=1&after=0").status == 409);
  CHECK(pair.ask("a", "exchange-b", std::string(keys) + "?feed=1").status == 400);
  CHECK(pair.ask("a", "exchange-b", std::string(keys) + "?owner=x&purpose=1").status == 400);
  CHECK(pair.ask("a", "exchange-b", "/v1/bookings").status == 401);  // it is no principal
  CHECK(pair.ask("a", "exchange-a", keys).status == 401);            // nor its own peer
  CHECK(pair.ask("a", "oversight", keys).status == 403);
  CHECK(pair.ask("a", "", keys).status == 401);
  const std::string audit = pair.ask("a", "oversight", "/v1/audit?limit=1000").body;
  CHECK(audit.find("keys copied") != std::string::npos);
  CHECK(audit.find("no exchange of whorl.toml") != std::string::npos);
}
