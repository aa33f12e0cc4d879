#include "tests/faults/trace.hpp"

#include <doctest/doctest.h>

#include "tests/support.hpp"

namespace whorl::faults {

std::vector<operation> read_trace(const std::filesystem::path& file) {
  const std::string text = test::to_text(test::read_file(file));
  std::vector<operation> all;
  std::size_t at = 0;
  auto number = [&](std::size_t bytes) {
    REQUIRE(at + bytes <= text.size());
    std::uint64_t value = 0;
    for (std::size_t i = bytes; i-- > 0;) value = value << 8 | std::uint8_t(text[at + i]);
    at += bytes;
    return value;
  };
  auto words = [&](std::size_t size) {
    REQUIRE(at + size <= text.size());
    at += size;
    return text.substr(at - size, size);
  };
  while (at < text.size()) {
    operation one;
    one.kind = static_cast<op_kind>(number(1));
    const auto path_size = number(2);
    one.offset = number(8);
    const auto data_size = number(4);
    one.path = words(path_size);
    one.data = words(data_size);
    all.push_back(std::move(one));
  }
  return all;
}

}  // namespace whorl::faults
