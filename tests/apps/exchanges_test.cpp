// Two exchanges of one journal as processes: one acts, the other stands by; the one that acts is
// killed, frozen and woken.
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>

#include "tests/apps/exchange_pair.hpp"

using namespace whorl;
using namespace whorl::test;

namespace {

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

TEST_CASE("exchanges: a stopped store that lacks keys of bookings can be looked at, and says so") {
  if (!nats_server_present()) return;
  nats_servers servers(1);
  exchange_pair pair(servers);
  pair.start("b");
  pair.await("b", "listening");
  const std::string booking = booking_of(pair.book("b", pair.files("one", 0, 1)[0]));
  pair.done("b", booking);
  pair.process("b").stop(SIGTERM);
  CHECK(pair.process("b").wait().code == 0);
  // Follows the journal, and has nobody to ask for keys.
  pair.start("a");
  pair.await("a", "standing_by");
  wait_until([&] {
    return pair.ask("a", "", "/health/ready").body.find("only exchange-b may take over") !=
           std::string::npos;
  });
  pair.process("a").stop(SIGTERM);
  CHECK(pair.process("a").wait().code == 0);
  const auto status_of = [&](const char* name) {
    return whorl_program({"--store", pair.store(name), "--as", "operator", "--json", "status"});
  };
  const auto whole = status_of("b").document();
  CHECK(whole["bookings"] == 1);
  CHECK(whole["facts_behind"].empty());
  const outcome lacking = status_of("a");
  REQUIRE_MESSAGE(lacking.code == 0, lacking.err);
  CHECK(lacking.document()["streams"] == whole["streams"]);
  CHECK(lacking.document()["bookings"] == 0);
  CHECK(lacking.document()["facts_behind"]["bookings"] > 0);
  const outcome words = whorl_program({"--store", pair.store("a"), "--as", "operator", "status"});
  CHECK_MESSAGE(words.out.find("may lack their keys") != std::string::npos, words.out);
  const outcome refused =
      whorl_program({"--store", pair.store("a"), "--as", "operator", "cluster", "status"});
  CHECK(refused.code == 2);
  CHECK_MESSAGE(refused.err.find("name it with --server") != std::string::npos, refused.err);
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
