#include "actors/casework/reviews.hpp"

#include <map>
#include <string_view>

namespace whorl::casework {
namespace {

constexpr std::string_view same_person = "same person ", different = "different people";

std::map<std::string_view, const review_finding*> last_words(std::span<const review_finding> all) {
  std::map<std::string_view, const review_finding*> out;
  for (const review_finding& one : all) out[one.by] = &one;
  return out;
}

}  // namespace

std::int64_t agreed(std::span<const review_finding> before, const review_finding& now) {
  std::int64_t people = 1;
  for (const auto& [by, last] : last_words(before))
    people += by != now.by && last->same == now.same && last->subject == now.subject;
  return people;
}

bool is_said(std::span<const review_finding> before, const review_finding& now) {
  const auto all = last_words(before);
  const auto own = all.find(now.by);
  return own != all.end() && *own->second == now;
}

std::string to_text(const review_finding& what, const std::string& reason) {
  return (what.same ? std::string(same_person) + to_string(what.subject) : std::string(different)) +
         ": " + reason;
}

result<review_finding> parse_finding(const std::string& by, std::string_view text) {
  review_finding out{by, false, {}};
  const std::string_view what = text.substr(0, text.find(": "));
  if (what == different) return out;
  if (!what.starts_with(same_person))
    return make_error(errc::invalid_input, "'" + std::string(what) + "' is no finding");
  out.same = true;
  WHORL_ASSIGN(out.subject, parse_subject_id(what.substr(same_person.size())));
  return out;
}

}  // namespace whorl::casework
