#include "messages/ids.hpp"

#include <charconv>
#include <chrono>
#include <cstdio>

namespace whorl {
namespace {

std::string format_id(char letter, std::uint64_t value) {
  char text[18];
  std::snprintf(text, sizeof text, "%c%016llx", letter, static_cast<unsigned long long>(value));
  return text;
}

result<std::uint64_t> parse_id(char letter, std::string_view text) {
  std::uint64_t value = 0;
  if (text.size() == 17 && text[0] == letter) {
    auto [end, failure] = std::from_chars(text.data() + 1, text.data() + 17, value, 16);
    if (failure == std::errc() && end == text.data() + 17) return value;
  }
  return make_error(errc::invalid_input, "'" + std::string(text.substr(0, 40)) +
                                             "' is not an id: " + "expected " + letter +
                                             " and 16 hexadecimal digits");
}

struct civil {
  int year, month, day, hour, minute, second, ms;
};

civil civil_of(instant at) {
  using namespace std::chrono;
  const sys_time<milliseconds> moment{milliseconds{at.ms}};
  const auto day = floor<days>(moment);
  const year_month_day date{day};
  const hh_mm_ss clock{moment - day};
  return {int(date.year()),
          int(unsigned(date.month())),
          int(unsigned(date.day())),
          int(clock.hours().count()),
          int(clock.minutes().count()),
          int(clock.seconds().count()),
          int(clock.subseconds().count())};
}

}  // namespace

std::string to_string(booking_id id) { return format_id('B', id.value); }
std::string to_string(subject_id id) { return format_id('S', id.value); }
std::string to_string(case_id id) { return format_id('C', id.value); }
std::string to_string(search_id id) { return format_id('Q', id.value); }

result<booking_id> parse_booking_id(std::string_view text) {
  WHORL_ASSIGN(const std::uint64_t value, parse_id('B', text));
  return booking_id{value};
}

result<subject_id> parse_subject_id(std::string_view text) {
  WHORL_ASSIGN(const std::uint64_t value, parse_id('S', text));
  return subject_id{value};
}

result<case_id> parse_case_id(std::string_view text) {
  WHORL_ASSIGN(const std::uint64_t value, parse_id('C', text));
  return case_id{value};
}

std::string_view to_string(gallery_kind kind) {
  return kind == gallery_kind::criminal ? "criminal" : "immigration";
}

result<gallery_kind> parse_gallery_kind(std::string_view text) {
  if (text == "criminal") return gallery_kind::criminal;
  if (text == "immigration") return gallery_kind::immigration;
  return make_error(errc::invalid_input, "'" + std::string(text.substr(0, 40)) +
                                             "' is not a gallery: use criminal or immigration");
}

std::string to_string(partition_id id) {
  return std::string(to_string(id.gallery)) + "/" + std::to_string(id.index);
}

std::uint32_t partition_of(subject_id subject, std::uint32_t partition_count) {
  // The finaliser of splitmix64: ids may be sequential (imports) or hashes.
  std::uint64_t x = subject.value;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
  x ^= x >> 31;
  return static_cast<std::uint32_t>(x % partition_count);
}

std::string to_string(instant at) {
  const civil c = civil_of(at);
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", c.year, c.month, c.day,
                c.hour, c.minute, c.second, c.ms);
  return text;
}

std::string to_date8(instant at) {
  const civil c = civil_of(at);
  char text[64];
  std::snprintf(text, sizeof text, "%04d%02d%02d", c.year, c.month, c.day);
  return text;
}

}  // namespace whorl
