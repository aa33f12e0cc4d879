#include "actors/cluster/keeper_core.hpp"

#include <algorithm>

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
  if (told_)
    for (auto& [which, one] : replicas_)
      if (!wanted_.contains(which) && !one.dropping && (!copy_ || copy_->which != which)) {
        one.dropping = true;
        out.push_back(keeper_effect::drop{which});
        out.push_back(keeper_effect::report{});
      }
  if (!connected_) return out;
  copy_next(out);
  for (auto& [stream, one] : streams_) follow(stream, out);
  return out;
}

void keeper_core::copy_next(keeper_effects& out) {
  if (copy_ && !wanted_.contains(copy_->which)) copy_.reset();  // its pieces are passed over
  if (copy_) return ask_ahead(out);
  for (const partition_id which : wanted_) {
    const auto found = replicas_.find(which);
    if (found != replicas_.end() && found->second.state != replica_state::copying) continue;
    if (found != replicas_.end() && found->second.dropping) continue;
    replicas_[which] = {};
    copy_ = copying{which, next_copy_++, 0, 0};
    out.push_back(keeper_effect::begin_copy{which, copy_->copy});
    out.push_back(keeper_effect::report{});
    return ask_ahead(out);
  }
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
    if (ready && one.applied_seq >= streams_.at(stream).tail_seq) continue;
    least = std::min(least.value_or(one.applied_seq), one.applied_seq);
  }
  return least;
}

void keeper_core::follow(stream_id stream, keeper_effects& out) {
  following& one = streams_.at(stream);
  if (one.asked) return;
  auto from = behind(stream, !one.catch_up_next);
  if (!from) from = behind(stream, one.catch_up_next);
  one.catch_up_next = !one.catch_up_next;
  if (!from) return;
  keeper_effect::ask_facts ask{stream, *from + 1, {}};
  for (const auto& [which, each] : replicas_)
    if (stream_of(which.gallery) == stream && is_open(which) && each.applied_seq >= *from)
      ask.partitions.push_back(which.index);
  one.asked = true;
  out.push_back(std::move(ask));
}

keeper_effects keeper_core::on_wanted(const std::vector<partition_id>& all) {
  wanted_ = {all.begin(), all.end()};
  told_ = true;
  return go_on();
}

keeper_effects keeper_core::on_connected() {
  connected_ = true;
  for (auto& [stream, one] : streams_) one.asked = false;
  // What was asked of the connection before is lost; the copy goes on where it stands.
  if (copy_) copy_->asked = copy_->written;
  return go_on();
}

void keeper_core::on_disconnected() { connected_ = false; }

keeper_effects keeper_core::on_tail(stream_id stream, std::uint64_t seq) {
  const auto found = streams_.find(stream);
  if (found == streams_.end() || seq <= found->second.tail_seq) return {};
  found->second.tail_seq = seq;
  return go_on();
}

keeper_effects keeper_core::on_rows(std::uint64_t copy, std::uint64_t number, bool last) {
  if (!expects(copy, number)) return {};
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
  if (copy_ && copy_->copy == copy) copy_->asked = copy_->written;
}

void keeper_core::on_copy_failed(std::uint64_t copy) {
  if (copy_ && copy_->copy == copy) copy_.reset();
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
  one.state = replica_state::failed;
  one.dropping = true;
  return {keeper_effect::drop{which}, keeper_effect::report{}};
}

keeper_effects keeper_core::on_facts(stream_id stream, std::uint64_t tail_seq,
                                     const std::vector<applied_replica>& applied) {
  following& one = streams_.at(stream);
  one.asked = false;
  one.tail_seq = std::max(one.tail_seq, tail_seq);
  for (const applied_replica& each : applied) {
    if (!is_open(each.which)) continue;
    replica& held = replicas_[each.which];
    held.applied_seq = each.applied_seq;
    held.people = each.people;
    if (held.applied_seq >= tail_seq) held.state = replica_state::ready;
  }
  keeper_effects out = go_on();
  out.push_back(keeper_effect::report{});
  return out;
}

void keeper_core::on_facts_failed(stream_id stream) {
  streams_.at(stream).asked = false;  // asked again at the next tick
}

keeper_effects keeper_core::on_tick() { return go_on(); }

}  // namespace whorl::actors
