#include "apps/core_dumps.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>

namespace whorl::apps {

void forbid_core_dumps() {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  // The limit does not hold for collectors that the kernel pipes to; this does. The leak sanitizer
  // needs to look into its own process, so not under it.
#if !defined(__SANITIZE_ADDRESS__)
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}

}  // namespace whorl::apps
