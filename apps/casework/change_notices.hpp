// A change of a gallery and the cases that rest on it (promise 8): the change, the step
// `record_changed` of each such open case and its notices to all who were told go into the journal
// together.
#pragma once

#include "apps/casework/case_desk.hpp"

namespace whorl::apps {

struct gallery_change {
  gallery_kind gallery = gallery_kind::immigration;
  std::vector<subject_id> subjects;
};

/// Records count with all that answer as the same person before the change.
/// Appends `facts` (at least one) and what follows for cases from `changes`; outcomes of `facts` in
/// their order. Errors: of the append, of the stores.
result<std::vector<storage::append_outcome>> append_change(
    storage::store& store, actors::local_node& node, const casework::case_settings& settings,
    std::vector<storage::append_request> facts, std::vector<gallery_change> changes,
    const std::string& why, instant now);

}  // namespace whorl::apps
