#include "messages/facts.hpp"

#include <array>

namespace whorl {

std::string_view to_string(stream_id stream) {
  switch (stream) {
    case stream_id::bookings:
      return "bookings";
    case stream_id::criminal:
      return "criminal";
    case stream_id::immigration:
      return "immigration";
    case stream_id::cases:
      return "cases";
    case stream_id::outbox:
      return "outbox";
    case stream_id::audit:
      return "audit";
  }
  return "unknown";
}

std::string_view to_string(jurisdiction_mode mode) {
  switch (mode) {
    case jurisdiction_mode::inactive:
      return "inactive";
    case jurisdiction_mode::limited:
      return "limited";
    case jurisdiction_mode::full:
      return "full";
  }
  return "unknown";
}

result<jurisdiction_mode> parse_jurisdiction_mode(std::string_view text) {
  for (const auto mode :
       {jurisdiction_mode::inactive, jurisdiction_mode::limited, jurisdiction_mode::full}) {
    if (text == to_string(mode)) return mode;
  }
  return make_error(errc::invalid_input, "'" + std::string(text.substr(0, 40)) +
                                             "' is not a mode: use inactive, limited or full");
}

std::string_view to_string(booking_source source) {
  switch (source) {
    case booking_source::jail:
      return "jail";
    case booking_source::state_prison:
      return "state_prison";
    case booking_source::probation:
      return "probation";
    case booking_source::parole:
      return "parole";
  }
  return "unknown";
}

result<booking_source> parse_booking_source(std::string_view text) {
  for (const booking_source source : all_booking_sources)
    if (text == to_string(source)) return source;
  return make_error(errc::invalid_input,
                    "'" + std::string(text.substr(0, 40)) +
                        "' is not a source: use jail, state_prison, probation or parole");
}

bool has_custody(booking_source source) {
  return source == booking_source::jail || source == booking_source::state_prison;
}

std::string_view to_string(answer_decision decision) {
  switch (decision) {
    case answer_decision::no_hit:
      return "no_hit";
    case answer_decision::review:
      return "review";
    case answer_decision::hit:
      return "hit";
    case answer_decision::failed:
      return "failed";
  }
  return "unknown";
}

namespace {

/// In the order of the enumerators, the first of which has the value `from`.
template <class Enum, std::size_t N>
std::string_view name_of(const std::array<std::string_view, N>& names, Enum value,
                         std::size_t from = 0) {
  const std::size_t at = static_cast<std::size_t>(value) - from;
  return at < N ? names[at] : "unknown";
}

template <class Enum, std::size_t N>
result<Enum> value_of(const std::array<std::string_view, N>& names, std::string_view text,
                      const char* what, std::size_t from = 0) {
  std::string list;
  for (std::size_t i = 0; i < N; ++i) {
    if (names[i] == text) return static_cast<Enum>(i + from);
    list += (list.empty() ? "" : ", ") + std::string(names[i]);
  }
  return make_error(errc::invalid_input,
                    "'" + std::string(text.substr(0, 40)) + "' is no " + what + ": use " + list);
}

constexpr std::array step_names = std::to_array<std::string_view>({"opened",
                                                                   "iaq_queued",
                                                                   "note",
                                                                   "closed",
                                                                   "corrected",
                                                                   "prints_confirmed",
                                                                   "prints_refuted",
                                                                   "status_found",
                                                                   "interview_booked",
                                                                   "interviewed",
                                                                   "no_action",
                                                                   "detainer_issued",
                                                                   "conditional_detainer_issued",
                                                                   "detainer_activated",
                                                                   "notice_served",
                                                                   "release_notified",
                                                                   "detainer_lifted",
                                                                   "detainer_expired",
                                                                   "taken_into_custody",
                                                                   "released",
                                                                   "located",
                                                                   "charging_document_served",
                                                                   "hearing_booked",
                                                                   "hearing_held",
                                                                   "relief_granted",
                                                                   "removal_ordered",
                                                                   "transport_booked",
                                                                   "removed",
                                                                   "died",
                                                                   "offence_recorded",
                                                                   "fact_recorded",
                                                                   "citizenship_claimed",
                                                                   "claim_decided",
                                                                   "flagged",
                                                                   "record_changed",
                                                                   "taken_up",
                                                                   "put_back",
                                                                   "handed_over",
                                                                   "offence_withdrawn",
                                                                   "fact_withdrawn",
                                                                   "flag_lifted",
                                                                   "released_on_bond",
                                                                   "appeal_filed",
                                                                   "appeal_decided",
                                                                   "counsel_recorded",
                                                                   "counsel_withdrawn",
                                                                   "counsel_notified"});
constexpr std::array class_names =
    std::to_array<std::string_view>({"unknown", "infraction", "misdemeanour", "felony"});
constexpr std::array disposition_names =
    std::to_array<std::string_view>({"unknown", "charged", "convicted", "dismissed", "acquitted"});

}  // namespace

std::string_view to_string(case_step step) { return name_of(step_names, step, 1); }
result<case_step> parse_case_step(std::string_view text) {
  return value_of<case_step>(step_names, text, "step of a case", 1);
}
std::string_view to_string(offence_class c) { return name_of(class_names, c); }
result<offence_class> parse_offence_class(std::string_view text) {
  return value_of<offence_class>(class_names, text, "class of an offence");
}
std::string_view to_string(offence_disposition d) { return name_of(disposition_names, d); }
result<offence_disposition> parse_offence_disposition(std::string_view text) {
  return value_of<offence_disposition>(disposition_names, text, "disposition");
}

}  // namespace whorl
