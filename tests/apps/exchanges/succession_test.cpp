#include "apps/exchanges/succession.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>

#include "tests/support.hpp"

using namespace whorl;
using namespace whorl::apps::exchanges;
using namespace whorl::test;

TEST_CASE("succession: the last holder and who is in sync may take over, nobody else") {
  const succession_record record{7, "a", {"b", "c"}};
  for (const char* able : {"a", "b", "c"}) CHECK(may_take_over(record, able, false, true));
  const status other = may_take_over(record, "d", false, true);
  REQUIRE_FALSE(other.has_value());
  CHECK(other.error().code == errc::unavailable);
  CHECK(other.error().message.find("only a or b or c may") != std::string::npos);
}

TEST_CASE("succession: without a record a store without keys does not take over facts") {
  CHECK(may_take_over(std::nullopt, "a", true, false));  // everything is new
  CHECK(may_take_over(std::nullopt, "a", false, true));  // the store there was before
  CHECK(may_take_over(std::nullopt, "a", false, false));
  CHECK_FALSE(may_take_over(std::nullopt, "a", true, true).has_value());
  // Nor one that is on record: its disk is another.
  CHECK_FALSE(may_take_over(succession_record{7, "a", {}}, "a", true, true).has_value());
}

TEST_CASE("succession: an exchange that was never used has no key and no fact that wants one") {
  const temp_folder folder;
  const auto log = *storage::open_embedded_journal(folder.path().string(), {.durable = false});
  const auto put = [&](stream_id stream, const std::string& id) {
    const storage::append_request one{stream, id, std::nullopt, to_bytes("x")};
    REQUIRE(log->append({&one, 1}).front().has_value());
  };
  for (int epoch = 1; epoch <= 70; ++epoch)
    for (const stream_id stream : all_streams)
      put(stream, std::string(epoch_row_prefix) + std::to_string(epoch));
  put(stream_id::audit, "who-saw/1");
  CHECK_FALSE(*has_facts_with_keys(*log));
  CHECK(may_take_over(succession_record{70, "a", {}}, "a", true, *has_facts_with_keys(*log)));
  put(stream_id::bookings, "b1/accepted");
  CHECK(*has_facts_with_keys(*log));
}

TEST_CASE("standby set: who has every change is waited for; who does not, is not") {
  standby_set set;
  set.heard("late", 3, 5);
  CHECK(set.joining().empty());
  CHECK(set.lagging(5).empty());
  set.heard("b", 5, 5);
  CHECK(set.joining() == std::vector<std::string>{"b"});
  CHECK(set.lagging(6) == std::vector<std::string>{"b"});
  set.heard("b", 6, 6);
  CHECK(set.lagging(6).empty());
  set.heard("b", 2, 6);  // an old question that comes late takes nothing back
  CHECK(set.lagging(6).empty());
  set.recorded({"b"});
  CHECK(set.joining().empty());
  CHECK(set.in_sync() == std::vector<std::string>{"b"});
}

TEST_CASE("standby set: one that is dropped is waited for again once it has everything") {
  standby_set set;
  set.heard("b", 0, 0);
  set.heard("c", 0, 0);
  set.recorded({"b", "c"});
  CHECK(set.without({"c"}) == std::vector<std::string>{"b"});
  set.recorded({"b"});
  set.drop({"c"});
  CHECK(set.lagging(1) == std::vector<std::string>{"b"});
  set.heard("c", 0, 1);
  CHECK(set.lagging(1) == std::vector<std::string>{"b"});
  set.heard("c", 1, 1);
  CHECK(set.joining() == std::vector<std::string>{"c"});
}

TEST_CASE("standby set: whoever is recorded has every change that nothing waits for (any order)") {
  CHECK(rc::check("recorded have all", [](const std::vector<std::pair<int, int>>& script) {
    standby_set set;
    std::map<std::string, std::uint64_t> has;
    std::uint64_t last = 0, settled = 0;
    for (const auto& [what, who] : script) {
      const std::string name(1, static_cast<char>('a' + std::abs(who % 3)));
      switch (std::abs(what % 4)) {
        case 0:  // a change; nothing rests on it before nobody lags
          ++last;
          break;
        case 1:
          has[name] = last;
          set.heard(name, last, last);
          break;
        case 2: {  // what was not heard of in time is taken out, then not waited for
          const auto late = set.lagging(last);
          set.recorded(set.without(late));
          set.drop(late);
          break;
        }
        default: {
          auto wanted = set.in_sync();
          for (const auto& each : set.joining()) wanted.push_back(each);
          set.recorded(wanted);
        }
      }
      if (set.lagging(last).empty()) settled = last;
      for (const auto& each : set.in_sync()) RC_ASSERT(has[each] >= settled);
    }
  }));
}
