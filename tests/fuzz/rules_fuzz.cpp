// A rule-set's file, and a step of a case as JSON (first byte 0xff). What is accepted keeps what
// the rest builds on: a level from 0 to 3 for any evidence, references that are there.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string_view>

#include "actors/casework/rule_file.hpp"
#include "apps/casework/step_words.hpp"

namespace {

using namespace whorl;

void step(std::string_view text) {
  const auto body = nlohmann::ordered_json::parse(text, nullptr, false);
  if (body.is_discarded()) return;
  const auto read = apps::parse_step(body);
  if (!read && read.error().message.empty()) std::abort();
  if (read && read->charge && read->charge->code.size() != 4) std::abort();
}

void rules(std::string_view text) {
  const auto read = casework::parse_rules(text, "rules.toml");
  if (!read) {
    if (!read.error().message.starts_with("rules.toml")) std::abort();
    return;
  }
  casework::evidence known;
  known.facts = {"removable", "final_order"};
  for (const char* code : {"1313", "3562", "5404", ""})
    for (auto disposition : {offence_disposition::charged, offence_disposition::convicted})
      known.offences.push_back({code, offence_class::felony, disposition, 400});
  const auto ruling = casework::evaluate(*read, known);
  if (ruling.level > 3 || ruling.findings.size() != read->criteria.size()) std::abort();
  if (read->effective.size() != 8 || read->version.size() > 1024) std::abort();
  (void)casework::in_force(std::span(&*read, 1), "TX0000001", "20111122");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (size > 0 && data[0] == 0xff)
    step(text.substr(1));
  else
    rules(text);
  return 0;
}
