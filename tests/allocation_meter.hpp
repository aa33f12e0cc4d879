// Counts what a piece of work allocates, for tests that a small input must not buy much memory.
// Linking allocation_meter.cpp replaces operator new of the whole test program, the sanitizers'
// included (it ends in malloc, which they watch).
#pragma once

#include <cstddef>

namespace whorl::test {

struct allocated {
  std::size_t total = 0;    ///< bytes asked for, freed or not: never less than the peak
  std::size_t largest = 0;  ///< the largest single request
};

/// What this thread has asked for since it began.
allocated allocated_so_far();
/// Forgets the largest request seen.
void forget_largest();

/// What `work` asks for on this thread.
template <class Work>
allocated allocated_by(Work work) {
  forget_largest();
  const std::size_t before = allocated_so_far().total;
  work();
  const allocated after = allocated_so_far();
  return {after.total - before, after.largest};
}

}  // namespace whorl::test
