#include "tests/apps/exchanges/turns.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/common_interface_defs.h>
#endif

namespace whorl::test {
namespace {

constexpr std::size_t stack_bytes = 1u << 20;

// The address sanitizer wants to know on which stack it is.
#ifdef __SANITIZE_ADDRESS__
void leave(void** fake, const void* to, std::size_t size) {
  __sanitizer_start_switch_fiber(fake, to, size);
}
void arrive(void* fake, const void** from, std::size_t* size) {
  __sanitizer_finish_switch_fiber(fake, from, size);
}
#else
void leave(void**, const void*, std::size_t) {}
void arrive(void*, const void**, std::size_t*) {}
#endif

}  // namespace

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
  made.what = std::move(what);
  made.stack = std::make_unique_for_overwrite<std::byte[]>(stack_bytes);
  getcontext(&made.context);
  made.context.uc_stack.ss_sp = made.stack.get();
  made.context.uc_stack.ss_size = stack_bytes;
  const auto me = reinterpret_cast<std::uintptr_t>(this);
  makecontext(&made.context, reinterpret_cast<void (*)()>(&turns::enter), 2,
              static_cast<unsigned>(me >> 32), static_cast<unsigned>(me));
}

/// makecontext passes whole numbers alone.
void turns::enter(unsigned high, unsigned low) {
  auto& all = *reinterpret_cast<turns*>(std::uintptr_t{high} << 32 | low);
  all.run_in(*all.running_);
}

void turns::run_in(thread& me) {
  arrive(nullptr, &own_stack_, &own_stack_bytes_);
  try {
    if (!me.dead) me.what();
  } catch (const killed&) {
  }
  me.over = true;
  give_back(me);
}

void turns::sleep(std::int64_t ms) {
  thread& me = *running_;
  me.due = now_ + std::max<std::int64_t>(ms, 1);
  give_back(me);
  me.so = nullptr;
  if (me.dead) throw killed();
}

void turns::wait(std::int64_t most_ms, std::function<bool()> so) {
  running_->so = std::move(so);
  sleep(most_ms);
}

/// Whoever waits for what is so now.
void turns::wake_up() {
  for (thread& each : threads_)
    if (each.so && each.so()) each.due = now_;
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
  running_ = &to;
  void* fake = nullptr;
  leave(&fake, to.stack.get(), stack_bytes);
  swapcontext(&own_, &to.context);
  arrive(fake, nullptr, nullptr);
  running_ = nullptr;
}

/// Of one that is over: for ever.
void turns::give_back(thread& me) {
  leave(me.over ? nullptr : &me.fake_stack, own_stack_, own_stack_bytes_);
  swapcontext(&me.context, &own_);
  arrive(me.fake_stack, &own_stack_, &own_stack_bytes_);
}

void turns::kill(const std::string& process) {
  frozen_until_.erase(process);
  std::erase_if(posted_, [&](const posted& each) { return each.process == process; });
  for (thread& each : threads_) {
    if (each.process != process || each.over) continue;
    each.dead = true;
    give_turn(each);
  }
  std::erase_if(threads_, [&](const thread& each) { return each.process == process; });
}

std::int64_t turns::due_of(const std::string& process, std::int64_t due) const {
  const auto found = frozen_until_.find(process);
  return found == frozen_until_.end() ? due : std::max(due, found->second);
}

void turns::run(std::int64_t ms) {
  const std::int64_t until = now_ + ms;
  while (true) {
    wake_up();
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
