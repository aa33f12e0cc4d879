// How an impression of a synthetic finger differs from the finger: the capture's conditions and the
// sensor, with presets whose genuine scores are fitted to real prints (docs/SYNTHESIS.md).
// Plain values.
#pragma once

#include <cstdint>

#include "fingerprint/template.hpp"

namespace whorl::fingerprint {

/// What the device and its extractor add. The default is an ideal one, as large as the impression
/// type asks for: 800 x 750 px rolled, 500 x 600 px otherwise, at exactly 500 dpi.
struct sensor_model {
  std::uint16_t width_px = 0;  ///< of the image; what falls outside is cut off; 0: by type
  std::uint16_t height_px = 0;
  std::int32_t scale_x_per_mille = 1000;  ///< the sensor's error of resolution, 500..2000
  std::int32_t scale_y_per_mille = 1000;
  bool reports_quality = true;  ///< else 0 for every minutia, and no minutia of unsure type

  static sensor_model livescan_flat();  ///< 504 x 480 px
  static sensor_model small_optical();  ///< 318 x 349 px: cuts a finger's flat print
  /// 300 x 400 px, with an extractor that reports no quality and sees the finger 2 % narrower.
  static sensor_model plain_extractor();
};

/// Defaults are those of an ordinary livescan booking. A print draws its own clarity, which scales
/// loss and noise about these means; a zero stays zero.
struct impression_conditions {
  double missing_fraction = 0.083;   ///< true minutiae in view that the extractor loses, usually
  double spurious_per_print = 6.5;   ///< mean number of false minutiae of a usual print
  double position_noise_px = 1.07;   ///< standard deviation per axis, 500 dpi; one in eight is
  double angle_noise_degrees = 1.9;  ///< thrice that, here too
  double distortion_px = 1.62;       ///< amplitude of the smooth plastic distortion
  double rotation_degrees = 8.0;     ///< standard deviation of the whole print's rotation
  double translation_px = 28.0;      ///< of the finger on the glass
  double landing_px = 9.5;           ///< of the contact area's middle on the pad
  double contact_spread = 0.044;     ///< of the contact area's half axes, relative
  double contact_width = 0;          ///< of the pad's, 1/8 to 1; 0: as the kind has it
  double contact_height = 0;
  double clarity_spread = 0.947;  ///< between impressions of one finger and parts of one
  double finger_spread = 0.243;   ///< between fingers: some always print badly
  impression_type kind = impression_type::live_rolled;
  sensor_model sensor;

  /// Flat prints of three qualities: an attended livescan; a small sensor used with care; sensors
  /// and fingers of all kinds (dry, wet, turned, hardly laid on).
  static impression_conditions good();
  static impression_conditions ordinary();
  static impression_conditions poor();
};

}  // namespace whorl::fingerprint
