#include "apps/proof.hpp"

#include "apps/pki/identity.hpp"

namespace whorl::apps {

result<actors::principal> proven_principal(session& s, const context& ctx, const std::string& pki,
                                           const std::string& action, const std::string& object) {
  if (ctx.certificate.empty() || ctx.key.empty())
    return make_error(errc::invalid_input, action +
                                               " is a person's: show --certificate and --key "
                                               "(`whorl pki issue` makes them); --as alone proves "
                                               "nothing");
  const std::string folder = pki.empty() ? ctx.store + "/pki" : pki;
  const auto found = [&]() -> result<actors::principal> {
    WHORL_ASSIGN(const auto shown, pki::prove_identity(folder, ctx.certificate, ctx.key));
    return find_principal(s.settings(), shown.name);
  }();
  if (found) return found;
  const audit_row row{{}, "-", "-", "refused " + action, object, "identity", found.error().message};
  WHORL_TRY(s.append({session::audit_of(row)}));
  return found;
}

}  // namespace whorl::apps
