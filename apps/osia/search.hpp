// Identification and verification of the standard, by the search and the matcher that bookings use.
// A score is evidence in 1/100 decades: 400 says that at most one stranger in 10^4 comes so far.
#pragma once

#include "actors/local_node.hpp"
#include "apps/osia/people.hpp"

namespace whorl::apps::osia {

struct search_wish {
  std::vector<gallery_kind> galleries;
  std::optional<std::uint32_t> threshold;  ///< none: the review threshold of the gallery's size
  std::size_t most = 20;
  std::optional<subject_id> but;  ///< the person whose prints these are
};

/// Candidates of the standard, and the identities they are.
struct candidates {
  json list = json::array();
  std::vector<subject_id> who;
  std::uint64_t people = 0;
};
result<candidates> identify(const people& known, actors::local_node& node,
                            std::vector<probe_print> prints, const search_wish& wish);

/// One record's score in one gallery, as a search found it.
struct scored_record {
  gallery_kind gallery = gallery_kind::criminal;
  actors::identified found;
};
/// Best first, at most `most`: the identities at or above the threshold, each with its records.
/// Pure: what `identify` decides.
struct ranked_person {
  subject_id identity;
  std::uint32_t score = 0;
  std::vector<std::pair<gallery_kind, scored_candidate>> records;
};
std::vector<ranked_person> rank(const std::vector<scored_record>& found, const search_wish& wish);

/// invalid_input, with `at`, unless there is a print that can be compared.
status check_comparable(const std::vector<probe_print>& prints, const std::string& at);

/// Prints of one side against prints of the other, as a search would score them. Pure.
struct verified {
  std::uint32_t score = 0;
  bool decision = false;
};
/// `threshold`: none: what a search of one person needs for a hit. Errors: invalid_input when a
/// side has no print that can be compared.
result<verified> verify(const std::vector<probe_print>& a, const std::vector<probe_print>& b,
                        std::optional<std::uint32_t> threshold);

/// The best print of each position, at most ten: a person's encounters as one probe.
std::vector<probe_print> best_prints(const std::vector<probe_print>& all);

}  // namespace whorl::apps::osia
