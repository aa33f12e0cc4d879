// What bodies and answers of the interface are made of, as JSON Schema (the dialect of
// OpenAPI 3.1). The table of routes names them; the tests hold real answers against them, where a
// member that is not described is a fault.
#pragma once

#include <nlohmann/json.hpp>

#include <string_view>

namespace whorl::apps::http {

/// By name, as they stand in components/schemas.
nlohmann::ordered_json schemas();

/// Of a parameter of the path or the query.
nlohmann::ordered_json parameter_schema(std::string_view name);

}  // namespace whorl::apps::http
