#include "apps/cases_reader.hpp"

#include <algorithm>

#include "actors/casework/clocks.hpp"

namespace whorl::apps {
namespace {

class cases_reader : settings::toml_reader {
 public:
  cases_reader(std::string file, const std::vector<actors::principal>& people,
               casework::case_settings& out)
      : toml_reader(std::move(file)), people_(people), out_(out) {}

  status read(const toml::table& root) {
    if (const toml::node* n = root.get("cases")) cases(*n);
    const toml::node* n = root.get("jurisdictions");
    const toml::table* const table = n == nullptr ? nullptr : n->as_table();
    if (table != nullptr && !failed())
      if (const toml::node* zones = table->get("time_zones")) time_zones(*zones);
    if (failed()) return failure();
    return {};
  }

 private:
  bool is_place(const toml::node& where, const std::string& key, const std::string& place) {
    if (place.size() == 2 || place.size() == 9) return true;
    refuse(where, key, "'" + place + "' is neither a state's two letters nor an ORI of nine");
    return false;
  }

  /// A review that needs more people than there are would wait for ever.
  void examiners(const toml::table& table, std::string_view key, std::int64_t& out) {
    const std::string name = "cases." + std::string(key);
    number(table, key, name, out, 1, 3);
    const auto all =
        std::ranges::count(people_, actors::role::examiner, &actors::principal::acts_as);
    if (!failed() && out > 1 && all < out)
      refuse(*table.get(key), name,
             "needs as many principals of role examiner; there are " + std::to_string(all));
  }

  void cases(const toml::node& n) {
    const toml::table* table = n.as_table();
    if (table == nullptr) return refuse(n, "cases", "expected a table");
    known(*table, "cases.",
          {"stale_after_days", "cannot_receive", "criminal_examiners", "immigration_examiners",
           "disagreement_hours"});
    examiners(*table, "criminal_examiners", out_.reviews.criminal_examiners);
    examiners(*table, "immigration_examiners", out_.reviews.immigration_examiners);
    number(*table, "disagreement_hours", "cases.disagreement_hours",
           out_.reviews.disagreement_hours, 1, std::int64_t{24} * 365);
    number(*table, "stale_after_days", "cases.stale_after_days", out_.stale_after_days, 0, 36'500);
    if (const toml::node* list = table->get("cannot_receive")) cannot_receive(*list);
  }

  void cannot_receive(const toml::node& n) {
    constexpr const char* name = "cases.cannot_receive";
    if (!n.is_array()) return refuse(n, name, "expected a list of texts");
    for (const toml::node& one : *n.as_array()) {
      std::string place = text_value(one, name);
      if (failed() || !is_place(one, name, place)) return;
      out_.cannot_receive.insert(std::move(place));
    }
  }

  void time_zones(const toml::node& n) {
    constexpr const char* name = "jurisdictions.time_zones";
    if (!n.is_table()) return refuse(n, name, "expected a table of ORIs or states and zones");
    for (const auto& [key, value] : *n.as_table()) {
      const std::string place(key.str()), where = std::string(name) + "." + place;
      const std::string zone = text_value(value, where);
      if (failed() || !is_place(value, where, place)) return;
      if (!casework::is_zone(zone))
        return refuse(value, where,
                      "'" + zone +
                          "' is no time zone of this system (package tzdata): expected "
                          "a name such as \"America/Denver\"");
      out_.time_zones[place] = zone;
    }
  }

  const std::vector<actors::principal>& people_;
  casework::case_settings& out_;
};

}  // namespace

status read_case_settings(const toml::table& root, const std::string& file,
                          const std::vector<actors::principal>& people,
                          casework::case_settings& out) {
  return cases_reader(file, people, out).read(root);
}

}  // namespace whorl::apps
