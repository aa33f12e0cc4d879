#include "sim/cluster/scenario.hpp"

#include <map>

#include "actors/probe_core.hpp"
#include "fingerprint/iso_template.hpp"
#include "fingerprint/synthesis.hpp"
#include "messages/ebts/builders.hpp"
#include "messages/ebts/writer.hpp"
#include "messages/invariant.hpp"

namespace whorl::sim {
namespace {

/// Four fingers: enough for a sure hit, a quarter of the work of ten.
constexpr std::uint8_t fingers[] = {1, 2, 6, 7};

std::vector<fingerprint::print_template> prints_of(const fingerprint::synthetic_person& person,
                                                   std::uint32_t impression) {
  std::vector<fingerprint::print_template> prints;
  for (std::uint8_t f : fingers) prints.push_back(make_impression(person, f, impression));
  return prints;
}

bytes transaction_of(const fingerprint::synthetic_person& person, std::uint32_t impression,
                     const std::string& ori, const std::string& tcn, const std::string& name) {
  ebts::booking_fields fields;
  fields.ori = ori;
  fields.dai = "WHORLCJIS";
  fields.tcn = tcn;
  fields.date = "20260105";
  fields.retention = "Y";
  fields.name = name;
  fields.place_of_birth = person.birth_place;
  fields.date_of_birth = person.birth_date;
  fields.sex = std::string(1, person.sex);
  fields.race = "U";
  fields.height = "509";
  fields.weight = "160";
  fields.eyes = "BRO";
  fields.hair = "BLK";
  fields.date_of_arrest = "20260104";
  fields.charges = {{"20260104", "2202", "BURGLARY - FORCED ENTRY"}};
  fields.controlling_agency = ori;
  std::vector<ebts::type9_print> prints;
  for (const auto& t : prints_of(person, impression)) prints.push_back(actors::to_type9(t));
  auto whole = ebts::build_features_booking(fields, prints);
  INVARIANT(whole.has_value());
  return ebts::write_transaction(*whole);
}

scenario make_scenario() {
  scenario made;
  for (std::size_t p = 0; p < scenario::people; ++p) {
    const auto person = fingerprint::make_person(7000 + p);
    subject_record record;
    record.subject = scenario::subject_of(p);
    for (const auto& t : prints_of(person, 0)) {
      auto encoded = fingerprint::encode_iso(std::span(&t, 1));
      INVARIANT(encoded.has_value());
      record.prints.push_back({t.finger_position, *std::move(encoded)});
    }
    record.who.name = person.name;
    made.gallery_people.push_back(std::move(record));
    for (std::uint32_t k = 1; k <= scenario::bookings_each; ++k) {
      planned_booking booking;
      booking.person = p;
      booking.ori = (p + k) % 4 == 0 ? scenario::ori_inactive : scenario::ori_full;
      booking.tcn = "SIM" + std::to_string(1000000 + p * 100 + k);
      booking.transaction = transaction_of(person, k, booking.ori, booking.tcn, person.name);
      booking.tampered = transaction_of(person, k, booking.ori, booking.tcn, "OTHER,NAME");
      made.bookings.push_back(std::move(booking));
    }
  }
  return made;
}

}  // namespace

const scenario& shared_scenario() {
  static const scenario made = make_scenario();
  return made;
}

status enrol_start_people(storage::store& store) {
  const scenario& s = shared_scenario();
  for (gallery_kind g : {gallery_kind::criminal, gallery_kind::immigration}) {
    std::map<std::uint32_t, std::vector<subject_record>> by_partition;
    for (std::size_t p = 0; p < scenario::people; ++p) {
      const bool here =
          g == gallery_kind::criminal ? scenario::in_criminal(p) : scenario::in_immigration(p);
      if (here)
        by_partition[partition_of(s.gallery_people[p].subject, store.partition_count)].push_back(
            s.gallery_people[p]);
    }
    for (const auto& [index, people] : by_partition)
      WHORL_TRY(store.gallery(g)[index]->import(people, instant{}));
  }
  return {};
}

}  // namespace whorl::sim
