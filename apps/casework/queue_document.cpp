#include "apps/casework/queue_document.hpp"

namespace whorl::apps {

using nlohmann::ordered_json;

ordered_json queue_document(const std::string& name, const std::vector<queued_case>& all,
                            instant now, std::size_t limit) {
  constexpr double hour_ms = 60 * 60 * 1000;
  ordered_json cases = ordered_json::array();
  std::size_t overdue = 0, taken = 0;
  std::int64_t longest_ms = 0;
  for (const auto& [item, view] : all) {
    const bool late = casework::is_overdue(item, now);
    const std::int64_t waits_ms = std::max<std::int64_t>(now.ms - item.waits_since.ms, 0);
    overdue += late;
    taken += !item.assignee.empty();
    longest_ms = std::max(longest_ms, waits_ms);
    if (cases.size() == limit) continue;
    cases.push_back(
        {{"case", to_string(item.which)},
         {"ori", item.ori},
         {"level", item.level},
         {"state", to_string(view.state)},
         {"due", item.deadline.ms == 0 ? ordered_json() : ordered_json(to_string(item.deadline))},
         {"overdue", late},
         {"waits_hours", static_cast<std::int64_t>(static_cast<double>(waits_ms) / hour_ms)},
         {"assignee", item.assignee},
         {"claim_of_citizenship_open", view.claim_open}});
  }
  return {
      {"queue", name},
      {"waiting", all.size()},
      {"overdue", overdue},
      {"taken_up", taken},
      {"longest_wait_hours", static_cast<std::int64_t>(static_cast<double>(longest_ms) / hour_ms)},
      {"cases", cases}};
}

}  // namespace whorl::apps
