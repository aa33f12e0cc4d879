// The tables of each LMDB folder of a store, in the order in which they are opened; the first holds
// identity and position. storage/FORMAT.md says what stands in them. A partition's are in
// gallery_tables.hpp.
#pragma once

#include <cstdint>

namespace whorl::storage::layout {

/// Layout versions in the identity rows; those not named are version 1.
inline constexpr std::uint64_t bookings_version = 2, keys_version = 2, gallery_version = 5;

inline constexpr const char* journal[] = {
    "meta",           "tails",        "bookings.facts",    "bookings.ids",
    "criminal.facts", "criminal.ids", "immigration.facts", "immigration.ids",
    "cases.facts",    "cases.ids",    "outbox.facts",      "outbox.ids",
    "audit.facts",    "audit.ids"};
inline constexpr const char* keys[] = {"meta", "keys", "free", "wiping"};
inline constexpr const char* bookings[] = {"meta", "bookings", "answers", "order",
                                           "open", "tcns",     "owners"};
inline constexpr const char* cases[] = {"meta", "cases", "events", "order"};
inline constexpr const char* outbox[] = {"meta",      "messages", "ids",
                                         "delivered", "pending",  "bookings"};
inline constexpr const char* audit[] = {"meta", "rows", "objects"};

}  // namespace whorl::storage::layout
