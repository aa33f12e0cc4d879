// Small transactions that claim to be large, and large ones made of nothing: refused by the limits.
#include <doctest/doctest.h>

#include "messages/ebts/minutiae.hpp"
#include "messages/ebts/separators.hpp"
#include "messages/limits.hpp"
#include "tests/allocation_meter.hpp"
#include "tests/messages/ebts/samples.hpp"
#include "tests/support.hpp"

using namespace whorl;
using namespace whorl::ebts;
using whorl::test::allocated;
using whorl::test::allocated_by;

namespace {

/// The text with ~ for GS, | for RS, ^ for US, $ for FS and LEN of the first record set right.
std::string file_of(std::string body) {
  for (char& c : body) c = c == '~' ? gs : c == '|' ? rs : c == '^' ? us : c == '$' ? fs : c;
  std::string whole;
  for (std::size_t size = 0; whole.size() != size || size == 0;) {
    size = whole.size();
    whole = "1.001:" + std::to_string(size == 0 ? 100 : size) + body;
  }
  return whole;
}

error refusal_of(const std::string& text, std::size_t bytes_max) {
  error why;
  const whorl::bytes input = whorl::test::to_bytes(text);
  const allocated used = allocated_by([&] {
    const auto outcome = read_transaction(input);
    REQUIRE(!outcome);
    why = outcome.error();
  });
  CHECK_MESSAGE(used.total < bytes_max, text.substr(0, 60), " took ", used.total);
  return why;
}

}  // namespace

TEST_CASE("ebts bombs: a LEN far beyond the file is refused (Type-1 and a binary record)") {
  for (const char* length : {"999999999", "4294967295", "18446744073709551615"})
    refusal_of(std::string("1.001:") + length + gs + "1.002:0300" + gs + fs, 8 * 1024);
  const std::string image =
      file_of("~1.002:0300~1.003:1^1|4^00$") + "\xff\xff\xff\xff" + std::string(14, '\0');
  refusal_of(image, 16 * 1024);
}

TEST_CASE("ebts bombs: a CNT of more records than there are is refused") {
  for (const char* count : {"99", "4096", "999999999"})
    refusal_of(file_of(std::string("~1.002:0300~1.003:1^") + count + "|2^00$"), 16 * 1024);
  std::string many = "~1.002:0300~1.003:1^300";
  for (int i = 0; i < 300; ++i) many += "|4^00";
  CHECK(refusal_of(file_of(many + "$"), 256 * 1024).code == errc::limit_exceeded);
}

TEST_CASE("ebts bombs: megabytes of separators are refused (items, subfields, fields)") {
  const std::size_t size = 4u << 20;
  CHECK(refusal_of(file_of("~1.002:" + std::string(size, '^') + "$"), size).code ==
        errc::limit_exceeded);
  CHECK(refusal_of(file_of("~1.002:" + std::string(size, '|') + "$"), size).code ==
        errc::limit_exceeded);
  std::string type2;
  for (int i = 0; i < 5000; ++i) type2 += std::string(1, gs) + "2.100:";
  const std::string head = file_of("~1.002:0300~1.003:1^1|2^00$");
  std::string record = "2.001:30032" + std::string(1, gs) + "2.002:00" + type2 + fs;
  record = "2.001:" + std::to_string(record.size()) + record.substr(11);
  CHECK(refusal_of(head + record, 1u << 20).code == errc::limit_exceeded);
}

TEST_CASE("ebts bombs: items of a whole transaction are bounded (many fields of many items)") {
  std::string record = std::string(1, gs) + "2.002:00";
  for (int field = 0; field < 900; ++field)
    record +=
        gs + std::string("2.") + std::to_string(100 + field % 800) + ":" + std::string(4000, us);
  record += fs;
  const std::string length = std::to_string(record.size() + 6 + 7);
  REQUIRE(length.size() == 7);
  const std::string whole = file_of("~1.002:0300~1.003:1^1|2^00$") + "2.001:" + length + record;
  // 3.6 MB: a string an item makes the allowed 262,144 items 8 MB, and growing doubles that.
  CHECK(refusal_of(whole, 48u << 20).code == errc::limit_exceeded);
}
