// What is wrong with a store, in words, also when it cannot be opened: checks one after another,
// none of which changes anything. LMDB ends the process when a file is damaged badly enough, so
// whatever opens an environment runs in a child of its own; its death is a finding.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "messages/result.hpp"

namespace whorl::storage {

class journal;

enum class health : std::uint8_t { well = 0, remark = 1, wrong = 2 };

struct finding {
  std::string check;  ///< a word or two: "folder", "journal chain"
  health level = health::well;
  std::string what;
  std::string advice;  ///< what to do; empty when well
};
using findings = std::vector<finding>;

/// Folder, FORMAT, modes, lock, room, leftovers. Opens nothing of LMDB's.
findings examine_folder(const std::string& folder);

/// Every environment opens, is the one that belongs there and can be read through; the journal's
/// chain; the projections' positions in it; audit key and kept head. `on_step(done, total)` before
/// each step. Beside a process that owns the store this reads what that process has committed.
/// `other_log` opens the journal that the projections stand on, in the child that asks; empty: the
/// one in the folder.
using step_function = std::function<void(std::size_t done, std::size_t total)>;
using journal_function = std::function<result<std::unique_ptr<journal>>()>;
findings examine_contents(const std::string& folder, std::uint32_t partitions,
                          const step_function& on_step = {},
                          const journal_function& other_log = {});

/// Limits of this process that a store of so many partitions would meet; core dumps.
findings examine_limits(std::uint32_t partitions);

/// Runs `body` in a child process and returns what it found; how the child ended, if not well, is
/// added under `check`. Only for a process without other threads.
findings in_child(const std::string& check, const std::function<findings()>& body);

}  // namespace whorl::storage
