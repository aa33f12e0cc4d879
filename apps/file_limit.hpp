// How many files and connections this process may have open.
#pragma once

namespace whorl::apps {

/// Raises the limit to the highest that the system allows without asking. CAF ends the process when
/// a connection comes that finds no descriptor left (decision 0024).
void raise_file_limit();

}  // namespace whorl::apps
