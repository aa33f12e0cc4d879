#include "actors/retention_core.hpp"

#include <algorithm>

namespace whorl::actors {
namespace {

constexpr std::int64_t hour_ms = 60ll * 60 * 1000;
constexpr std::int64_t day_ms = 24 * hour_ms;

instant last_answer(const storage::booking_row& row) {
  instant last = row.accepted.accepted_at;
  if (row.criminal) last = std::max(last, row.criminal->answered_at);
  if (row.immigration) last = std::max(last, row.immigration->answered_at);
  return last;
}

}  // namespace

std::string_view to_string(purge_reason reason) {
  switch (reason) {
    case purge_reason::none:
      return "none";
    case purge_reason::no_match:
      return "no match";
    case purge_reason::retention:
      return "retention";
  }
  return "?";
}

bool spends_probe(answer_decision decision) {
  return decision == answer_decision::no_hit || decision == answer_decision::failed;
}

bool purge_is_due(const purge_clock& of, instant now) {
  const auto is_within = [now](const std::optional<instant>& at, std::int64_t span_ms) {
    return at && now.ms < at->ms + span_ms && at->ms <= now.ms + span_ms;
  };
  if (of.every_hours <= 0) return false;
  return !is_within(of.last_run, of.every_hours * hour_ms) && !is_within(of.failed_at, hour_ms);
}

bool is_shown_to_booking_side(const storage::booking_row& row, instant now, std::int64_t days) {
  if (days < 0 || !storage::is_final(row.criminal)) return true;
  return now.ms < row.criminal->answered_at.ms + days * day_ms;
}

bool is_past_retention(instant answered_at, instant now, const retention_rules& rules) {
  return rules.days >= 0 && now.ms >= answered_at.ms + rules.days * day_ms;
}

std::vector<key_id> keys_of(const storage::booking_row& row) {
  const std::uint64_t owner = row.accepted.booking.value;
  std::vector<key_id> out = {{owner, key_purpose::probe_criminal},
                             {owner, key_purpose::biographics}};
  if (row.accepted.immigration_prints) out.push_back({owner, key_purpose::probe_immigration});
  return out;
}

purge_plan due_for_purge(const booking_remains& what, instant now, const retention_rules& rules) {
  const storage::booking_row& row = what.row;
  const std::uint64_t owner = row.accepted.booking.value;
  const bool has_immigration = row.accepted.immigration_prints.has_value();
  purge_plan plan;
  const bool for_ever = row.accepted.mode == jurisdiction_mode::limited &&
                        rules.limited_days_least < 0;  // its agency is shown it for ever
  const bool kept =
      !storage::is_closed(row) || what.has_undelivered || what.has_open_case || for_ever;
  const bool limited = row.accepted.mode == jurisdiction_mode::limited;
  const std::int64_t days = limited ? std::max(rules.days, rules.limited_days_least) : rules.days;
  if (!kept && rules.days >= 0 && now.ms >= last_answer(row).ms + days * day_ms) {
    plan.reason = purge_reason::retention;
    plan.keys = keys_of(row);
    return plan;
  }
  if (row.criminal && spends_probe(row.criminal->decision))
    plan.keys.push_back({owner, key_purpose::probe_criminal});
  if (has_immigration && row.immigration && spends_probe(row.immigration->decision))
    plan.keys.push_back({owner, key_purpose::probe_immigration});
  if (!plan.keys.empty()) plan.reason = purge_reason::no_match;
  return plan;
}

}  // namespace whorl::actors
