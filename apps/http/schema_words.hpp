// The few words that the schemas are written in.
#pragma once

#include <nlohmann/json.hpp>

#include <initializer_list>
#include <string>
#include <string_view>

namespace whorl::apps::http::schema {

using json = nlohmann::ordered_json;

inline json text() { return {{"type", "string"}}; }
inline json whole() { return {{"type", "integer"}}; }
inline json number() { return {{"type", "number"}}; }
inline json yes_no() { return {{"type", "boolean"}}; }
inline json moment() { return {{"type", "string"}, {"format", "date-time"}}; }
inline json matching(const char* pattern) { return {{"type", "string"}, {"pattern", pattern}}; }
inline json from_to(std::int64_t least, std::int64_t most) {
  return {{"type", "integer"}, {"minimum", least}, {"maximum", most}};
}
inline json list_of(json item) { return {{"type", "array"}, {"items", std::move(item)}}; }
inline json counts() { return {{"type", "object"}, {"additionalProperties", whole()}}; }
inline json ref(std::string_view name) {
  return {{"$ref", "#/components/schemas/" + std::string(name)}};
}
inline json or_null(json other) {
  return {{"anyOf", json::array({std::move(other), {{"type", "null"}}})}};
}
inline json said(const char* words, json of) {
  of["description"] = words;
  return of;
}

template <class List>
json one_of(const List& values) {
  json names = json::array();
  for (const auto& value : values) {
    if constexpr (std::is_convertible_v<decltype(value), std::string_view>)
      names.push_back(std::string_view(value));
    else
      names.push_back(to_string(value));
  }
  return {{"type", "string"}, {"enum", names}};
}
template <class Value>
json one_of(std::initializer_list<Value> values) {
  return one_of<std::initializer_list<Value>>(values);
}

struct member {
  const char* name;
  json schema;
  bool always = true;
};
inline member maybe(const char* name, json schema) { return {name, std::move(schema), false}; }

/// What an answer holds. There may be more some day: whoever reads it passes over what it does not
/// know, so that it is not closed.
inline json object(std::initializer_list<member> members) {
  json out = {{"type", "object"}, {"required", json::array()}, {"properties", json::object()}};
  for (const member& each : members) {
    if (each.always) out["required"].push_back(each.name);
    out["properties"][each.name] = each.schema;
  }
  return out;
}

/// What is sent: nothing else is taken.
inline json body(std::initializer_list<member> members) {
  json out = object(members);
  out["additionalProperties"] = false;
  return out;
}

}  // namespace whorl::apps::http::schema
