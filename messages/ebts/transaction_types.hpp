// What is asked for by a transaction: the TOTs of ten-print submissions, whether they want an
// answer, whether they are retained. Facts from EBTS 9.1 (data/ebts/transaction_types.csv, the
// groups "Tenprint Fingerprint Identification Submissions" and "CJIS Card Scanning Service
// Submissions"). No state.
#pragma once

#include <span>
#include <string_view>

#include "messages/ebts/transaction.hpp"

namespace whorl::ebts {

struct submission_type {
  std::string_view tot;
  bool answer_required;
  bool
      criminal;  ///< a booking or another criminal submission, not an applicant or a missing person
};

/// All of them, sorted by TOT.
std::span<const submission_type> submission_types();
/// The row of that TOT, or null. CARW of the whorl-features profile is not among them.
const submission_type* find_submission_type(std::string_view tot);
bool is_tenprint_submission(std::string_view tot);

/// Name in DOM (1.013) and TOT (1.004) of bookings that carry minutiae only:
/// docs/WHORL_FEATURES.md.
inline constexpr std::string_view features_domain = "WHORL-FEATURES";
inline constexpr std::string_view features_version = "1.0";
inline constexpr std::string_view features_tot = "CARW";
/// True when both the domain and the TOT are the profile's.
bool is_features_profile(const transaction& whole);

/// RET (2.005) is Y: the person is enrolled. Anything else, or no RET, is a search only.
bool retained(const transaction& whole);

}  // namespace whorl::ebts
