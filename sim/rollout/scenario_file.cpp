// Reads scenarios. What a file does not say stays as in the scenario it starts from.
#include <algorithm>
#include <charconv>
#include <cmath>

#include "actors/settings/toml_reader.hpp"
#include "messages/limits.hpp"
#include "sim/rollout/calendar.hpp"
#include "sim/rollout/scenario.hpp"

namespace whorl::rollout {
namespace {

class scenario_reader : settings::toml_reader {
 public:
  scenario_reader(scenario base, const std::string& file)
      : toml_reader(file), out_(std::move(base)) {}

  result<scenario> read(const toml::table& root) {
    for (const parameter_info& p : parameters())  // some stood at the top, without a source
      if (const toml::node* n = root.get(p.name))
        refuse(*n, p.name,
               "is a parameter: write it under [parameters], as " + std::string(p.name) +
                   " = {value = ..., mark = \"A\", source = \"...\"}");
    known(root, "",
          {"name", "title", "from", "to", "statistics_from", "strategy", "strategy_file", "pace",
           "pace_by", "rules_as_of", "rules", "parameters", "arrests_per_100k", "pattern",
           "offences", "capacity"});
    read_head(root);
    read_parameters(root);
    read_rates(root);
    read_pattern(root);
    read_offences(root);
    read_capacities(root);
    if (!failed()) check_sense(root);
    if (failed()) return failure();
    return std::move(out_);
  }

 private:
  void day(const toml::table& table, std::string_view key, std::int32_t& into) {
    const toml::node* n = table.get(key);
    if (n == nullptr) return;
    const auto value = n->value<toml::date>();
    if (!n->is_date() || !value || value->year < 1990 || value->year > 2100)
      return refuse(*n, key, "expected a date without quotes, for example 2008-10-27");
    char text[24];
    std::snprintf(text, sizeof text, "%04d-%02d-%02d", value->year, value->month, value->day);
    const auto read = parse_day(text);
    if (read) into = *read;
  }
  bool real(const toml::node& n, std::string_view name, double& into, double low, double high) {
    const auto value = n.value<double>();
    if (!n.is_number() || !value || !std::isfinite(*value) || *value < low || *value > high) {
      refuse(n, name,
             "expected a number from " + std::to_string(low) + " to " + std::to_string(high));
      return false;
    }
    into = *value;
    return true;
  }
  void real(const toml::table& table, std::string_view key, double& into, double low, double high) {
    if (const toml::node* n = table.get(key)) real(*n, key, into, low, high);
  }
  origin origin_of(const toml::table& table, const std::string& name) {
    origin out;
    const std::string mark = text(table, "mark", name + ".mark");
    out.source = text(table, "source", name + ".source");
    if (mark != "V" && mark != "M" && mark != "A" && mark != "F")
      refuse(table, name + ".mark",
             "expected V (published), M (from memory), A (assumed) or F (fitted)");
    else
      out.mark = mark[0];
    return out;
  }
  const toml::table* table_of(const toml::table& root, std::string_view key) {
    const toml::node* n = root.get(key);
    if (n == nullptr) return nullptr;
    if (!n->is_table()) refuse(*n, key, "expected a table");
    return n->as_table();
  }

  void read_head(const toml::table& root) {
    if (root.contains("name")) out_.name = text(root, "name", "name");
    if (root.contains("title")) out_.title = text(root, "title", "title");
    day(root, "from", out_.from);
    day(root, "to", out_.to);
    day(root, "rules_as_of", out_.rules_as_of);
    day(root, "statistics_from", out_.statistics_from);
    if (root.contains("strategy")) {
      const auto kind = parse_strategy(text(root, "strategy", "strategy"));
      if (kind)
        out_.strategy = *kind;
      else
        refuse(root, "strategy", kind.error().message);
    }
    if (root.contains("strategy_file"))
      out_.strategy_file = text(root, "strategy_file", "strategy_file");
    if (root.contains("pace_by")) {
      const std::string by = text(root, "pace_by", "pace_by");
      if (by != "counties" && by != "population")
        refuse(root, "pace_by", "expected \"counties\" or \"population\"");
      out_.pace_by_population = by == "population";
    }
    real(root, "pace", out_.pace, 0.01, 100);
    if (const toml::node* n = root.get("rules")) {
      if (!n->is_array()) return refuse(*n, "rules", "expected a list of files");
      out_.rule_files.clear();
      for (const toml::node& one : *n->as_array())
        out_.rule_files.push_back(text_value(one, "rules"));
    }
  }

  void read_parameters(const toml::table& root) {
    const toml::table* table = table_of(root, "parameters");
    if (table == nullptr) return;
    for (const auto& [key, node] : *table) {
      const std::string name(key.str());
      const auto all = parameters();
      const auto info = std::find_if(all.begin(), all.end(),
                                     [&](const parameter_info& p) { return p.name == name; });
      if (info == all.end())
        return refuse(node, name, "no such parameter; whorl sim rollout explain lists them");
      const toml::table* one = node.as_table();
      if (one == nullptr)
        return refuse(node, name, "expected {value = 1.0, mark = \"A\", source = \"...\"}");
      known(*one, name + ".", {"value", "mark", "source"});
      const toml::node* value = one->get("value");
      if (value == nullptr) return refuse(node, name, "no value");
      double& into = out_.values.*info->where;
      if (real(*value, name, into, info->low, info->high) && info->is_whole &&
          into != std::floor(into))
        refuse(*value, name, "expected a whole number of " + std::string(info->unit));
      out_.origins[name] = origin_of(*one, name);
    }
  }

  void read_rates(const toml::table& root) {
    const toml::table* table = table_of(root, "arrests_per_100k");
    if (table == nullptr) return;
    out_.arrests_per_100k.clear();
    out_.tables["arrests_per_100k"] = origin_of(*table, "arrests_per_100k");
    for (const auto& [key, node] : *table) {
      const std::string_view name = key.str();
      if (name == "mark" || name == "source") continue;
      int year = 0;
      const auto [end, bad] = std::from_chars(name.data(), name.data() + name.size(), year);
      if (bad != std::errc() || end != name.data() + name.size() || year < 1990 || year > 2100)
        return refuse(node, name, "expected a year = arrests per 100,000");
      real(node, name, out_.arrests_per_100k[year + 0.5], 0, 100'000);
    }
    if (out_.arrests_per_100k.empty())
      refuse(*table, "arrests_per_100k", "no year in it: nobody would be booked");
  }

  void weights(const toml::table& table, std::string_view key, std::size_t count,
               std::vector<double>& into) {
    const toml::node* n = table.get(key);
    if (n == nullptr) return;
    const toml::array* list = n->as_array();
    if (list == nullptr || list->size() != count)
      return refuse(*n, key, "expected " + std::to_string(count) + " numbers");
    into.assign(count, 0);
    double sum = 0;
    for (std::size_t i = 0; i < count; ++i) {
      real(*list->get(i), key, into[i], 0, 1000);
      sum += into[i];
    }
    if (sum <= 0) refuse(*n, key, "all are 0");
    for (double& w : into) w *= static_cast<double>(count) / sum;
  }
  void read_pattern(const toml::table& root) {
    const toml::table* table = table_of(root, "pattern");
    if (table == nullptr) return;
    known(*table, "pattern.", {"mark", "source", "weekdays", "hours"});
    out_.tables["pattern"] = origin_of(*table, "pattern");
    weights(*table, "weekdays", 7, out_.weekdays);
    weights(*table, "hours", 24, out_.hours);
  }

  void read_offences(const toml::table& root) {
    const toml::table* table = table_of(root, "offences");
    if (table == nullptr) return;
    known(*table, "offences.", {"mark", "source", "kinds"});
    out_.tables["offences"] = origin_of(*table, "offences");
    const toml::array* kinds = table->get_as<toml::array>("kinds");
    if (kinds == nullptr || kinds->empty() || kinds->size() > 16)
      return refuse(*table, "offences.kinds", "expected a list of 1 to 16 tables");
    out_.offences.clear();
    for (const toml::node& node : *kinds) {
      const toml::table* one = node.as_table();
      if (one == nullptr) return refuse(node, "offences.kinds", "expected tables");
      known(*one, "offences.kinds.",
            {"name", "code", "share", "grave", "felony", "convicted", "long_sentence"});
      offence_kind kind;
      kind.name = text(*one, "name", "name");
      kind.code = text(*one, "code", "code");
      if (kind.code.size() != 4 || kind.code.find_first_not_of("0123456789") != std::string::npos)
        refuse(*one, "code", "expected an NCIC code of four digits");
      real(*one, "share", kind.share, 0, 1e9);
      boolean(*one, "grave", "grave", kind.grave);
      real(*one, "felony", kind.felony, 0, 1);
      real(*one, "convicted", kind.convicted, 0, 1);
      real(*one, "long_sentence", kind.long_sentence, 0, 1);
      out_.offences.push_back(std::move(kind));
    }
    if (std::ranges::all_of(out_.offences, [](const offence_kind& k) { return k.share <= 0; }))
      refuse(*table, "offences.kinds", "all shares are 0");
  }

  void read_capacities(const toml::table& root) {
    const toml::node* n = root.get("capacity");
    if (n == nullptr) return;
    if (!n->is_array_of_tables()) return refuse(*n, "capacity", "write [[capacity]]");
    std::vector<capacity> fresh;
    for (const toml::node& node : *n->as_array()) read_capacity(*node.as_table(), fresh);
    for (const capacity& one : fresh)
      if (std::ranges::none_of(fresh, [&](const capacity& other) {
            return other.what == one.what && other.from <= out_.from;
          }))
        refuse(*n, "capacity",
               "of " + std::string(to_string(one.what)) +
                   " nothing is said for the first day: add an entry without from");
    // What a file says of a resource replaces all that was said of it.
    std::erase_if(out_.capacities, [&](const capacity& old) {
      return std::any_of(fresh.begin(), fresh.end(),
                         [&](const capacity& f) { return f.what == old.what; });
    });
    out_.capacities.insert(out_.capacities.end(), fresh.begin(), fresh.end());
    std::stable_sort(out_.capacities.begin(), out_.capacities.end(),
                     [](const capacity& a, const capacity& b) { return a.from < b.from; });
  }
  void read_capacity(const toml::table& table, std::vector<capacity>& into) {
    known(table, "capacity.", {"resource", "from", "servers", "mark", "source"});
    capacity out;
    const std::string name = text(table, "resource", "capacity.resource");
    std::size_t found = resource_count;
    for (std::size_t i = 0; i < resource_count; ++i)
      if (to_string(static_cast<resource_id>(i)) == name) found = i;
    if (found == resource_count)
      return refuse(
          table, "capacity.resource",
          "'" + name + "': use analysts, examiners, officers, interviews, beds, hearings, seats");
    out.what = static_cast<resource_id>(found);
    out.from = out_.from;
    day(table, "from", out.from);
    const toml::array* list = table.get_as<toml::array>("servers");
    if (list == nullptr || (list->size() != 1 && list->size() != 3))
      return refuse(table, "capacity.servers", "expected one number, or three for the shifts");
    constexpr std::int64_t servers_max = 10'000'000;
    for (std::size_t i = 0; i < 3; ++i) {
      const toml::node& n = *list->get(list->size() == 1 ? 0 : i);
      const auto* servers = n.as_integer();
      if (servers == nullptr || servers->get() < 0 || servers->get() > servers_max)
        return refuse(n, "capacity.servers",
                      "expected whole numbers from 0 to " + std::to_string(servers_max));
      out.servers[i] = servers->get();
    }
    out.where = origin_of(table, "capacity");
    into.push_back(std::move(out));
  }

  void check_sense(const toml::table& root) {
    if (out_.to <= out_.from || out_.to - out_.from > 20 * 366)
      refuse(root, "to", "must be after from, by at most 20 years");
    if (out_.statistics_from < out_.from || out_.statistics_from > out_.to) {
      if (root.contains("statistics_from"))
        refuse(root, "statistics_from", "must be from the first day of the run to its end");
      out_.statistics_from = out_.from;
    }
    const constants& v = out_.values;
    if (v.status_citizen + v.status_lawful + v.status_if_convicted + v.status_not_lawful +
            v.status_prior_removal + v.status_final_order >
        1.0 + 1e-9)
      refuse(root, "parameters", "the status_ shares are more than 1 together");
    for (const parameter_info& p : parameters())
      if (!out_.origins.contains(p.name))
        refuse(root, p.name, "this parameter is missing: value, mark and source");
  }

  scenario out_;
};

}  // namespace

result<scenario> parse_scenario(const scenario& base, std::string_view text,
                                const std::string& file) {
  WHORL_ASSIGN(const toml::table root,
               settings::parse_toml(text, file, limits::rule_file_bytes_max));
  return scenario_reader(base, file).read(root);
}

}  // namespace whorl::rollout
