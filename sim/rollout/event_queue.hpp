// What happens next: a heap of events by time; of the same time, the one that was put in first, so
// that a run does not depend on how the heap lies. Not limited: its owner's entities are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "messages/invariant.hpp"

namespace whorl::rollout {

template <class Event>
class event_queue {
 public:
  struct entry {
    std::int64_t at_ms = 0;
    std::uint64_t number = 0;
    Event what{};
  };

  void put(std::int64_t at_ms, Event what) {
    heap_.push_back({at_ms, next_number_++, std::move(what)});
    rise(heap_.size() - 1);
  }
  bool empty() const { return heap_.empty(); }
  std::size_t size() const { return heap_.size(); }
  const entry& first() const { return INVARIANT(!heap_.empty()), heap_.front(); }
  entry take() {
    INVARIANT(!heap_.empty());
    entry out = std::move(heap_.front());
    entry last = std::move(heap_.back());
    heap_.pop_back();
    if (!heap_.empty()) sink(std::move(last));
    return out;
  }

 private:
  static constexpr std::size_t arity = 4;  // two levels fewer than a binary heap, one cache line
  static bool before(const entry& a, const entry& b) {
    return a.at_ms != b.at_ms ? a.at_ms < b.at_ms : a.number < b.number;
  }
  void rise(std::size_t i) {
    entry moving = std::move(heap_[i]);
    while (i > 0) {
      const std::size_t parent = (i - 1) / arity;
      if (!before(moving, heap_[parent])) break;
      heap_[i] = std::move(heap_[parent]);
      i = parent;
    }
    heap_[i] = std::move(moving);
  }
  /// Puts `moving` into the gap at the top.
  void sink(entry moving) {
    std::size_t i = 0;
    while (true) {
      const std::size_t begin = i * arity + 1;
      if (begin >= heap_.size()) break;
      const std::size_t end = begin + arity < heap_.size() ? begin + arity : heap_.size();
      std::size_t least = begin;
      for (std::size_t child = begin + 1; child < end; ++child)
        if (before(heap_[child], heap_[least])) least = child;
      if (!before(heap_[least], moving)) break;
      heap_[i] = std::move(heap_[least]);
      i = least;
    }
    heap_[i] = std::move(moving);
  }

  std::vector<entry> heap_;
  std::uint64_t next_number_ = 0;
};

}  // namespace whorl::rollout
