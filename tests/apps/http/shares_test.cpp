// Rooms and who is in them: what is given back, whose share it is, and who gives way.
#include "apps/http/shares.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <limits>
#include <vector>

#include "apps/http/strangers.hpp"

namespace whorl::test {

using namespace apps::http;

TEST_CASE("shares: so much altogether, so much of one name, and all of it comes back") {
  shared_room room(100, 60);
  {
    place first, second, third;
    CHECK(first.take(room, "a", 60));
    CHECK_FALSE(second.take(room, "a", 1));
    CHECK_FALSE(second.take(room, "b", 41));
    CHECK(second.take(room, "b", 40));
    CHECK_FALSE(third.take(room, "c", std::numeric_limits<std::size_t>::max()));
    first.give_back();
    first.give_back();
    CHECK(third.take(room, "a", 60));
    CHECK_FALSE(third.take(room, "b", 60));  // what it had is given back first
    CHECK(first.take(room, "a", 60));
  }
  place all;
  CHECK(all.take(room, "b", 60));
  CHECK(room.enter("c", 40));
}

TEST_CASE("shares: an IPv6 network counts as one, IPv4 by its addresses in either spelling") {
  CHECK(network_of("10.0.0.1") == "10.0.0.1");
  CHECK(network_of("::ffff:10.0.0.1") == "10.0.0.1");
  CHECK(network_of("2001:db8:1:2::1") == network_of("2001:db8:1:2:ffff:ffff:ffff:ffff"));
  CHECK(network_of("2001:db8:1:2::1") != network_of("2001:db8:1:3::1"));
  CHECK(network_of("::1") != network_of("0.0.0.1"));
  CHECK(network_of("") == "");
}

TEST_CASE("strangers: the oldest of the share that is full gives way, if it is not answered") {
  stranger_list list(4, 2);
  const auto enter = [&](const char* network) { return list.enter({}, network); };
  const auto first = enter("a"), second = enter("a"), third = enter("b");
  CHECK(list.crowded());
  list.answering(*first.in, true);
  REQUIRE(enter("a").in);  // in second's place
  list.answering(*first.in, false);
  list.leave(*second.in);  // that it gave way is not counted twice
  REQUIRE(enter("c").in);
  REQUIRE(enter("d").in);  // all are full: first, the oldest of all, goes
  list.answering(*first.in, true);
  list.leave(*first.in);
  list.leave(*third.in);
  REQUIRE(enter("e").in);
  CHECK(list.crowded());
}

TEST_CASE("strangers: there are never more than there is room for (property)") {
  CHECK(rc::check([](const std::vector<std::pair<std::uint8_t, bool>>& steps) {
    stranger_list list(8, 3);
    std::vector<stranger_list::ticket> held;
    for (const auto& [number, enters] : steps) {
      if (enters || held.empty()) {
        const auto room = list.enter({}, std::string(1, static_cast<char>('a' + number % 5)));
        RC_ASSERT(bool(room.in));  // nobody is being answered
        held.push_back(*room.in);
      } else {
        const auto which = held.begin() + number % static_cast<std::ptrdiff_t>(held.size());
        list.leave(*which);
        held.erase(which);
      }
      std::size_t in = 0;
      for (const auto& each : held) in += !each->network.empty();
      RC_ASSERT(in <= 8u);
    }
  }));
}

}  // namespace whorl::test
