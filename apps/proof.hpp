// Who decides at the command line: proven by certificate and key, never by a name.
#pragma once

#include "apps/session.hpp"

namespace whorl::apps {

/// The principal whose certificate and key the global options name. `pki`: folder of the authority
/// (empty: <store>/pki). Errors: invalid_input where nothing is shown or no principal has that
/// name, forbidden where it proves nothing; a refusal leaves an audit row for `action` on `object`.
result<actors::principal> proven_principal(session& s, const context& ctx, const std::string& pki,
                                           const std::string& action, const std::string& object);

}  // namespace whorl::apps
