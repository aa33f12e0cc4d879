// People made of public prints among synthetic ones: every later impression finds its own person
// first, and nobody else. The benchmark script runs it with 5,000 synthetic people and prints the
// figures.
#include <doctest/doctest.h>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <map>

#include "fingerprint/iso_template.hpp"
#include "messages/ebts/builders.hpp"
#include "messages/ebts/writer.hpp"
#include "tests/apps/program.hpp"
#include "tests/support.hpp"

namespace whorl::test {
namespace {

namespace fs = std::filesystem;

/// Prints of one impression by person, positions as `gallery import --person-from-folder` gives
/// them.
using people_prints = std::map<std::string, std::vector<ebts::type9_print>>;

struct print_name {
  std::string person, finger;
  int impression;
};

print_name name_of(const fs::path& file) {
  const std::string stem = file.stem().string();
  const auto line = stem.rfind('_');
  print_name out{file.parent_path().filename().string(), stem.substr(0, line),
                 std::stoi(stem.substr(line + 1))};
  if (const auto dash = out.finger.find('-'); dash != std::string::npos) {
    out.person += "/" + out.finger.substr(0, dash);
    out.finger = out.finger.substr(dash + 1);
  }
  return out;
}

ebts::type9_print to_type9(const fs::path& file, std::uint8_t position) {
  const auto prints = fingerprint::decode_iso(read_file(file));
  REQUIRE_MESSAGE(prints.has_value(), file.string());
  const auto& p = prints->front();
  ebts::type9_print out{position,
                        0,
                        0,
                        p.width_px,
                        p.height_px,
                        p.x_resolution_per_cm,
                        p.y_resolution_per_cm,
                        p.quality,
                        ebts::type9_block::incits_378,
                        {}};
  for (const auto& m : p.minutiae)
    out.minutiae.push_back({m.x, m.y, m.angle, static_cast<std::uint8_t>(m.type), m.quality});
  return out;
}

people_prints read_impression(const fs::path& folder, int impression) {
  std::map<std::string, std::map<int, bool>> fingers;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const auto name = name_of(entry.path());
    fingers[name.person][std::stoi(name.finger)] = true;
  }
  people_prints out;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const auto name = name_of(entry.path());
    if (name.impression != impression) continue;
    const auto& known = fingers[name.person];
    const auto position = std::distance(known.begin(), known.find(std::stoi(name.finger))) + 1;
    if (position <= 10)
      out[name.person].push_back(to_type9(entry.path(), static_cast<std::uint8_t>(position)));
  }
  return out;
}

void write_booking(const fs::path& folder, const std::string& tcn,
                   const std::vector<ebts::type9_print>& prints) {
  ebts::booking_fields f;
  f.tcn = tcn;
  f.ori = "ZZPD00001";
  f.dai = "WHORLX000";
  f.date = f.date_of_arrest = "20261122";
  f.retention = "N";
  f.name = "REAL,PRINTS";
  f.place_of_birth = "ZZ";
  f.date_of_birth = "19800101";
  f.sex = "U";
  f.race = "U";
  f.height = "508";
  f.weight = "165";
  f.eyes = "UUU";
  f.hair = "UUU";
  f.controlling_agency = f.ori;
  f.charges = {{"20261122", "2303", "SHOPLIFTING"}};
  const auto whole = ebts::build_features_booking(f, prints);
  REQUIRE_MESSAGE(whole.has_value(), whole.error().message);
  write_file(folder / (tcn + ".eft"), ebts::write_transaction(*whole));
}

int synthetic_people() {
  if (const char* set = std::getenv("WHORL_REAL_PEOPLE")) return std::atoi(set);
  return long_run() ? 100'000 : 300;
}

/// Which person a record is: its prints as booked in impression 1 find it.
std::map<std::string, std::string> answers_by_file(const outcome& run) {
  std::map<std::string, std::string> files, out;
  for (const auto& line : run.lines()) {
    if (line["event"] == "accepted")
      files[line["booking"]] = fs::path(line["file"].get<std::string>()).stem().string();
    if (line["event"] == "answered" && line["gallery"] == "criminal")
      out[files[line["booking"]]] = line["decision"] == "hit" ? line["subject"].get<std::string>()
                                                              : line["decision"].get<std::string>();
  }
  return out;
}

}  // namespace

TEST_CASE("real prints: each person is found by every later impression, and nobody else is") {
  const auto data = data_folder("real prints among synthetic people");
  if (!data) return;
  const fs::path templates = *data / "fingerprints" / "templates_fjfx";
  const std::vector<std::string> sets = {"fvc2002_db1b", "fvc2002_db2b", "fvc2004_db1b",
                                         "fvc2004_db2b", "uareu"};
  const temp_folder folder;
  const small_world world(folder.path(), synthetic_people(), 0);
  std::vector<std::string> import = {"gallery",      "import", "criminal", "--person-from-folder",
                                     "--impression", "1"};
  for (const auto& set : sets) import.push_back((templates / set).string());
  REQUIRE(world.as("operator", import).code == 0);

  const fs::path first = folder.path() / "first", later = folder.path() / "later";
  fs::create_directories(first);
  fs::create_directories(later);
  std::map<std::string, std::string> person_of_file;
  for (const auto& set : sets)
    for (int impression = 1; impression <= 8; ++impression) {
      int number = 0;
      for (const auto& [person, prints] : read_impression(templates / set, impression)) {
        std::string tcn =
            "REAL-" + set + "-" + std::to_string(number++) + "-" + std::to_string(impression);
        for (char& c : tcn)
          c = c == '_' ? '-' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
        write_booking(impression == 1 ? first : later, tcn, prints);
        person_of_file[tcn] = person;
      }
    }
  std::map<std::string, std::string> record_of;  // by person
  for (const auto& [file, answer] :
       answers_by_file(world.as("state-bureau", {"--json", "book", first.string()})))
    record_of[person_of_file[file]] = answer;
  CHECK(record_of.size() == 7);
  const auto begin = std::chrono::steady_clock::now();
  const auto answers =
      answers_by_file(world.as("state-bureau", {"--json", "book", later.string()}));
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  int hits = 0, false_hits = 0, missed = 0;
  for (const auto& [file, answer] : answers) {
    const bool own = answer == record_of[person_of_file[file]];
    hits += own;
    false_hits += !own && answer.starts_with("S");
    missed += !own && !answer.starts_with("S");
    if (!own) MESSAGE(file, " of ", person_of_file[file], ": ", answer);
  }
  const std::string unmated = world.bookings("unmated", 10'000'000, 200);
  int unmated_hits = 0;
  const auto begin_unmated = std::chrono::steady_clock::now();
  for (const auto& [file, answer] :
       answers_by_file(world.as("state-bureau", {"--json", "book", unmated})))
    unmated_hits += answer.starts_with("S");
  const double unmated_seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_unmated).count();
  std::cout << "real prints: people " << record_of.size() << " among " << synthetic_people()
            << " synthetic; bookings " << answers.size() << "; rank-1 hits " << hits
            << "; false hits " << false_hits << "; not decided as hit " << missed
            << "; seconds a booking " << seconds / static_cast<double>(answers.size())
            << "\nunmated synthetic bookings 200; false hits " << unmated_hits
            << "; seconds a booking " << unmated_seconds / 200 << "\n";
  CHECK(hits == static_cast<int>(answers.size()));
  CHECK(answers.size() >= 42);
  CHECK(false_hits == 0);
  CHECK(unmated_hits == 0);
}

}  // namespace whorl::test
