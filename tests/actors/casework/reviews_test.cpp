#include "actors/casework/reviews.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace whorl;
using namespace whorl::casework;

TEST_CASE("reviews: so many different people as find the same, whatever one says again") {
  const review_finding ann{"ann", true, {7}}, bob{"bob", true, {7}}, other{"bob", true, {8}},
      nobodys{"bob", false, {}};
  CHECK(agreed({}, ann) == 1);
  CHECK(agreed(std::vector{ann}, ann) == 1);  // the same person is not two
  CHECK(agreed(std::vector{ann}, bob) == 2);
  CHECK(agreed(std::vector{ann}, other) == 1);  // another candidate
  CHECK(agreed(std::vector{ann}, nobodys) == 1);
  CHECK(agreed(std::vector{ann, nobodys}, {"kim", true, {7}}) == 2);
  CHECK(agreed(std::vector{ann, nobodys}, {"kim", false, {}}) == 2);
}

TEST_CASE("reviews: of each the last word counts, so that two who differ may look again") {
  const review_finding ann{"ann", true, {7}}, again{"ann", false, {}}, bob{"bob", false, {}};
  CHECK(agreed(std::vector{ann, bob}, again) == 2);
  CHECK(agreed(std::vector{ann, again}, {"kim", true, {7}}) == 1);
  CHECK(is_said(std::vector{ann, bob}, ann));
  CHECK_FALSE(is_said(std::vector{ann, bob}, again));
  CHECK_FALSE(is_said(std::vector{ann, again}, ann));
}

TEST_CASE("reviews: examiners disagree from the first finding on that differs, until nobody does") {
  const review_finding ann{"ann", true, {7}, {10}}, bob{"bob", false, {}, {20}},
      kim{"kim", true, {8}, {30}}, again{"bob", true, {7}, {40}}, agrees{"kim", true, {7}, {50}};
  const auto since = [](std::vector<review_finding> all) { return disagree_since(all); };
  CHECK_FALSE(since({}));
  CHECK_FALSE(since({ann}));
  CHECK_FALSE(since({ann, agrees}));
  CHECK(since({ann, bob}) == instant{20});
  CHECK(since({ann, bob, kim}) == instant{20});  // a third opinion does not begin it anew
  CHECK(since({ann, kim}) == instant{30});       // another candidate
  CHECK(since({ann, bob, kim, again}) == instant{20});
  CHECK_FALSE(since({ann, bob, kim, again, agrees}));
  CHECK(since({ann, bob, again, kim}) == instant{30});  // agreed in between
}

TEST_CASE("reviews: a finding is read back from its row of the audit") {
  for (const review_finding& what :
       {review_finding{"ann", true, {7}}, review_finding{"ann", false, {}}})
    CHECK(parse_finding("ann", to_text(what, "14 points: all of them")).value() == what);
  CHECK(parse_finding("ann", "same person: 14 points").error().code == errc::invalid_input);
  CHECK(parse_finding("ann", "step note").error().code == errc::invalid_input);
}
