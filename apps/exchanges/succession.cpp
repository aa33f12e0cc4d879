#include "apps/exchanges/succession.hpp"

#include <algorithm>

namespace whorl::apps::exchanges {

result<bool> has_facts_with_keys(const storage::journal& log) {
  constexpr std::size_t page = 64;
  for (const stream_id stream : all_streams) {
    if (stream == stream_id::audit) continue;
    for (std::uint64_t next = 1;;) {
      WHORL_ASSIGN(const auto facts, log.read(stream, next, page));
      for (const fact_record& each : facts)
        if (!each.message_id.starts_with(epoch_row_prefix)) return true;
      if (facts.empty()) break;
      next += facts.size();
    }
  }
  return false;
}

status may_take_over(const std::optional<succession_record>& record, const std::string& name,
                     bool is_empty, bool has_facts) {
  if (is_empty && has_facts)
    return make_error(errc::unavailable,
                      "there are facts in the journal, and this store has no key to read them: "
                      "start the exchange that has");
  if (!record || record->holder == name || std::ranges::count(record->in_sync, name) > 0) return {};
  std::string able = record->holder;
  for (const std::string& each : record->in_sync) able += " or " + each;
  return make_error(errc::unavailable,
                    "this store does not have every key: only " + able + " may take over");
}

void standby_set::heard(const std::string& name, std::uint64_t has, std::uint64_t last) {
  if (const auto known = waited_for_.find(name); known != waited_for_.end())
    known->second = std::max(known->second, has);
  else if (has >= last)
    waited_for_.emplace(name, has);
}

std::vector<std::string> standby_set::lagging(std::uint64_t which) const {
  std::vector<std::string> out;
  for (const auto& [name, has] : waited_for_)
    if (has < which) out.push_back(name);
  return out;
}

std::vector<std::string> standby_set::joining() const {
  std::vector<std::string> out;
  for (const auto& [name, has] : waited_for_)
    if (!recorded_.contains(name)) out.push_back(name);
  return out;
}

void standby_set::recorded(const std::vector<std::string>& names) {
  recorded_ = possible_ = {names.begin(), names.end()};
}

std::vector<std::string> standby_set::without(const std::vector<std::string>& names) const {
  std::vector<std::string> out;
  for (const std::string& each : recorded_)
    if (std::ranges::count(names, each) == 0) out.push_back(each);
  return out;
}

void standby_set::drop(const std::vector<std::string>& names) {
  for (const std::string& each : names) waited_for_.erase(each);
}

}  // namespace whorl::apps::exchanges
