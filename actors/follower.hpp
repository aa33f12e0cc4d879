// Bookings followed from hand-in to their last answer, with times: for programs that measure. The
// times are taken by an actor with a thread of its own, so that busy workers do not delay them.
#pragma once

#include <caf/all.hpp>

#include <cstdint>
#include <functional>
#include <vector>

#include "actors/gateway_core.hpp"

namespace whorl::actors {

/// One submission; microseconds since it was handed in.
struct followed {
  result<submitted> reply = make_error(errc::unavailable, "no reply");
  std::int64_t accepted_us = 0;  ///< until the acceptance was durable
  std::int64_t answered_us = 0;  ///< until each gallery's answer was; 0: refused, or a duplicate
};

/// Hands `all` to `node`, as soon as fewer than `together` are unanswered the next. Tells `teller`
/// (finished_atom, how many are done) after each, then (followed_list) in the order of `all`.
caf::behavior follower_actor(caf::event_based_actor* self, caf::actor node, caf::actor teller,
                             std::vector<submission> all, std::size_t together);

}  // namespace whorl::actors
