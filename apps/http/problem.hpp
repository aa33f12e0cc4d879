// Refusals as problem documents (RFC 9457): one shape for every error of the interface.
#pragma once

#include <string_view>

#include "apps/http/message.hpp"
#include "messages/error.hpp"

namespace whorl::apps::http {

/// The status an error is answered with. What a client can cause is never a 5xx, but for
/// overloaded, unavailable and storage_full, which ask it to come again.
unsigned status_of(errc code);
/// The reason phrase of RFC 9110 for the statuses this service uses.
std::string_view phrase_of(unsigned status);
/// type is urn:whorl:problem:CODE, with `detail` made valid UTF-8; 503 and 429 say Retry-After.
response problem(const error& what);
response problem(unsigned status, std::string_view code, std::string_view detail);

}  // namespace whorl::apps::http
