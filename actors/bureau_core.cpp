#include "actors/bureau_core.hpp"

#include <algorithm>

#include "messages/planted_bug.hpp"

namespace whorl::actors {
namespace {

const bureau_rule* rule_of(const std::vector<bureau_rule>& rules, std::string_view ori) {
  const auto found = std::find_if(rules.begin(), rules.end(), [&](const bureau_rule& r) {
    return r.state == ori.substr(0, 2);
  });
  return found == rules.end() ? nullptr : &*found;
}

}  // namespace

status bureau_takes(const std::vector<bureau_rule>& rules, const principal& by,
                    std::string_view ori) {
  const bureau_rule* rule = rule_of(rules, ori);
  if (rule == nullptr || rule->rejects.empty() || by.acts_as == role::sib) return {};
  return make_error(errc::forbidden, "the bureau of " + rule->state +
                                         " rejects what its agencies hand in: " + rule->rejects);
}

std::optional<instant> forwarded_at(const std::vector<bureau_rule>& rules,
                                    const booking_accepted& accepted, instant now) {
  const bureau_rule* rule = rule_of(rules, accepted.ori);
  if (planted(planted_bug::clock_set_back_holds_up) && accepted.accepted_at > now)
    return accepted.accepted_at;
  if (rule == nullptr || rule->delay_minutes == 0) return std::nullopt;
  const std::int64_t delay_ms = rule->delay_minutes * 60'000;
  const instant until{std::min(accepted.accepted_at.ms, now.ms) + delay_ms};
  return until > now ? std::optional(until) : std::nullopt;
}

}  // namespace whorl::actors
