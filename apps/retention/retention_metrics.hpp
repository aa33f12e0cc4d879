// The numbers of retention for monitors. Pure: counts in, Prometheus text out.
#pragma once

#include <string>

#include "apps/retention/retention_clock.hpp"

namespace whorl::apps {

std::string retention_metrics(const retention_counts& now);

}  // namespace whorl::apps
