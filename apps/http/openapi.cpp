// The table of routes as an OpenAPI 3.1 document.
#include <nlohmann/json.hpp>

#include "apps/http/routes.hpp"
#include "apps/http/schemas.hpp"

namespace whorl::apps::http {
namespace {

using json = nlohmann::ordered_json;

json schema_named(std::string_view name) {
  return {{"$ref", "#/components/schemas/" + std::string(name)}};
}

json parameters_of(const route& r) {
  json out = json::array();
  for (std::size_t at = 0; (at = r.pattern.find('{', at)) != std::string_view::npos; ++at) {
    const auto name = r.pattern.substr(at + 1, r.pattern.find('}', at) - at - 1);
    out.push_back(
        {{"name", name}, {"in", "path"}, {"required", true}, {"schema", parameter_schema(name)}});
  }
  for (const auto name : r.query)
    out.push_back({{"name", name}, {"in", "query"}, {"schema", parameter_schema(name)}});
  return out;
}

/// By media type.
json answer_of(const route& r) {
  if (!r.gives.empty()) return {{"application/json", {{"schema", schema_named(r.gives)}}}};
  json text = {{"type", "string"}};
  if (r.what == resource::metrics) return {{"text/plain", {{"schema", text}}}};
  if (r.what == resource::events) {
    text["description"] = "events `state` and, last, `done`; the data of each is a booking_state";
    return {{"text/event-stream", {{"schema", text}}}};
  }
  text["contentMediaType"] = "application/octet-stream";  // EBTS, or a frame
  return {{"application/octet-stream", {{"schema", text}}}};
}

json operation_of(const route& r) {
  const std::string done = r.what == resource::submit ? "202" : "200";
  json out = {{"summary", r.summary},
              {"parameters", parameters_of(r)},
              {"responses",
               {{done, {{"description", "done"}, {"content", answer_of(r)}}},
                {"default", {{"$ref", "#/components/responses/problem"}}}}}};
  if (r.what == resource::review)
    out["responses"]["202"] = {{"description", "on record: another examiner is needed"},
                               {"content", answer_of(r)}};
  if (r.takes_body()) {
    json content = {{"application/json", {{"schema", schema_named(r.takes)}}}};
    if (r.what == resource::submit)
      content["application/octet-stream"] = {
          {"schema", {{"type", "string"}, {"contentMediaType", "application/octet-stream"}}}};
    out["requestBody"] = {{"required", true}, {"content", content}};
  }
  if (r.open) out["security"] = json::array();
  json needs = json::array();
  for (const auto p : r.any_of) needs.push_back(actors::to_string(p));
  if (!needs.empty()) out["x-whorl-any-of"] = needs;
  return out;
}

/// The same without what a body holds.
json head_of(const json& get) {
  json out = get;
  out["summary"] = "as GET, without the body: " + get["summary"].get<std::string>();
  for (auto& [status, answer] : out["responses"].items()) {
    if (status != "default") answer.erase("content");
  }
  return out;
}

}  // namespace

std::string openapi_document(std::string_view version) {
  json paths = json::object();
  for (const route& r : routes()) {
    std::string method(r.method);
    for (char& c : method) c = static_cast<char>(c + ('a' - 'A'));
    json& path = paths[std::string(r.pattern)];
    path[method] = operation_of(r);
    if (r.method == "GET") path["head"] = head_of(path[method]);
  }
  const json out = {
      {"openapi", "3.1.0"},
      {"info", {{"title", "whorl"}, {"version", version}}},
      {"security", {{{"certificate", json::array()}}, {{"token", json::array()}}}},
      {"paths", paths},
      {"components",
       {{"schemas", schemas()},
        {"securitySchemes",
         {{"certificate", {{"type", "mutualTLS"}}},
          {"token", {{"type", "http"}, {"scheme", "bearer"}, {"bearerFormat", "JWT"}}}}},
        {"responses",
         {{"problem",
           {{"description", "refused, as RFC 9457 has it"},
            {"content",
             {{"application/problem+json", {{"schema", schema_named("problem")}}}}}}}}}}}};
  return out.dump(2) + "\n";
}

}  // namespace whorl::apps::http
