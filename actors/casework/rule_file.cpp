#include "actors/casework/rule_file.hpp"

#include <algorithm>
#include <charconv>

#include "actors/settings/toml_reader.hpp"
#include "messages/invariant.hpp"
#include "messages/limits.hpp"

namespace whorl::casework {
namespace {

class rule_reader : settings::toml_reader {
 public:
  using toml_reader::toml_reader;

  result<rule_set> read(const toml::table& root) {
    known(root, "",
          {"version", "title", "source", "effective", "scope", "requires", "category", "criterion",
           "outcome"});
    out_.version = text(root, "version", "version");
    out_.title = text(root, "title", "title");
    out_.source = text(root, "source", "source");
    effective(root);
    for_texts(root, "scope", "scope", [&](const toml::node& n, const std::string& place) {
      if (place.size() != 2 && place.size() != 9)
        refuse(n, "scope", "'" + place + "' is neither a state's two letters nor an ORI of nine");
      out_.scope.push_back(place);
    });
    for_texts(root, "requires", "requires", [&](const toml::node& n, const std::string& fact) {
      check_fact(n, "requires", fact);
      out_.requires_facts.push_back(fact);
    });
    for_tables(root, "category", [&](const toml::table& t) { category_of(t); });
    for_tables(root, "criterion", [&](const toml::table& t) { criterion_of(t); });
    if (out_.criteria.empty()) refuse(root, "criterion", "at least one [[criterion]] is expected");
    outcomes(root);
    if (failed()) return failure();
    return std::move(out_);
  }

 private:
  template <class Each>
  void for_tables(const toml::table& root, std::string_view key, Each each) {
    const toml::node* n = root.get(key);
    if (n == nullptr) return;
    const std::string name(key);
    if (!n->is_array()) return refuse(*n, name, "expected [[" + name + "]] tables");
    if (n->as_array()->size() > limits::rule_criteria_max)
      return refuse(*n, name, "more than " + std::to_string(limits::rule_criteria_max));
    for (const toml::node& one : *n->as_array()) {
      if (!one.is_table()) return refuse(one, name, "expected [[" + name + "]] tables");
      each(*one.as_table());
      if (failed()) return;
    }
  }

  template <class Each>
  void for_texts(const toml::table& table, std::string_view key, const std::string& name,
                 Each each) {
    const toml::node* n = table.get(key);
    if (n == nullptr) return;
    if (!n->is_array()) return refuse(*n, name, "expected a list of texts");
    for (const toml::node& one : *n->as_array()) {
      const std::string value = text_value(one, name);
      if (failed()) return;
      each(one, value);
    }
  }

  void effective(const toml::table& root) {
    const toml::node* n = root.get("effective");
    const auto day = n == nullptr ? std::nullopt : n->value<toml::date>();
    if (!day || !n->is_date())
      return refuse(n == nullptr ? static_cast<const toml::node&>(root) : *n, "effective",
                    "expected a date without quotes, for example 2011-03-02");
    const int number = day->year * 10000 + day->month * 100 + day->day;
    out_.effective = std::to_string(100'000'000 + number).substr(1);
  }

  void check_fact(const toml::node& where, const std::string& name, const std::string& fact) {
    std::string list;
    for (std::string_view f : fact_names()) {
      if (f == fact) return;
      list += (list.empty() ? "" : ", ") + std::string(f);
    }
    refuse(where, name, "'" + fact + "' is no fact: use " + list);
  }

  void code_range_of(const toml::node& where, const std::string& written) {
    auto four = [](std::string_view t) {
      int number = -1;
      const auto [end, failed] = std::from_chars(t.data(), t.data() + t.size(), number);
      return t.size() == 4 && failed == std::errc() && end == t.data() + 4 ? number : -1;
    };
    const bool pair = written.size() == 9 && written[4] == '-';
    const code_range range{four(std::string_view(written).substr(0, 4)),
                           pair ? four(std::string_view(written).substr(5)) : four(written)};
    if (range.from < 0 || range.to < range.from)
      refuse(where, "category.codes",
             "'" + written + "' is neither an NCIC code (\"1313\") nor a range (\"1301-1399\")");
    out_.categories.back().codes.push_back(range);
  }

  void category_of(const toml::table& t) {
    known(t, "category.", {"name", "codes", "class", "sentence_over_days"});
    category one;
    one.name = text(t, "name", "category.name");
    for (const category& other : out_.categories)
      if (other.name == one.name)
        refuse(t, "category.name", "'" + one.name + "' stands there twice");
    if (t.get("class") != nullptr) {
      const auto kind = parse_offence_class(text(t, "class", "category.class"));
      if (!kind) refuse(*t.get("class"), "category.class", kind.error().message);
      if (kind) one.at_least = *kind;
    }
    std::int64_t days = -1;
    number(t, "sentence_over_days", "category.sentence_over_days", days, 0, 100'000);
    one.sentence_over_days = static_cast<std::int32_t>(days);
    out_.categories.push_back(std::move(one));
    for_texts(t, "codes", "category.codes",
              [&](const toml::node& n, const std::string& code) { code_range_of(n, code); });
  }

  void criterion_of(const toml::table& t) {
    known(t, "criterion.", {"name", "level", "categories", "count", "counts", "fact"});
    criterion one;
    one.name = text(t, "name", "criterion.name");
    std::int64_t level = 0, count = 1;
    number(t, "level", "criterion.level", level, 1, 3);
    if (level == 0) refuse(t, "criterion.level", "missing; 1 (gravest) to 3 is expected");
    number(t, "count", "criterion.count", count, 1, 100);
    one.level = static_cast<std::uint8_t>(level);
    one.count = static_cast<std::size_t>(count);
    const std::string which = text(t, "counts", "criterion.counts", false);
    if (!which.empty() && which != "convicted" && which != "charged or convicted")
      refuse(*t.get("counts"), "criterion.counts",
             "expected \"convicted\" (usual) or \"charged or convicted\"");
    one.convicted_only = which != "charged or convicted";
    one.fact = text(t, "fact", "criterion.fact", false);
    if (!one.fact.empty()) check_fact(*t.get("fact"), "criterion.fact", one.fact);
    for_texts(t, "categories", "criterion.categories",
              [&](const toml::node& n, const std::string& name) {
                const auto found = std::find_if(out_.categories.begin(), out_.categories.end(),
                                                [&](const category& c) { return c.name == name; });
                if (found == out_.categories.end())
                  return refuse(n, "criterion.categories",
                                "there is no [[category]] named '" + name + "'");
                one.categories.push_back(static_cast<std::size_t>(found - out_.categories.begin()));
              });
    if (one.fact.empty() == one.categories.empty())
      refuse(t, "criterion." + one.name, "give either categories or a fact");
    out_.criteria.push_back(std::move(one));
  }

  void outcomes(const toml::table& root) {
    const toml::node* n = root.get("outcome");
    if (n == nullptr || !n->is_table())
      return refuse(root, "outcome", "expected [outcome.1] to [outcome.3] and [outcome.none]");
    known(*n->as_table(), "outcome.", {"1", "2", "3", "none"});
    constexpr std::string_view keys[] = {"none", "1", "2", "3"};
    for (std::size_t level = 0; level < 4; ++level) {
      const std::string name = "outcome." + std::string(keys[level]);
      const toml::node* one = n->as_table()->get(keys[level]);
      if (one == nullptr || !one->is_table())
        return refuse(*n, name, "missing; detainer and answer_due_minutes are expected");
      outcome_of(*one->as_table(), name, out_.by_level[level]);
    }
  }

  void outcome_of(const toml::table& t, const std::string& name, outcome& out) {
    known(t, name + ".", {"detainer", "answer_due_minutes"});
    const std::string rule = text(t, "detainer", name + ".detainer");
    if (failed()) return;
    if (rule == "allowed")
      out.detainer = detainer_rule::allowed;
    else if (rule == "conditional")
      out.detainer = detainer_rule::conditional;
    else if (rule != "none")
      refuse(*t.get("detainer"), name + ".detainer",
             "expected \"allowed\", \"conditional\" (takes effect on a conviction) or \"none\"");
    number(t, "answer_due_minutes", name + ".answer_due_minutes", out.answer_due_minutes, 1,
           60 * 24 * 365);
  }

  rule_set out_;
};

}  // namespace

result<rule_set> parse_rules(std::string_view text, const std::string& file) {
  WHORL_ASSIGN(const toml::table root,
               settings::parse_toml(text, file, limits::rule_file_bytes_max));
  return rule_reader(file).read(root);
}

std::vector<rule_set> shipped_rules() {
  std::vector<rule_set> all;
  for (const shipped_file& file : shipped_files()) {
    auto rules = parse_rules(file.text, std::string(file.name));
    INVARIANT(rules.has_value());
    all.push_back(*std::move(rules));
  }
  return all;
}

std::uint8_t level_by_code(std::string_view ncic_code) {
  static const rule_set by_code = [] {
    std::vector<rule_set> all = shipped_rules();
    for (rule_set& one : all)
      if (one.version == "2008-10") return std::move(one);
    INVARIANT(false);
    return rule_set();
  }();
  const offence charge{std::string(ncic_code), offence_class::unknown, offence_disposition::charged,
                       -1};
  return evaluate(by_code, {{charge}, {}}).level;
}

}  // namespace whorl::casework
