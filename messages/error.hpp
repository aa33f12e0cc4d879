// The one error type of the project: a code that callers react to and a text for a person.
// A new code is added only where some caller reacts to it differently. The text names the thing
// (file, record, field, offset, id) and says what to do about it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace whorl {

enum class errc : std::uint16_t {
  invalid_input = 1,     ///< malformed bytes or arguments: sending them again cannot help
  unsupported = 2,       ///< well formed, but of a kind or version this program does not handle
  limit_exceeded = 3,    ///< larger or more than messages/limits.hpp allows
  not_found = 4,         ///< no such booking, subject, case, file
  conflict = 5,          ///< the stream has moved on: read its tail and decide again
  content_mismatch = 6,  ///< the same id with other content: refused, nothing changed
  forbidden = 7,         ///< the principal's role does not allow it
  overloaded = 8,        ///< refused before acceptance: send it again later
  unavailable = 9,       ///< a part does not answer now: retried inside, never an answer
  timeout = 10,          ///< the deadline passed
  corrupt = 11,          ///< stored bytes disagree with their digest or format
  wrong_version = 12,    ///< the store was written in another format version
  storage_full = 13,     ///< disk or map full: nothing was written
  io = 14,               ///< the operating system refused
  purged = 15,           ///< the key was destroyed: the payload is gone on purpose
  internal = 16,         ///< a bug of ours
};

/// The code's name as it stands in the enum, for logs and `--json`.
std::string_view to_string(errc code);

struct error {
  errc code = errc::internal;
  std::string message;

  friend bool operator==(const error&, const error&) = default;
};

inline error make_error(errc code, std::string message) { return {code, std::move(message)}; }

}  // namespace whorl
