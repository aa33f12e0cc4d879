#include "apps/file_limit.hpp"

#include <sys/resource.h>

namespace whorl::apps {

void raise_file_limit() {
  rlimit now{};
  if (getrlimit(RLIMIT_NOFILE, &now) != 0) return;
  now.rlim_cur = now.rlim_max;
  setrlimit(RLIMIT_NOFILE, &now);  // else it stays as it was
}

}  // namespace whorl::apps
