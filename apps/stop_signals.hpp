// What ends a process that serves: for commands that run until they are told to stop.
#pragma once

#include <csignal>
#include <initializer_list>

namespace whorl::apps {

/// SIGTERM, SIGINT and `more`, blocked in this thread and all that it starts from now on; to be
/// waited for. Before any other thread starts.
sigset_t block_stop_signals(std::initializer_list<int> more = {});

}  // namespace whorl::apps
