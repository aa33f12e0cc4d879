// Calls f(0) .. f(count - 1) on all cores; returns when all are done. f must not throw.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace whorl::storage {

template <class F>
void parallel_for(std::size_t count, const F& f) {
  std::atomic<std::size_t> next{0};
  auto work = [&] {
    for (std::size_t i = next++; i < count; i = next++) f(i);
  };
  const std::size_t workers = std::min<std::size_t>(count, std::thread::hardware_concurrency());
  std::vector<std::jthread> threads;
  for (std::size_t w = 1; w < workers; ++w) threads.emplace_back(work);
  work();
}

}  // namespace whorl::storage
