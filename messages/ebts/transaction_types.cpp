#include "messages/ebts/transaction_types.hpp"

#include <algorithm>
#include <array>

namespace whorl::ebts {
namespace {

constexpr std::array<submission_type, 26> types = {{
    {"AMN", true, false},  {"CAR", true, true},   {"CARC", true, true},  {"CNA", false, true},
    {"CNAC", false, true}, {"CPDR", true, true},  {"CPNU", true, true},  {"DEK", true, false},
    {"DEKC", true, false}, {"DEU", true, false},  {"DOCE", true, false}, {"EMUF", true, false},
    {"FANC", true, false}, {"FAUF", true, false}, {"FNCC", true, false}, {"FNDR", true, false},
    {"FUFC", true, false}, {"MAP", true, false},  {"MAPC", true, false}, {"MPR", true, false},
    {"NFAP", true, false}, {"NFDP", true, false}, {"NFFC", true, false}, {"NFUE", true, false},
    {"NFUF", true, false}, {"NNDR", true, false},
}};

}  // namespace

std::span<const submission_type> submission_types() { return types; }

const submission_type* find_submission_type(std::string_view tot) {
  const auto found = std::ranges::find(types, tot, &submission_type::tot);
  return found == types.end() ? nullptr : &*found;
}

bool is_tenprint_submission(std::string_view tot) { return find_submission_type(tot) != nullptr; }

bool is_features_profile(const transaction& whole) {
  return whole.dom() == features_domain && whole.tot() == features_tot;
}

bool retained(const transaction& whole) { return whole.text(2, 5) == "Y"; }

}  // namespace whorl::ebts
