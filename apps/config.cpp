#include "apps/config.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <string_view>

#include "actors/casework/rule_file.hpp"
#include "actors/settings/toml_reader.hpp"
#include "apps/cases_reader.hpp"
#include "apps/exchange_reader.hpp"
#include "apps/files.hpp"
#include "messages/limits.hpp"

namespace whorl::apps {
namespace {

class config_reader : settings::toml_reader {
 public:
  using toml_reader::toml_reader;

  result<config> read(const toml::table& root) {
    known(root, "",
          {"default_principal", "principal", "jurisdictions", "node", "osia", "rules", "cases",
           "state_bureau", "cluster", "journal", "exchange"});
    principals(root);
    if (const toml::node* n = root.get("jurisdictions")) jurisdictions(*n);
    if (const toml::node* n = root.get("node")) node(*n);
    if (const toml::node* n = root.get("osia")) osia(*n);
    if (const toml::node* n = root.get("rules")) rules(*n);
    if (const toml::node* n = root.get("state_bureau")) bureaus(*n);
    if (const toml::node* n = root.get("cluster")) cluster(*n);
    if (const toml::node* n = root.get("journal")) journal(*n);
    if (failed()) return failure();
    return std::move(out_);
  }

 private:
  template <class T>
  void node_number(const toml::table& table, std::string_view key, T& out, std::int64_t low,
                   std::int64_t high) {
    auto value = static_cast<std::int64_t>(out);
    number(table, key, "node." + std::string(key), value, low, high);
    out = static_cast<T>(value);
  }

  void principals(const toml::table& root) {
    const toml::array* list = root.get_as<toml::array>("principal");
    if (list == nullptr || list->empty())
      return refuse(root, "principal", "at least one [[principal]] with name and role is expected");
    for (const toml::node& n : *list) {
      const toml::table* table = n.as_table();
      if (table == nullptr) return refuse(n, "principal", "expected [[principal]] tables");
      known(*table, "principal.", {"name", "role", "ori", "protected_records"});
      actors::principal who;
      who.name = text(*table, "name", "principal.name");
      for (const auto& other : out_.principals)
        if (other.name == who.name)
          refuse(n, "principal.name", "'" + who.name + "' stands there twice");
      const auto parsed = actors::parse_role(text(*table, "role", "principal.role"));
      if (!parsed) refuse(*table, "principal.role", parsed.error().message);
      if (failed()) return;
      who.acts_as = *parsed;
      who.ori = text(*table, "ori", "principal.ori", false);
      const std::size_t wanted = actors::ori_length(who.acts_as);
      if (who.ori.size() != wanted)
        refuse(n, "principal.ori",
               wanted == 9   ? "a lea and an officer_287g need the agency's ORI of 9 characters"
               : wanted == 2 ? "a sib and a field_officer need the two letters of their state"
                             : "only lea, officer_287g, sib and field_officer have one");
      boolean(*table, "protected_records", "principal.protected_records", who.protected_records);
      if (who.protected_records && !actors::may_be_named(who.acts_as))
        refuse(n, "principal.protected_records",
               "whoever books, and an agency's officers, see no protected records: leave it out");
      out_.principals.push_back(std::move(who));
    }
    out_.default_principal = text(root, "default_principal", "default_principal");
    if (failed()) return;
    if (const auto found = find_principal(out_, ""); !found)
      refuse(*root.get("default_principal"), "default_principal", found.error().message);
  }

  jurisdiction_mode mode(const toml::node& n, const std::string& key) {
    const auto parsed = parse_jurisdiction_mode(n.value<std::string>().value_or(""));
    if (!parsed) refuse(n, key, "expected \"inactive\", \"limited\" or \"full\"");
    return parsed ? *parsed : jurisdiction_mode::inactive;
  }

  /// What kind of place an agency is, where it is no jail.
  booking_source source(const toml::node& n, const std::string& key) {
    const auto parsed = parse_booking_source(n.value<std::string>().value_or(""));
    if (!parsed) refuse(n, key, "expected \"jail\", \"state_prison\", \"probation\" or \"parole\"");
    return parsed ? *parsed : booking_source::jail;
  }

  /// A table of places of so many characters (`name_words`), each with what `read` makes of it.
  template <class Value, class Read>
  void by_place(const toml::table& table, std::string_view key, const char* expected,
                std::size_t length, const std::string& name_words, Read read,
                std::map<std::string, Value, std::less<>>& out) {
    const toml::node* n = table.get(key);
    if (n == nullptr) return;
    const std::string prefix = "jurisdictions." + std::string(key);
    if (!n->is_table()) return refuse(*n, prefix, expected);
    for (const auto& [name, value] : *n->as_table()) {
      const std::string place(name.str());
      if (place.size() != length) refuse(value, prefix, "'" + place + "' is not " + name_words);
      out[place] = read(value, prefix + "." + place);
    }
  }
  void modes_by(const toml::table& table, std::string_view key, std::size_t length,
                std::map<std::string, jurisdiction_mode, std::less<>>& out) {
    by_place(
        table, key, "expected a table of names and modes", length,
        std::to_string(length) + " characters",
        [this](const toml::node& n, const std::string& where) { return mode(n, where); }, out);
  }

  void jurisdictions(const toml::node& n) {
    const toml::table* table = n.as_table();
    if (table == nullptr) return refuse(n, "jurisdictions", "expected a table");
    known(*table, "jurisdictions.",
          {"default_mode", "by_state", "by_ori", "change", "sources", "time_zones"});
    if (const toml::node* m = table->get("default_mode"))
      out_.modes.default_mode = mode(*m, "jurisdictions.default_mode");
    modes_by(*table, "by_state", 2, out_.modes.by_state);
    modes_by(*table, "by_ori", 9, out_.modes.by_ori);
    if (const toml::node* log = table->get("change")) changes(*log);
    by_place(
        *table, "sources", "expected a table of ORIs and sources", 9, "an ORI of nine characters",
        [this](const toml::node& one, const std::string& where) { return source(one, where); },
        out_.modes.sources);
  }

  /// The dated log. A change without a legal basis is refused: that is what was missing.
  void changes(const toml::node& n) {
    constexpr const char* name = "jurisdictions.change";
    if (!n.is_array()) return refuse(n, name, "expected [[jurisdictions.change]] tables");
    for (const toml::node& one : *n.as_array()) {
      const toml::table* table = one.as_table();
      if (table == nullptr) return refuse(one, name, "expected [[jurisdictions.change]] tables");
      known(*table, "jurisdictions.change.", {"place", "mode", "from", "basis"});
      actors::mode_change change;
      change.place = text(*table, "place", "jurisdictions.change.place");
      change.basis = text(*table, "basis", "jurisdictions.change.basis");
      change.from = day(*table, "from", "jurisdictions.change.from");
      const toml::node* mode_node = table->get("mode");
      change.mode = mode(mode_node == nullptr ? one : *mode_node, "jurisdictions.change.mode");
      if (change.place.size() != 2 && change.place.size() != 9)
        refuse(one, "jurisdictions.change.place",
               "'" + change.place + "' is neither a state's two letters nor an ORI of nine");
      if (failed()) return;
      out_.modes.log.push_back(std::move(change));
    }
  }

  /// A date without quotes, as YYYYMMDD; missing is refused.
  std::string day(const toml::table& table, std::string_view key, const std::string& name) {
    const toml::node* n = table.get(key);
    const auto date = n == nullptr ? std::nullopt : n->value<toml::date>();
    if (n != nullptr && n->is_date() && date)
      return std::to_string(100'000'000 + date->year * 10'000 + date->month * 100 + date->day)
          .substr(1);
    refuse(n == nullptr ? static_cast<const toml::node&>(table) : *n, name,
           "expected a date without quotes, for example 2011-03-02");
    return {};
  }

  void node(const toml::node& n) {
    const toml::table* table = n.as_table();
    if (table == nullptr) return refuse(n, "node", "expected a table");
    known(*table, "node.",
          {"threads", "in_flight_max", "top_k", "use_index", "booking_deadline_hours",
           "stall_seconds", "retention_days", "purge_every_hours"});
    node_number(*table, "threads", out_.threads, 0, 1024);
    node_number(*table, "in_flight_max", out_.in_flight_max, 1, 4096);
    node_number(*table, "top_k", out_.top_k, 1, limits::coarse_candidates_max);
    boolean(*table, "use_index", "node.use_index", out_.use_index);
    node_number(*table, "booking_deadline_hours", out_.booking_deadline_hours, 1, 24 * 30);
    node_number(*table, "stall_seconds", out_.stall_seconds, 1, 3600);
    node_number(*table, "retention_days", out_.retention_days, -1, 36500);
    node_number(*table, "purge_every_hours", out_.purge_every_hours, 0, 24 * 31);
  }

  void osia(const toml::node& n) {
    const toml::table* table = n.as_table();
    if (table == nullptr) return refuse(n, "osia", "expected a table");
    known(*table, "osia.", {"callback_hosts"});
    texts(*table, "callback_hosts", "osia.callback_hosts",
          [this](const toml::node&, std::string host) {
            out_.callback_hosts.push_back(std::move(host));
          });
  }

  template <class Each>
  void texts(const toml::table& table, std::string_view key, const std::string& name, Each each) {
    const toml::node* list = table.get(key);
    if (list == nullptr) return;
    if (!list->is_array()) return refuse(*list, name, "expected a list of texts");
    for (const toml::node& one : *list->as_array()) {
      std::string value = text_value(one, name);
      if (value.empty()) refuse(one, name, "an empty text");
      if (failed()) return;
      each(one, std::move(value));
    }
  }

  void rules(const toml::node& n) {
    const toml::table* table = n.as_table();
    if (table == nullptr) return refuse(n, "rules", "expected a table");
    known(*table, "rules.", {"files", "as_of"});
    texts(*table, "files", "rules.files", [this](const toml::node&, std::string file) {
      out_.rule_files.push_back(std::move(file));
    });
    if (table->get("as_of") != nullptr) out_.cases.as_of = day(*table, "as_of", "rules.as_of");
  }

  void bureaus(const toml::node& n) {
    if (!n.is_array()) return refuse(n, "state_bureau", "expected [[state_bureau]] tables");
    for (const toml::node& one : *n.as_array()) {
      const toml::table* table = one.as_table();
      if (table == nullptr) return refuse(one, "state_bureau", "expected [[state_bureau]] tables");
      known(*table, "state_bureau.", {"state", "delay_minutes", "rejects"});
      actors::bureau_rule rule;
      rule.state = text(*table, "state", "state_bureau.state");
      rule.rejects = text(*table, "rejects", "state_bureau.rejects", false);
      number(*table, "delay_minutes", "state_bureau.delay_minutes", rule.delay_minutes, 0, 12 * 60);
      if (!failed() && rule.state.size() != 2)
        refuse(one, "state_bureau.state", "expected a state's two letters");
      for (const auto& other : out_.bureaus)
        if (other.state == rule.state)
          refuse(one, "state_bureau.state", "'" + rule.state + "' stands there twice");
      if (failed()) return;
      out_.bureaus.push_back(std::move(rule));
    }
  }

  void journal(const toml::node& n) {
    const toml::table* table = n.as_table();
    if (table == nullptr) return refuse(n, "journal", "expected a table");
    known(*table, "journal.",
          {"servers", "prefix", "replicas", "authority", "certificate", "key", "user",
           "password_file", "credentials_file", "patience_seconds"});
    journal_config j;
    texts(*table, "servers", "journal.servers", [&](const toml::node& where, std::string server) {
      if (!server.starts_with("tls://"))
        refuse(where, "journal.servers", "expected \"tls://host:port\", not '" + server + "'");
      j.servers.push_back(std::move(server));
    });
    number(*table, "replicas", "journal.replicas", j.replicas, 1, 5);
    number(*table, "patience_seconds", "journal.patience_seconds", j.patience_seconds, 1, 600);
    for (const auto& [key, out] :
         {std::pair("prefix", &j.prefix), std::pair("authority", &j.authority),
          std::pair("certificate", &j.certificate), std::pair("key", &j.key),
          std::pair("user", &j.user), std::pair("password_file", &j.password_file),
          std::pair("credentials_file", &j.credentials_file)})
      if (table->get(key) != nullptr) *out = text(*table, key, std::string("journal.") + key);
    if (!failed() && j.servers.empty())
      refuse(n, "journal.servers", "at least one \"tls://host:port\" is expected");
    if (!failed() && j.credentials_file.empty() == j.password_file.empty())
      refuse(n, "journal.password_file", "either that with user, or credentials_file is expected");
    out_.journal = std::move(j);
  }

  void cluster(const toml::node& n) {
    const toml::table* table = n.as_table();
    if (table == nullptr) return refuse(n, "cluster", "expected a table");
    known(*table, "cluster.",
          {"listen", "replicas", "first_nodes", "copies_at_once", "suspect_ms", "dead_seconds",
           "certificate", "key", "authority"});
    actors::exchange_settings e;
    const auto listen = parse_host_port(text(*table, "listen", "cluster.listen"));
    if (!failed() && !listen)
      refuse(n, "cluster.listen", "expected \"address:port\", for example \"127.0.0.1:7400\"");
    if (failed()) return;
    e.address = listen->first;
    e.port = listen->second;
    const auto counted = [&](const char* key, std::uint32_t& out, std::int64_t high) {
      auto value = std::int64_t{out};
      number(*table, key, std::string("cluster.") + key, value, 1, high);
      out = static_cast<std::uint32_t>(value);
    };
    counted("replicas", e.membership.replicas, limits::replicas_max);
    counted("first_nodes", e.membership.first_nodes, limits::nodes_max);
    counted("copies_at_once", e.membership.copies_at_once, limits::copies_max);
    number(*table, "suspect_ms", "cluster.suspect_ms", e.membership.live.suspect_ms, 100, 60'000);
    std::int64_t dead_s = e.membership.live.dead_ms / 1000;
    number(*table, "dead_seconds", "cluster.dead_seconds", dead_s, 1, 24 * 3600);
    e.membership.live.dead_ms = dead_s * 1000;
    e.transport.certificate = text(*table, "certificate", "cluster.certificate", false);
    e.transport.key = text(*table, "key", "cluster.key", false);
    e.transport.authority = text(*table, "authority", "cluster.authority", false);
    const std::string lacking = lacking_file(e.transport);
    if (!lacking.empty()) refuse(n, "cluster." + lacking, "missing; " + std::string(all_or_none));
    if (e.membership.live.dead_ms <= e.membership.live.suspect_ms)
      refuse(n, "cluster.dead_seconds", "expected more than cluster.suspect_ms");
    out_.cluster = e;
  }

  config out_;
};

}  // namespace

result<config> parse_config(std::string_view text, const std::string& file) {
  WHORL_ASSIGN(const toml::table root, settings::parse_toml(text, file, limits::config_bytes_max));
  WHORL_ASSIGN(config out, config_reader(file).read(root));
  WHORL_ASSIGN(out.exchange, parse_exchange_config(root, file));
  WHORL_TRY(read_case_settings(root, file, out.principals, out.cases));
  return out;
}

result<config> read_config(const std::string& file) {
  WHORL_ASSIGN(const bytes text, read_whole(file, limits::config_bytes_max));
  WHORL_ASSIGN(config out,
               parse_config({reinterpret_cast<const char*>(text.data()), text.size()}, file));
  out.cases.rules = casework::shipped_rules();
  const auto folder = std::filesystem::path(file).parent_path();
  if (out.cluster)
    find_from_file(file, {&out.cluster->transport.certificate, &out.cluster->transport.key,
                          &out.cluster->transport.authority});
  if (out.journal)
    find_from_file(file, {&out.journal->authority, &out.journal->certificate, &out.journal->key,
                          &out.journal->password_file, &out.journal->credentials_file});
  if (out.exchange)
    find_from_file(file,
                   {&out.exchange->certificate, &out.exchange->key, &out.exchange->authority});
  for (const std::string& name : out.rule_files) {
    const std::string path = (folder / name).string();
    WHORL_ASSIGN(const bytes rules, read_whole(path, limits::rule_file_bytes_max));
    WHORL_ASSIGN(auto one, casework::parse_rules(
                               {reinterpret_cast<const char*>(rules.data()), rules.size()}, path));
    for (const auto& other : out.cases.rules)
      if (other.version == one.version)
        return make_error(errc::invalid_input,
                          path + ": version: there is a rule-set '" + one.version + "' already");
    out.cases.rules.push_back(std::move(one));
  }
  return out;
}

std::optional<std::pair<std::string, std::uint16_t>> parse_host_port(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  const std::string_view digits = text.substr(colon + 1);
  std::uint16_t port = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (read.ec != std::errc() || read.ptr != digits.data() + digits.size()) return std::nullopt;
  return std::pair(std::string(text.substr(0, colon)), port);
}

std::string lacking_file(const actors::transport_settings& settings) {
  const bool any =
      !settings.certificate.empty() || !settings.key.empty() || !settings.authority.empty();
  if (!any) return {};
  return settings.certificate.empty() ? "certificate"
         : settings.key.empty()       ? "key"
         : settings.authority.empty() ? "authority"
                                      : "";
}

}  // namespace whorl::apps
