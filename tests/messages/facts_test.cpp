#include "messages/facts.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace whorl;

TEST_CASE("streams: every stream has a name of its own") {
  std::set<std::string_view> names;
  for (const stream_id stream : all_streams) names.insert(to_string(stream));
  CHECK(names == std::set<std::string_view>{"bookings", "criminal", "immigration", "cases",
                                            "outbox", "audit"});
  CHECK(to_string(stream_id{7}) == "unknown");
}

TEST_CASE("streams: a gallery's stream is called as the gallery") {
  for (const auto gallery : {gallery_kind::criminal, gallery_kind::immigration}) {
    CHECK(to_string(stream_of(gallery)) == to_string(gallery));
  }
}

TEST_CASE("jurisdiction mode: names parse back, others are invalid input") {
  for (const auto mode :
       {jurisdiction_mode::inactive, jurisdiction_mode::limited, jurisdiction_mode::full}) {
    CHECK(*parse_jurisdiction_mode(to_string(mode)) == mode);
  }
  for (const char* text : {"", "Full", "full ", "unknown", "2"}) {
    const auto outcome = parse_jurisdiction_mode(text);
    REQUIRE(!outcome);
    CHECK(outcome.error().code == errc::invalid_input);
  }
  CHECK(to_string(jurisdiction_mode{3}) == "unknown");
}

TEST_CASE("answer decision: names as in the enum") {
  CHECK(to_string(answer_decision::no_hit) == "no_hit");
  CHECK(to_string(answer_decision::review) == "review");
  CHECK(to_string(answer_decision::hit) == "hit");
  CHECK(to_string(answer_decision::failed) == "failed");
  CHECK(to_string(answer_decision{4}) == "unknown");
}

TEST_CASE("case step: names as in the enum") {
  CHECK(to_string(case_step::opened) == "opened");
  CHECK(to_string(case_step::iaq_queued) == "iaq_queued");
  CHECK(to_string(case_step::note) == "note");
  CHECK(to_string(case_step::closed) == "closed");
  CHECK(to_string(case_step::corrected) == "corrected");
  CHECK(to_string(case_step{0}) == "unknown");
  CHECK(to_string(case_step::handed_over) == "handed_over");
  CHECK(to_string(case_step::released_on_bond) == "released_on_bond");
  CHECK(to_string(case_step::counsel_notified) == "counsel_notified");
  CHECK(to_string(case_step{48}) == "unknown");
  for (int i = 1; i <= 47; ++i) {
    const auto step = static_cast<case_step>(i);
    CHECK(parse_case_step(to_string(step)).value() == step);
  }
  CHECK(parse_case_step("arrested").error().message.find("handed_over") != std::string::npos);
}

TEST_CASE("offence: class and disposition by name, and what is none") {
  CHECK(parse_offence_class("felony").value() == offence_class::felony);
  CHECK(to_string(offence_class::misdemeanour) == "misdemeanour");
  CHECK(parse_offence_disposition("acquitted").value() == offence_disposition::acquitted);
  CHECK(to_string(offence_disposition::unknown) == "unknown");
  CHECK_FALSE(parse_offence_class("crime"));
  CHECK_FALSE(parse_offence_disposition(""));
}
