// The countersigned heads in delivered answers: what agencies and the operations centre hold, and
// this store cannot take back.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "storage/audit_proof.hpp"

namespace whorl::apps {

struct answers_seen {
  std::size_t files = 0;    ///< answers read
  std::size_t without = 0;  ///< of them without a head: written by a program of before the heads
};

/// Adds the head of each answer in `folder` (*.eft, *.txt; not of folders inside) to `proof`. A
/// file that cannot be read as an answer is a finding. not_found when there is no such folder.
result<answers_seen> add_answers(const std::string& folder, storage::audit_proof& proof,
                                 const std::function<void(std::size_t, std::size_t)>& on_file);

}  // namespace whorl::apps
