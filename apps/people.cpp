#include "apps/people.hpp"

#include <array>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "actors/probe_core.hpp"
#include "fingerprint/iso_template.hpp"
#include "fingerprint/sequence.hpp"
#include "messages/ebts/builders.hpp"
#include "messages/ebts/writer.hpp"

namespace whorl::apps {
namespace {

/// NCIC codes (data/offences) with their literals: from violent to small.
constexpr std::array<std::pair<std::string_view, std::string_view>, 8> offences = {{
    {"0912", "HOMICIDE-WILFUL KILL-NONFAMILY-GUN"},
    {"1201", "ROBBERY-BUSINESS-GUN"},
    {"1313", "SIMPLE ASSAULT"},
    {"2202", "BURGLARY-FORCED ENTRY-RESIDENCE"},
    {"2303", "SHOPLIFTING"},
    {"3562", "MARIJUANA-POSSESS"},
    {"5404", "DRIVING UNDER INFLUENCE-LIQUOR"},
    {"5499", "TRAFFIC OFFENCE"},
}};

std::uint64_t hash_text(std::string_view text) {
  std::uint64_t h = 1469598103934665603ull;  // FNV-1a
  for (char c : text) h = (h ^ static_cast<unsigned char>(c)) * 1099511628211ull;
  return h;
}

/// Adult at the booking's date: births are as the synthesis draws them.
ebts::booking_fields fields_of(const booking_plan& plan,
                               const fingerprint::synthetic_person& person) {
  ebts::booking_fields f;
  f.tcn = plan.tcn;
  f.ori = plan.ori;
  f.dai = "WHORLX000";
  f.date = plan.date;
  f.retention = plan.retained ? "Y" : "N";
  // A false name is another synthetic person's, with the birth date and place that go with it.
  const auto claimed =
      plan.false_name ? person_of(plan.people_seed ^ 0x666c736e616d65ull, plan.index) : person;
  f.name = claimed.name;
  f.place_of_birth = claimed.birth_place;
  f.date_of_birth = claimed.birth_date;
  f.sex = std::string(1, person.sex);
  f.race = "U";
  f.height = "508";
  f.weight = "165";
  f.eyes = "BRO";
  f.hair = "BRO";
  f.date_of_arrest = plan.date;
  f.controlling_agency = plan.ori;
  const auto drawn = offences[splitmix(person.seed ^ plan.impression) % offences.size()];
  ebts::charge charge{plan.date, std::string(drawn.first), std::string(drawn.second)};
  if (plan.offence.size() > 5)
    charge = {plan.date, plan.offence.substr(0, 4), plan.offence.substr(5)};
  f.charges = {charge};
  return f;
}

}  // namespace

std::uint64_t splitmix(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15ull;
  value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9ull;
  value = (value ^ value >> 27) * 0x94d049bb133111ebull;
  return value ^ value >> 31;
}

fingerprint::synthetic_person person_of(std::uint64_t seed, std::uint64_t index) {
  return fingerprint::make_person(splitmix(splitmix(seed) + index));
}

subject_id subject_of(std::uint64_t seed, std::uint64_t index, const std::string& register_name) {
  const std::uint64_t salt = register_name.empty() ? 0 : hash_text(register_name);
  const std::uint64_t id = splitmix(splitmix(seed ^ 0x7375626aull) + index) ^ salt;
  return {id == 0 ? 1 : id};
}

result<probe_print> to_probe_print(const fingerprint::print_template& print) {
  WHORL_ASSIGN(bytes record, fingerprint::encode_iso(std::span(&print, 1)));
  return probe_print{print.finger_position, std::move(record)};
}

subject_record record_of(std::uint64_t seed, std::uint64_t index, std::uint32_t impression,
                         const std::string& register_name) {
  const fingerprint::synthetic_person person = person_of(seed, index);
  subject_record record;
  record.subject = subject_of(seed, index, register_name);
  for (const auto& print : fingerprint::make_impressions(person, impression))
    if (auto made = to_probe_print(print); made) record.prints.push_back(std::move(*made));
  record.who.name = person.name;
  record.who.birth_date = person.birth_date;
  record.who.sex = std::string(1, person.sex);
  record.who.birth_place = person.birth_place;
  return record;
}

result<bytes> booking_file_of(const booking_plan& plan) {
  const fingerprint::synthetic_person person = person_of(plan.people_seed, plan.index);
  auto captured = fingerprint::make_impressions(person, plan.impression, plan.conditions);
  if (plan.exchange_a != 0 && plan.exchange_a == plan.exchange_b)
    captured = fingerprint::hands_exchanged(captured);
  else if (plan.exchange_a != 0)
    std::swap(captured.at(plan.exchange_a - 1u).finger_position,
              captured.at(plan.exchange_b - 1u).finger_position);
  std::vector<ebts::type9_print> prints;
  for (const auto& print : captured) prints.push_back(actors::to_type9(print));
  WHORL_ASSIGN(const ebts::transaction whole,
               ebts::build_features_booking(fields_of(plan, person), prints));
  return ebts::write_transaction(whole);
}

}  // namespace whorl::apps
