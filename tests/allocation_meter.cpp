#include "tests/allocation_meter.hpp"

#include <algorithm>
#include <cstdlib>
#include <new>

namespace {
thread_local whorl::test::allocated so_far;
}

void* operator new(std::size_t size) {
  so_far.total += size;
  so_far.largest = std::max(so_far.largest, size);
  if (void* room = std::malloc(size == 0 ? 1 : size)) return room;
  throw std::bad_alloc();
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  so_far.total += size;
  so_far.largest = std::max(so_far.largest, size);
  return std::malloc(size == 0 ? 1 : size);
}
void operator delete(void* room) noexcept { std::free(room); }
void operator delete(void* room, std::size_t) noexcept { std::free(room); }

namespace whorl::test {

allocated allocated_so_far() { return so_far; }
void forget_largest() { so_far.largest = 0; }

}  // namespace whorl::test
