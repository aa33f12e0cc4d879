// Encodings written by earlier programs, kept as hexadecimal in tests/golden/wire/. A file is never
// changed: when a schema grows, WHORL_WRITE_GOLDEN=1 adds the new encodings as the next number
// (audit_row.2.hex) and the old ones must still decode.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>

#include "messages/wire.hpp"
#include "tests/messages/samples.hpp"
#include "tests/support.hpp"

using namespace whorl;
using namespace whorl::test;

namespace {

std::filesystem::path golden_file(const std::string& name, int number) {
  return std::filesystem::path(WHORL_SOURCE_DIR) / "tests/golden/wire" /
         (name + "." + std::to_string(number) + ".hex");
}

std::string to_hex(const bytes& message) {
  constexpr char digits[] = "0123456789abcdef";
  std::string out;
  for (std::size_t i = 0; i < message.size(); ++i) {
    const auto value = std::to_integer<unsigned>(message[i]);
    out += digits[value >> 4];
    out += digits[value & 15];
    if (i % 8 == 7) out += '\n';  // one word a line
  }
  return out;
}

bytes from_hex(const std::string& text) {
  bytes out;
  std::string pair;
  for (const char c : text) {
    if (c == '\n') continue;
    pair += c;
    if (pair.size() < 2) continue;
    out.push_back(static_cast<std::byte>(std::stoi(pair, nullptr, 16)));
    pair.clear();
  }
  REQUIRE(pair.empty());
  return out;
}

/// Every golden file of `name` decodes to `expected`, and the newest is what is encoded now.
template <class Value, class Decode>
void check_golden(const std::string& name, const Value& expected, Decode decode) {
  CAPTURE(name);
  const bytes current = wire::encode(expected);
  bytes newest;
  int number = 1;
  for (; std::filesystem::exists(golden_file(name, number)); ++number) {
    newest = from_hex(to_text(read_file(golden_file(name, number))));
    const auto outcome = decode(newest);
    REQUIRE_MESSAGE(outcome.has_value(), "golden file ", number, " no longer decodes");
    CHECK(*outcome == expected);
  }
  if (newest != current && std::getenv("WHORL_WRITE_GOLDEN") != nullptr) {
    write_file(golden_file(name, number), to_bytes(to_hex(current)));
    newest = current;
  }
  CHECK_MESSAGE(newest == current,
                "the encoding has changed: if on purpose, run once with WHORL_WRITE_GOLDEN=1");
}

}  // namespace

TEST_CASE("wire golden: facts of every earlier program decode, and the format has not changed") {
  for (const auto& [name, what] : sample_facts()) check_golden(name, what, wire::decode_fact);
}

TEST_CASE("wire golden: what later versions added") {
  check_golden("booking_answered_reordered", sample_reordered_answer(), wire::decode_fact);
  check_golden("booking_accepted_source", sample_accepted_of_prison(), wire::decode_fact);
  check_golden("case_event_step", sample_case_step(), wire::decode_fact);
  check_golden("case_event_clock", sample_told_release(), wire::decode_fact);
  check_golden("probe_exchanged", sample_exchanged_probe(), wire::decode_probe);
  check_golden("subject_record_document", sample_record_with_document(),
               wire::decode_subject_record);
  check_golden("node_report_protocol", sample_numbered_report(), wire::decode_node_report);
  check_golden("facts_request_checked", sample_checked_request(), wire::decode_facts_request);
}

TEST_CASE("wire golden: sealed contents of earlier programs decode") {
  check_golden("prints", sample_prints(), wire::decode_prints);
  check_golden("biographics", sample_biographics(), wire::decode_biographics);
  check_golden("subject_record", sample_record(), wire::decode_subject_record);
}

TEST_CASE("wire golden: the rounds of a search have not changed (nodes of two versions meet)") {
  check_golden("probe", sample_probe(), wire::decode_probe);
  check_golden("round_one_request", sample_round_one_request(), wire::decode_round_one_request);
  check_golden("round_one_reply", sample_round_one_reply(), wire::decode_round_one_reply);
  check_golden("round_two_request", sample_round_two_request(), wire::decode_round_two_request);
  check_golden("round_two_reply", sample_round_two_reply(), wire::decode_round_two_reply);
}

TEST_CASE("wire golden: what nodes tell each other has not changed (nodes of two versions meet)") {
  check_golden("node_report", sample_node_report(), wire::decode_node_report);
  check_golden("partition_map", sample_partition_map(), wire::decode_partition_map);
  check_golden("facts_request", sample_facts_request(), wire::decode_facts_request);
  check_golden("facts_reply", sample_facts_reply(), wire::decode_facts_reply);
  check_golden("rows_request", sample_rows_request(), wire::decode_rows_request);
  check_golden("rows_reply", sample_rows_reply(), wire::decode_rows_reply);
}

TEST_CASE("wire golden: what exchanges tell each other has not changed (two versions meet)") {
  check_golden("lease_record", sample_lease_record(), wire::decode_lease_record);
  check_golden("succession_record", sample_succession_record(), wire::decode_succession_record);
  check_golden("key_page", sample_key_page(), wire::decode_key_page);
}
