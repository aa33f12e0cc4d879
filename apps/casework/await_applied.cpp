#include "apps/casework/await_applied.hpp"

#include <thread>

namespace whorl::apps {

status await_applied(const storage::journal& log, const storage::projection& store,
                     std::chrono::milliseconds patience, const std::string& otherwise) {
  WHORL_ASSIGN(const storage::stream_tail tail, log.tail(store.follows()));
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (store.applied().seq < tail.seq) {
    if (std::chrono::steady_clock::now() > deadline)
      return make_error(errc::unavailable, otherwise);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return {};
}

}  // namespace whorl::apps
