#include "fingerprint/simd_targets.hpp"

#include <hwy/highway.h>

#include "messages/invariant.hpp"

namespace whorl::fingerprint {

std::vector<std::string> simd_targets() {
  std::vector<std::string> names;
  for (const std::int64_t target : hwy::SupportedAndGeneratedTargets())
    names.emplace_back(hwy::TargetName(target));
  return names;
}

only_simd_target::only_simd_target(const std::string& name) {
  std::int64_t found = 0;
  for (const std::int64_t target : hwy::SupportedAndGeneratedTargets())
    if (name == hwy::TargetName(target)) found = target;
  INVARIANT(found != 0);
  hwy::SetSupportedTargetsForTest(found);
}

only_simd_target::~only_simd_target() { hwy::SetSupportedTargetsForTest(0); }

}  // namespace whorl::fingerprint
