#include "apps/service_reads.hpp"

#include <charconv>
#include <chrono>
#include <limits>
#include <span>

#include "actors/gateway_core.hpp"
#include "apps/answers.hpp"
#include "apps/casework/await_applied.hpp"
#include "apps/casework/case_desk.hpp"
#include "apps/casework/queue_document.hpp"
#include "apps/casework/report.hpp"
#include "apps/casework/step_words.hpp"
#include "apps/documents.hpp"
#include "apps/review_list.hpp"
#include "apps/sights.hpp"
#include "messages/limits.hpp"
#include "messages/wire.hpp"

namespace whorl::apps {
namespace {

using http::resource;
using http::response;

constexpr std::size_t rows_usual = 100;

/// A number of the query or the path, from 1 to `most`.
template <class T>
result<T> number_of(const std::string& text, const char* name, T most) {
  T out = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (failed != std::errc() || end != text.data() + text.size() || out < 1 || out > most)
    return make_error(
        errc::invalid_input,
        std::string(name) + ": expected a whole number from 1 to " + std::to_string(most));
  return out;
}

std::string value_of(const std::map<std::string, std::string, std::less<>>& all,
                     std::string_view name) {
  const auto found = all.find(name);
  return found == all.end() ? std::string() : found->second;
}

class reader {
 public:
  reader(session& s, const asked& what, reading& about) : session_(s), what_(what), about_(about) {}

  result<response> read() {
    switch (what_.where.to->what) {
      case resource::bookings:
        return bookings();
      case resource::booking: {
        WHORL_ASSIGN(const json now, state());
        return json_response(now);
      }
      case resource::answers:
        return answers();
      case resource::message:
        return message();
      case resource::cases:
        return cases();
      case resource::one_case:
        return one_case();
      case resource::queue:
        return queue();
      case resource::reviews:
        return reviews();
      case resource::rules:
        return rules();
      case resource::report:
        return figures();
      case resource::audit:
        return audit();
      case resource::sights:
        return sights();
      default:
        return make_error(errc::internal, "a route without a resource");
    }
  }

  result<json> state() {
    WHORL_ASSIGN(const auto row, visible_booking());
    return booking_state(row, !sees_immigration(session_.store(), what_.who, row.accepted));
  }

 private:
  std::string path(std::string_view name) const { return value_of(what_.where.path, name); }
  std::string query(std::string_view name) const { return value_of(what_.where.query, name); }
  bool has(std::string_view name) const { return what_.where.query.contains(name); }
  result<std::size_t> limit(std::size_t most = limits::http_rows_max) const {
    if (!has("limit")) return rows_usual;
    return number_of(query("limit"), "limit", most);
  }

  /// Also one that the journal holds and the projection has not read yet: whoever was answered 202
  /// finds the booking at once.
  result<storage::booking_row> stored_booking(booking_id id) const {
    auto row = session_.store().bookings->get(id);
    if (row || row.error().code != errc::not_found) return row;
    WHORL_ASSIGN(const auto record, session_.store().log->find(stream_id::bookings,
                                                               actors::acceptance_message_id(id)));
    if (!record) return row;
    WHORL_ASSIGN(fact what, wire::decode_fact(record->payload));
    auto* const accepted = std::get_if<booking_accepted>(&what);
    if (accepted == nullptr) return row;
    return storage::booking_row{std::move(*accepted), std::nullopt, std::nullopt};
  }

  result<storage::booking_row> visible_booking() {
    WHORL_ASSIGN(const booking_id id, parse_booking_id(path("booking")));
    auto row = stored_booking(id);
    if (!row && row.error().code == errc::not_found) return no_such_booking();
    if (row && !may_see(what_.who, row->accepted)) {
      about_.foreign = to_string(id);
      return make_error(errc::forbidden, "a booking of another agency");
    }
    return row;
  }

  result<shown_booking> shown() {
    WHORL_ASSIGN(auto row, visible_booking());
    return show_booking(session_, what_.who, std::move(row));
  }

  result<response> bookings() {
    WHORL_ASSIGN(const std::size_t most, limit());
    storage::booking_range of;
    of.owner = is_booking_side(what_.who.acts_as) ? what_.who.ori : std::string();
    if (has("ori")) {
      booking_accepted as_if;
      as_if.ori = of.owner = query("ori");
      if (!may_see(what_.who, as_if))
        return make_error(errc::forbidden, "bookings of another agency");
    }
    if (has("tcn")) return with_tcn(of.owner);
    if (has("before")) {
      WHORL_ASSIGN(of.before, parse_booking_id(query("before")));
      const auto row = stored_booking(*of.before);
      if (!row || !may_see(what_.who, row->accepted)) return no_such_booking();
      // Newer than all that is listed yet.
      if (!session_.store().bookings->get(*of.before)) of.before.reset();
    }
    WHORL_ASSIGN(const auto rows, session_.store().bookings->list(most, of));
    json out = json::array();
    for (const auto& row : rows)
      out.push_back(
          booking_state(row, !sees_immigration(session_.store(), what_.who, row.accepted)));
    const bool more = rows.size() == most;
    return json_response({{"bookings", out},
                          {"next", more ? json(to_string(rows.back().accepted.booking)) : json()}});
  }

  /// One at most: an agency's TCN is of one booking.
  result<response> with_tcn(const std::string& ori) {
    if (ori.size() <= 2)
      return make_error(errc::invalid_input, "tcn: give the agency too: ori=...");
    const auto id = session_.store().bookings->find(ori, query("tcn"));
    if (!id && id.error().code != errc::not_found) return id.error();
    json out = json::array();
    if (id) {
      WHORL_ASSIGN(const auto row, session_.store().bookings->get(*id));
      out.push_back(
          booking_state(row, !sees_immigration(session_.store(), what_.who, row.accepted)));
    }
    return json_response({{"bookings", out}, {"next", json()}});
  }

  result<response> answers() {
    WHORL_ASSIGN(const auto booking, shown());
    about_ = {"read answers", "identification", {to_string(booking.row.accepted.booking)}, {}};
    json out = booking_document(booking);
    // Files of this machine are nothing to a client, which asks by number.
    std::size_t number = 0;
    for (json& sent : out["sent"]) {
      sent.erase("file");
      sent["message"] = ++number;
    }
    return json_response(out);
  }

  result<response> message() {
    WHORL_ASSIGN(const auto booking, shown());
    about_ = {"read message", "identification", {to_string(booking.row.accepted.booking)}, {}};
    const std::size_t count = booking.messages.size();
    if (count == 0) return make_error(errc::not_found, "no answer has gone out yet");
    WHORL_ASSIGN(const std::size_t which,
                 number_of(path("message"), "message", limits::http_rows_max));
    if (which > count)
      return make_error(errc::not_found,
                        "of this booking " + std::to_string(count) + " answers have gone out");
    if (booking.purged)
      return make_error(errc::purged,
                        "the booking's personal data are destroyed: its time is over");
    WHORL_ASSIGN(const bytes body,
                 session_.store().keys->open(booking.messages[which - 1].queued.body));
    response out;
    out.content_type = "application/octet-stream";
    out.body.assign(reinterpret_cast<const char*>(body.data()), body.size());
    return out;
  }

  result<response> cases() {
    about_ = {"read case", "case work", {}, {}};
    WHORL_ASSIGN(const std::size_t most, limit(limits::journal_batch_max));
    WHORL_ASSIGN(const auto known, known_cases(session_.store(), what_.who, most));
    json out = json::array();
    for (const auto& one : known) {
      about_.objects.push_back(to_string(one.row.which));
      out.push_back(case_line(one.row));
    }
    return json_response({{"cases", out}});
  }

  result<response> one_case() {
    WHORL_ASSIGN(const case_id id, parse_case_id(path("case")));
    about_ = {"read case", "case work", {to_string(id)}, {}};
    WHORL_ASSIGN(const auto known, read_case(session_.store(), id));
    if (!may_know_case(what_.who, known)) {
      about_.foreign = to_string(id);
      return make_error(errc::forbidden, "a case that is none of this principal's");
    }
    WHORL_ASSIGN(auto booked, session_.store().bookings->get(known.accepted.booking));
    WHORL_ASSIGN(const auto booking, show_booking(session_, what_.who, std::move(booked)));
    return json_response(case_document(known.row, booking));
  }

  result<response> queue() {
    about_ = {"read case", "case work", {}, {}};
    WHORL_ASSIGN(const auto kind, casework::parse_queue_kind(path("queue")));
    WHORL_ASSIGN(const std::size_t most, limit(limits::journal_batch_max));
    const instant now = wall_now();
    WHORL_ASSIGN(const auto all,
                 queue_of(session_.board(), session_.settings().cases, what_.who, kind, now));
    for (std::size_t i = 0; i < std::min(all.size(), most); ++i)
      about_.objects.push_back(to_string(all[i].item.which));
    return json_response(queue_document(path("queue"), all, now, most));
  }

  result<response> reviews() {
    about_ = {"read review", "examination", {}, {}};
    WHORL_ASSIGN(const std::size_t most, limit(limits::journal_batch_max));
    WHORL_ASSIGN(review_list all, list_reviews(session_, what_.who, most));
    about_.objects = std::move(all.objects);
    return json_response(all.document);
  }

  result<response> rules() {
    return json_response({{"rules", rules_document(session_.settings().cases.rules)}});
  }

  result<response> figures() {
    about_ = {"report", "oversight", {"report"}, {}};
    WHORL_ASSIGN(const report_period period,
                 parse_period(query("from"), query("to"), query("by"), wall_now()));
    WHORL_ASSIGN(const auto made, report_of(session_.store(), period));
    return json_response(report_document(made));
  }

  result<response> audit() {
    about_ = {"read audit", "oversight", {has("object") ? query("object") : "audit"}, {}};
    constexpr std::uint64_t last = std::numeric_limits<std::uint64_t>::max();
    WHORL_ASSIGN(const std::size_t most, limit());
    std::uint64_t before = last;
    if (has("before")) {
      WHORL_ASSIGN(before, number_of(query("before"), "before", last));
    }
    WHORL_ASSIGN(const auto rows, session_.store().audit->newest(query("object"), before, most));
    json out = json::array();
    for (const auto& one : rows) {
      json line = audit_document(one.row);
      line["seq"] = one.seq;
      out.push_back(std::move(line));
    }
    const bool more = rows.size() == most;
    return json_response({{"audit", out}, {"next", more ? json(rows.back().seq) : json()}});
  }

  result<response> sights() {
    WHORL_ASSIGN(const subject_id subject, parse_subject_id(path("subject")));
    about_ = {"read who saw", "oversight", {to_string(subject)}, {}};
    std::size_t most = limits::http_rows_max;
    if (has("limit")) {
      WHORL_ASSIGN(most, limit());
    }
    // Rows are durable a moment before they can be asked for: what was recorded before this
    // question is to be in its answer.
    WHORL_TRY(await_applied(*session_.store().log, *session_.store().audit, std::chrono::seconds(5),
                            "the audit is behind its journal: ask again"));
    WHORL_ASSIGN(const auto all, sights_of(session_.store(), subject));
    const std::span<const sight> newest = std::span(all).last(std::min(most, all.size()));
    json out = sights_document(subject, newest);
    out["left_out"] = all.size() - newest.size();
    return json_response(out);
  }

  session& session_;
  const asked& what_;
  reading& about_;
};

}  // namespace

error no_such_booking() { return make_error(errc::not_found, "no such booking"); }
error no_such_case() { return make_error(errc::not_found, "no such case"); }

response json_response(const json& what, unsigned status) {
  response out;
  out.status = status;
  out.body = what.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
  return out;
}

result<json> read_state(session& s, const asked& what, reading& about) {
  return reader(s, what, about).state();
}

result<response> read_resource(session& s, const asked& what, reading& about) {
  return reader(s, what, about).read();
}

}  // namespace whorl::apps
