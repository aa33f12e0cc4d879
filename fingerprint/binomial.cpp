#include "fingerprint/binomial.hpp"

#include <boost/math/special_functions/beta.hpp>

#include "messages/invariant.hpp"

namespace whorl::fingerprint {

interval clopper_pearson(std::size_t events, std::size_t trials, double confidence) {
  INVARIANT(events <= trials && confidence > 0 && confidence < 1);
  if (trials == 0) return {0, 1};
  const double tail = (1 - confidence) / 2;
  const auto seen = static_cast<double>(events), rest = static_cast<double>(trials - events);
  interval out{0, 1};
  if (events != 0) out.low = boost::math::ibeta_inv(seen, rest + 1, tail);
  if (events != trials) out.high = boost::math::ibeta_inv(seen + 1, rest, 1 - tail);
  return out;
}

}  // namespace whorl::fingerprint
