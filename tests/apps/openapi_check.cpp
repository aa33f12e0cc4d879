#include "tests/apps/openapi_check.hpp"

#include <doctest/doctest.h>

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <regex>

#include "apps/http/routes.hpp"
#include "tests/support.hpp"

namespace whorl::test {
namespace {

using nlohmann::json;

bool is_of_type(const json& value, const std::string& type) {
  return type == "object"    ? value.is_object()
         : type == "array"   ? value.is_array()
         : type == "string"  ? value.is_string()
         : type == "integer" ? value.is_number_integer()
         : type == "number"  ? value.is_number()
         : type == "boolean" ? value.is_boolean()
                             : type == "null" && value.is_null();
}

void add(std::vector<std::string>& to, const std::vector<std::string>& more) {
  to.insert(to.end(), more.begin(), more.end());
}

std::vector<std::string> faults_of_members(const json& value, const json& schema,
                                           const std::string& at) {
  std::vector<std::string> out;
  for (const json& name : schema.value("required", json::array()))
    if (!value.contains(name)) out.push_back(at + ": no '" + name.get<std::string>() + "'");
  const json known = schema.value("properties", json::object());
  const json others = schema.value("additionalProperties", json(false));
  for (const auto& [name, member] : value.items()) {
    const std::string where = at + "/" + name;
    if (known.contains(name))
      add(out, faults_of(member, known[name], where));
    else if (others.is_object())
      add(out, faults_of(member, others, where));
    else
      out.push_back(where + ": not described");
  }
  return out;
}

std::vector<std::string> faults_of_value(const json& value, const json& schema,
                                         const std::string& at) {
  if (schema.contains("enum") && !std::ranges::count(schema["enum"], value))
    return {at + ": " + value.dump() + " is none of " + schema["enum"].dump()};
  if (schema.contains("pattern") &&
      !std::regex_search(value.get<std::string>(),
                         std::regex(schema["pattern"].get<std::string>())))
    return {at + ": " + value.dump() + " is not like " + schema["pattern"].dump()};
  if (schema.value("format", "") == "date-time" &&
      !std::regex_match(value.get<std::string>(),
                        std::regex(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z)")))
    return {at + ": " + value.dump() + " is no moment"};
  return {};
}

const apps::http::route* route_of(const std::string& method, const std::string& path) {
  const auto found = apps::http::match(method, path);
  return found.found ? found.found->to : nullptr;
}

}  // namespace

json openapi_document() {
  static const json document = json::parse(apps::http::openapi_document("test"));
  return document;
}

json schema_named(std::string_view name) {
  return {{"$ref", "#/components/schemas/" + std::string(name)}};
}

std::vector<std::string> faults_of(const json& value, const json& schema, const std::string& at) {
  static const json document = openapi_document();
  if (schema.contains("$ref"))
    return faults_of(
        value, document.at(json::json_pointer(schema["$ref"].get<std::string>().substr(1))), at);
  if (schema.contains("anyOf")) {
    std::vector<std::string> first;
    for (const json& each : schema["anyOf"]) {
      const auto faults = faults_of(value, each, at);
      if (faults.empty()) return {};
      if (first.empty()) first = faults;
    }
    return first;
  }
  const std::string type = schema.at("type");
  if (!is_of_type(value, type)) return {at + ": " + value.dump() + " is no " + type};
  if (type == "object" &&
      (schema.contains("properties") || schema.contains("additionalProperties")))
    return faults_of_members(value, schema, at);
  std::vector<std::string> out = faults_of_value(value, schema, at);
  if (type == "array")
    for (std::size_t i = 0; i < value.size(); ++i)
      add(out, faults_of(value[i], schema.at("items"), at + "/" + std::to_string(i)));
  return out;
}

exchange exchange_of(const std::string& path, const std::vector<std::string>& words) {
  exchange out{"GET", path, {}, {}};
  bool json_body = false, named = false;
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    if (words[i] == "-X") out.method = words[i + 1];
    named |= words[i] == "-X";
    if (words[i] == "--data-binary" || words[i] == "-d") {
      if (!named) out.method = "POST";
      out.sent = words[i + 1];
    }
    json_body |= words[i + 1] == "Content-Type: application/json";
  }
  if (out.sent.starts_with("@")) out.sent = to_text(read_file(out.sent.substr(1)));
  if (!json_body) out.sent.clear();
  return out;
}

void check_described(const exchange& what) {
  const auto* const route = route_of(what.method, what.path);
  const auto& [status, type, text] = what.answer;
  if (status == 0 || what.path.starts_with("/osia/")) return;
  CAPTURE(what.method);
  CAPTURE(what.path);
  CAPTURE(text.substr(0, 4000));
  const auto fault = [](const std::vector<std::string>& all) {
    return all.empty() ? std::string() : all.front();
  };
  if (status >= 400) {
    CHECK(type == "application/problem+json");
    CHECK(fault(faults_of(json::parse(text), schema_named("problem"))) == "");
    return;
  }
  REQUIRE(route != nullptr);
  if (!what.sent.empty())
    CHECK(fault(faults_of(json::parse(what.sent), schema_named(route->takes))) == "");
  if (!route->gives.empty()) {
    CHECK(type == "application/json");
    CHECK(fault(faults_of(json::parse(text), schema_named(route->gives))) == "");
  }
}

std::optional<std::string> faults_by_ajv(const std::vector<exchange>& all) {
  const temp_folder folder;
  const std::string file = (folder.path() / "exchanges.json").string(),
                    document = (folder.path() / "openapi.json").string();
  json list = json::array();
  for (const exchange& each : all)
    if (const auto* const route = route_of(each.method, each.path); route != nullptr)
      list.push_back({{"method", each.method},
                      {"path", route->pattern},
                      {"sent", each.sent},
                      {"status", each.answer.status},
                      {"type", each.answer.content_type},
                      {"body", each.answer.body}});
  write_file(file, to_bytes(list.dump(-1, ' ', false, json::error_handler_t::replace)));
  write_file(document, to_bytes(apps::http::openapi_document("test")));
  const std::string source = WHORL_SOURCE_DIR;
  const char* const given = std::getenv("NODE_PATH");
  const std::string modules = given != nullptr ? given : source + "/tests/npm/node_modules";
  FILE* const node = popen(("NODE_PATH='" + modules + "' node '" + source +
                            "/tests/apps/openapi_check.cjs' '" + document + "' '" + file + "' 2>&1")
                               .c_str(),
                           "r");
  REQUIRE(node != nullptr);
  std::string said;
  for (char part[4096]; const std::size_t size = std::fread(part, 1, sizeof part, node);)
    said.append(part, size);
  const int code = WEXITSTATUS(pclose(node));
  if (code == 127 || code == 3) {
    std::cout << "\n*** SKIPPED: answers against the OpenAPI document by ajv ("
              << (code == 127 ? "node is not installed" : said + "npm ci --prefix tests/npm")
              << "); the test's own check ran ***\n"
              << std::endl;
    return std::nullopt;
  }
  REQUIRE_MESSAGE(code <= 1, said);
  return code == 1 && said.empty() ? "exit code 1" : said;
}

}  // namespace whorl::test
