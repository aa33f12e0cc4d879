#include "actors/casework/queue.hpp"

#include <array>
#include <limits>
#include <tuple>

namespace whorl::casework {
namespace {

constexpr auto names =
    std::to_array<std::string_view>({"examiners", "operations-centre", "field-office", "claims"});

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
