#include "fingerprint/synthesis_conditions.hpp"

namespace whorl::fingerprint {

sensor_model sensor_model::livescan_flat() { return {.width_px = 504, .height_px = 480}; }
sensor_model sensor_model::small_optical() { return {.width_px = 318, .height_px = 349}; }
sensor_model sensor_model::plain_extractor() {
  return {.width_px = 300, .height_px = 400, .scale_x_per_mille = 980, .reports_quality = false};
}

impression_conditions impression_conditions::good() {
  impression_conditions c;
  c.missing_fraction = 0.13;
  c.spurious_per_print = 7.7;
  c.position_noise_px = 0.67;
  c.angle_noise_degrees = 0.5;
  c.distortion_px = 1.7;
  c.rotation_degrees = 5;
  c.translation_px = 16.7;
  c.landing_px = 5;
  c.contact_spread = 0.03;
  c.clarity_spread = 0.18;
  c.finger_spread = 0.44;
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
  c.missing_fraction = 0.245;
  c.spurious_per_print = 13.4;
  c.position_noise_px = 0.9;
  c.angle_noise_degrees = 3.3;
  c.distortion_px = 2.4;
  c.translation_px = 30;
  c.landing_px = 20.8;
  c.contact_spread = 0.095;
  c.clarity_spread = 0.6;
  c.finger_spread = 0.42;
  c.kind = impression_type::live_plain;
  return c;
}

}  // namespace whorl::fingerprint
