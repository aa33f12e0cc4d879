#include "apps/retention/retention_clock.hpp"

#include <algorithm>
#include <chrono>

namespace whorl::apps {
namespace {

constexpr auto look_every = std::chrono::minutes(1);

void add(purge_tally& to, const purge_tally& more) {
  to.no_match += more.no_match;
  to.retention += more.retention;
  to.deleted += more.deleted;
  to.keys += more.keys;
  to.copies += more.copies;
  to.failed += more.failed;
  to.looked += more.looked;
  to.facts += more.facts;
  if (!more.first_error.empty()) to.first_error = more.first_error;
}

}  // namespace

retention_clock::retention_clock(storage::store& store, purge_run::append_function append,
                                 settings wanted, std::function<instant()> now, retention_log log)
    : store_(store),
      settings_(std::move(wanted)),
      now_(std::move(now)),
      log_(std::move(log)),
      run_(store, std::move(append), pausing(settings_.purge)) {
  counts_.every_hours = settings_.every_hours;
}

retention_clock::~retention_clock() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

purge_settings retention_clock::pausing(purge_settings wanted) {
  wanted.pause = [this] { pause(); };
  return wanted;
}

void retention_clock::start() {
  thread_ = std::thread([this] { work(); });
}

retention_counts retention_clock::counts() const {
  const std::scoped_lock lock(mutex_);
  return counts_;
}

result<std::optional<purge_tally>> retention_clock::run_if_due(instant now) {
  WHORL_ASSIGN(auto last, last_purge(store_));
  {
    // What this process did may not be shown yet.
    const std::scoped_lock lock(mutex_);
    counts_.last_run = last = std::max(last, counts_.last_run);
  }
  if (!actors::purge_is_due({last, failed_at_, settings_.every_hours}, now))
    return std::optional<purge_tally>();
  if (!marks_) {
    WHORL_ASSIGN(marks_, load_purge_marks(store_));
  }
  paused_at_ = std::chrono::steady_clock::now();
  auto done = run_.run(now, *marks_, stopping_);
  // Also of a run that was cut short; without them the next process looks at everything again.
  if (const status saved = save_purge_marks(store_, *marks_); !saved)
    log_(true, "how far it came could not be written: " + saved.error().message);
  if (!done) return done.error();
  return std::optional(*std::move(done));
}

/// As long as the batch has taken: half of the disk's time is for those who are served.
void retention_clock::pause() {
  std::unique_lock lock(mutex_);
  ++counts_.pauses;
  const auto worked = std::chrono::steady_clock::now() - paused_at_;
  changed_.wait_for(lock, worked, [this] { return stopping_.load(); });
  paused_at_ = std::chrono::steady_clock::now();
}

std::optional<purge_tally> retention_clock::look() {
  const instant now = now_();
  auto done = run_if_due(now);
  if (stopping_) return std::nullopt;
  std::unique_lock lock(mutex_);
  if (!done) {
    failed_at_ = now;
    ++counts_.runs_failed;
    lock.unlock();
    log_(true, "could not be done, is tried again in an hour: " + done.error().message);
    return std::nullopt;
  }
  if (!*done) return std::nullopt;
  failed_at_.reset();
  ++counts_.runs;
  counts_.last_run = now;
  add(counts_.done, **done);
  lock.unlock();
  log_((*done)->failed > 0, "destroyed " + words_of(**done) +
                                ((*done)->failed > 0 ? ", first " + (*done)->first_error : ""));
  return *done;
}

void retention_clock::work() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    look();
    lock.lock();
    changed_.wait_for(lock, look_every, [this] { return stopping_.load(); });
  }
}

}  // namespace whorl::apps
