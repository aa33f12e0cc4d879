// The table of routes as an OpenAPI 3.1 document.
#include <nlohmann/json.hpp>

#include "apps/http/routes.hpp"

namespace whorl::apps::http {
namespace {

using json = nlohmann::ordered_json;

json parameters_of(const route& r) {
  json out = json::array();
  for (std::size_t at = 0; (at = r.pattern.find('{', at)) != std::string_view::npos; ++at)
    out.push_back({{"name", r.pattern.substr(at + 1, r.pattern.find('}', at) - at - 1)},
                   {"in", "path"},
                   {"required", true},
                   {"schema", {{"type", "string"}}}});
  for (const auto name : r.query)
    out.push_back({{"name", name}, {"in", "query"}, {"schema", {{"type", "string"}}}});
  return out;
}

std::string_view media_type_of(resource what) {
  if (what == resource::metrics) return "text/plain";
  if (what == resource::events) return "text/event-stream";
  return what == resource::message || what == resource::exchange_keys ? "application/octet-stream"
                                                                      : "application/json";
}

json operation_of(const route& r) {
  const std::string done = r.what == resource::submit ? "202" : "200";
  const json nothing = json::object();
  json out = {
      {"summary", r.summary},
      {"parameters", parameters_of(r)},
      {"responses",
       {{done,
         {{"description", "done"}, {"content", {{std::string(media_type_of(r.what)), nothing}}}}},
        {"default", {{"$ref", "#/components/responses/problem"}}}}}};
  if (r.takes_body) {
    json content = {{"application/json", nothing}};
    if (r.what == resource::submit) content["application/octet-stream"] = nothing;  // EBTS
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
  const json text = {{"type", "string"}};
  const json problem = {
      {"type", "object"},
      {"required", {"type", "title", "status", "detail"}},
      {"properties",
       {{"type", text}, {"title", text}, {"status", {{"type", "integer"}}}, {"detail", text}}}};
  const json out = {
      {"openapi", "3.1.0"},
      {"info", {{"title", "whorl"}, {"version", version}}},
      {"security", {{{"certificate", json::array()}}, {{"token", json::array()}}}},
      {"paths", paths},
      {"components",
       {{"securitySchemes",
         {{"certificate", {{"type", "mutualTLS"}}},
          {"token", {{"type", "http"}, {"scheme", "bearer"}, {"bearerFormat", "JWT"}}}}},
        {"responses",
         {{"problem",
           {{"description", "refused, as RFC 9457 has it"},
            {"content", {{"application/problem+json", {{"schema", problem}}}}}}}}}}}};
  return out.dump(2) + "\n";
}

}  // namespace whorl::apps::http
