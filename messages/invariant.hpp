// INVARIANT(condition): a statement about our own code that stays on in every build. A failure is a
// bug of ours, never a consequence of input: it prints the place and aborts.
#pragma once

namespace whorl {
[[noreturn]] void invariant_failed(const char* condition, const char* file, int line);
}

#define INVARIANT(condition) \
  ((condition) ? static_cast<void>(0) : ::whorl::invariant_failed(#condition, __FILE__, __LINE__))
