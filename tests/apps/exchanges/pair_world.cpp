#include "tests/apps/exchanges/pair_world.hpp"

#include <algorithm>

namespace whorl::test {
namespace {

constexpr std::int64_t look_ms = 250;
constexpr std::int64_t patience_ms = 1500;  ///< of a question to the servers

}  // namespace

pair_world::pair_world(std::uint64_t seed) : turns_(seed) {
  dice& draw = turns_.draw;
  const auto some = [&](std::uint64_t most) {
    return draw.permille(500) ? static_cast<unsigned>(draw.below(most)) : 0;
  };
  trouble_ = {some(60), draw.between(5, 300), some(40), some(80), some(40), some(80), some(80)};
  for (const std::string& each : names) starts_at_[each] = draw.between(0, 3000);
}

pair_world::~pair_world() {
  for (const std::string& each : names) turns_.kill(each);
  processes_.clear();
}

void pair_world::broke(const std::string& what) {
  if (broken_.size() < 5) broken_.push_back(std::to_string(turns_.now_ms()) + " ms: " + what);
}

void pair_world::heal() {
  trouble_ = {};
  cut_off_until_.clear();
  apart_until_.clear();
  healed_ms_ = turns_.now_ms();
}

bool pair_world::reaches_servers(const std::string& name) {
  return cut_off_until_[name] <= turns_.now_ms();
}

bool pair_world::reaches(const std::string& one, const std::string& other) {
  return apart_until_[std::minmax(one, other)] <= turns_.now_ms() &&
         !turns_.draw.permille(trouble_.lost);
}

bool pair_world::travel(const std::string& name) {
  turns_.sleep(turns_.draw.between(1, trouble_.late_ms));
  if (reaches_servers(name) && !turns_.draw.permille(trouble_.lost)) return true;
  turns_.sleep(patience_ms);
  return false;
}

/// Half of the time the one that acts, where one does.
const std::string& pair_world::drawn_victim() {
  if (turns_.draw.permille(500))
    for (const std::string& each : names)
      if (const auto found = processes_.find(each);
          found != processes_.end() && found->second->acts())
        return each;
  return names[turns_.draw.below(names.size())];
}

void pair_world::trouble_one() {
  dice& draw = turns_.draw;
  const std::int64_t now = turns_.now_ms();
  const std::string& each = drawn_victim();
  const auto found = processes_.find(each);
  if (found == processes_.end()) return;
  if (draw.permille(trouble_.crash))
    end(each);
  else if (draw.permille(trouble_.freeze))
    turns_.freeze(each, draw.between(100, 15'000));
  else if (draw.permille(trouble_.stop))
    found->second->stop();
  if (draw.permille(trouble_.cut_off)) cut_off_until_[each] = now + draw.between(200, 12'000);
  const std::string& other = names[draw.below(names.size())];
  if (draw.permille(trouble_.apart))
    apart_until_[std::minmax(each, other)] = now + draw.between(200, 12'000);
}

/// Behind its look at the lease, with an append in its arms, for longer than the lease lasts.
void pair_world::freeze_in_append(const std::string& name) {
  if (turns_.draw.permille(trouble_.freeze / 8))
    turns_.freeze(name, turns_.draw.between(5000, 15'000));
}

void pair_world::end(const std::string& name) {
  turns_.kill(name);
  processes_.erase(name);
  starts_at_[name] = turns_.now_ms() + turns_.draw.between(100, 4000);
}

void pair_world::start_and_end() {
  for (const std::string& each : names) {
    const auto found = processes_.find(each);
    if (found != processes_.end() && found->second->has_ended()) end(each);
    if (!processes_.contains(each) && starts_at_[each] <= turns_.now_ms())
      processes_.emplace(each, std::make_unique<exchange_process>(*this, each));
  }
}

void pair_world::run(std::int64_t ms) {
  for (std::int64_t done = 0; done < ms && broken_.empty(); done += look_ms) {
    trouble_one();
    start_and_end();
    turns_.run(look_ms);
  }
}

std::optional<std::string> pair_world::not_at_rest() const {
  std::string acting;
  for (const auto& [name, process] : processes_) {
    if (!process->acts()) continue;
    if (!acting.empty()) return acting + " and " + name + " act";
    acting = name;
    if (process->feed()->counts().in_sync.size() + 1 != names.size())
      return "not everybody is in sync with " + name;
  }
  if (acting.empty()) return "nobody acts";
  return std::nullopt;
}

storage::append_outcome pair_world::add(stream_id which, const storage::append_request& what,
                                        std::uint64_t epoch) {
  stream& to = streams_[which];
  if (epoch < to.epoch)
    broke("a fact of epoch " + std::to_string(epoch) + " stands behind the row of epoch " +
          std::to_string(to.epoch));
  to.epoch = std::max(to.epoch, epoch);
  fact_record record;
  record.stream = which;
  record.seq = to.facts.size() + 1;
  record.message_id = what.message_id;
  to.by_id.emplace(record.message_id, record.seq);
  to.facts.push_back(std::move(record));
  return {storage::append_kind::appended, to.facts.size()};
}

}  // namespace whorl::test
