#include "messages/ids.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <vector>

using namespace whorl;

TEST_CASE("ids: text form is a letter and sixteen hexadecimal digits") {
  CHECK(to_string(booking_id{0xb00c1f}) == "B0000000000b00c1f");
  CHECK(to_string(subject_id{~std::uint64_t{0}}) == "Sffffffffffffffff");
  CHECK(to_string(case_id{0}) == "C0000000000000000");
  CHECK(to_string(search_id{1}) == "Q0000000000000001");
}

TEST_CASE("ids: parsing gives back what was written (random ids)") {
  CHECK(rc::check("ids", [](std::uint64_t value) {
    RC_ASSERT(*parse_booking_id(to_string(booking_id{value})) == booking_id{value});
    RC_ASSERT(*parse_subject_id(to_string(subject_id{value})) == subject_id{value});
    RC_ASSERT(*parse_case_id(to_string(case_id{value})) == case_id{value});
  }));
}

TEST_CASE("ids: another letter, length or digit is invalid input") {
  for (const char* text : {"", "B", "B0000000000b00c1", "B0000000000b00c1f0", "S0000000000b00c1f",
                           "b0000000000b00c1f", "B0000000000b00c1g", "B-000000000b00c1f",
                           "B 00000000b00c1f", "B0x00000000b00c1f", " B000000000b00c1f"}) {
    CAPTURE(text);
    const auto outcome = parse_booking_id(text);
    REQUIRE(!outcome);
    CHECK(outcome.error().code == errc::invalid_input);
    CHECK(outcome.error().message.find("expected B") != std::string::npos);
  }
  CHECK(parse_subject_id("B0000000000b00c1f").error().message.find("expected S") !=
        std::string::npos);
  CHECK(!parse_case_id("S0000000000b00c1f"));
}

TEST_CASE("ids: an error repeats only the beginning of a long text") {
  CHECK(parse_booking_id(std::string(100'000, 'x')).error().message.size() < 200);
}

TEST_CASE("gallery kind: names parse back, others are invalid input") {
  for (const auto kind : {gallery_kind::criminal, gallery_kind::immigration}) {
    CHECK(*parse_gallery_kind(to_string(kind)) == kind);
  }
  CHECK(parse_gallery_kind("Criminal").error().code == errc::invalid_input);
  CHECK(to_string(partition_id{gallery_kind::immigration, 12}) == "immigration/12");
}

TEST_CASE("partition_of: never changes (subjects would be looked for elsewhere)") {
  CHECK(partition_of({0}, 16) == 0);
  CHECK(partition_of({1}, 16) == 5);
  CHECK(partition_of({2}, 16) == 10);
  CHECK(partition_of({~std::uint64_t{0}}, 1024) == 379);
}

TEST_CASE("partition_of: is below the count (random subjects and counts)") {
  CHECK(rc::check("below the count", [](std::uint64_t subject) {
    const auto count = *rc::gen::inRange<std::uint32_t>(1, 1025);
    RC_ASSERT(partition_of({subject}, count) < count);
  }));
}

TEST_CASE("partition_of: spreads evenly (sequential ids and multiples of 4096)") {
  for (const std::uint64_t step : {1u, 4096u}) {
    std::vector<int> people(16);
    for (std::uint64_t i = 1; i <= 16'000; ++i) ++people[partition_of({i * step}, 16)];
    for (const int count : people) {  // five standard deviations of a fair share of 1000
      CHECK(count > 845);
      CHECK(count < 1155);
    }
  }
}

TEST_CASE("instant: text is UTC with milliseconds") {
  CHECK(to_string(instant{0}) == "1970-01-01T00:00:00.000Z");
  CHECK(to_string(instant{1'795'366'861'007}) == "2026-11-22T17:01:01.007Z");
  CHECK(to_string(instant{951'825'599'999}) == "2000-02-29T11:59:59.999Z");
  CHECK(to_string(instant{-1}) == "1969-12-31T23:59:59.999Z");
}

TEST_CASE("instant: date of eight digits") {
  CHECK(to_date8(instant{0}) == "19700101");
  CHECK(to_date8(instant{1'795'366'861'007}) == "20261122");
}
