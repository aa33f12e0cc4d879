#include "fingerprint/synthesis_conditions.hpp"

namespace whorl::fingerprint {

sensor_model sensor_model::livescan_flat() { return {.width_px = 504, .height_px = 480}; }
sensor_model sensor_model::small_optical() { return {.width_px = 318, .height_px = 349}; }

impression_conditions impression_conditions::good() {
  impression_conditions c;
  c.missing_fraction = 0.12;
  c.spurious_per_print = 5.0;
  c.kind = impression_type::live_plain;
  return c;
}

impression_conditions impression_conditions::ordinary() {
  impression_conditions c;
  c.kind = impression_type::live_plain;
  return c;
}

impression_conditions impression_conditions::poor() {
  impression_conditions c;
  c.missing_fraction = 0.3;
  c.spurious_per_print = 15.0;
  c.landing_px = 25.0;
  c.clarity_spread = 0.9;
  c.kind = impression_type::live_plain;
  return c;
}

}  // namespace whorl::fingerprint
