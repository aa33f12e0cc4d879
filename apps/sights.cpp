#include "apps/sights.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <string_view>

#include "apps/cli.hpp"

namespace whorl::apps {
namespace {

constexpr std::size_t page_rows = 1000;

/// How an answer names the subject; empty: it does not.
std::string link_of(const std::optional<booking_answered>& answer, subject_id subject) {
  if (!answer) return {};
  const std::string gallery(to_string(answer->gallery));
  if (answer->subject == subject)
    return (answer->decision == answer_decision::no_hit ? "enrolled in " : "hit in ") + gallery;
  for (const auto& c : answer->candidates)
    if (c.subject == subject || c.identity == subject) return "candidate in " + gallery;
  return {};
}

/// Rows of readings. Of OSIA's those that write show nobody anything.
bool is_reading(std::string_view action) {
  if (action == "decide review") return true;
  for (const std::string_view begin :
       {"read ", "osia read ", "osia candidate", "osia identify", "osia verify"})
    if (action.starts_with(begin)) return true;
  return false;
}

/// Rows of what went out, or was withheld, of each gallery's answer; a change notice is of both.
constexpr std::string_view criminal_answers[] = {"answer SRE", "answer ERRT"};
constexpr std::string_view immigration_answers[] = {"answer IDR", "answer DET", "disclose ",
                                                    "withhold "};
bool is_of(std::string_view action, std::span<const std::string_view> kinds) {
  return std::ranges::any_of(kinds,
                             [&](std::string_view begin) { return action.starts_with(begin); });
}

class search {
 public:
  search(storage::store& store, subject_id subject) : store_(store), subject_(subject) {}

  result<std::vector<sight>> run(const std::function<void(std::uint64_t)>& on_bookings) {
    WHORL_TRY(rows_of(to_string(subject_), "the record", {}));
    storage::booking_store& bookings = *store_.bookings;
    std::size_t at = 0;
    for (storage::booking_range of;;) {
      WHORL_ASSIGN(const auto page, bookings.list(page_rows, of));
      for (const auto& row : page) WHORL_TRY(booking(row));
      at += page.size();
      if (on_bookings) on_bookings(at);
      if (page.size() < page_rows) break;
      of.before = page.back().accepted.booking;
    }
    std::ranges::stable_sort(found_, {}, &sight::at);
    return std::move(found_);
  }

 private:
  status booking(const storage::booking_row& row) {
    const std::string id = to_string(row.accepted.booking);
    const std::string criminal = link_of(row.criminal, subject_);
    const std::string immigration = link_of(row.immigration, subject_);
    if (criminal.empty() && immigration.empty()) return {};
    WHORL_TRY(rows_of(id, criminal, immigration));
    // A case shows what both searches found.
    WHORL_TRY(rows_of(to_string(case_id{row.accepted.booking.value}), criminal, immigration));
    WHORL_ASSIGN(const auto sent, store_.outbox->of_booking(row.accepted.booking));
    for (const auto& m : sent) {
      const bool of_criminal = m.queued.message.ends_with("/criminal");
      const std::string& through = of_criminal ? criminal : immigration;
      if (through.empty()) continue;
      const instant at = m.delivered ? m.delivered->at : m.queued.at;
      found_.push_back({at,
                        m.queued.recipient,
                        "-",
                        (m.delivered ? "was sent " : "will be sent ") + m.queued.kind,
                        id,
                        through,
                        "answer",
                        {}});
    }
    return {};
  }

  /// All rows of the object, however many: those of readings, and those in which one of the two
  /// galleries' answers went out or was withheld.
  status rows_of(const std::string& object, const std::string& criminal,
                 const std::string& immigration) {
    const std::string both =
        criminal + (criminal.empty() || immigration.empty() ? "" : ", ") + immigration;
    std::uint64_t before = std::numeric_limits<std::uint64_t>::max();
    for (;;) {
      WHORL_ASSIGN(const auto rows, store_.audit->newest(object, before, page_rows));
      for (const auto& [seq, row] : rows) {
        before = seq;
        const std::string* const through = is_reading(row.action)                   ? &both
                                           : is_of(row.action, criminal_answers)    ? &criminal
                                           : is_of(row.action, immigration_answers) ? &immigration
                                           : row.action.starts_with("answer CHG")   ? &both
                                                                                    : nullptr;
        if (through != nullptr && !through->empty())
          found_.push_back({row.at, row.principal, row.role, row.action, row.object, *through,
                            row.purpose, row.detail});
      }
      if (rows.size() < page_rows) return {};
    }
  }

  storage::store& store_;
  subject_id subject_;
  std::vector<sight> found_;
};

}  // namespace

result<std::vector<sight>> sights_of(storage::store& store, subject_id subject,
                                     const std::function<void(std::uint64_t)>& on_bookings) {
  return search(store, subject).run(on_bookings);
}

json sights_document(subject_id subject, std::span<const sight> all) {
  json rows = json::array();
  for (const sight& one : all)
    rows.push_back({{"at", to_string(one.at)},
                    {"who", one.who},
                    {"role", one.role},
                    {"did", one.action},
                    {"object", one.object},
                    {"through", one.through},
                    {"purpose", one.purpose},
                    {"detail", one.detail}});
  return {{"subject", to_string(subject)}, {"sights", rows}};
}

}  // namespace whorl::apps
