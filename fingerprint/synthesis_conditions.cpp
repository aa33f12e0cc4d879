#include "fingerprint/synthesis_conditions.hpp"

namespace whorl::fingerprint {

sensor_model sensor_model::livescan_flat() { return {.width_px = 504, .height_px = 480}; }
sensor_model sensor_model::small_optical() { return {.width_px = 318, .height_px = 349}; }

impression_conditions impression_conditions::good() {
  impression_conditions c;
  c.missing_fraction = 0.08;
  c.spurious_per_print = 4.0;
  c.position_noise_px = 0.8;
  c.angle_noise_degrees = 2.5;
  c.distortion_px = 2.5;
  c.rotation_degrees = 5;
  c.translation_px = 10;
  c.landing_px = 8;
  c.clarity_spread = 0.3;
  c.kind = impression_type::live_plain;
  return c;
}

impression_conditions impression_conditions::ordinary() {
  impression_conditions c;
  c.missing_fraction = 0.1;
  c.spurious_per_print = 8.0;
  c.position_noise_px = 1.0;
  c.angle_noise_degrees = 3;
  c.distortion_px = 3;
  c.kind = impression_type::live_plain;
  return c;
}

impression_conditions impression_conditions::poor() {
  impression_conditions c;
  c.missing_fraction = 0.2;
  c.position_noise_px = 1.2;
  c.angle_noise_degrees = 4;
  c.spurious_per_print = 15.0;
  c.landing_px = 25.0;
  c.clarity_spread = 0.9;
  c.kind = impression_type::live_plain;
  return c;
}

}  // namespace whorl::fingerprint
