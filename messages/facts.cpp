#include "messages/facts.hpp"

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

std::string_view to_string(case_step step) {
  switch (step) {
    case case_step::opened:
      return "opened";
    case case_step::iaq_queued:
      return "iaq_queued";
    case case_step::note:
      return "note";
    case case_step::closed:
      return "closed";
    case case_step::corrected:
      return "corrected";
  }
  return "unknown";
}

}  // namespace whorl
