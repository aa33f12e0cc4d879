// What waits for examiners, with candidates and scores: for `whorl reviews` and GET /v1/reviews.
#pragma once

#include <string>
#include <vector>

#include "actors/policy_core.hpp"
#include "apps/cli.hpp"
#include "apps/session.hpp"

namespace whorl::apps {

struct review_list {
  json document;                     ///< {"reviews": [...], "waiting": how many there are}
  std::vector<std::string> objects;  ///< the bookings shown, for the audit, each once
};

/// The oldest `most`, in the order in which they were accepted. Errors: those of the store.
result<review_list> list_reviews(session& s, const actors::principal& who, std::size_t most);

/// As a table, a candidate a row.
void print_reviews(const json& document, bool quiet);

/// A gateway's answer to a decision, for people.
std::string reviewed_words(const json& reviewed);

/// That a finding is on record and decides nothing yet.
std::string examined_words(const std::string& booking, std::int64_t agreed, std::int64_t needed);

/// Of a decision that is neither.
error same_or_different();

}  // namespace whorl::apps
