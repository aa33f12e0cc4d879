#include "apps/http/side_thread.hpp"

#include <utility>

namespace whorl::apps::http {

side_thread::side_thread(std::size_t waiting_max)
    : waiting_max_(waiting_max), thread_([this] { run(); }) {}

side_thread::~side_thread() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

bool side_thread::post(std::function<void()> work) {
  {
    const std::scoped_lock lock(mutex_);
    if (stopping_ || waiting_.size() >= waiting_max_) return false;
    waiting_.push_back(std::move(work));
  }
  changed_.notify_one();
  return true;
}

void side_thread::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (stopping_) return;
    {
      const auto work = std::move(waiting_.front());
      waiting_.pop_front();
      lock.unlock();
      work();
    }  // what it holds is freed before the next begins
    lock.lock();
  }
}

}  // namespace whorl::apps::http
