// Synthetic sets with the make-up of the public ones.
#include <utility>

#include "fingerprint/fidelity.hpp"

namespace whorl::fingerprint {

set_plan good_plan() {
  impression_conditions conditions = impression_conditions::good();
  conditions.sensor = sensor_model::livescan_flat();
  return {3, {3, 4, 5, 6, 7, 8}, 8, {conditions}};
}

set_plan ordinary_plan() {
  impression_conditions conditions = impression_conditions::ordinary();
  conditions.sensor = sensor_model::small_optical();
  return {3, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, 8, {conditions}};
}

set_plan poor_plan() {
  // The images' sizes of FVC2002 DB1 and DB2, FVC2004 DB1 and DB2.
  constexpr std::pair<std::uint16_t, std::uint16_t> windows[] = {
      {388, 374}, {296, 560}, {640, 480}, {328, 364}};
  set_plan plan{20, {2, 3}, 8, {}};
  for (const auto& [width, height] : windows) {
    impression_conditions conditions = impression_conditions::poor();
    conditions.sensor.width_px = width;
    conditions.sensor.height_px = height;
    plan.conditions.push_back(conditions);
  }
  return plan;
}

set_plan other_sensor_plan() {
  set_plan plan = poor_plan();
  for (impression_conditions& conditions : plan.conditions) {
    conditions.sensor = sensor_model::plain_extractor();
    conditions.missing_fraction += 0.12;
    conditions.spurious_per_print /= 2;
  }
  return plan;
}

std::vector<labelled_print> make_set(const set_plan& plan, std::uint64_t first_seed) {
  std::vector<labelled_print> out;
  for (unsigned p = 0; p < plan.people && !plan.conditions.empty(); ++p) {
    const synthetic_person person = make_person(first_seed + p);
    const impression_conditions& conditions = plan.conditions[p % plan.conditions.size()];
    for (const std::uint8_t finger : plan.fingers)
      for (unsigned i = 0; i < plan.impressions; ++i)
        out.push_back({"synthetic " + std::to_string(person.seed) + "-" + std::to_string(finger),
                       static_cast<int>(i + 1), make_impression(person, finger, i, conditions)});
  }
  return out;
}

}  // namespace whorl::fingerprint
