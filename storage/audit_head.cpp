#include "storage/audit_head.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>

#include "storage/durable_file.hpp"
#include "storage/keyring.hpp"

namespace whorl::storage {
namespace {

constexpr std::string_view magic = "WHORL-AUDIT-HEAD 1 ";
constexpr std::size_t signature_text_size = 88;

error malformed(const char* expected) {
  return make_error(errc::invalid_input, std::string("audit head: expected ") + expected +
                                             ": take it from the answer as it was sent");
}

/// Cuts the next word off `rest`; empty when there is none.
std::string_view next_word(std::string_view& rest) {
  const std::size_t end = rest.find(' ');
  const std::string_view word = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  return word;
}

bool is_hex(std::string_view text, std::size_t size) {
  return text.size() == size &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

unsigned hex_digit(char c) { return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10); }

digest digest_of_hex(std::string_view text) {
  digest out;
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i] = static_cast<std::byte>(hex_digit(text[2 * i]) << 4 | hex_digit(text[2 * i + 1]));
  return out;
}

/// "2026-11-22T17:01:01.000Z"; whatever is no such moment does not survive being written again.
instant moment_of(std::string_view text) {
  unsigned number[7] = {};
  constexpr std::size_t places[7][2] = {{0, 4}, {5, 2}, {8, 2}, {11, 2}, {14, 2}, {17, 2}, {20, 3}};
  for (std::size_t i = 0; i < 7; ++i)
    for (std::size_t k = 0; k < places[i][1]; ++k) {
      const char c = text[places[i][0] + k];
      number[i] = number[i] * 10 + (c >= '0' && c <= '9' ? static_cast<unsigned>(c - '0') : 0u);
    }
  using namespace std::chrono;
  const std::int64_t days =
      sys_days(year(static_cast<int>(number[0])) / std::clamp(number[1], 1u, 12u) / number[2])
          .time_since_epoch()
          .count();
  return {((days * 24 + number[3]) * 60 + number[4]) * 60'000 + number[5] * 1000 + number[6]};
}

std::string signed_text(const audit_head& head) {
  return std::string(magic) + std::to_string(head.tail.seq) + " " + hex(head.tail.self) + " " +
         to_string(head.at) + " " + head.key_id;
}

std::string base64(std::span<const std::byte> data) {
  std::string text(4 * ((data.size() + 2) / 3) + 1, '\0');  // EVP_EncodeBlock ends it with a zero
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                   reinterpret_cast<const unsigned char*>(data.data()),
                                   static_cast<int>(data.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

bool read_signature(std::string_view text, std::array<std::byte, 64>& out) {
  if (text.size() != signature_text_size) return false;
  std::array<unsigned char, 66> raw{};
  const int size = EVP_DecodeBlock(raw.data(), reinterpret_cast<const unsigned char*>(text.data()),
                                   static_cast<int>(text.size()));
  if (size != 66) return false;
  std::transform(raw.begin(), raw.begin() + 64, out.begin(),
                 [](unsigned char c) { return static_cast<std::byte>(c); });
  return true;
}

}  // namespace

std::string to_text(const signed_head& head) {
  return signed_text(head.head) + " " + base64(head.signature);
}

result<signed_head> parse_audit_head(std::string_view text) {
  if (text.size() > head_text_max || !text.starts_with(magic))
    return malformed("a line that begins with WHORL-AUDIT-HEAD 1");
  std::string_view rest = text.substr(magic.size());
  signed_head out;
  const std::string_view seq = next_word(rest);
  const auto [end, code] = std::from_chars(seq.data(), seq.data() + seq.size(), out.head.tail.seq);
  if (seq.empty() || code != std::errc() || end != seq.data() + seq.size())
    return malformed("the number of an audit row");
  const std::string_view self = next_word(rest);
  if (!is_hex(self, 64)) return malformed("a digest of 64 hexadecimal digits");
  out.head.tail.self = digest_of_hex(self);
  const std::string_view at = next_word(rest);
  if (at.size() != 24) return malformed("a moment like 2026-11-22T17:01:01.000Z");
  out.head.at = moment_of(at);
  const std::string_view key = next_word(rest);
  if (!is_hex(key, 16)) return malformed("a key id of 16 hexadecimal digits");
  out.head.key_id = key;
  if (!read_signature(rest, out.signature)) return malformed("a signature of 88 base64 characters");
  // One head has one spelling: no leading zeros, no 31st of February, no loose bits in the base64.
  if (to_text(out) != text) return malformed("the exact text that was signed");
  return out;
}

result<signed_head> read_kept_head(const std::string& folder) {
  const std::string path = head_file(folder);
  WHORL_ASSIGN(std::string text, read_small_file(path, head_text_max + 1));
  if (text.ends_with('\n')) text.pop_back();
  auto head = parse_audit_head(text);
  if (!head) return make_error(head.error().code, path + ": " + head.error().message);
  return head;
}

}  // namespace whorl::storage
