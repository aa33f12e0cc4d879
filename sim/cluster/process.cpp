#include "sim/cluster/process.hpp"

#include <algorithm>

#include "messages/invariant.hpp"

namespace whorl::sim {
namespace {

constexpr std::int64_t permille = 1000;

}  // namespace

process::process(std::string name, moment born, std::int64_t fast_permille)
    : name_(std::move(name)),
      born_(born),
      now_(born),
      fast_permille_(fast_permille),
      system_(std::make_unique<caf::actor_system>(config_)),
      origin_(clock().now()) {}

process::~process() {
  while (!tops_.empty()) {
    caf::anon_send_exit(tops_.back(), caf::exit_reason::kill);
    tops_.pop_back();
  }
  while (scheduler().has_job()) scheduler().run_once();
  system_->await_actors_before_shutdown(false);  // nobody is left who would run them
}

caf::detail::test_actor_clock& process::clock() const { return scheduler().clock(); }

bool process::is_slow(const caf::resumable* who) const {
  return std::ranges::any_of(slow_, [&](const slow_actor& each) { return each.who == who; });
}

std::size_t process::runnable() const {
  if (frozen_) return 0;
  const auto& jobs = scheduler().jobs;
  if (slow_.empty()) return jobs.size();
  return static_cast<std::size_t>(
      std::ranges::count_if(jobs, [&](const caf::resumable* job) { return !is_slow(job); }));
}

bool process::run_one(chance& draw, std::uint64_t slow_one_in, moment until) {
  auto& jobs = scheduler().jobs;
  std::uint64_t skip = draw.below(runnable());
  auto chosen = jobs.begin();
  for (;; ++chosen) {
    INVARIANT(chosen != jobs.end());
    if (is_slow(*chosen)) continue;
    if (skip-- == 0) break;
  }
  // The one that waits holds a reference to itself in the queue, so that its address stays its own.
  if (slow_one_in > 0 && draw.below(slow_one_in) == 0) {
    slow_.push_back({*chosen, until});
    return false;
  }
  std::rotate(jobs.begin(), chosen, chosen + 1);
  scheduler().run_once();
  ++steps_;
  return true;
}

std::optional<moment> process::next_due() const {
  if (frozen_) return std::nullopt;
  std::optional<moment> next;
  for (const slow_actor& each : slow_)
    if (!next || each.until < *next) next = each.until;
  const auto& schedule = clock().schedule();
  if (!schedule.empty()) {
    const auto local = schedule.begin()->first - origin_;
    // Rounded up, so that the clock has come to it.
    const moment due = born_ + (local * permille) / (permille + fast_permille_) + moment{1};
    if (!next || due < *next) next = due;
  }
  return next;
}

void process::advance_to(moment now) {
  if (frozen_ || now <= now_) return;
  now_ = now;
  std::erase_if(slow_, [&](const slow_actor& each) { return each.until <= now; });
  const auto local = ((now - born_) * (permille + fast_permille_)) / permille;
  const auto passed = origin_ + local - clock().now();
  if (passed.count() > 0) scheduler().advance_time(passed);
}

}  // namespace whorl::sim
