// What runs of chaos say while they last, and what they are told by the environment.
#pragma once

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>

#include "tests/cluster/chaos/verdict.hpp"

namespace whorl::chaos {

using nlohmann::json;

inline std::int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

inline std::string setting(const char* name, const std::string& otherwise) {
  const char* const set = std::getenv(name);
  return set != nullptr && *set != '\0' ? set : otherwise;
}

/// JSON lines, to a file as well where one is named.
class reporter {
 public:
  reporter() : file_(setting("WHORL_CHAOS_REPORT", "/dev/null"), std::ios::app) {}
  void say(const json& what) {
    std::cout << what.dump() << std::endl;
    file_ << what.dump() << std::endl;
  }

 private:
  std::ofstream file_;
};

inline json document_of(const broken_promises& of) {
  return {{"event", "promises"},
          {"accepted", of.accepted},
          {"unacknowledged", of.unacknowledged},
          {"lost", of.lost},
          {"unanswered", of.unanswered},
          {"answered_twice", of.answered_twice},
          {"failed_answers", of.failed_answers},
          {"messages_twice", of.messages_twice},
          {"no_hit_without_coverage", of.no_hit_without_coverage},
          {"missed_known", of.missed_known},
          {"enrolled_twice", of.enrolled_twice},
          {"in_review", of.in_review}};
}

}  // namespace whorl::chaos
