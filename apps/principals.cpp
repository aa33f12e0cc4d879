// Who stands in whorl.toml, by name.
#include "apps/config.hpp"

namespace whorl::apps {

result<actors::principal> find_principal(const config& settings, const std::string& name) {
  const std::string& wanted = name.empty() ? settings.default_principal : name;
  std::string list;
  for (const auto& who : settings.principals) {
    if (who.name == wanted) return who;
    list += (list.empty() ? "" : ", ") + who.name;
  }
  return make_error(errc::invalid_input,
                    "no principal '" + wanted + "' in whorl.toml; there are: " + list);
}

status may_take_over(const std::vector<actors::principal>& all, const std::string& name,
                     bool is_protected) {
  using actors::role;
  for (const auto& who : all) {
    if (who.name != name) continue;
    if (is_protected && !who.protected_records)
      return make_error(errc::invalid_input,
                        name + " is not named for protected records: whorl.toml says who is");
    if (who.acts_as == role::examiner || who.acts_as == role::analyst ||
        who.acts_as == role::field_officer)
      return {};
    return make_error(errc::invalid_input,
                      name + " has the role " + std::string(actors::to_string(who.acts_as)) +
                          ": cases go to an examiner, an analyst or a field_officer");
  }
  return make_error(errc::invalid_input, "no principal '" + name + "': the case would be nobody's");
}

}  // namespace whorl::apps
