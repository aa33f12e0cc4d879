// What is appended for one step of a case: the step as a fact, its notices, its audit rows; and the
// cases with their bookings that this is made from. For the files of this folder.
#pragma once

#include <chrono>

#include "apps/casework/case_desk.hpp"

namespace whorl::apps {

/// By whom the exchange itself takes its steps.
inline constexpr std::string_view itself = "whorl";

/// How long the projections may take to hold what is durable.
inline constexpr auto apply_patience = std::chrono::seconds(30);

/// Message id of the step: two people who step at the same moment make the same one, so that the
/// journal takes one of them.
std::string step_id(case_id which, std::size_t number);
/// Appended with what comes before it, or not at all.
storage::append_request following_audit(const audit_row& row, const std::string& id);

result<standing_case> with_booking(storage::store& store, storage::case_row row);
result<std::vector<standing_case>> all_cases(storage::store& store);

/// The step as a fact, with the level that it leads to.
case_event event_of(const standing_case& from, const wanted_step& what, std::string by, instant now,
                    const casework::case_settings& settings);

/// What follows from one step, to be appended right after it and only with it: its notices, their
/// bodies sealed under the booking's key. No message where that key is destroyed: whoever could be
/// told cannot be named any more.
result<std::vector<storage::append_request>> sealed_notices(
    storage::store& store, actors::local_node& node, const casework::case_settings& settings,
    const standing_case& from, const casework::case_view& after, const case_event& step);

}  // namespace whorl::apps
