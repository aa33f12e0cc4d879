#include "messages/ebts/first_record.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "tests/messages/ebts/samples.hpp"
#include "tests/support.hpp"

using namespace whorl;
using namespace whorl::ebts;
using namespace whorl::ebts::test;

TEST_CASE("first record: it is the whole transaction's, and needs nothing behind it") {
  const transaction whole = sample_transaction();
  const bytes written = write_transaction(whole);
  const std::size_t end = to_text(written).find('\x1c') + 1;
  for (const std::size_t size : {written.size(), end, end + 1, (end + written.size()) / 2}) {
    CAPTURE(size);
    const auto first = read_first_record(byte_view(written).first(size));
    REQUIRE_MESSAGE(first.has_value(), first.error().message);
    CHECK(first->records.size() == 1);
    CHECK(first->ori() == whole.ori());
    CHECK(first->tcn() == whole.tcn());
    CHECK(first->tot() == whole.tot());
  }
}

TEST_CASE("first record: what has none is refused with its place") {
  const bytes written = write_transaction(sample_transaction());
  const std::size_t end = to_text(written).find('\x1c') + 1;
  for (const std::size_t size : {std::size_t{0}, std::size_t{5}, end / 2, end - 1}) {
    CAPTURE(size);
    const auto first = read_first_record(byte_view(written).first(size));
    REQUIRE_FALSE(first.has_value());
    CHECK(first.error().code == errc::invalid_input);
    CHECK(place_missing_in(first.error().message) == "");
  }
}

TEST_CASE("first record: any bytes give a record or a refusal, as the whole's reader (property)") {
  const bytes written = write_transaction(sample_transaction());
  CHECK(rc::check([&] {
    bytes damaged = written;
    const auto at = *rc::gen::inRange<std::size_t>(0, 200);
    damaged[at] = static_cast<std::byte>(*rc::gen::inRange(0, 256));
    const auto whole = read_transaction(damaged);
    const auto first = read_first_record(damaged);
    if (whole) RC_ASSERT(first.has_value());
    if (whole) RC_ASSERT(first->ori() == whole->ori() && first->tcn() == whole->tcn());
    if (!first) RC_ASSERT(!whole && whole.error().message == first.error().message);
  }));
}
