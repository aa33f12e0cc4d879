#include "storage/checksum.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "tests/support.hpp"

using namespace whorl;
using namespace whorl::storage;
using namespace whorl::test;

TEST_CASE("crc32c: the published values (RFC 3720 B.4)") {
  const bytes zeros(32), ones(32, std::byte{0xff});
  bytes rising(32);
  for (std::size_t i = 0; i < 32; ++i) rising[i] = static_cast<std::byte>(i);
  for (const auto sum : {crc32c, crc32c_by_table}) {
    CHECK(sum(to_bytes("123456789")) == 0xe3069283);
    CHECK(sum(zeros) == 0x8a9136aa);
    CHECK(sum(ones) == 0x62a8ab43);
    CHECK(sum(rising) == 0x46dd794e);
    CHECK(sum({}) == 0);
  }
}

TEST_CASE("crc32c: instruction and table agree; one flipped bit changes it (property)") {
  CHECK(rc::check([](const std::vector<std::uint8_t>& data, std::uint32_t place) {
    bytes content;
    for (const auto b : data) content.push_back(std::byte{b});
    const std::uint32_t sum = crc32c(content);
    RC_ASSERT(sum == crc32c_by_table(content));
    if (content.empty()) return;
    content[place / 8 % content.size()] ^= std::byte(1u << (place % 8));
    RC_ASSERT(crc32c(content) != sum);
  }));
}
