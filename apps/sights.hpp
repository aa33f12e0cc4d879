// Who looked at what the store holds of a person, and to whom answers about them went: directly, or
// through the bookings and cases that found them. Looks through every booking.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "apps/cli.hpp"
#include "storage/store.hpp"

namespace whorl::apps {

struct sight {
  instant at;
  std::string who, role, action, object, through, purpose;
  std::string detail;  ///< of the audit's row: what was done, and by which rule
};

/// In order of time. `on_bookings` is told how many have been looked through.
result<std::vector<sight>> sights_of(storage::store& store, subject_id subject,
                                     const std::function<void(std::uint64_t)>& on_bookings = {});

/// {"subject", "sights": [{"at", "who", "role", "did", "object", "through", "purpose",
/// "detail"}]}
json sights_document(subject_id subject, std::span<const sight> all);

}  // namespace whorl::apps
