// What the resources of the HTTP interface show to whom: read from the store, never written. Each
// says what its audit row will hold.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "actors/policy_core.hpp"
#include "apps/cli.hpp"
#include "apps/http/message.hpp"
#include "apps/http/routes.hpp"
#include "apps/session.hpp"

namespace whorl::apps {

/// A request that has been admitted.
struct asked {
  http::matched where;
  actors::principal who;
  std::string_view osia_operation;  ///< of a request below /osia, which has a table of its own
};

struct reading {
  /// Of the audit's rows, one for each object: at most limits::journal_batch_max.
  std::string action, purpose;
  std::vector<std::string> objects;
  std::string foreign;  ///< the id of another agency's booking, for which it was refused
};

/// Errors: invalid_input (parameters), not_found, purged, forbidden (another agency's), those of
/// the store.
result<http::response> read_resource(session& s, const asked& what, reading& about);

/// How far a booking is, as booking_state (documents.hpp). Errors as read_resource.
result<json> read_state(session& s, const asked& what, reading& about);

/// What is said of a booking that is not there or is not shown: always the same.
error no_such_booking();
error no_such_case();

http::response json_response(const json& what, unsigned status = 200);

}  // namespace whorl::apps
