// A certificate authority for a start without an outside one: a folder with the CA's key, what it
// has issued and what it has revoked. Keys are P-256, certificates X.509 v3; a client's common name
// is the principal of whorl.toml that it acts as, and what that principal may stands there alone:
// changing a role needs no new certificate. What writes holds the folder's lock file meanwhile.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "messages/ids.hpp"
#include "messages/result.hpp"

namespace whorl::apps::pki {

/// client: a principal, for TLS client authentication; server: this gateway, for hosts; node: of a
/// cluster, for both sides of a connection.
enum class certificate_kind : std::uint8_t { client, server, node };

struct issued {
  std::string serial;  ///< 32 hexadecimal digits, lower case
  certificate_kind kind = certificate_kind::client;
  std::string name;  ///< principal, or the first host
  std::int64_t expires_at_s = 0;
  bool revoked = false;
};

/// PEM, for the one who asked; the key is kept nowhere else.
struct credentials {
  issued facts;
  std::string certificate, key;
};

inline std::string authority_file(const std::string& folder) { return folder + "/ca.pem"; }
inline std::string authority_key_file(const std::string& folder) { return folder + "/ca-key.pem"; }
inline std::string revocation_file(const std::string& folder) { return folder + "/crl.pem"; }
inline std::string issued_file(const std::string& folder) { return folder + "/issued.txt"; }

/// Makes folder, key, self-signed certificate and an empty revocation list. conflict: there is one.
status create_authority(const std::string& folder, int days);
/// `names`: the principal, or the server's host names and addresses, first one first. Errors:
/// invalid_input (empty, longer than 64, signs that are not printable ASCII), not_found (no CA).
result<credentials> issue(const std::string& folder, certificate_kind kind,
                          const std::vector<std::string>& names, int days);
/// Adds a serial to the list, or every one of a name's certificates; says which. not_found: none
/// such was issued. A gateway that runs takes the new list up with the next request.
result<std::vector<issued>> revoke(const std::string& folder, const std::string& serial_or_name);
result<std::vector<issued>> list_issued(const std::string& folder);
struct revocations {
  std::set<std::string> serials;
  std::int64_t number = 0;  ///< each list has one more than the one before
};
/// The revocation list, whose signature by the CA is checked. Errors: not_found, corrupt.
result<revocations> read_revocations(const std::string& folder);
/// Its serials alone.
result<std::set<std::string>> read_revoked(const std::string& folder);

std::string_view to_string(certificate_kind kind);

}  // namespace whorl::apps::pki
