#include "fingerprint/iso_template.hpp"

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

TEST_CASE("ISO template: what is written is read back equal (any prints)") {
  CHECK(rc::check([] {
    const auto prints = any_prints();
    const auto record = encode_iso(prints);
    RC_ASSERT(record.has_value());
    const auto read = decode_iso(*record);
    RC_ASSERT(read.has_value());
    RC_ASSERT(*read == prints);
  }));
}

TEST_CASE("ISO template: every truncation inside the views is refused with an offset") {
  const auto record =
      *encode_iso(std::vector{test::sample_print(1, 12), test::sample_print(2, 9, 2)});
  for (std::size_t size = 0; size + 2 < record.size(); ++size) {
    const auto read = decode_iso(byte_view(record).first(size));
    REQUIRE_FALSE(read);
    CHECK(read.error().code == errc::invalid_input);
    CHECK(read.error().message.find("offset") != std::string::npos);
  }
}

TEST_CASE("ISO template: any bytes are read or refused (damaged records)") {
  const auto good = *encode_iso(std::vector{test::sample_print(3, 20)});
  CHECK(rc::check([&] {
    auto record = good;
    const auto changes = *rc::gen::inRange(1, 6);
    for (int i = 0; i < changes; ++i)
      record[*rc::gen::inRange<std::size_t>(0, record.size())] =
          static_cast<std::byte>(*rc::gen::inRange(0, 256));
    const auto read = decode_iso(record);
    const bool answered = read.has_value() || !read.error().message.empty();
    RC_ASSERT(answered);
  }));
}

TEST_CASE("ISO template: each kind of damage has its code") {
  auto record = *encode_iso(std::vector{test::sample_print(4, 8)});
  const auto changed = [&](std::size_t at, int value) {
    auto copy = record;
    copy[at] = static_cast<std::byte>(value);
    return decode_iso(copy);
  };
  CHECK(changed(0, 'X').error().code == errc::invalid_input);
  CHECK(changed(5, '3').error().code == errc::unsupported);
  CHECK(changed(22, 0).error().code == errc::invalid_input);
  CHECK(changed(22, 200).error().code == errc::limit_exceeded);
  CHECK(changed(24, 11).error().code == errc::invalid_input);
  CHECK(changed(11, 0).has_value());  // a wrong declared length loses nothing
  bytes large(limits::template_bytes_max + 1);
  CHECK(decode_iso(large).error().code == errc::limit_exceeded);
}

TEST_CASE("ISO template: writing refuses what the format cannot say") {
  const auto refused = [](auto change) {
    auto print = test::sample_print(5, 10);
    change(print);
    const auto record = encode_iso(std::vector{print});
    return !record.has_value() && !record.error().message.empty();
  };
  CHECK(refused([](print_template& p) { p.width_px = 10; }));
  CHECK(refused([](print_template& p) { p.minutiae[0].quality = 101; }));
  CHECK(refused([](print_template& p) { p.quality = 101; }));
  CHECK(refused([](print_template& p) { p.finger_position = 11; }));
  CHECK(refused([](print_template& p) { p.x_resolution_per_cm = 0; }));
  CHECK(refused([](print_template& p) { p.minutiae.resize(256); }));
  CHECK_FALSE(encode_iso({}).has_value());
  auto other = test::sample_print(6);
  other.width_px = 900;
  CHECK_FALSE(encode_iso(std::vector{test::sample_print(5), other}).has_value());
  CHECK(encode_iso(std::vector(16, test::sample_print(5))).has_value());
  CHECK(encode_iso(std::vector(17, test::sample_print(5))).error().code == errc::limit_exceeded);
}

TEST_CASE("ISO template: public files of three writers are read") {
  const auto data = test::data_folder("reading public ISO templates");
  if (!data) return;
  std::size_t files = 0;
  for (const char* folder : {"templates_secugen", "templates_fjfx"}) {
    for (const auto& each :
         std::filesystem::recursive_directory_iterator(*data / "fingerprints" / folder)) {
      if (each.path().extension() != ".iso") continue;
      const auto read = decode_iso(test::read_file(each.path()));
      REQUIRE_MESSAGE(read.has_value(), each.path().string());
      CHECK(read->size() == 1);
      ++files;
    }
  }
  CHECK(files == 1023);  // FingerJetFX found nothing in one of the FVC images
  const auto nist = decode_iso(test::read_file(*data / "fingerprints/formats/fmr.iso2005"));
  REQUIRE_MESSAGE(nist.has_value(), (nist ? "" : nist.error().message));
  CHECK(nist->size() == 2);
  CHECK(nist->front().finger_position == 7);
  CHECK(nist->front().minutiae.front() == minutia{100, 14, 80, minutia_type::ridge_ending, 90});
}
