// Threads of simulated processes in virtual time, all on one of the machine's: each goes on until
// it sleeps, and a seed decides who of several goes first. Production code that blocks runs on them
// as it is, with whatever it waits for replaced by sleep(). No mutex that two want may be held
// across one, and nothing that is caught.
#pragma once

#include <ucontext.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>

namespace whorl::test {

/// SplitMix64.
class dice {
 public:
  explicit dice(std::uint64_t seed) : state_(seed) {}
  std::uint64_t below(std::uint64_t bound);
  bool permille(unsigned of_thousand) { return below(1000) < of_thousand; }
  std::int64_t between(std::int64_t least, std::int64_t most) {
    return least + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(most - least) + 1));
  }

 private:
  std::uint64_t state_;
};

class turns {
 public:
  explicit turns(std::uint64_t seed) : draw(seed) {}
  ~turns();  ///< kills everybody

  dice draw;
  std::int64_t now_ms() const { return now_; }

  /// A thread of a process. What it does ends where the process is killed: sleep() throws there.
  void spawn(const std::string& process, std::function<void()> what);
  /// Of the thread that calls.
  void sleep(std::int64_t ms);
  /// The same, until it is so or for so long. `so` is asked while others have their turns.
  void wait(std::int64_t most_ms, std::function<bool()> so);
  /// Done once by nobody's thread, when its process is not frozen; dropped if that is killed. It
  /// must not sleep.
  void post(const std::string& process, std::int64_t in_ms, std::function<void()> what);
  void freeze(const std::string& process, std::int64_t for_ms);
  bool is_frozen(const std::string& process) const;
  /// At once: its threads end here.
  void kill(const std::string& process);
  void run(std::int64_t ms);

 private:
  struct killed {};
  struct thread {
    std::string process;
    std::int64_t due = 0;
    std::function<bool()> so;  ///< waits for it
    bool dead = false, over = false;
    std::function<void()> what;
    std::unique_ptr<std::byte[]> stack;
    ucontext_t context{};
    void* fake_stack = nullptr;  ///< the address sanitizer's
  };
  struct posted {
    std::string process;
    std::int64_t due = 0;
    std::function<void()> what;
  };
  std::int64_t due_of(const std::string& process, std::int64_t due) const;
  static void enter(unsigned high, unsigned low);
  void run_in(thread& me);
  void give_turn(thread& to);
  void give_back(thread& me);
  void wake_up();

  std::int64_t now_ = 0;
  std::list<thread> threads_;
  std::list<posted> posted_;
  std::map<std::string, std::int64_t> frozen_until_;
  thread* running_ = nullptr;
  ucontext_t own_{};
  const void* own_stack_ = nullptr;
  std::size_t own_stack_bytes_ = 0;
};

}  // namespace whorl::test
