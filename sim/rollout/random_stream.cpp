#include "sim/rollout/random_stream.hpp"

#include <cmath>
#include <numbers>

namespace whorl::rollout {

double random_stream::exponential(double mean) { return -mean * std::log(uniform()); }

double random_stream::normal() {  // Box and Muller; the second value is not kept: no hidden state
  const double radius = std::sqrt(-2.0 * std::log(uniform()));
  return radius * std::cos(2.0 * std::numbers::pi * uniform());
}

double random_stream::lognormal(double mean, double variation) {
  const double variance = std::log1p(variation * variation);
  return mean * std::exp(std::sqrt(variance) * normal() - variance / 2.0);
}

std::uint32_t random_stream::poisson(double mean) {
  constexpr double at_once = 12.0;
  std::uint32_t count = 0;
  while (mean > 0.0) {
    const double part = mean < at_once ? mean : at_once;
    mean -= part;
    const double floor = std::exp(-part);
    for (double product = uniform(); product > floor; product *= uniform()) ++count;
  }
  return count;
}

}  // namespace whorl::rollout
