// Waiting in front of equal servers, on paper: how long who arrives at random waits until one is
// free.
//   M/M/c, the chance to wait: Erlang, "Loesung einiger Probleme der Wahrscheinlichkeitsrechnung
//     von Bedeutung fuer die selbsttaetigen Fernsprechaemter", 1917 (Erlang C).
//   M/G/1, the mean wait: Pollaczek 1930, Khinchine 1932: W = rho (1 + cv^2) / (2 (1 - rho)) * S.
//   M/G/c: the M/M/c wait times (1 + cv^2) / 2, an approximation of Lee and Longton (Operational
//     Research Quarterly 10, 1959), exact for one server.
//   Quantiles: as if a wait that happens were exponential; exact for M/M/c, near for M/G/c at high
//     load.
// Pure. Limits: servers up to 10,000,000.
#pragma once

#include <cstdint>

namespace whorl::cluster {

/// The chance to wait with `servers` servers at an offered load of `offered` (arrivals * service
/// time), below `servers`; 1 at or above.
double erlang_c(std::uint32_t servers, double offered);

struct queue_wait {
  double utilisation = 0;  ///< of the servers; at 1 and above nothing else means anything
  double chance = 0;       ///< to wait at all
  double mean_s = 0;       ///< over all who arrive
  /// The wait that a share `p` (below 1) of all do not exceed, seconds.
  double quantile_s(double p) const;
};

/// `service_s`: mean; `service_cv2`: its squared coefficient of variation, 0 when constant.
queue_wait wait_for_server(std::uint32_t servers, double arrivals_per_s, double service_s,
                           double service_cv2);

}  // namespace whorl::cluster
