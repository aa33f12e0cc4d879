// What a gateway's answer means: the document, or the problem (RFC 9457) as an error of ours, so
// that a command ends with the same exit code as on a store. Pure.
#pragma once

#include <nlohmann/json.hpp>

#include <optional>

#include "apps/client/remote.hpp"

namespace whorl::apps::client {

using json = nlohmann::ordered_json;

/// The error of any status but 2xx: its code by the problem's type, else by the status; its words
/// with title and detail.
error error_of(const remote_answer& answer);
/// The document of a 2xx. Errors: error_of; corrupt where it is none.
result<json> document_of(const remote_answer& answer);

/// Seconds to wait before the same is asked again: of a 429 or 503, what it says, from 1 to 30, the
/// first `tries_max` times. None: do not.
std::optional<std::int64_t> wait_before_retry(const remote_answer& answer, int tried);
inline constexpr int tries_max = 5;

/// Columns of a listing: heads, and where the cell stands ("criminal.decision").
struct column {
  const char* head;
  const char* member;
};
/// One cell's text: "-" for null and what is not there.
std::string cell(const json& row, std::string_view member);

}  // namespace whorl::apps::client
