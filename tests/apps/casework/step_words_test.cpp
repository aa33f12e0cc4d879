#include "apps/casework/step_words.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <fstream>

#include "apps/http/routes.hpp"
#include "tests/support.hpp"

namespace whorl::test {

using namespace apps;
using json = nlohmann::ordered_json;

TEST_CASE("step words: an offence on a command line") {
  const auto whole = parse_offence("1313:felony:convicted:400");
  REQUIRE(whole.has_value());
  CHECK(*whole == offence{"1313", offence_class::felony, offence_disposition::convicted, 400});
  CHECK(parse_offence("1313").value() == offence{"1313", {}, {}, -1});
  CHECK(parse_offence("1313:misdemeanour:charged")->disposition == offence_disposition::charged);
  for (const char* bad : {"", "131", "abcd", "1313:crime", "1313:felony:guilty",
                          "1313:felony:convicted:x", "1313:felony:convicted:-4", "1313:a:b:1:2"})
    CHECK_MESSAGE(!parse_offence(bad), bad);
}

TEST_CASE("step words: moments") {
  CHECK(to_string(*parse_moment("2011-09-02T18:00Z")) == "2011-09-02T18:00:00.000Z");
  CHECK(to_string(*parse_moment("2011-09-02T18:00:05Z")) == "2011-09-02T18:00:05.000Z");
  CHECK(to_string(*parse_moment("2011-09-02")) == "2011-09-02T00:00:00.000Z");
  CHECK(parse_moment(to_string(instant{1'322'000'000'123})).value() == instant{1'322'000'000'123});
  for (const char* bad : {"", "2011", "2011-13-01", "2011-02-30", "2011-09-02T18:00", "tomorrow",
                          "2011-09-02T18:00Zx"})
    CHECK_MESSAGE(!parse_moment(bad), bad);
}

TEST_CASE("step words: a step as JSON, and what is wrong with one") {
  const auto step = parse_step(json::parse(
      R"({"step":"offence_recorded",
          "offence":{"code":"1313","class":"felony","sentence_days":4}})"));
  REQUIRE(step.has_value());
  CHECK(step->step == case_step::offence_recorded);
  CHECK(step->charge == offence{"1313", offence_class::felony, {}, 4});
  const auto why = [](const char* text) {
    const auto outcome = parse_step(json::parse(text));
    REQUIRE_FALSE(outcome.has_value());
    CHECK(outcome.error().code == errc::invalid_input);
    return outcome.error().message;
  };
  CHECK(why("[]").find("object") != std::string::npos);
  CHECK(why("{}").find("step: missing") == 0);
  CHECK(why(R"({"step":"arrest"})").find("'arrest' is no step") == 0);
  CHECK(why(R"({"step":"note","reason":5})").find("reason: a text") == 0);
  CHECK(why(R"({"step":"note","because":"x"})").find("because: no such member") == 0);
  CHECK(why(R"({"step":"note","about_at":"soon"})").find("no moment") != std::string::npos);
  CHECK(why(R"({"step":"note","offence":"1313"})").find("offence: an object") == 0);
  CHECK(why(R"({"step":"note","offence":{"code":"13"}})").find("four digits") != std::string::npos);
  CHECK(why(R"({"step":"note","offence":{"code":"1313","sentence_days":-1}})")
            .find("sentence_days") != std::string::npos);
  CHECK(why(R"({"step":"note","offence":{"code":"1313","years":1}})").find("offence.years") == 0);
}

TEST_CASE("step words: an examiner's decision as JSON, and what is wrong with one") {
  const auto review = parse_review(json::parse(
      R"({"gallery":"immigration","decision":"same","reason":"r","subject":"S0000000000000009"})"));
  REQUIRE(review.has_value());
  CHECK(review->gallery == gallery_kind::immigration);
  CHECK(review->same);
  CHECK(review->subject == subject_id{9});
  const auto why = [](const char* text) {
    const auto outcome = parse_review(json::parse(text));
    REQUIRE_FALSE(outcome.has_value());
    CHECK(outcome.error().code == errc::invalid_input);
    return outcome.error().message;
  };
  CHECK(why("[]").find("object") != std::string::npos);
  CHECK(why("{}").find("gallery: missing") == 0);
  CHECK(why(R"({"gallery":"both","decision":"same","reason":"r"})").find("both") !=
        std::string::npos);
  CHECK(why(R"({"gallery":"criminal","decision":"maybe","reason":"r"})").find("decision") == 0);
  CHECK(why(R"({"gallery":"criminal","decision":"same"})").find("reason: missing") == 0);
  CHECK(why(R"({"gallery":"criminal","decision":"same","reason":"r","who":"me"})").find("who") ==
        0);
}

TEST_CASE("step words: the documents show the tables that the code runs") {
  const auto text = [](const char* name) {
    return to_text(read_file(std::filesystem::path(WHORL_SOURCE_DIR) / "docs" / name));
  };
  const std::string lifecycle = text("LIFECYCLE.md");
  CHECK_MESSAGE(lifecycle.find(lifecycle_markdown()) != std::string::npos,
                "docs/LIFECYCLE.md: put the output of `whorl lifecycle` there");
  CHECK_MESSAGE(lifecycle.find(lifecycle_diagram()) != std::string::npos,
                "docs/LIFECYCLE.md: put the output of `whorl lifecycle --format diagram` there");
  CHECK_MESSAGE(
      text("DISCLOSURE.md").find(disclosure_markdown()) != std::string::npos,
      "docs/DISCLOSURE.md: put the output of `whorl lifecycle --format disclosure` there");
  CHECK_MESSAGE(text("API.md").find(http::routes_markdown()) != std::string::npos,
                "docs/API.md: put the output of `whorl lifecycle --format routes` there");
}

}  // namespace whorl::test
