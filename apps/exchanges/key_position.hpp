// Where a standby stands in the keys of a holder: what it asks next, and when it has every key.
// Pure.
//
//   lists all keys, page after page -> follows from the position of the FIRST page on (what changed
//   while it listed comes again) -> an answer with nothing missing: it has all there was as it
//   asked
#pragma once

#include <cstdint>
#include <optional>

#include "messages/exchanges.hpp"

namespace whorl::apps::exchanges {

class key_position {
 public:
  /// With a listing of all keys: too far behind, or another holder.
  void begin_again();
  bool lists() const { return feed_ == 0; }
  /// Of a listing: behind which key the next page begins.
  std::optional<key_id> listed() const { return listed_; }
  /// Else: from where it follows.
  std::uint64_t feed() const { return feed_; }
  std::uint64_t next() const { return next_; }

  /// A question goes out now.
  void asks() { ++asked_; }
  /// Its answer: a page whose keys have been taken over, the last of them `last`.
  void took(const key_page& page, std::optional<key_id> last);
  /// The last answer had nothing missing.
  bool is_level() const { return level_ != 0 && level_ == asked_; }

  /// A moment, for has_all_since().
  std::uint64_t mark() const { return asked_; }
  /// Whether it has every key that there was at that moment.
  bool has_all_since(std::uint64_t mark) const { return level_ > mark; }

 private:
  std::uint64_t feed_ = 0, next_ = 0;  ///< feed 0: lists
  std::optional<key_id> listed_;
  std::optional<std::uint64_t> first_next_;
  /// Questions begun, and the newest that was answered with nothing missing: it counts for whatever
  /// was before it.
  std::uint64_t asked_ = 0, level_ = 0;
};

}  // namespace whorl::apps::exchanges
