// Several candidates over a store with compare-and-set, in virtual time: requests and answers are
// lost and late, processes freeze in the middle of giving an order and restart. Clocks show
// different times and run at the same rate.
#include <doctest/doctest.h>

#include <functional>

#include "actors/cluster/lease_core.hpp"
#include "tests/actors/cluster/cluster_support.hpp"

using namespace whorl;
using namespace whorl::cluster;

namespace {

struct trouble {
  std::uint64_t seed = 0;
  int lost_percent = 0;     ///< of requests, and of answers
  int delay_max_ms = 0;     ///< each way
  int freeze_permille = 0;  ///< of the looks at a process: it freezes for up to 12 s
  int restart_permille = 0;
};

/// Nearly no margin: clocks run at one rate here, so that none is needed.
lease_settings tight_settings() {
  lease_settings settings;
  settings.margin_ms = 1;
  settings.request_ms = 3000;
  return settings;
}

class lease_world {
 public:
  lease_world(int candidates, trouble what) : trouble_(what), chance_(what.seed) {
    for (int i = 0; i < candidates; ++i) {
      processes_.push_back({"p" + std::to_string(i), i * 1'000'003ll, 0, 0, nullptr});
      start(processes_.back());
    }
  }

  void run(std::int64_t ms) {
    for (const std::int64_t until = now_ + ms; now_ < until; now_ += 5) {
      deliver();
      for (process& p : processes_) look_at(p);
      check();
    }
  }
  void heal() { trouble_ = {trouble_.seed, 0, 20, 0, 0}; }

  int holders() const {
    int count = 0;
    for (const process& p : processes_) count += p.core->holds(time_of(p)) ? 1 : 0;
    return count;
  }
  std::uint64_t orders_taken() const { return taken_; }
  std::uint64_t orders_refused() const { return refused_; }
  std::size_t epochs() const { return begun_.size(); }

 private:
  struct process {
    std::string name;
    std::int64_t offset_ms = 0;
    std::int64_t frozen_until = 0;
    std::uint64_t order_in_hand = 0;  ///< epoch of an order that was decided before it froze
    std::shared_ptr<lease_core> core;
    std::uint64_t incarnation = 0;
  };
  struct later {
    std::int64_t at = 0;
    std::function<void()> what;
    std::size_t receiver = 0;  ///< a frozen process gets it when it wakes; processes_.size(): store
  };

  std::uint64_t draw(std::uint64_t below) {
    std::uint64_t x = chance_ += 0x9e3779b97f4a7c15ull;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
    return below == 0 ? 0 : (x ^ (x >> 31)) % below;
  }
  instant time_of(const process& p) const { return {now_ + p.offset_ms}; }
  bool lost() { return static_cast<int>(draw(100)) < trouble_.lost_percent; }
  void after_delay(std::size_t receiver, std::function<void()> what) {
    const auto delay = static_cast<std::int64_t>(draw(trouble_.delay_max_ms + 1));
    later_.push_back({now_ + delay, std::move(what), receiver});
  }

  void start(process& p) {
    p.core = std::make_shared<lease_core>(tight_settings(), p.name, ++incarnations_);
    p.order_in_hand = 0;
  }

  void deliver() {
    std::vector<later> due;
    for (std::size_t i = 0; i < later_.size();) {
      const bool frozen = later_[i].receiver < processes_.size() &&
                          processes_[later_[i].receiver].frozen_until > now_;
      if (later_[i].at > now_ || frozen) {
        ++i;
        continue;
      }
      due.push_back(std::move(later_[i]));
      later_.erase(later_.begin() + static_cast<std::ptrdiff_t>(i));
    }
    for (later& one : due) one.what();
  }

  void look_at(process& p) {
    if (p.frozen_until > now_) return;
    if (p.order_in_hand != 0) {  // it woke up: the order goes out before a clock is looked at
      send_order(std::exchange(p.order_in_hand, 0));
    }
    if (static_cast<int>(draw(1000)) < trouble_.restart_permille) start(p);
    perform(p, p.core->on_tick(time_of(p)));
    if (!p.core->holds(time_of(p)) || draw(10) != 0) return;
    if (static_cast<int>(draw(1000)) < trouble_.freeze_permille * 10) {
      p.order_in_hand = p.core->epoch();
      p.frozen_until = now_ + static_cast<std::int64_t>(draw(12'000));
    } else {
      send_order(p.core->epoch());
    }
  }

  void send_order(std::uint64_t epoch) {
    for (std::size_t g = 0; g < 2; ++g) {
      after_delay(processes_.size(), [this, g, epoch] {
        const bool newer_seen = newest_taken_[g] > epoch;
        const bool taken = guards_[g].admit(epoch).has_value();
        RC_ASSERT(taken != newer_seen);  // never an older holder's order after a newer one's
        ++(taken ? taken_ : refused_);
        newest_taken_[g] = std::max(newest_taken_[g], epoch);
      });
    }
  }

  void perform(process& p, const lease_effects& effects) {
    const auto index = static_cast<std::size_t>(&p - processes_.data());
    for (const auto& effect : effects) {
      if (const auto* read = std::get_if<lease_effect::read>(&effect)) {
        ask(index, [this, id = read->request] {
          return [id, seen = lease_entry{record_, record_ ? revision_ : 0}](
                     lease_core& core, instant at) { return core.on_read(id, seen, at); };
        });
      } else if (const auto* write = std::get_if<lease_effect::write>(&effect)) {
        ask(index, [this, w = *write] {
          const bool fits = (record_ ? revision_ : 0) == w.expected_revision;
          if (fits) {
            record_ = w.record;
            ++revision_;
          }
          return [id = w.request, done = fits ? std::optional(revision_) : std::nullopt](
                     lease_core& core, instant at) { return core.on_written(id, done, at); };
        });
      } else if (const auto* began = std::get_if<lease_effect::began>(&effect)) {
        RC_ASSERT(begun_.insert(began->epoch).second);  // an epoch has one holder
      }
    }
  }

  /// `at_store` does the request there and returns how the answer is taken.
  template <class AtStore>
  void ask(std::size_t index, AtStore at_store) {
    if (lost()) return;
    const auto core = processes_[index].core;  // an answer to a process that restarted finds nobody
    after_delay(processes_.size(), [this, index, core, at_store] {
      auto answer = at_store();
      if (lost()) return;
      after_delay(index, [this, index, core, answer] {
        process& p = processes_[index];
        if (p.core == core) perform(p, answer(*core, time_of(p)));
      });
    });
  }

  void check() { RC_ASSERT(holders() <= 1); }

  trouble trouble_;
  std::uint64_t chance_;
  std::int64_t now_ = 0;
  std::uint64_t incarnations_ = 0;
  std::vector<process> processes_;
  std::vector<later> later_;
  std::optional<lease_record> record_;
  std::uint64_t revision_ = 0;
  epoch_guard guards_[2];
  std::uint64_t newest_taken_[2] = {};
  std::set<std::uint64_t> begun_;
  std::uint64_t taken_ = 0, refused_ = 0;
};

}  // namespace

TEST_CASE("lease: never two holders, never an older order after a newer one (any trouble)") {
  std::uint64_t refused = 0, changes = 0;
  CHECK(rc::check([&] {
    trouble what;
    what.seed = *rc::gen::arbitrary<std::uint64_t>();
    what.lost_percent = *rc::gen::inRange(0, 60);
    what.delay_max_ms = *rc::gen::elementOf(std::vector<int>{5, 100, 900, 4000, 9000});
    what.freeze_permille = *rc::gen::inRange(0, 20);
    what.restart_permille = *rc::gen::inRange(0, 3);
    lease_world world(*rc::gen::inRange(2, 5), what);
    world.run(60'000);
    world.heal();
    world.run(40'000);  // what was delayed has arrived, who was frozen is awake
    RC_ASSERT(world.holders() == 1);
    RC_ASSERT(world.orders_taken() > 0u);
    refused += world.orders_refused();
    changes += world.epochs();
  }));
  CHECK(refused > 0);  // the trouble was enough to need the guards
  CHECK(changes > 200);
}

TEST_CASE("lease: without trouble one process holds for ever (minutes of virtual time)") {
  lease_world world(3, {7, 0, 40, 0, 0});
  world.run(300'000);
  CHECK(world.holders() == 1);
  CHECK(world.epochs() == 1);
  CHECK(world.orders_refused() == 0);
}
