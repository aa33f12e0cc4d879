// A queue as a document: the same from the command line and over HTTP.
#pragma once

#include <nlohmann/json.hpp>

#include "apps/casework/case_desk.hpp"

namespace whorl::apps {

/// At most `limit` cases of `all`, and the load: how many wait, are overdue, are taken up.
nlohmann::ordered_json queue_document(const std::string& name, const std::vector<queued_case>& all,
                                      instant now, std::size_t limit);

}  // namespace whorl::apps
