// A client of `whorl serve`: curl, as a booking site would use it.
#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace whorl::test {

struct http_answer {
  unsigned status = 0;  ///< 0: no answer
  std::string content_type, body;
  nlohmann::json document() const { return nlohmann::json::parse(body); }
};

/// Runs curl with these words and what makes it quiet and tell the status.
http_answer curl(const std::vector<std::string>& words);

}  // namespace whorl::test
