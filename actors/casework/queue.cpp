#include "actors/casework/queue.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <tuple>
#include <vector>

#include "actors/casework/rule_file.hpp"

namespace whorl::casework {
namespace {

constexpr auto names =
    std::to_array<std::string_view>({"examiners", "operations-centre", "field-office", "claims"});

/// States that wait for the same decision of the field office.
std::vector<case_state> states_beside(case_state state) {
  for (const auto& alike : {std::vector{case_state::adjudicated, case_state::interview},
                            std::vector{case_state::charged, case_state::hearing}})
    if (std::ranges::find(alike, state) != alike.end()) return alike;
  return {state};
}

}  // namespace

std::string_view to_string(queue_kind kind) { return names[static_cast<std::size_t>(kind)]; }

result<queue_kind> parse_queue_kind(std::string_view text) {
  std::string list;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == text) return static_cast<queue_kind>(i);
    list += (list.empty() ? "" : ", ") + std::string(names[i]);
  }
  return make_error(errc::invalid_input,
                    "'" + std::string(text.substr(0, 40)) + "' is no queue: use " + list);
}

bool works(actors::role role, queue_kind kind) {
  switch (kind) {
    case queue_kind::examiners:
      return role == actors::role::examiner;
    case queue_kind::operations_centre:
      return role == actors::role::analyst;
    case queue_kind::field_office:
      return role == actors::role::field_officer;
    case queue_kind::claims:
      return role == actors::role::analyst || role == actors::role::field_officer;
  }
  return false;
}

std::vector<queue_kind> queues_of(const case_view& view) {
  std::vector<queue_kind> out;
  if (!is_open(view)) return out;
  if (view.claim_open) out.push_back(queue_kind::claims);
  if (!view.prints_confirmed) out.push_back(queue_kind::examiners);
  if (view.state == case_state::awaiting_status || view.record_changed)
    out.push_back(queue_kind::operations_centre);
  const bool quiet = view.state == case_state::awaiting_status ||
                     view.state == case_state::conditional_detainer ||
                     (view.state == case_state::detainer && !view.release_at);
  if (!quiet) out.push_back(queue_kind::field_office);
  return out;
}

instant waits_since(const case_view& view, queue_kind kind) {
  if (kind == queue_kind::claims) return view.claimed_at;
  if (kind == queue_kind::examiners) return view.opened.at;
  if (kind == queue_kind::operations_centre)
    return view.state == case_state::awaiting_status ? view.opened.at : view.record_changed_at;
  instant since = view.changed_at;
  for (const case_state state : states_beside(view.state))
    if (const auto first = view.first_in.find(state); first != view.first_in.end())
      since = std::min(since, first->second);
  // Until the release is told, a detainer waits for nobody of the field office.
  return view.state == case_state::detainer ? std::max(since, view.release_told_at) : since;
}

std::uint8_t queue_level(const case_view& view) {
  if (view.level == 0 && view.status.empty() && view.opened.charge)
    return level_by_code(view.opened.charge->code);
  return view.level;
}

bool is_answer_overdue(const case_view& view, instant now) {
  return view.state == case_state::awaiting_status && view.opened.about_at.ms != 0 &&
         view.opened.about_at < now;
}

bool is_overdue(const work_item& item, instant now) {
  return item.deadline.ms != 0 && item.deadline < now;
}

std::int64_t effective_level(const work_item& item, instant now) {
  const std::int64_t level = item.level == 0 ? 4 : item.level;
  const std::int64_t waited = now.ms - item.waits_since.ms;
  return level - (waited > 0 ? waited / rises_after_ms : 0);
}

bool goes_before(const work_item& a, const work_item& b, instant now) {
  auto key = [&](const work_item& i) {
    const std::int64_t due =
        i.deadline.ms == 0 ? std::numeric_limits<std::int64_t>::max() : i.deadline.ms;
    return std::tuple(effective_level(i, now), due, i.waits_since.ms, i.which.value);
  };
  return key(a) < key(b);
}

}  // namespace whorl::casework
