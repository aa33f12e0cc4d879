#include "actors/doubt_core.hpp"

#include <doctest/doctest.h>

using namespace whorl;
using namespace whorl::actors;

TEST_CASE("doubt_core: one in doubt is asked for soon, then less often, until it is settled") {
  doubt_book book;
  const booking_id one{7};
  book.add(one, {0}, {86'400'000});
  CHECK(book.due({999}, 9).empty());
  CHECK(book.due({1'000}, 9) == std::vector{one});
  CHECK(book.due({1'999}, 9).empty());
  CHECK(book.due({100'000}, 9) == std::vector{one});
  CHECK(book.due({124'999}, 9).empty());
  CHECK(book.due({125'000}, 9) == std::vector{one});
  // Never more seldom than every ten minutes.
  CHECK(book.due({50'000'000}, 9) == std::vector{one});
  CHECK(book.due({50'000'000 + doubt_book::ask_max_ms}, 9) == std::vector{one});
  CHECK(book.contains(one));
  book.settle(one);
  CHECK_FALSE(book.contains(one));
  CHECK(book.due({60'000'000}, 9).empty());
}

TEST_CASE("doubt_core: the longest due come first; past its deadline nobody is asked for") {
  doubt_book book;
  for (std::uint64_t i = 1; i <= 5; ++i)
    book.add({i}, {static_cast<std::int64_t>(10 - i)}, {5'000});
  CHECK(book.due({2'000}, 2) == std::vector<booking_id>{{5}, {4}});
  CHECK(book.due({2'000}, 9) == std::vector<booking_id>{{3}, {2}, {1}});
  CHECK(book.size() == 5);
  CHECK(book.due({5'000}, 9).empty());
  CHECK(book.size() == 0);
}

TEST_CASE("doubt_core: the book is bounded, and only what may still happen is in doubt") {
  doubt_book book;
  for (std::uint64_t i = 0; i < limits::bookings_in_doubt_max; ++i) {
    CHECK_FALSE(book.full());
    book.add({i + 1}, {0}, {1});
  }
  CHECK(book.full());
  CHECK(may_land_later(errc::unavailable));
  CHECK(may_land_later(errc::timeout));
  for (const errc code : {errc::storage_full, errc::io, errc::overloaded, errc::conflict})
    CHECK_FALSE(may_land_later(code));
}
