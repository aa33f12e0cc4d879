#include "messages/ebts/transaction_types.hpp"

#include <doctest/doctest.h>

#include <set>
#include <sstream>

#include "tests/messages/ebts/samples.hpp"
#include "tests/support.hpp"

using namespace whorl::ebts;
using namespace whorl::ebts::test;

TEST_CASE("transaction types: ten-print submissions are those of EBTS (transaction_types.csv)") {
  const auto data = whorl::test::data_folder("comparing TOTs with transaction_types.csv");
  if (!data) return;
  std::set<std::string> expected;
  std::istringstream csv(to_text(whorl::test::read_file(*data / "ebts" / "transaction_types.csv")));
  for (std::string line; std::getline(csv, line);) {
    const bool tenprint =
        line.find("Tenprint Fingerprint Identification Submissions") != std::string::npos ||
        line.find("CJIS Card Scanning Service Submissions") != std::string::npos;
    if (!tenprint) continue;
    const std::string tot = line.substr(0, line.find(','));
    expected.insert(tot);
    REQUIRE_MESSAGE(is_tenprint_submission(tot), tot);
    const bool no_answer = line.find("No Answer Necessary") != std::string::npos;
    CHECK(find_submission_type(tot)->answer_required == !no_answer);
  }
  CHECK(expected.size() == submission_types().size());
}

TEST_CASE("transaction types: answers and the profile are no ten-print submissions") {
  for (const char* tot : {"SRE", "ERRT", "CARW", "LFFS", "", "car"})
    CHECK(!is_tenprint_submission(tot));
}

TEST_CASE("transaction types: only RET Y retains") {
  transaction whole = sample_transaction();
  CHECK(retained(whole));
  whole.records[1].fields[2].subfields[0].items[0] = "N";
  CHECK(!retained(whole));
  CHECK(!retained({}));
}

TEST_CASE("transaction types: the profile needs its TOT and its domain") {
  transaction whole = sample_transaction();
  CHECK(is_features_profile(whole));
  whole.records[0].fields[3].subfields[0].items[0] = "CAR";
  CHECK(!is_features_profile(whole));
  whole = sample_transaction();
  whole.records[0].fields.pop_back();
  CHECK(!is_features_profile(whole));
}
