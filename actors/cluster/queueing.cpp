#include "actors/cluster/queueing.hpp"

#include <cmath>

namespace whorl::cluster {

double erlang_c(std::uint32_t servers, double offered) {
  if (offered >= servers) return 1;
  // Erlang B by its recursion over servers, which neither overflows nor cancels; C follows from B.
  double blocked = 1;
  for (std::uint32_t c = 1; c <= servers; ++c)
    blocked = offered * blocked / (c + offered * blocked);
  return blocked / (1 - offered / servers * (1 - blocked));
}

double queue_wait::quantile_s(double p) const {
  if (chance <= 1 - p) return 0;
  return mean_s / chance * std::log(chance / (1 - p));
}

queue_wait wait_for_server(std::uint32_t servers, double arrivals_per_s, double service_s,
                           double service_cv2) {
  const double offered = arrivals_per_s * service_s;
  queue_wait wait;
  wait.utilisation = offered / servers;
  if (wait.utilisation >= 1) return wait;
  wait.chance = erlang_c(servers, offered);
  wait.mean_s = wait.chance * service_s / (servers - offered) * (1 + service_cv2) / 2;
  return wait;
}

}  // namespace whorl::cluster
