#include "actors/door_core.hpp"

#include <doctest/doctest.h>

#include <thread>

#include "tests/actors/people.hpp"

using namespace whorl;
using namespace whorl::actors;
using namespace whorl::actors::test;

TEST_CASE("door: takes as many submissions as it says, and one again when one has left") {
  const auto d = std::make_shared<door>(2, 1000);
  auto first = must(d->enter(10));
  const auto second = must(d->enter(10));
  CHECK(refused(d->enter(10), errc::overloaded, {"2 submissions", "20 bytes", "later"}));
  const door_ticket copy = first;
  first = nullptr;
  CHECK(code_of(d->enter(10)) == "overloaded");  // a copy lives: it is still inside
  const_cast<door_ticket&>(copy) = nullptr;
  CHECK(code_of(d->enter(10)) == "done");
}

TEST_CASE("door: takes as many bytes as it says (8 MB transactions)") {
  const auto d = std::make_shared<door>();
  std::vector<door_ticket> inside;
  while (true) {
    auto ticket = d->enter(limits::transaction_bytes_max);
    if (!ticket) {
      CHECK(ticket.error().code == errc::overloaded);
      break;
    }
    inside.push_back(*ticket);
  }
  CHECK(inside.size() == limits::submission_bytes_waiting_max / limits::transaction_bytes_max);
  CHECK(code_of(d->enter(1)) == "overloaded");
  inside.clear();
  for (const gauge& g : d->gauges()) {
    CHECK(g.now == 0);
    CHECK(g.peak > 0);
    CHECK(g.peak <= g.limit);
  }
}

TEST_CASE("door: what is too large for ever is refused as that, not as overload") {
  const auto d = std::make_shared<door>();
  CHECK(code_of(d->enter(limits::transaction_bytes_max)) == "done");
  CHECK(refused(d->enter(limits::transaction_bytes_max + 1), errc::limit_exceeded, {"at most"}));
}

TEST_CASE("door: a ticket may outlive everybody else's hold on its door") {
  auto d = std::make_shared<door>(1, 100);
  door_ticket ticket = must(d->enter(5));
  d = nullptr;
  ticket = nullptr;
}

TEST_CASE("door: never passes its limits (threads entering and leaving at once)") {
  const auto d = std::make_shared<door>(8, 64);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&d] {
      std::vector<door_ticket> mine;
      for (int i = 0; i < 2000; ++i) {
        if (auto ticket = d->enter(static_cast<std::size_t>(i % 20)); ticket)
          mine.push_back(*ticket);
        if (mine.size() > 3) mine.clear();
      }
    });
  for (auto& t : threads) t.join();
  for (const gauge& g : d->gauges()) {
    CHECK(g.now == 0);
    CHECK(g.peak <= g.limit);
  }
}
