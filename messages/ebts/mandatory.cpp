#include "messages/ebts/mandatory.hpp"

#include <array>

#include "messages/ebts/place.hpp"
#include "messages/ebts/transaction_types.hpp"

namespace whorl::ebts {
namespace {

constexpr std::array<mandatory_row, 84> rows = {{
    {"", 1, 1, "LEN"},     {"", 1, 2, "VER"},     {"", 1, 3, "CNT"},     {"", 1, 4, "TOT"},
    {"", 1, 5, "DAT"},     {"", 1, 7, "DAI"},     {"", 1, 8, "ORI"},     {"", 1, 9, "TCN"},
    {"", 1, 11, "NSR"},    {"", 1, 12, "NTR"},    {"", 2, 1, "LEN"},     {"", 2, 2, "IDC"},
    {"", 10, 1, "LEN"},    {"", 10, 2, "IDC"},    {"", 10, 3, "IMT"},    {"", 10, 4, "SRC"},
    {"", 10, 5, "PHD"},    {"", 10, 6, "HLL"},    {"", 10, 7, "VLL"},    {"", 10, 8, "SLC"},
    {"", 10, 9, "HPS"},    {"", 10, 10, "VPS"},   {"", 10, 11, "CGA"},   {"", 10, 12, "CSP"},
    {"", 10, 999, "DAT"},  {"", 13, 1, "LEN"},    {"", 13, 2, "IDC"},    {"", 13, 3, "IMP"},
    {"", 13, 4, "SRC"},    {"", 13, 5, "LCD"},    {"", 13, 6, "HLL"},    {"", 13, 7, "VLL"},
    {"", 13, 8, "SLC"},    {"", 13, 9, "HPS"},    {"", 13, 10, "VPS"},   {"", 13, 11, "CGA"},
    {"", 13, 12, "BPX"},   {"", 13, 13, "FGP"},   {"", 13, 999, "DAT"},  {"", 14, 1, "LEN"},
    {"", 14, 2, "IDC"},    {"", 14, 3, "IMP"},    {"", 14, 4, "SRC"},    {"", 14, 5, "TCD"},
    {"", 14, 6, "HLL"},    {"", 14, 7, "VLL"},    {"", 14, 8, "SLC"},    {"", 14, 9, "HPS"},
    {"", 14, 10, "VPS"},   {"", 14, 11, "CGA"},   {"", 14, 12, "BPX"},   {"", 14, 13, "FGP"},
    {"", 14, 999, "DAT"},  {"", 15, 1, "LEN"},    {"", 15, 2, "IDC"},    {"", 15, 3, "IMP"},
    {"", 15, 4, "SRC"},    {"", 15, 5, "PCD"},    {"", 15, 6, "HLL"},    {"", 15, 7, "VLL"},
    {"", 15, 8, "SLC"},    {"", 15, 9, "HPS"},    {"", 15, 10, "VPS"},   {"", 15, 11, "CGA"},
    {"", 15, 12, "BPX"},   {"", 15, 13, "PLP"},   {"", 15, 999, "DAT"},  {"CAR", 2, 5, "RET"},
    {"CAR", 2, 18, "NAM"}, {"CAR", 2, 20, "POB"}, {"CAR", 2, 22, "DOB"}, {"CAR", 2, 24, "SEX"},
    {"CAR", 2, 25, "RAC"}, {"CAR", 2, 27, "HGT"}, {"CAR", 2, 29, "WGT"}, {"CAR", 2, 31, "EYE"},
    {"CAR", 2, 32, "HAI"}, {"CAR", 2, 45, "DOA"}, {"CAR", 2, 47, "ASL"}, {"CAR", 2, 73, "CRI"},
    {"SRE", 2, 18, "NAM"}, {"SRE", 2, 59, "SRF"}, {"SRE", 2, 73, "CRI"}, {"ERRT", 2, 60, "MSG"},
}};

constexpr std::string_view advice = "add it and send the transaction again";

bool is_present(const record& in, std::uint16_t number) {
  const field* one = in.find(number);
  return one != nullptr && (!one->data.empty() || !in.text(number).value_or("").empty() ||
                            (!one->subfields.empty() && one->subfields[0].items.size() > 1));
}

error missing(const record& in, std::size_t ordinal, unsigned number, std::string_view mnemonic) {
  return refuse(errc::invalid_input, place_of(in, ordinal, number), "nothing",
                std::string(mnemonic) + ", which is mandatory", advice);
}

error lacks(const transaction& whole, std::string_view what) {
  const std::size_t ordinal = whole.records.empty() ? 0 : 1;
  return refuse(errc::invalid_input, {ordinal, 1, std::nullopt, "1.003", 0},
                std::string(whole.tot()) + " without " + std::string(what), "at least one", advice);
}

/// The records that a TOT must have besides its fields.
status check_records(const transaction& whole, std::string_view tot) {
  if (whole.find(1) == nullptr) return lacks(whole, "a Type-1 record");
  if (whole.find(2) == nullptr) return lacks(whole, "a Type-2 record");
  if (tot == "CAR" && whole.count(4) + whole.count(14) == 0)
    return lacks(whole, "a fingerprint image (Type-4 or Type-14)");
  if (tot != features_tot) return {};
  if (whole.count(9) == 0) return lacks(whole, "a Type-9 record");
  if (whole.dom() != features_domain)
    return refuse(errc::invalid_input, place_of(whole.records[0], 1, 13), shown(whole.dom()),
                  features_domain, "CARW exists in that domain only");
  return {};
}

}  // namespace

std::span<const mandatory_row> mandatory_rows() { return rows; }

status check_mandatory(const transaction& whole) {
  const std::string_view tot = whole.tot();
  if (tot != "CAR" && tot != "SRE" && tot != "ERRT" && tot != features_tot)
    return refuse(errc::unsupported, {1, 1, std::nullopt, "1.004", 0}, shown(tot),
                  "CAR, CARW, SRE or ERRT", "the fields of other transactions are not known here");
  WHORL_TRY(check_records(whole, tot));
  const std::string_view table = tot == features_tot ? "CAR" : tot;
  for (std::size_t i = 0; i < whole.records.size(); ++i) {
    const record& one = whole.records[i];
    const bool first_type2 = &one == whole.find(2);
    for (const mandatory_row& row : rows) {
      if (row.type != one.type) continue;
      if (!row.tot.empty() && (row.tot != table || !first_type2)) continue;
      if (!is_present(one, row.number)) return missing(one, i + 1, row.number, row.mnemonic);
    }
  }
  return {};
}

}  // namespace whorl::ebts
