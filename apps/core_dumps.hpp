// A core file would hold names, prints and keys of everybody who was in memory.
#pragma once

namespace whorl::apps {

/// No core file of this process, whatever the system's settings, pipes to a collector included.
void forbid_core_dumps();

}  // namespace whorl::apps
