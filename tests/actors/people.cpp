#include "tests/actors/people.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <map>

#include "actors/probe_core.hpp"
#include "fingerprint/iso_template.hpp"
#include "fingerprint/synthesis.hpp"
#include "messages/wire.hpp"
#include "storage/journal.hpp"

namespace whorl::actors::test {

const std::vector<probe_print>& prints_of(std::uint64_t seed, std::uint32_t impression) {
  static std::map<std::pair<std::uint64_t, std::uint32_t>, std::vector<probe_print>> made;
  std::vector<probe_print>& prints = made[{seed, impression}];
  if (!prints.empty()) return prints;
  for (const auto& print :
       fingerprint::make_impressions(fingerprint::make_person(seed), impression))
    prints.push_back({print.finger_position, must(fingerprint::encode_iso(std::span(&print, 1)))});
  return prints;
}

ebts::type9_print type9_of(std::uint64_t seed, std::uint8_t finger) {
  return to_type9(fingerprint::make_impression(fingerprint::make_person(seed), finger, 0));
}

ebts::type9_print plain_print(std::uint8_t finger, std::size_t count) {
  ebts::type9_print print;
  print.finger_position = finger;
  print.width_px = 400;
  print.height_px = 400;
  for (std::size_t i = 0; i < count; ++i)
    print.minutiae.push_back({static_cast<std::uint16_t>(20 + i % 16 * 20),
                              static_cast<std::uint16_t>(20 + i / 16 * 20),
                              static_cast<std::uint8_t>(i * 37 % 256), 1, 50});
  return print;
}

subject_record record_of(std::uint64_t subject, std::uint64_t seed) {
  subject_record record;
  record.subject = {subject};
  record.prints = prints_of(seed, 0);
  record.who.name = fingerprint::make_person(seed).name;
  return record;
}

ebts::booking_fields sample_booking() {
  ebts::booking_fields out;
  out.tcn = "WHORL0000000001";
  out.ori = "TX0000001";
  out.dai = "WHORLHUB0";
  out.date = "20081027";
  out.name = "DOE,JOHN QUINCY";
  out.place_of_birth = "TX";
  out.date_of_birth = "19700102";
  out.sex = "M";
  out.race = "U";
  out.height = "511";
  out.weight = "180";
  out.eyes = "BRO";
  out.hair = "BLK";
  out.date_of_arrest = "20081027";
  out.charges = {{"20081026", "3562", "MARIJUANA - POSSESS"}, {"20081026", "", "NO LICENCE"}};
  out.controlling_agency = "TX0000009";
  out.aliases = {"ROE,JOHN", "ROE,JACK"};
  return out;
}

ebts::transaction sample_transaction() {
  const ebts::type9_print print = plain_print(2, 12);
  return must(ebts::build_features_booking(sample_booking(), std::span(&print, 1)));
}

void set_field(ebts::transaction& whole, std::uint8_t type, std::uint16_t number,
               const std::string& value) {
  for (ebts::record& one : whole.records) {
    if (one.type != type) continue;
    for (ebts::field& f : one.fields)
      if (f.number == number) {
        f = ebts::make_field(type, number, value);
        return;
      }
    one.fields.push_back(ebts::make_field(type, number, value));
    return;
  }
  FAIL("no record of type " << int{type});
}

void drop_field(ebts::transaction& whole, std::uint8_t type, std::uint16_t number) {
  for (ebts::record& one : whole.records)
    if (one.type == type)
      std::erase_if(one.fields, [&](const ebts::field& f) { return f.number == number; });
}

const fact_record& fact_stream::add(const fact& what) {
  fact_record f;
  f.stream = stream_;
  f.seq = records_.size() + 1;
  f.message_id = "message " + std::to_string(f.seq);
  if (!records_.empty()) f.previous = records_.back().self;
  f.payload = wire::encode(what);
  f.self = storage::fact_digest(f.previous, f.stream, f.seq, f.message_id, f.payload);
  records_.push_back(std::move(f));
  return records_.back();
}

subject_enrolled enrolment(storage::keyring& keys, const subject_record& record) {
  const storage::seal_request wanted{{record.subject.value, key_purpose::record_criminal},
                                     wire::encode(record)};
  auto sealed = must(keys.seal(std::span(&wanted, 1)));
  return {record.subject, {1}, {1000}, "test", std::move(sealed.front())};
}

bool breaks_invariant(const std::function<void()>& what) {
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    std::signal(SIGABRT, SIG_DFL);  // not doctest's, which would report a failed test
    (void)!std::freopen("/dev/null", "w", stderr);
    what();
    _exit(0);
  }
  int how = 0;
  REQUIRE(waitpid(child, &how, 0) == child);
  return WIFSIGNALED(how) && WTERMSIG(how) == SIGABRT;
}

}  // namespace whorl::actors::test
