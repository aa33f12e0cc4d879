// Commands of which a gateway does the work: whorl --server URL ...
#pragma once

#include "apps/cli.hpp"

namespace whorl::apps {

/// Runs the parsed subcommand against ctx.server. Errors: invalid_input where it has no remote
/// form, which names those that have.
result<int> run_remote(const context& ctx, const CLI::App& sub);

}  // namespace whorl::apps
