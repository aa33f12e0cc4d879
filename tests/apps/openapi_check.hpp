// Holds real answers of the gateway against the schemas of its OpenAPI document. Every answer that
// a served_world hears is looked at; see served_world::ask.
#pragma once

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <vector>

#include "tests/apps/curl.hpp"

namespace whorl::test {

/// What is wrong with `value`, by its place; empty: nothing. A member that the schema does not
/// describe is wrong, also where the schema is open to those of later versions.
std::vector<std::string> faults_of(const nlohmann::json& value, const nlohmann::json& schema,
                                   const std::string& at = "");
/// {"$ref": ...} of one of the document's schemas.
nlohmann::json schema_named(std::string_view name);
nlohmann::json openapi_document();

struct exchange {
  std::string method, path;
  std::string sent;  ///< the JSON body; empty: none
  http_answer answer;
};
/// Checks the answer, and of one that was not refused for its body the body too. Of other tables
/// than /v1's, and where nobody answered: nothing.
void check_described(const exchange& what);

/// The request that curl makes of these words, its answer left open.
exchange exchange_of(const std::string& path, const std::vector<std::string>& words);

/// The same by a validator of the trade, and the document itself against OpenAPI's own schema;
/// what it says, empty: nothing. None: no node, or a package is not there (it says SKIPPED,
/// loudly).
std::optional<std::string> faults_by_ajv(const std::vector<exchange>& all);

}  // namespace whorl::test
