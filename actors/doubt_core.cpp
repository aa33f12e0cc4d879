#include "actors/doubt_core.hpp"

#include <algorithm>

namespace whorl::actors {

bool may_land_later(errc code) { return code == errc::unavailable || code == errc::timeout; }

void doubt_book::add(booking_id booking, instant now, instant deadline) {
  all_.insert_or_assign(booking, doubt{now, {now.ms + ask_min_ms}, deadline});
}

std::vector<booking_id> doubt_book::due(instant now, std::size_t most) {
  std::erase_if(all_, [now](const auto& each) { return each.second.deadline <= now; });
  std::vector<booking_id> out;
  for (const auto& [booking, what] : all_)
    if (what.next <= now) out.push_back(booking);
  std::ranges::sort(out, {}, [this](booking_id b) { return std::pair(all_.at(b).next, b); });
  if (out.size() > most) out.resize(most);
  for (const booking_id booking : out) {
    doubt& what = all_.at(booking);
    const std::int64_t age_ms = now.ms - what.since.ms;
    what.next = {now.ms + std::clamp(age_ms / 4, ask_min_ms, ask_max_ms)};
  }
  return out;
}

}  // namespace whorl::actors
