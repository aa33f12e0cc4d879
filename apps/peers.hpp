// Other matchers' error rates, copied from where they were measured, beside ours. Their scores are
// not to be had, so no paired test can be made: what is asked is whether our upper end lies below
// their figure, which is taken as exact though it comes from the same few fingers. Upper end: of
// the 95 % bootstrap interval over fingers or, where it is higher (few events or none), of the
// exact one over pairs; one-sided, 2.5 %.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "apps/accuracy_report.hpp"
#include "fingerprint/det_plot.hpp"

namespace whorl::apps {

/// Rates are fractions.
struct peer_row {
  std::string set, matcher, templates;
  double eer = 0;
  std::array<double, 3> fnmr{};  ///< at fingerprint::fmr_levels
  double rank1 = 0;
};

/// A CSV file with this line first: set,matcher,templates,eer,fnmr_1e-2,fnmr_1e-3,fnmr_1e-4,rank1;
/// values in per cent; lines that begin with # are passed over; no quotes. Errors name file, line
/// and field.
result<std::vector<peer_row>> read_peers(const std::string& file);

/// invalid_input where no row is of any of the sets.
status check_peers(const std::vector<peer_row>& peers, const std::vector<std::string>& sets,
                   const std::string& file);

json peers_json(const std::vector<peer_row>& peers, const std::vector<named_report>& reports);
void print_peers(const std::vector<peer_row>& peers, const std::vector<named_report>& reports);

/// The rows of one set as marks of its plot: at FMR 1e-2 to 1e-4, and the EER.
std::vector<fingerprint::det_curve> peer_marks(const std::vector<peer_row>& peers,
                                               const std::string& set);

}  // namespace whorl::apps
