// A server's certificate for both ends of a connection: nats-servers dial one another, so the same
// certificate speaks as server and as client.
#pragma once

#include <string>
#include <vector>

namespace whorl::test {

/// PEM files `folder`/server.pem and server-key.pem, signed by the authority in `folder`.
void issue_for_both_ends(const std::string& folder, const std::vector<std::string>& names);

}  // namespace whorl::test
