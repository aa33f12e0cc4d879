// Who somebody is at the command line: a certificate of the store's authority and the key that
// belongs to it, as a client shows them to the gateway. A name alone proves nothing.
#pragma once

#include <string>

#include "apps/pki/authority.hpp"

namespace whorl::apps::pki {

/// The certificate's facts, once it is found to be of the authority in `folder`, for clients, in
/// time, not revoked, and the key to be its own. Errors: not_found or io (which file), forbidden
/// with what is wrong.
result<issued> prove_identity(const std::string& folder, const std::string& certificate_file,
                              const std::string& key_file);

}  // namespace whorl::apps::pki
