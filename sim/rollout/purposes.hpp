// What a case's chance is asked for: each purpose has a stream of its own, so that an answer does
// not depend on which were asked before.
#pragma once

#include <cstdint>

namespace whorl::rollout {

enum class purpose : std::uint64_t {
  match,
  person,
  custody,
  search,
  analyst,
  examiner,
  officer,
  action,
  detainer,
  claim,
  claim_time,
  interview,
  release,
  pickup,
  located,
  back,
  back_time,
  again,
  hearing,
  travel,
  removal,
  claim_length
};

}  // namespace whorl::rollout
