// The 22 operations of OSIA ABIS 1.6 as a table: which method and path each has, who may call it,
// what it takes and which statuses the standard gives it. Requests are matched against this table;
// docs/OSIA.md and the conformance test are held against it.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "actors/policy_core.hpp"
#include "messages/result.hpp"

namespace whorl::apps::osia {

enum class operation : std::uint8_t {
  create_encounter_no_ids,
  create_encounter_no_id,
  read_all_encounters,
  create_encounter,
  read_encounter,
  update_encounter,
  delete_encounter,
  merge_encounter,
  move_encounter,
  update_encounter_status,
  update_encounter_galleries,
  read_template,
  delete_all,
  identify,
  identify_from_id,
  identify_from_encounter_id,
  verify_from_id,
  verify_from_bio,
  read_galleries,
  read_gallery_content,
  read_task_status,
  redeliver_task_result
};

struct description {
  operation what;
  std::string_view id;               ///< operationId of the standard
  std::string_view method, pattern;  ///< below path_prefix; {name} stands for one segment
  std::vector<actors::permission> any_of;
  std::vector<std::string_view> query;  ///< besides transactionId
  bool takes_body = false;
  std::vector<unsigned> statuses;  ///< of the standard
  bool needs_body = false;         ///< else one that is left out is an empty object
  bool takes(std::string_view parameter) const;
  bool answers(unsigned status) const;
};

/// Where the standard's paths begin here.
inline constexpr std::string_view path_prefix = "/osia";

std::span<const description> operations();
bool may(actors::role who, const description& what);

/// A request's target, taken apart.
struct asked_path {
  const description* to = nullptr;
  std::map<std::string, std::string, std::less<>> path, query;
};
/// Errors: not_found (no such path), unsupported (another method: `allow` lists those there are),
/// invalid_input (a broken escape; a parameter that the operation has not, that stands twice, is no
/// number or out of range; no transactionId) and limit_exceeded, each naming the parameter.
result<asked_path> match(std::string_view method, std::string_view target, std::string& allow);

/// The query's threshold, rounded up: scores are whole numbers. Checked by match.
std::optional<std::uint32_t> threshold_of(const asked_path& what);

/// A whole number of the query, `usual` where it is absent; checked by match.
long number_of(const asked_path& what, std::string_view parameter, long usual);

}  // namespace whorl::apps::osia
