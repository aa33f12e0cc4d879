#include "storage/checksum.hpp"

#include <array>
#include <cstring>

namespace whorl::storage {
namespace {

constexpr std::uint32_t polynomial = 0x82f63b78;  // reflected

constexpr std::array<std::uint32_t, 256> make_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t rest = i;
    for (int bit = 0; bit < 8; ++bit) rest = (rest >> 1) ^ ((rest & 1) != 0 ? polynomial : 0);
    table[i] = rest;
  }
  return table;
}
constexpr auto table = make_table();

#if defined(__x86_64__)
[[gnu::target("sse4.2")]] std::uint32_t crc32c_by_instruction(byte_view data) {
  std::uint64_t sum = 0xffffffff;
  std::size_t at = 0;
  for (; at + 8 <= data.size(); at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, data.data() + at, 8);
    sum = __builtin_ia32_crc32di(sum, word);
  }
  auto rest = static_cast<std::uint32_t>(sum);
  for (; at < data.size(); ++at)
    rest = __builtin_ia32_crc32qi(rest, std::to_integer<unsigned char>(data[at]));
  return ~rest;
}
#endif

}  // namespace

std::uint32_t crc32c_by_table(byte_view data) {
  std::uint32_t sum = 0xffffffff;
  for (const std::byte b : data)
    sum = (sum >> 8) ^ table[(sum ^ std::to_integer<std::uint32_t>(b)) & 0xff];
  return ~sum;
}

std::uint32_t crc32c(byte_view data) {
#if defined(__x86_64__)
  static const bool has_instruction = __builtin_cpu_supports("sse4.2") != 0;
  if (has_instruction) return crc32c_by_instruction(data);
#endif
  return crc32c_by_table(data);
}

}  // namespace whorl::storage
