#include "actors/cluster/lease_core.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "messages/invariant.hpp"

namespace whorl::cluster {

lease_core::lease_core(lease_settings settings, std::string name, std::uint64_t incarnation,
                       std::uint64_t seen_epoch)
    : settings_(settings),
      name_(std::move(name)),
      incarnation_(incarnation),
      seen_epoch_(seen_epoch),
      next_at_ms_(std::numeric_limits<std::int64_t>::min()) {
  INVARIANT(settings.margin_ms > 0 && settings.margin_ms < settings.lease_ms);
  INVARIANT(settings.renew_ms < settings.lease_ms - settings.margin_ms);
}

bool lease_core::is_ours(const lease_record& record) const {
  return record.holder == name_ && record.incarnation == incarnation_;
}

lease_effects lease_core::end(const std::string& why) {
  ended_epoch_ = std::exchange(epoch_, 0);
  return {lease_effect::ended{ended_epoch_, why}};
}

lease_effects lease_core::expire(instant now) {
  if (epoch_ == 0 || now.ms < holds_until_ms_) return {};
  return end("it could not be renewed in time");
}

lease_effects lease_core::send_read(instant now) {
  asked_ = asked::read;
  asked_at_ms_ = now.ms;
  return {lease_effect::read{++request_}};
}

/// `now` was read before the write goes out: what is counted from it ends early, never late.
lease_effects lease_core::send_write(asked what, lease_record record, instant now) {
  record.count = ++count_;
  asked_ = what;
  asked_at_ms_ = written_at_ms_ = now.ms;
  written_ = record;
  revision_known_ = false;  // until its answer
  return {lease_effect::write{++request_, watched_->revision, std::move(record)}};
}

lease_effects lease_core::renew(instant now) {
  return send_write(asked::renew, {name_, incarnation_, epoch_, 0}, now);
}

lease_effects lease_core::take_or_wait(instant now) {
  const bool free =
      watched_->record && (watched_->record->holder.empty() || is_ours(*watched_->record));
  if (free || now.ms - watched_since_ms_ >= settings_.lease_ms)
    return send_write(asked::take, {name_, incarnation_, seen_epoch_ + 1, 0}, now);
  next_at_ms_ = now.ms + settings_.poll_ms;
  return {};
}

lease_effects lease_core::on_tick(instant now) {
  lease_effects effects = expire(now);
  if (asked_ != asked::nothing) {
    if (now.ms - asked_at_ms_ < settings_.request_ms) return effects;
    asked_ = asked::nothing;
  }
  if (stopping_ || now.ms < next_at_ms_) return effects;
  const bool renewable = epoch_ != 0 && revision_known_;
  for (auto& effect : renewable ? renew(now) : send_read(now)) effects.push_back(std::move(effect));
  return effects;
}

lease_effects lease_core::on_read(std::uint64_t request, const lease_entry& entry, instant now) {
  lease_effects effects = expire(now);
  if (asked_ != asked::read || request != request_) return effects;
  asked_ = asked::nothing;
  if (stopping_) return effects;
  if (!watched_ || watched_->revision != entry.revision || watched_->record != entry.record) {
    watched_ = entry;
    watched_since_ms_ = now.ms;
  }
  revision_known_ = true;
  if (entry.record) seen_epoch_ = std::max(seen_epoch_, entry.record->epoch);
  const bool ours = entry.record && is_ours(*entry.record);
  // A write of ours whose answer was lost has succeeded after all: it counts from when it was sent.
  if (ours && *entry.record == written_) {
    const std::int64_t until = written_at_ms_ + settings_.lease_ms - settings_.margin_ms;
    if (epoch_ == written_.epoch) {
      holds_until_ms_ = std::max(holds_until_ms_, until);
    } else if (epoch_ == 0 && ended_epoch_ != written_.epoch && now.ms < until) {
      effects.push_back(begin(now));
    }
  }
  if (epoch_ != 0 && entry.record && !ours) {
    for (auto& effect : end("node " + entry.record->holder + " has taken it"))
      effects.push_back(std::move(effect));
  }
  for (auto& effect : epoch_ != 0 ? renew(now) : take_or_wait(now))
    effects.push_back(std::move(effect));
  return effects;
}

/// The record that was written last stands in the store.
lease_effect::began lease_core::begin(instant now) {
  epoch_ = seen_epoch_ = written_.epoch;
  holds_until_ms_ = written_at_ms_ + settings_.lease_ms - settings_.margin_ms;
  INVARIANT(holds(now));
  return {epoch_};
}

lease_effects lease_core::on_written(std::uint64_t request, std::optional<std::uint64_t> revision,
                                     instant now) {
  lease_effects effects = expire(now);
  if (request != request_ || asked_ == asked::nothing || asked_ == asked::read) return effects;
  const asked what = std::exchange(asked_, asked::nothing);
  next_at_ms_ = now.ms;  // refused, or of no use any more: look again
  if (!revision) return effects;
  watched_ = lease_entry{written_, *revision};
  watched_since_ms_ = now.ms;
  revision_known_ = true;
  seen_epoch_ = std::max(seen_epoch_, written_.epoch);
  const std::int64_t until = written_at_ms_ + settings_.lease_ms - settings_.margin_ms;
  if (now.ms >= until) return effects;
  if (what == asked::take && !stopping_) {
    effects.push_back(begin(now));
  } else if (what == asked::renew && epoch_ == written_.epoch) {
    holds_until_ms_ = until;
  }
  if (epoch_ != 0) next_at_ms_ = written_at_ms_ + settings_.renew_ms;
  return effects;
}

lease_effects lease_core::on_failure(std::uint64_t request, instant now) {
  lease_effects effects = expire(now);
  if (request != request_ || asked_ == asked::nothing) return effects;
  asked_ = asked::nothing;
  next_at_ms_ = now.ms + settings_.poll_ms;
  return effects;
}

lease_effects lease_core::on_stop(instant now) {
  lease_effects effects = expire(now);
  stopping_ = true;
  if (epoch_ == 0) return effects;
  const std::uint64_t epoch = epoch_;
  for (auto& effect : end("it is given back")) effects.push_back(std::move(effect));
  if (asked_ != asked::nothing || !revision_known_) return effects;  // it runs out instead
  for (auto& effect : send_write(asked::release, {"", 0, epoch, 0}, now))
    effects.push_back(std::move(effect));
  return effects;
}

status epoch_guard::admit(std::uint64_t epoch) {
  if (epoch < newest_)
    return make_error(errc::conflict, "an order of epoch " + std::to_string(epoch) +
                                          ": the cluster supervisor of epoch " +
                                          std::to_string(newest_) + " has taken over");
  newest_ = epoch;
  return {};
}

}  // namespace whorl::cluster
