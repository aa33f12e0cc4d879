// A step as somebody asks for it, from words on a command line or from JSON, and the table of steps
// as documents.
#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

#include "apps/casework/case_desk.hpp"
#include "apps/casework/review_desk.hpp"

namespace whorl::apps {

/// "1313:felony:convicted:400"; class, disposition and days may be left out from the right.
result<offence> parse_offence(std::string_view text);

/// "2011-09-02T18:00Z" or with seconds, milliseconds; a date alone is its first moment in UTC.
result<instant> parse_moment(std::string_view text);

/// {"step": "detainer_issued", "reason": "...", "code": "...", "about_at": "...", "offence":
/// {"code": "1313", "class": "felony", "disposition": "convicted", "sentence_days": 400}}.
/// invalid_input names the member.
result<wanted_step> parse_step(const nlohmann::ordered_json& body);

/// {"gallery": "criminal", "decision": "same" or "different", "reason": "...", "subject": "S..."};
/// the subject may be left out. invalid_input names the member.
result<wanted_review> parse_review(const nlohmann::ordered_json& body);

/// "2011-03-02" of "20110302".
std::string date_words(const std::string& day);
/// Version, day, scope and size of each.
nlohmann::ordered_json rules_document(const std::vector<casework::rule_set>& all);

/// The lifecycle's table: one object a row.
nlohmann::ordered_json lifecycle_document();
/// As a Mermaid state diagram; steps that leave the state as it is are left out.
std::string lifecycle_diagram();
/// As a Markdown table: step, from, to, who, what beside it, safeguards.
std::string lifecycle_markdown();
/// Who may know what, as a Markdown table, from casework::may_know.
std::string disclosure_markdown();

}  // namespace whorl::apps
