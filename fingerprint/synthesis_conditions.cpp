#include "fingerprint/synthesis_conditions.hpp"

namespace whorl::fingerprint {

sensor_model sensor_model::livescan_flat() { return {.width_px = 504, .height_px = 480}; }
sensor_model sensor_model::small_optical() { return {.width_px = 318, .height_px = 349}; }
sensor_model sensor_model::plain_extractor() {
  return {.width_px = 300, .height_px = 400, .scale_x_per_mille = 980, .reports_quality = false};
}

impression_conditions impression_conditions::good() {
  impression_conditions c = ordinary();
  c.missing_fraction = 0.117;
  c.spurious_per_print = 5.4;
  c.position_noise_px = 0.695;
  c.angle_noise_degrees = 0.8;
  c.distortion_px = 2.4;
  c.rotation_degrees = 5;
  c.translation_px = 16.7;
  c.landing_px = 10.2;
  c.contact_spread = 0.027;
  c.contact_width = 0.8;
  c.clarity_spread = 0.216;
  c.finger_spread = 0.226;
  return c;
}

impression_conditions impression_conditions::ordinary() {
  impression_conditions c;
  c.contact_width = 0.65;
  c.contact_height = 1;
  c.kind = impression_type::live_plain;
  return c;
}

impression_conditions impression_conditions::poor() {
  impression_conditions c = ordinary();
  c.missing_fraction = 0.189;
  c.spurious_per_print = 7.3;
  c.position_noise_px = 1.26;
  c.angle_noise_degrees = 3.4;
  c.distortion_px = 2.4;
  c.translation_px = 30;
  c.landing_px = 33;
  c.contact_spread = 0.042;
  c.contact_width = 0.72;
  c.clarity_spread = 0.612;
  c.finger_spread = 0.54;
  return c;
}

}  // namespace whorl::fingerprint
