// Refusals in the standard's form: {"code": number, "message": text}. Problem documents (RFC 9457)
// are for our own interface: the standard fixes the body of a 400 and a 500.
#pragma once

#include "apps/http/message.hpp"
#include "apps/osia/operations.hpp"
#include "messages/error.hpp"

namespace whorl::apps::osia {

/// The status of an error: the nearest that the standard gives the operation; 503 where the client
/// is to come again, which the standard has no status for.
unsigned status_of(errc code, const description* asked);
http::response refusal(unsigned status, const error& why);
http::response refusal(const error& why, const description* asked);

}  // namespace whorl::apps::osia
