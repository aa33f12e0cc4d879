// What becomes of asynchronous calls: states, retries, owners, limits.
#include "apps/osia/tasks.hpp"

#include <doctest/doctest.h>

#include <set>
#include <vector>

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
  REQUIRE(all.finish("T1", "application/json", "[]", 1000));
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
  REQUIRE(all.finish("T1", "application/json", "[]", 0));
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
    REQUIRE(all.finish(id, "application/json", "[]", 0));
    REQUIRE(all.take_due(0));
    all.delivered(id, true, id == std::string("T5") ? 20 : 10);
  }
  REQUIRE(all.add("more", "ann", "http://a/", 30));
  CHECK(state(all, "T6") == "not_found");
  CHECK(state(all, "T5") == "COMPLETED");
  REQUIRE(all.add("again", "ann", "http://a/", 40 + limits::osia_task_kept_ms));
  CHECK(state(all, "T5") == "not_found");
}

TEST_CASE(
    "osia tasks: a host that hangs holds up its own answers alone, who waits longest is next") {
  tasks all;
  for (const auto& [id, url] :
       std::vector<std::pair<std::string, std::string>>{{"T1", "https://slow:444/a"},
                                                        {"T2", "https://slow:444/b?c"},
                                                        {"T3", "https://other/"},
                                                        {"T4", "https://slow/"}})
    REQUIRE(all.add(id, "ann", url, 0));
  for (const char* id : {"T4", "T3", "T2", "T1"})
    REQUIRE(all.finish(id, "application/json", "[]", id[1] == '1' ? 5 : id[1] == '2' ? 1 : 9));
  const auto first = all.take_due(10), second = all.take_due(10), third = all.take_due(10);
  REQUIRE((first && second && third));
  CHECK(first->task == "T2");
  CHECK(std::set<std::string>{second->task, third->task} == std::set<std::string>{"T3", "T4"});
  CHECK_FALSE(all.take_due(10));  // T1 waits for T2, whose host it is
  all.delivered("T2", false, 10);
  CHECK(all.take_due(10)->task == "T1");
}

TEST_CASE("osia tasks: so many bytes of answers are kept, those given up make room") {
  tasks all;
  const std::string large(limits::osia_answer_bytes_max / 4, 'x');
  for (int i = 0; i < 6; ++i) REQUIRE(all.add("T" + std::to_string(i), "ann", "http://a/", 0));
  for (const char* id : {"T0", "T1", "T2", "T3"}) REQUIRE(all.finish(id, "x", large, 0));
  CHECK(all.finish("T4", "x", large, 0).error().code == errc::overloaded);
  CHECK(state(all, "T4") == "PENDING");
  CHECK(all.finish("T4", "x", std::string(answer_bytes_small, 'x'), 0));
  CHECK(
      all.finish("T5", "x", std::string(limits::osia_answer_bytes_max + 1, 'x'), 0).error().code ==
      errc::overloaded);
  // One is delivered, which frees what it took; those given up give way.
  const auto one = all.take_due(0);
  REQUIRE(one);
  all.delivered(one->task, true, 0);
  CHECK(all.finish("T5", "x", large, 0).error().code == errc::overloaded);
  CHECK(all.finish("T5", "x", large.substr(answer_bytes_small), 0));
  std::int64_t now = 0;
  for (int i = 0; i < 5 * limits::osia_deliveries_max; ++i) {
    now += 10'000;
    const auto tried = all.take_due(now);
    REQUIRE(tried);
    all.delivered(tried->task, false, now);
  }
  CHECK(state(all, "T5") == "RESPONSE_ERROR");
  REQUIRE(all.add("T6", "ann", "http://a/", now));
  CHECK(all.finish("T6", "x", large, now));
  CHECK(state(all, "T6") == "RESPONSE_SCHEDULED");
}

TEST_CASE("osia callback: the URL keeps its query and gets ours, host and port as allowed") {
  const std::vector<std::string> hosts = {"abis.example.org", "localhost:8080"};
  CHECK(*callback_url("https://abis.example.org:444/a?b=c#d", hosts, "t &1", "T1") ==
        "https://abis.example.org:444/a?b=c&transactionId=t%20%261&taskId=T1");
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
