#include "tests/apps/exchanges/turns.hpp"

#include <algorithm>
#include <vector>

namespace whorl::test {

std::uint64_t dice::below(std::uint64_t bound) {
  std::uint64_t x = state_ += 0x9e3779b97f4a7c15ull;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
  return bound == 0 ? 0 : (x ^ (x >> 31)) % bound;
}

turns::~turns() {
  posted_.clear();
  std::vector<std::string> processes;
  for (const thread& each : threads_) processes.push_back(each.process);
  for (const std::string& each : processes) kill(each);
}

void turns::spawn(const std::string& process, std::function<void()> what) {
  thread& made = threads_.emplace_back();
  made.process = process;
  made.due = now_;
  made.runs = std::thread([this, &made, what = std::move(what)] {
    made.turn.acquire();
    try {
      if (!made.dead) what();
    } catch (const killed&) {
    }
    made.over = true;
    back_.release();
  });
}

void turns::sleep(std::int64_t ms) {
  thread& me = *running_;
  me.due = now_ + std::max<std::int64_t>(ms, 1);
  back_.release();
  me.turn.acquire();
  if (me.dead) throw killed();
}

void turns::post(const std::string& process, std::int64_t in_ms, std::function<void()> what) {
  posted_.push_back({process, now_ + std::max<std::int64_t>(in_ms, 1), std::move(what)});
}

void turns::freeze(const std::string& process, std::int64_t for_ms) {
  frozen_until_[process] = now_ + for_ms;
}

bool turns::is_frozen(const std::string& process) const {
  const auto found = frozen_until_.find(process);
  return found != frozen_until_.end() && found->second > now_;
}

void turns::give_turn(thread& to) {
  thread* const before = std::exchange(running_, &to);
  to.turn.release();
  back_.acquire();
  running_ = before;
}

void turns::kill(const std::string& process) {
  frozen_until_.erase(process);
  std::erase_if(posted_, [&](const posted& each) { return each.process == process; });
  for (thread& each : threads_) {
    if (each.process != process || each.over) continue;
    each.dead = true;
    give_turn(each);
  }
  std::erase_if(threads_, [&](thread& each) {
    if (each.process != process) return false;
    each.runs.join();
    return true;
  });
}

std::int64_t turns::due_of(const std::string& process, std::int64_t due) const {
  const auto found = frozen_until_.find(process);
  return found == frozen_until_.end() ? due : std::max(due, found->second);
}

void turns::run(std::int64_t ms) {
  const std::int64_t until = now_ + ms;
  while (true) {
    std::int64_t next = until;
    for (const thread& each : threads_)
      if (!each.over) next = std::min(next, due_of(each.process, each.due));
    for (const posted& each : posted_) next = std::min(next, due_of(each.process, each.due));
    now_ = std::max(now_, next);
    if (now_ >= until) return;
    std::vector<thread*> ready;
    for (thread& each : threads_)
      if (!each.over && due_of(each.process, each.due) <= now_) ready.push_back(&each);
    const auto letter = std::ranges::find_if(
        posted_, [&](const posted& each) { return due_of(each.process, each.due) <= now_; });
    const bool any_letter = letter != posted_.end();
    const std::uint64_t chosen = draw.below(ready.size() + (any_letter ? 1 : 0));
    if (chosen < ready.size()) {
      give_turn(*ready[chosen]);
      continue;
    }
    const std::function<void()> what = std::move(letter->what);
    posted_.erase(letter);
    what();
  }
}

}  // namespace whorl::test
