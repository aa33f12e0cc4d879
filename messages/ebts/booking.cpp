#include "messages/ebts/booking.hpp"

#include <algorithm>

namespace whorl::ebts {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

charge read_charge(const std::vector<std::string>& items) {
  charge one;
  if (items.empty()) return one;
  if (items.size() > 1) one.offense_date = items[0];
  const std::string& literal = items[items.size() > 1 ? 1 : 0];
  const bool coded = literal.size() >= 4 &&
                     std::all_of(literal.begin(), literal.begin() + 4, is_digit) &&
                     (literal.size() == 4 || literal[4] == ' ');
  if (coded) one.code = literal.substr(0, 4);
  one.literal = coded ? literal.substr(std::min<std::size_t>(5, literal.size())) : literal;
  return one;
}

}  // namespace

std::vector<charge> read_charges(const transaction& whole) {
  std::vector<charge> charges;
  const record* type2 = whole.find(2);
  const field* asl = type2 == nullptr ? nullptr : type2->find(47);
  if (asl == nullptr) return charges;
  for (const subfield& one : asl->subfields) charges.push_back(read_charge(one.items));
  return charges;
}

booking_fields read_booking(const transaction& whole) {
  const auto text = [&whole](std::uint16_t number) {
    return std::string(whole.text(2, number).value_or(""));
  };
  booking_fields out;
  out.tcn = whole.tcn();
  out.ori = whole.ori();
  out.dai = whole.dai();
  out.date = whole.dat();
  out.retention = text(5);
  out.name = text(18);
  out.place_of_birth = text(20);
  out.date_of_birth = text(22);
  out.sex = text(24);
  out.race = text(25);
  out.height = text(27);
  out.weight = text(29);
  out.eyes = text(31);
  out.hair = text(32);
  out.date_of_arrest = text(45);
  out.charges = read_charges(whole);
  out.controlling_agency = text(73);
  out.citizenship = text(21);
  out.case_number = text(9);
  out.state_id = text(15);
  out.fbi_number = text(14);
  const record* type2 = whole.find(2);
  if (const field* aka = type2 == nullptr ? nullptr : type2->find(19); aka != nullptr)
    for (const subfield& one : aka->subfields)
      if (!one.items.empty()) out.aliases.push_back(one.items[0]);
  return out;
}

}  // namespace whorl::ebts
