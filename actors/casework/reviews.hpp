// How many examiners decide a review (pure). With one, whoever decides first does; with more, an
// examiner's finding is put on record and decides nothing until so many different people have found
// the same. Who finds otherwise keeps it open, for one more or until one of them looks again.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "messages/facts.hpp"
#include "messages/result.hpp"

namespace whorl::casework {

/// Of whorl.toml, table cases.
struct review_rules {
  std::int64_t criminal_examiners = 1;
  /// One here: what opens a case is confirmed by another examiner there (guard second_examiner).
  std::int64_t immigration_examiners = 1;
  /// A review that examiners disagree on is overdue after so long.
  std::int64_t disagreement_hours = 24;
  std::int64_t needed(gallery_kind gallery) const {
    return gallery == gallery_kind::criminal ? criminal_examiners : immigration_examiners;
  }
};

/// What one examiner found.
struct review_finding {
  std::string by;
  bool same = false;
  subject_id subject;  ///< whom; 0 where the prints are nobody's
  instant at{};        ///< when it was put on record
  friend bool operator==(const review_finding&, const review_finding&) = default;
};

/// How many different people find what `now` says, its own among them. Of each the last word
/// counts: two who differ may look again.
std::int64_t agreed(std::span<const review_finding> before, const review_finding& now);
/// Whether that person's last word says so already.
bool is_said(std::span<const review_finding> before, const review_finding& now);

/// Since when the last words of two people differ; nothing where they do not.
std::optional<instant> disagree_since(std::span<const review_finding> all);

/// A finding as the detail of its audit row, and back. invalid_input for what is none.
std::string to_text(const review_finding& what, const std::string& reason);
result<review_finding> parse_finding(const std::string& by, std::string_view text);

}  // namespace whorl::casework
