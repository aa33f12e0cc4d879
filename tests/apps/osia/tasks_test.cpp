// What becomes of asynchronous calls: states, retries, owners, limits.
#include "apps/osia/tasks.hpp"

#include <doctest/doctest.h>

#include "apps/osia/callback.hpp"
#include "messages/limits.hpp"

using namespace whorl;
using namespace whorl::apps::osia;

namespace {

std::string state(const tasks& all, const std::string& id) {
  const auto out = all.state(id, "ann");
  return out ? *out : std::string(to_string(out.error().code));
}

}  // namespace

TEST_CASE("osia tasks: from pending to completed, given out once at a time") {
  tasks all;
  REQUIRE(all.add("T1", "ann", "http://a/", 0));
  CHECK(state(all, "T1") == "PENDING");
  CHECK(!all.take_due(1000));
  all.finish("T1", "application/json", "[]", 1000);
  CHECK(state(all, "T1") == "RESPONSE_SCHEDULED");
  const auto due = all.take_due(1000);
  REQUIRE(due);
  CHECK(due->body == "[]");
  CHECK(!all.take_due(5000));
  all.delivered("T1", true, 1100);
  CHECK(state(all, "T1") == "COMPLETED");
  CHECK(all.redeliver("T1", "ann", 1200).error().code == errc::not_found);
  CHECK(all.state("T1", "bob").error().code == errc::not_found);
}

TEST_CASE("osia tasks: tried so often, with pauses, then given up until asked again") {
  tasks all;
  REQUIRE(all.add("T1", "ann", "http://a/", 0));
  CHECK(all.redeliver("T1", "ann", 0));  // pending: it will come anyway
  all.finish("T1", "application/json", "[]", 0);
  std::int64_t now = 0;
  for (int i = 0; i < limits::osia_deliveries_max; ++i) {
    REQUIRE(all.take_due(now));
    all.delivered("T1", false, now);
    CHECK(!all.take_due(now));
    now += 10'000;
  }
  CHECK(state(all, "T1") == "RESPONSE_ERROR");
  CHECK(!all.take_due(now));
  REQUIRE(all.redeliver("T1", "ann", now));
  CHECK(state(all, "T1") == "RESPONSE_RETRY");
  CHECK(all.redeliver("T1", "bob", now).error().code == errc::not_found);
  REQUIRE(all.take_due(now));
  all.delivered("T1", true, now);
  CHECK(state(all, "T1") == "COMPLETED");
}

TEST_CASE("osia tasks: so many are kept; those that are over make room, the oldest first") {
  tasks all;
  for (std::size_t i = 0; i < limits::osia_tasks_max; ++i)
    REQUIRE(all.add("T" + std::to_string(i), "ann", "http://a/", 0));
  CHECK(all.add("more", "ann", "http://a/", 0).error().code == errc::overloaded);
  for (const char* id : {"T5", "T6"}) {
    all.finish(id, "application/json", "[]", 0);
    REQUIRE(all.take_due(0));
    all.delivered(id, true, id == std::string("T5") ? 20 : 10);
  }
  REQUIRE(all.add("more", "ann", "http://a/", 30));
  CHECK(state(all, "T6") == "not_found");
  CHECK(state(all, "T5") == "COMPLETED");
  REQUIRE(all.add("again", "ann", "http://a/", 40 + limits::osia_task_kept_ms));
  CHECK(state(all, "T5") == "not_found");
}

TEST_CASE("osia callback: the URL keeps its query and gets ours, host and port as allowed") {
  const std::vector<std::string> hosts = {"abis.example.org", "localhost:8080"};
  CHECK(*callback_url("https://abis.example.org:444/a?b=c#d", hosts, "t&1", "T1") ==
        "https://abis.example.org:444/a?b=c&transactionId=t%261&taskId=T1");
  CHECK(callback_url("http://localhost:8080/", hosts, "t", "T1"));
  for (const char* bad :
       {"http://localhost/", "http://localhost:8081/", "http://abis.example.org.evil/",
        "http://abis.example.org@evil/", "ftp://abis.example.org/", "//abis.example.org/",
        "abis.example.org", "http://abis.example.org:0x1bb/", ""}) {
    CAPTURE(bad);
    const auto refused = callback_url(bad, hosts, "t", "T1");
    REQUIRE(!refused);
    CHECK(refused.error().code == errc::invalid_input);
    CHECK(refused.error().message.starts_with("callback: "));
  }
  CHECK(!callback_url("http://abis.example.org/", {}, "t", "T1"));
  CHECK(!callback_url("http://abis.example.org/" + std::string(2000, 'a'), hosts, "t", "T1"));
}
