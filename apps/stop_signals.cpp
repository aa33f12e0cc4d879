#include "apps/stop_signals.hpp"

namespace whorl::apps {

sigset_t block_stop_signals(std::initializer_list<int> more) {
  sigset_t stops;
  sigemptyset(&stops);
  sigaddset(&stops, SIGTERM);
  sigaddset(&stops, SIGINT);
  for (const int each : more) sigaddset(&stops, each);
  pthread_sigmask(SIG_BLOCK, &stops, nullptr);
  return stops;
}

}  // namespace whorl::apps
