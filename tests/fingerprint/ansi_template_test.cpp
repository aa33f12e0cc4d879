#include "fingerprint/ansi_template.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <cstdlib>

#include "messages/limits.hpp"
#include "tests/fingerprint/sample_prints.hpp"
#include "tests/support.hpp"

using namespace whorl;
using namespace whorl::fingerprint;

namespace {

std::vector<print_template> any_prints() {
  std::vector<print_template> prints;
  const auto count = *rc::gen::inRange<std::size_t>(1, 5);
  for (std::size_t i = 0; i < count; ++i) {
    print_template print = test::sample_print(*rc::gen::arbitrary<std::uint64_t>(),
                                              *rc::gen::inRange<unsigned>(0, 256),
                                              *rc::gen::inRange<std::uint8_t>(0, 11));
    print.impression =
        *rc::gen::element(impression_type::live_plain, impression_type::nonlive_rolled,
                          impression_type::latent, impression_type::swipe);
    print.quality = *rc::gen::inRange<std::uint8_t>(0, 101);
    prints.push_back(print);
  }
  return prints;
}

}  // namespace

TEST_CASE("ANSI template: all but the angle survives, the angle to one unit (any prints)") {
  CHECK(rc::check([] {
    const auto prints = any_prints();
    const auto record = encode_ansi(prints);
    RC_ASSERT(record.has_value());
    auto read = decode_ansi(*record);
    RC_ASSERT(read.has_value());
    for (std::size_t p = 0; p < prints.size(); ++p) {
      RC_ASSERT((*read)[p].minutiae.size() == prints[p].minutiae.size());
      for (std::size_t i = 0; i < prints[p].minutiae.size(); ++i) {
        const auto was = prints[p].minutiae[i].angle;
        auto& now = (*read)[p].minutiae[i].angle;
        RC_ASSERT(std::abs(static_cast<std::int8_t>(static_cast<std::uint8_t>(now - was))) <= 1);
        now = was;
      }
    }
    RC_ASSERT(*read == prints);
  }));
}

TEST_CASE("ANSI template: a second round trip changes nothing (any prints)") {
  CHECK(rc::check([] {
    const auto once = decode_ansi(*encode_ansi(any_prints()));
    RC_ASSERT(once.has_value());
    const auto twice = decode_ansi(*encode_ansi(*once));
    RC_ASSERT(twice.has_value());
    RC_ASSERT(*twice == *once);
  }));
}

TEST_CASE("ANSI template: the long form of the record length is read") {
  auto record = *encode_ansi(std::vector{test::sample_print(1)});
  const auto expected = *decode_ansi(record);
  record.insert(record.begin() + 8, 4, std::byte{0});  // 00 00, then the four-byte length
  record[8 + 2 + 2] = record[12];
  record[12] = std::byte{1};
  const auto read = decode_ansi(record);
  REQUIRE(read.has_value());
  CHECK(*read == expected);
}

TEST_CASE("ANSI template: every truncation inside the views is refused; damage is refused") {
  const auto record = *encode_ansi(std::vector{test::sample_print(2, 12)});
  for (std::size_t size = 0; size + 2 < record.size(); ++size)
    REQUIRE_FALSE(decode_ansi(byte_view(record).first(size)).has_value());
  auto bad_angle = record;
  bad_angle[26 + 4 + 4] = std::byte{180};
  CHECK(decode_ansi(bad_angle).error().message.find("angle") != std::string::npos);
}

TEST_CASE("ANSI template: a public record with extended data is read, as its ISO twin") {
  const auto data = test::data_folder("reading a public ANSI template");
  if (!data) return;
  const auto read = decode_ansi(test::read_file(*data / "fingerprints/formats/fmr.ansi2004"));
  REQUIRE_MESSAGE(read.has_value(), (read ? "" : read.error().message));
  CHECK(read->size() == 3);
  CHECK(read->front().finger_position == 7);
  CHECK(read->front().minutiae.size() == 27);
  CHECK(read->front().minutiae.front() == minutia{100, 14, 80, minutia_type::ridge_ending, 90});
}
