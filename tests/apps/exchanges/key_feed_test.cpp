#include "apps/exchanges/key_feed.hpp"

#include <doctest/doctest.h>

#include <future>
#include <thread>

#include "messages/limits.hpp"
#include "tests/support.hpp"

using namespace whorl;
using namespace whorl::apps::exchanges;
using namespace whorl::test;

namespace {

constexpr key_id one{1, key_purpose::biographics}, two{2, key_purpose::biographics};

key_copy live(key_id id) { return {id, bytes(limits::key_bytes, std::byte{7})}; }

/// A holder whose record is written here.
struct holder {
  temp_folder folder;
  std::unique_ptr<storage::own_keyring> keys =
      *storage::open_keyring(folder.path().string(), {.durable = false});
  std::vector<std::vector<std::string>> records;
  status record_outcome;
  int failures = 0;  ///< writes that have no answer, before the others
  std::optional<key_feed> feed;

  explicit holder(std::int64_t wait_ms = 60'000, std::int64_t hold_ms = 60'000) {
    feed.emplace(*keys, key_feed_settings{9, digest{}, wait_ms, hold_ms},
                 [this](const std::vector<std::string>& in_sync) -> status {
                   if (failures > 0 && failures-- > 0)
                     return make_error(errc::unavailable, "the servers do not answer");
                   if (record_outcome) records.push_back(in_sync);
                   return record_outcome;
                 });
  }
  std::future<result<key_page>> follow(const std::string& name, std::uint64_t after,
                                       std::uint64_t number = 9) {
    const auto promise = std::make_shared<std::promise<result<key_page>>>();
    feed->follow(name, number, after,
                 [promise](result<key_page> page) { promise->set_value(std::move(page)); });
    return promise->get_future();
  }
};

}  // namespace

TEST_CASE("key feed: a change waits until the standby's next question says that it has it") {
  holder h;
  auto asked = h.follow("b", 0);
  h.feed->tick();
  CHECK(h.records == std::vector<std::vector<std::string>>{{"b"}});
  const key_copy change = live(one);
  auto changed = std::async(std::launch::async, [&] { return h.feed->changed({&change, 1}); });
  const auto page = asked.get();
  REQUIRE(page.has_value());
  CHECK(page->keys == std::vector<key_copy>{change});
  CHECK(page->next == 1);
  CHECK(page->last == 1);
  CHECK(changed.wait_for(std::chrono::seconds(0)) == std::future_status::timeout);
  auto again = h.follow("b", page->next);
  CHECK(changed.get());
  CHECK(h.records.size() == 1);
}

TEST_CASE("key feed: a standby that does not answer is taken out of the record, then passed over") {
  holder h(1);
  auto asked = h.follow("b", 0);
  h.feed->tick();
  const key_copy change = live(one);
  CHECK(h.feed->changed({&change, 1}));
  CHECK(h.records == std::vector<std::vector<std::string>>{{"b"}, {}});
  CHECK(h.feed->counts().dropped == 1);
  CHECK(h.feed->changed({&change, 1}));
  CHECK(h.records.size() == 2);  // it is waited for no more
  auto again = h.follow("b", 2);
  h.feed->tick();
  CHECK(h.records.back() == std::vector<std::string>{"b"});
}

TEST_CASE("key feed: where the record cannot be written nothing is changed any more") {
  holder h(1);
  auto asked = h.follow("b", 0);
  h.feed->tick();
  h.record_outcome = make_error(errc::conflict, "another has written");
  const key_copy change = live(one);
  CHECK(h.feed->may_change());
  CHECK(h.feed->changed({&change, 1}).error().code == errc::conflict);
  CHECK(h.feed->may_change().error().code == errc::conflict);
  CHECK(h.feed->changed({&change, 1}).error().code == errc::conflict);
  CHECK(h.follow("b", 1).get().error().code == errc::conflict);
  CHECK(h.feed->list({}).error().code == errc::conflict);
}

TEST_CASE(
    "key feed: nothing goes on before a standby is out of the record, however long it takes") {
  holder h(1);
  auto asked = h.follow("b", 0);
  h.feed->tick();
  h.failures = 3;
  const key_copy change = live(one);
  CHECK(h.feed->changed({&change, 1}));
  CHECK(h.failures == 0);
  CHECK(h.records == std::vector<std::vector<std::string>>{{"b"}, {}});
  CHECK(h.feed->may_change());
}

TEST_CASE("key feed: a write without an answer may have put a standby on record: it is taken out") {
  holder h(1);
  auto asked = h.follow("b", 0);
  h.failures = 1;
  h.feed->tick();  // perhaps written
  CHECK(h.feed->counts().in_sync.empty());
  const key_copy change = live(one);
  CHECK(h.feed->changed({&change, 1}));
  CHECK(h.records == std::vector<std::vector<std::string>>{{}});
}

TEST_CASE("key feed: at its end nobody is dropped for not asking any more") {
  holder h;
  auto asked = h.follow("b", 0);
  h.feed->tick();
  h.feed->end();
  CHECK(asked.get().error().code == errc::unavailable);
  const key_copy change = live(one);
  CHECK(h.feed->changed({&change, 1}).error().code == errc::unavailable);
  CHECK(h.feed->may_change().error().code == errc::unavailable);
  CHECK(h.records == std::vector<std::vector<std::string>>{{"b"}});
}

TEST_CASE("key feed: who is behind gets what it lacks, and is not waited for before it has all") {
  holder h;
  const key_copy changes[] = {live(one), live(two), {one, std::nullopt}};
  CHECK(h.feed->changed(changes));
  auto page = h.follow("b", 1).get();
  REQUIRE(page.has_value());
  CHECK(page->keys == std::vector<key_copy>{live(two), {one, std::nullopt}});
  CHECK(page->next == 3);
  h.feed->tick();
  CHECK(h.records.empty());
  CHECK(h.follow("b", 0, 8).get().error().code == errc::conflict);  // another feed's
  CHECK(h.follow("b", 4).get().error().code == errc::conflict);     // of the future
}

TEST_CASE("key feed: a listing says from where to follow; a question that waits long is answered") {
  holder h(60'000, 0);
  const storage::seal_request wanted{one, to_bytes("x")};
  REQUIRE(h.keys->seal({&wanted, 1}));
  const auto page = h.feed->list({});
  REQUIRE(page.has_value());
  CHECK(page->whole);
  REQUIRE(page->keys.size() == 1);
  CHECK(page->keys[0].key == one);
  CHECK(page->feed == 9);
  CHECK(page->next == 0);
  CHECK(h.feed->list(one)->keys.empty());
  auto asked = h.follow("b", 0);
  h.feed->tick();
  const auto nothing = asked.get();
  REQUIRE(nothing.has_value());
  CHECK(nothing->keys.empty());
  CHECK(nothing->next == nothing->last);
}

TEST_CASE("key feed: what waits when it ends is answered") {
  std::future<result<key_page>> asked;
  {
    holder h;
    asked = h.follow("b", 0);
  }
  CHECK(asked.get().error().code == errc::unavailable);
}
