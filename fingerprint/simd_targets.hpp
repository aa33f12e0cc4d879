// Which instruction sets the kernels were compiled for, and which one runs: chosen once, by what
// the processor has. A source with kernels names itself in HWY_TARGET_INCLUDE and is compiled once
// for each set, plain C++ standing beside the vectors; all give the same integers. No lambdas in
// kernels: they would be compiled without the instruction set. Tests and benchmarks hold the choice
// to one set to compare them; nobody else has a reason to.
#pragma once

#include <string>
#include <vector>

namespace whorl::fingerprint {

/// Those compiled here that this processor has, best first ("AVX3_DL" is AVX-512 with VPOPCNTDQ);
/// the last is plain C++.
std::vector<std::string> simd_targets();

/// While it lives, kernels run the named one of simd_targets(). Not beside other threads' kernels.
class only_simd_target {
 public:
  explicit only_simd_target(const std::string& name);
  ~only_simd_target();
  only_simd_target(const only_simd_target&) = delete;
  only_simd_target& operator=(const only_simd_target&) = delete;
};

}  // namespace whorl::fingerprint
