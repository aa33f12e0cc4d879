#include "tests/messages/ebts/samples.hpp"

#include <algorithm>

#include "tests/support.hpp"

namespace whorl::ebts::test {

std::vector<std::filesystem::path> real_files(std::string_view what) {
  std::vector<std::filesystem::path> files;
  const auto data = whorl::test::data_folder(what);
  if (!data) return files;
  for (const auto& entry :
       std::filesystem::directory_iterator(*data / "fingerprints" / "transactions"))
    files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

booking_fields sample_booking() {
  booking_fields out;
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
  out.controlling_agency = "TX0000001";
  out.aliases = {"ROE,JOHN"};
  return out;
}

type9_print sample_print(std::uint8_t finger, std::size_t count) {
  type9_print print;
  print.finger_position = finger;
  print.width_px = 388;
  print.height_px = 374;
  print.quality = 80;
  for (std::size_t i = 0; i < count; ++i) {
    const auto n = static_cast<std::uint32_t>(i * 7919 + finger * 104729);
    print.minutiae.push_back({static_cast<std::uint16_t>(n % 388),
                              static_cast<std::uint16_t>(n / 3 % 374),
                              static_cast<std::uint8_t>(n % 256), static_cast<std::uint8_t>(n % 3),
                              static_cast<std::uint8_t>(n % 101)});
  }
  return print;
}

transaction sample_transaction() {
  const std::vector<type9_print> prints = {sample_print(1, 12), sample_print(7, 9)};
  return build_features_booking(sample_booking(), prints).value();
}

std::string encoded(std::string_view readable) {
  std::string out(readable);
  const std::pair<std::string, char> names[] = {
      {"<FS>", '\x1c'}, {"<GS>", '\x1d'}, {"<RS>", '\x1e'}, {"<US>", '\x1f'}};
  for (const auto& [name, value] : names)
    for (std::size_t at; (at = out.find(name)) != std::string::npos;) out.replace(at, 4, 1, value);
  return out;
}

bytes to_bytes(std::string_view text) { return whorl::test::to_bytes(text); }
std::string to_text(const bytes& data) { return whorl::test::to_text(data); }

std::string place_missing_in(const std::string& error) {
  for (const char* part : {"record ", "(Type-", ", field ", ", offset ", ": found ", ", expected "})
    if (error.find(part) == std::string::npos) return std::string(part) + "missing in: " + error;
  return "";
}

}  // namespace whorl::ebts::test
