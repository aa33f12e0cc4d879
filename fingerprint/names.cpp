#include "fingerprint/names.hpp"

#include <span>

#include "fingerprint/names_lists.hpp"
#include "fingerprint/random.hpp"

namespace whorl::fingerprint {
namespace {

constexpr std::uint64_t identity_path = 30;  // names a random stream below a person's seed

/// Frequent names stand first, and the smaller of two draws prefers them, as life does.
std::string_view pick(random_stream& random, std::span<const std::string_view> list) {
  const auto size = static_cast<std::uint32_t>(list.size());
  const std::uint32_t first = random.below(size);
  const std::uint32_t second = random.below(size);
  return list[first < second ? first : second];
}

const names::birthplace& pick_place(random_stream& random,
                                    std::span<const names::birthplace> list) {
  std::uint32_t total = 0;
  for (const names::birthplace& place : list) total += place.weight;
  std::uint32_t draw = random.below(total);
  for (const names::birthplace& place : list) {
    if (draw < place.weight) return place;
    draw -= place.weight;
  }
  return list.front();
}

std::int32_t days_in(std::int32_t year, std::int32_t month) {
  if (month == 2) return year % 4 == 0 ? 29 : 28;  // right from 1901 to 2099
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/// The younger more often, as among those arrested: the later of two uniform years.
std::string draw_birth_date(random_stream& random) {
  const std::int32_t one = random.between(1936, 1992);
  const std::int32_t other = random.between(1936, 1992);
  const std::int32_t year = one > other ? one : other;
  const std::int32_t month = random.between(1, 12);
  const std::int32_t day = random.between(1, days_in(year, month));
  return std::to_string(year * 10000 + month * 100 + day);
}

}  // namespace

identity make_identity(std::uint64_t seed) {
  random_stream random(seed, {identity_path});
  identity made;
  made.sex = random.below(100) < 76 ? 'M' : 'F';
  const bool abroad = random.below(100) < 22;
  const names::birthplace& place =
      abroad ? pick_place(random, names::countries) : pick_place(random, names::states);
  made.birth_place = place.code;
  made.birth_date = draw_birth_date(random);
  const bool latin = place.latin || random.below(100) < 14;
  made.name = latin ? pick(random, names::latin_last_names) : pick(random, names::last_names);
  if (latin && random.below(100) < 12) {  // both parents' names, joined as American forms do
    made.name += '-';
    made.name += pick(random, names::latin_last_names);
  }
  made.name += ',';
  if (latin) {
    made.name += made.sex == 'M' ? pick(random, names::latin_male_names)
                                 : pick(random, names::latin_female_names);
  } else {
    made.name +=
        made.sex == 'M' ? pick(random, names::male_names) : pick(random, names::female_names);
  }
  return made;
}

bool valid_ebts_name(std::string_view name) {
  if (name.size() < 3 || name.size() > 30) return false;
  const std::size_t comma = name.find(',');
  if (comma == std::string_view::npos || comma != name.rfind(',')) return false;
  bool letter_before = false;  // joining characters stand between two letters, never at an end
  for (const char c : name) {
    const bool letter = c >= 'A' && c <= 'Z';
    const bool joint = c == '-' || c == '\'' || c == ' ' || c == ',';
    if (!letter && !(joint && letter_before)) return false;
    letter_before = letter;
  }
  return letter_before;
}

}  // namespace whorl::fingerprint
