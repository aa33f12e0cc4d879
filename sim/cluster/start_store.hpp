// The store that every run begins with: made once, copied for each.
#pragma once

#include <filesystem>
#include <string>

#include "messages/result.hpp"
#include "sim/cluster/world.hpp"

namespace whorl::sim {

/// Where runs may write: memory, unless TMPDIR says otherwise, since what they write need not
/// outlive them.
std::filesystem::path folder_for_runs();

/// A store in `folder` with the people who stand in a gallery at the start.
status make_start_store(const std::string& folder);

/// Runs one seed in a new folder below `work`, on a copy of `start_store`; removed afterwards.
result<run_outcome> run_seed(const run_options& options, const std::string& start_store,
                             const std::string& work);

}  // namespace whorl::sim
