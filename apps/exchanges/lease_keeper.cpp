#include "apps/exchanges/lease_keeper.hpp"

#include <chrono>
#include <utility>

#include "apps/exchanges/succession.hpp"
#include "messages/wire.hpp"

namespace whorl::apps::exchanges {
namespace {

constexpr auto tick = std::chrono::milliseconds(100);

struct read_record {
  std::optional<succession_record> what;
  std::uint64_t revision = 0;  ///< 0: there is none
};
result<read_record> read_succession(const storage::coordination& bucket) {
  WHORL_ASSIGN(const auto there, bucket.get(succession_key));
  if (!there) return read_record{};
  WHORL_ASSIGN(auto record, wire::decode_succession_record(there->value));
  return read_record{std::move(record), there->revision};
}

}  // namespace

lease_keeper::lease_keeper(std::shared_ptr<storage::coordination> bucket,
                           lease_keeper_settings settings)
    : bucket_(std::move(bucket)), how_(std::move(settings)) {
  core_.emplace(how_.lease, how_.name, how_.incarnation);
  if (how_.has_thread) thread_ = std::thread([this] { run(); });
}

lease_keeper::~lease_keeper() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

bool lease_keeper::holds() const {
  const std::lock_guard lock(mutex_);
  return epoch_ != 0 && !ended_ && core_->holds(how_.clock());
}

status lease_keeper::check() const {
  if (holds()) return {};
  return make_error(errc::unavailable, "this exchange does not hold the lease (any more)");
}

bool lease_keeper::wait_held(std::int64_t for_ms) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, std::chrono::milliseconds(for_ms), [&] { return epoch_ != 0 || ended_; });
  return epoch_ != 0;
}

std::string lease_keeper::standing() const {
  const std::lock_guard lock(mutex_);
  return standing_;
}

void lease_keeper::say(std::string standing) {
  const std::lock_guard lock(mutex_);
  standing_ = std::move(standing);
}

void lease_keeper::run() {
  while (!ended_) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, tick, [&] { return stopping_; });
      if (stopping_) break;
    }
    look();
  }
  end();
}

void lease_keeper::end() {
  cluster::lease_effects last;
  {
    const std::lock_guard lock(mutex_);
    last = core_->on_stop(how_.clock());
    releasing_ = true;
  }
  perform(std::move(last));
}

void lease_keeper::look() {
  cluster::lease_effects effects;
  if (epoch_ == 0 && !may_take()) return;
  {
    const std::lock_guard lock(mutex_);
    effects = core_->on_tick(how_.clock());
  }
  perform(std::move(effects));
}

/// Asked as often as an observer looks at the lease.
bool lease_keeper::may_take() {
  const std::int64_t now = how_.clock().ms;
  if (looked_at_ms_ != 0 && now - looked_at_ms_ < how_.lease.poll_ms) return may_take_;
  looked_at_ms_ = now;
  const auto record = read_succession(*bucket_);
  const status may =
      record ? exchanges::may_take_over(record->what, how_.name, how_.is_empty(), how_.has_facts)
             : status(record.error());
  may_take_ = bool(may);
  if (!may) say(may.error().message);
  return may_take_;
}

void lease_keeper::perform(cluster::lease_effects effects) {
  while (!effects.empty()) {
    cluster::lease_effects more;
    for (const auto& effect : effects) {
      if (ended_ && !releasing_) return;  // whatever else it wanted, it is not for this process
      for (auto& next : std::visit([this](const auto& e) { return ask(e); }, effect))
        more.push_back(std::move(next));
    }
    effects = std::move(more);
  }
}

cluster::lease_effects lease_keeper::ask(const cluster::lease_effect::read& what) {
  const auto there = bucket_->get(lease_key);
  result<cluster::lease_entry> entry = cluster::lease_entry{};
  if (!there) {
    entry = there.error();
  } else if (*there) {
    auto record = wire::decode_lease_record((*there)->value);
    if (record)
      entry = cluster::lease_entry{*std::move(record), (*there)->revision};
    else
      entry = record.error();
  }
  say(!entry                          ? entry.error().message
      : !entry->record                ? "nobody has held the lease yet"
      : entry->record->holder.empty() ? "the lease was given back"
                                      : "the lease is held by " + entry->record->holder);
  const std::lock_guard lock(mutex_);
  return entry ? core_->on_read(what.request, *entry, how_.clock())
               : core_->on_failure(what.request, how_.clock());
}

cluster::lease_effects lease_keeper::ask(const cluster::lease_effect::write& what) {
  const bytes value = wire::encode(what.record);
  const auto done = what.expected_revision == 0
                        ? bucket_->create(lease_key, value)
                        : bucket_->update(lease_key, value, what.expected_revision);
  const std::lock_guard lock(mutex_);
  if (done) return core_->on_written(what.request, *done, how_.clock());
  if (done.error().code == errc::conflict)
    return core_->on_written(what.request, std::nullopt, how_.clock());
  return core_->on_failure(what.request, how_.clock());
}

cluster::lease_effects lease_keeper::ask(const cluster::lease_effect::began& what) {
  const status may = succeed(what.epoch);
  const std::lock_guard lock(mutex_);
  if (may) {
    epoch_ = what.epoch;
    standing_ = "holds the lease, epoch " + std::to_string(what.epoch);
    changed_.notify_all();
    return {};
  }
  // It was taken out of the record meanwhile, or cannot write it: the lease is given back, and
  // asked for by a new core.
  standing_ = may.error().message;
  auto back = core_->on_stop(how_.clock());
  return back;
}

cluster::lease_effects lease_keeper::ask(const cluster::lease_effect::ended& what) {
  const std::lock_guard lock(mutex_);
  if (epoch_ == 0) {  // it was never used
    core_.emplace(how_.lease, how_.name, how_.incarnation, what.epoch);
    return {};
  }
  ended_ = true;
  standing_ = "the lease has ended: " + what.why;
  changed_.notify_all();
  return {};
}

/// Writes the record anew, with this process as the holder: from then on its predecessor, if it
/// lives, can take nobody out of it.
status lease_keeper::succeed(std::uint64_t epoch) {
  const std::lock_guard lock(recording_);
  WHORL_ASSIGN(const read_record there, read_succession(*bucket_));
  WHORL_TRY(exchanges::may_take_over(there.what, how_.name, how_.is_empty(), how_.has_facts));
  const bytes value = wire::encode(succession_record{epoch, how_.name, {}});
  WHORL_ASSIGN(recorded_revision_, there.revision == 0
                                       ? bucket_->create(succession_key, value)
                                       : bucket_->update(succession_key, value, there.revision));
  return {};
}

status lease_keeper::record(const std::vector<std::string>& in_sync) {
  const std::lock_guard lock(recording_);
  if (!holds()) return make_error(errc::conflict, "this exchange does not hold the lease any more");
  if (!recorded_revision_) {  // a write before this one had no answer: nobody else has this epoch
    WHORL_ASSIGN(const read_record there, read_succession(*bucket_));
    if (!there.what || there.what->epoch != epoch_ || there.what->holder != how_.name)
      return make_error(errc::conflict, "another exchange has written who may take over");
    recorded_revision_ = there.revision;
  }
  const bytes value = wire::encode(succession_record{epoch_, how_.name, in_sync});
  const auto done = bucket_->update(succession_key, value, *recorded_revision_);
  recorded_revision_ = done ? std::optional(*done) : std::nullopt;
  if (done) return {};
  // A conflict may be with a write of one's own that had no answer: looked at by the next attempt.
  return make_error(errc::unavailable, done.error().message);
}

}  // namespace whorl::apps::exchanges
