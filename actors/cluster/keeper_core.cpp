#include "actors/cluster/keeper_core.hpp"

#include <algorithm>

#include "messages/planted_bug.hpp"

namespace whorl::actors {

void keeper_core::hold(partition_id which, std::uint64_t applied_seq, std::uint64_t people) {
  replicas_[which] = {replica_state::following, applied_seq, people, false};
}

bool keeper_core::is_open(partition_id which) const {
  const auto found = replicas_.find(which);
  return found != replicas_.end() && !found->second.dropping &&
         (found->second.state == replica_state::following ||
          found->second.state == replica_state::ready);
}

std::vector<replica_report> keeper_core::reports() const {
  std::vector<replica_report> all;
  for (const auto& [which, one] : replicas_)
    all.push_back(
        {which, one.dropping ? replica_state::failed : one.state, one.applied_seq, one.people});
  return all;
}

/// Whatever can be begun now.
keeper_effects keeper_core::go_on() {
  keeper_effects out;
  if (copy_ && !wanted_.contains(copy_->which)) copy_.reset();  // its pieces are passed over
  if (told_ && !planted(planted_bug::replica_stays_when_moved))
    for (auto& [which, one] : replicas_)
      if (!wanted_.contains(which) && !one.dropping) {
        one.dropping = true;
        out.push_back(keeper_effect::drop{which});
        out.push_back(keeper_effect::report{});
      }
  if (!connected_) return out;
  copy_next(out);
  for (auto& [stream, one] : streams_) follow(stream, out);
  return out;
}

/// In turn: one that cannot be copied must not keep the others waiting.
void keeper_core::copy_next(keeper_effects& out) {
  if (copy_) return ask_ahead(out);
  if (resting_) return;
  const auto lacking = [&](partition_id which) {
    const auto found = replicas_.find(which);
    return found == replicas_.end() ||
           (found->second.state == replica_state::copying && !found->second.dropping);
  };
  auto next = last_begun_ ? wanted_.upper_bound(*last_begun_) : wanted_.begin();
  next = std::find_if(next, wanted_.end(), lacking);
  if (next == wanted_.end()) next = std::ranges::find_if(wanted_, lacking);
  if (next == wanted_.end()) return;
  replicas_[*next] = {};
  last_begun_ = *next;
  copy_ = copying{*next, next_copy_++, 0, 0, false};
  out.push_back(keeper_effect::begin_copy{*next, copy_->copy});
  out.push_back(keeper_effect::report{});
  ask_ahead(out);
}

void keeper_core::ask_ahead(keeper_effects& out) {
  while (copy_->asked < copy_->written + pieces_ahead)
    out.push_back(keeper_effect::ask_rows{copy_->which, copy_->copy, copy_->asked++});
}

/// From where the replicas that lag behind the known tail, searched or not, want facts.
std::optional<std::uint64_t> keeper_core::behind(stream_id stream, bool ready) const {
  std::optional<std::uint64_t> least;
  for (const auto& [which, one] : replicas_) {
    if (stream_of(which.gallery) != stream || !is_open(which)) continue;
    if ((one.state == replica_state::ready) != ready) continue;
    // One that is not ready asks even at the tail it knows: it may not have heard of a later one.
    const following& known = streams_.at(stream);
    if (ready && !known.look && one.applied_seq >= known.tail_seq) continue;
    least = std::min(least.value_or(one.applied_seq), one.applied_seq);
  }
  return least;
}

void keeper_core::follow(stream_id stream, keeper_effects& out) {
  following& one = streams_.at(stream);
  if (one.asked || one.stuck) return;
  const auto searched = behind(stream, true), catching_up = behind(stream, false);
  if (!searched && !catching_up) return;
  const bool catch_up = !searched || (catching_up && one.passed_over);
  one.passed_over = !catch_up && catching_up;
  const std::uint64_t from = catch_up ? *catching_up : *searched;
  keeper_effect::ask_facts ask{stream, ++one.question, from + 1, {}};
  for (const auto& [which, each] : replicas_)
    if (stream_of(which.gallery) == stream && is_open(which) && each.applied_seq >= from)
      ask.partitions.push_back(which.index);
  one.asked = true;
  one.failed = one.look = false;
  out.push_back(std::move(ask));
}

keeper_effects keeper_core::on_wanted(const std::vector<partition_id>& all) {
  wanted_ = {all.begin(), all.end()};
  told_ = true;
  return go_on();
}

keeper_effects keeper_core::on_connected() {
  connected_ = true;
  // What was asked of the connection before is lost; the copy goes on where it stands. So may be
  // word of facts that came meanwhile.
  for (auto& [stream, one] : streams_) {
    one.asked = one.stuck = false;
    one.look = true;
  }
  if (copy_) {
    copy_->asked = copy_->written;
    copy_->lost = false;
  }
  // Another exchange may have taken its place, or the same with an older store: each replica shows
  // first what it stands on.
  bool changed = false;
  for (auto& [which, one] : replicas_)
    if (one.state == replica_state::ready) {
      one.state = replica_state::following;
      changed = true;
    }
  keeper_effects out = go_on();
  if (changed) out.push_back(keeper_effect::report{});
  return out;
}

void keeper_core::on_disconnected() { connected_ = false; }

keeper_effects keeper_core::on_tail(stream_id stream, std::uint64_t seq) {
  const auto found = streams_.find(stream);
  if (found == streams_.end() || seq <= found->second.tail_seq) return {};
  found->second.tail_seq = seq;
  found->second.stuck = false;
  return go_on();
}

keeper_effects keeper_core::on_rows(std::uint64_t copy, std::uint64_t number, bool last) {
  if (!expects(copy, number)) {
    // Without its predecessor it cannot be written: both are asked again.
    if (copy_ && copy_->copy == copy && number > copy_->written) copy_->lost = true;
    return {};
  }
  ++copy_->written;
  if (!last) return go_on();
  const partition_id which = copy_->which;
  copy_.reset();
  replicas_[which].state = replica_state::failed;  // until it is opened
  return {keeper_effect::accept{which}};
}

bool keeper_core::expects(std::uint64_t copy, std::uint64_t number) const {
  return copy_ && copy_->copy == copy && copy_->written == number;
}

void keeper_core::on_rows_lost(std::uint64_t copy) {
  if (copy_ && copy_->copy == copy) copy_->lost = true;
}

void keeper_core::on_copy_failed(std::uint64_t copy) {
  if (!copy_ || copy_->copy != copy) return;
  if (planted(planted_bug::failed_copy_is_not_begun_again)) return;
  copy_.reset();
  resting_ = true;
}

keeper_effects keeper_core::on_opened(partition_id which, std::uint64_t applied_seq,
                                      std::uint64_t people) {
  hold(which, applied_seq, people);
  keeper_effects out = go_on();
  out.push_back(keeper_effect::report{});
  return out;
}

keeper_effects keeper_core::on_dropped(partition_id which) {
  replicas_.erase(which);
  keeper_effects out = go_on();
  out.push_back(keeper_effect::report{});
  return out;
}

keeper_effects keeper_core::on_damaged(partition_id which) {
  replica& one = replicas_[which];
  if (one.dropping) return {};
  resting_ = true;  // whatever failed would fail again at once
  one.state = replica_state::failed;
  one.dropping = true;
  return {keeper_effect::drop{which}, keeper_effect::report{}};
}

/// Returns whether any has changed.
bool keeper_core::take_applied(following& one, bool current, std::uint64_t tail_seq,
                               const std::vector<applied_replica>& applied) {
  bool changed = false, behind = false, refused = false;
  for (const applied_replica& each : applied) {
    if (!is_open(each.which)) continue;
    replica& held = replicas_[each.which];
    const replica before = held;
    held.applied_seq = each.applied_seq;
    held.people = each.people;
    // Ahead of the tail: either that is an old one, or the facts are gone; until it is known which
    // it is not searched. Behind what was to be applied: its disk refuses.
    if (held.applied_seq == tail_seq) held.state = replica_state::ready;
    if (current && (held.applied_seq > tail_seq || each.refused))
      held.state = replica_state::following;
    refused = refused || each.refused;
    behind = behind || held.applied_seq < tail_seq || held.state != replica_state::ready;
    changed = changed || held.state != before.state || held.applied_seq != before.applied_seq ||
              held.people != before.people;
  }
  if (current) one.stuck = behind && (!changed || refused);
  return changed;
}

keeper_effects keeper_core::on_facts(stream_id stream, std::uint64_t question,
                                     std::uint64_t tail_seq,
                                     const std::vector<applied_replica>& applied) {
  following& one = streams_.at(stream);
  const bool current = one.asked && one.question == question;
  if (current) one.asked = false;
  one.tail_seq = std::max(one.tail_seq, tail_seq);
  const bool changed = take_applied(one, current, tail_seq, applied);
  keeper_effects out = go_on();
  if (changed) out.push_back(keeper_effect::report{});
  return out;
}

void keeper_core::on_facts_failed(stream_id stream, std::uint64_t question) {
  following& one = streams_.at(stream);
  if (planted(planted_bug::lost_facts_are_not_asked_again)) return;
  if (one.asked && one.question == question) one.failed = true;
}

keeper_effects keeper_core::on_tick() {
  resting_ = false;
  for (auto& [stream, one] : streams_) {
    if (one.failed) one.asked = one.failed = false;
    one.stuck = false;
    one.look = one.look || !one.asked;
  }
  if (copy_ && copy_->lost) {
    copy_->asked = copy_->written;
    copy_->lost = false;
  }
  return go_on();
}

/// Without its exchange a replica is not searched, and cannot be compared.
std::optional<partition_id> keeper_core::next_to_check() {
  if (!connected_) return std::nullopt;
  const auto open = [&](const auto& each) { return is_open(each.first); };
  auto next = last_checked_ ? replicas_.upper_bound(*last_checked_) : replicas_.begin();
  next = std::find_if(next, replicas_.end(), open);
  if (next == replicas_.end()) next = std::ranges::find_if(replicas_, open);
  if (next == replicas_.end()) return std::nullopt;
  last_checked_ = next->first;
  return last_checked_;
}

}  // namespace whorl::actors
