#include "messages/ebts/booking.hpp"

#include <doctest/doctest.h>

#include "tests/messages/ebts/samples.hpp"
#include "tests/support.hpp"

using namespace whorl::ebts;
using namespace whorl::ebts::test;

TEST_CASE("booking: what a booking was built from is read back") {
  booking_fields booking = sample_booking();
  booking.citizenship = "MM";
  booking.case_number = "08-1234";
  booking.state_id = "TX1234567";
  booking.fbi_number = "123456AA7";
  booking.charges.push_back({"", "0999", ""});
  const std::vector<type9_print> prints = {sample_print(1, 8)};
  const auto whole = build_features_booking(booking, prints).value();
  CHECK(read_booking(read_transaction(write_transaction(whole)).value()) == booking);
}

TEST_CASE("booking: a real CAR gives person and charge (type_3_wvu.an2)") {
  const auto files = real_files("the booking of type_3_wvu.an2");
  if (files.empty()) return;
  const auto path = files[0].parent_path() / "type_3_wvu.an2";
  const auto booking = read_booking(read_transaction(whorl::test::read_file(path)).value());
  CHECK(booking.name == "MASTERSON,RYAN MARTIN");
  CHECK(booking.date_of_birth == "19820520");
  REQUIRE(booking.charges.size() == 1);
  CHECK(booking.charges[0] == charge{"20030608", "", "POSSESSION OF MARIJUANA"});
}

TEST_CASE("booking: fields that are absent are empty") {
  CHECK(read_booking({}).name.empty());
  CHECK(read_booking({}).charges.empty());
}
