#include "actors/casework/reviews.hpp"

#include <algorithm>
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

bool is_same(const review_finding& a, const review_finding& b) {
  return a.same == b.same && a.subject == b.subject;
}

}  // namespace

std::int64_t agreed(std::span<const review_finding> before, const review_finding& now) {
  std::int64_t people = 1;
  for (const auto& [by, last] : last_words(before)) people += by != now.by && is_same(*last, now);
  return people;
}

bool is_said(std::span<const review_finding> before, const review_finding& now) {
  const auto all = last_words(before);
  const auto own = all.find(now.by);
  return own != all.end() && is_same(*own->second, now);
}

std::optional<instant> disagree_since(std::span<const review_finding> all) {
  std::optional<instant> since;
  for (std::size_t count = 1; count <= all.size(); ++count) {
    const auto words = last_words(all.first(count));
    const review_finding& first = *words.begin()->second;
    const bool agree =
        std::ranges::all_of(words, [&](const auto& one) { return is_same(*one.second, first); });
    if (agree)
      since.reset();
    else if (!since)
      since = all[count - 1].at;
  }
  return since;
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
