// Small templates that claim to be large: refused by the limits before room is made for the claim.
#include <doctest/doctest.h>

#include "fingerprint/ansi_template.hpp"
#include "fingerprint/iso_template.hpp"
#include "messages/limits.hpp"
#include "tests/allocation_meter.hpp"

using namespace whorl;
using namespace whorl::fingerprint;
using whorl::test::allocated;
using whorl::test::allocated_by;

namespace {

/// A header of that dialect, then a view that claims `minutiae` and holds none.
bytes record_of(bool iso, std::uint8_t views, std::uint8_t minutiae, std::uint32_t length) {
  bytes out;
  const auto put = [&out](std::uint32_t value, int width) {
    for (int shift = 8 * (width - 1); shift >= 0; shift -= 8)
      out.push_back(static_cast<std::byte>(value >> shift & 0xff));
  };
  put(0x464d5200, 4);
  put(0x20323000, 4);
  if (iso) {
    put(length, 4);
  } else {
    put(0, 2);
    put(length, 4);
    put(0, 4);
  }
  put(0, 2);
  for (std::uint32_t number : {400u, 400u, 197u, 197u}) put(number, 2);
  put(views, 1);
  put(0, 1);
  put(1, 1);  // the first view
  put(0, 1);
  put(80, 1);
  put(minutiae, 1);
  return out;
}

template <class Decode>
void check_refused(const bytes& record, Decode decode) {
  const allocated used = allocated_by([&] { CHECK(!decode(record).has_value()); });
  CHECK(used.total < 64 * 1024);
}

}  // namespace

TEST_CASE("template bombs: views and minutiae that are not there are refused, both formats") {
  for (const std::uint8_t views : {std::uint8_t{1}, std::uint8_t{176}, std::uint8_t{255}})
    for (const std::uint32_t length : {30u, 0xffffffffu}) {
      check_refused(record_of(true, views, 255, length), decode_iso);
      check_refused(record_of(false, views, 255, length), decode_ansi);
    }
}

TEST_CASE("template bombs: more views than a record may hold are named as a limit") {
  const auto iso = decode_iso(record_of(true, 255, 0, 30));
  REQUIRE(!iso);
  CHECK(iso.error().code == errc::limit_exceeded);
  const auto ansi = decode_ansi(record_of(false, 255, 0, 30));
  REQUIRE(!ansi);
  CHECK(ansi.error().code == errc::limit_exceeded);
}

TEST_CASE("template bombs: extended data longer than the record is refused or passed over") {
  for (const bool iso : {true, false}) {
    bytes record = record_of(iso, 2, 0, 30);
    record.push_back(std::byte{0xff});
    record.push_back(std::byte{0xff});
    if (iso) check_refused(record, decode_iso);
    if (!iso) check_refused(record, decode_ansi);
  }
}

TEST_CASE("template bombs: a record above the limit is refused before it is read") {
  const bytes large(limits::template_bytes_max + 1);
  const allocated used = allocated_by([&] {
    CHECK(decode_iso(large).error().code == errc::limit_exceeded);
    CHECK(decode_ansi(large).error().code == errc::limit_exceeded);
  });
  CHECK(used.total < 8 * 1024);
}
