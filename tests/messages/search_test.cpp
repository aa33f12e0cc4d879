#include "messages/search.hpp"

#include <doctest/doctest.h>

using namespace whorl;

namespace {

constexpr auto moved = sequence_kind::moved;
constexpr auto repeated = sequence_kind::repeated;

}  // namespace

TEST_CASE("sequence_words: what an examiner reads") {
  CHECK(sequence_words({}).empty());
  CHECK(sequence_words({{moved, 2, 7}, {moved, 7, 2}}) == "fingers 2 and 7 exchanged");
  CHECK(sequence_words({{moved, 2, 7}}) == "finger 2 is the record's finger 7");
  CHECK(sequence_words({{repeated, 4, 3}}) == "finger 4 shows the record's finger 3 as well");
  CHECK(sequence_words({{moved, 1, 6}, {moved, 6, 1}, {moved, 2, 7}}) == "the hands are exchanged");
  CHECK(sequence_words({{moved, 1, 2}, {moved, 2, 1}, {repeated, 9, 8}}) ==
        "fingers 1 and 2 exchanged; finger 9 shows the record's finger 8 as well");
}

TEST_CASE("score_of: the better of the two readings") {
  scored_candidate c;
  c.fused = 700;
  CHECK(score_of(c) == 700);
  c.reordered = 900;
  CHECK(score_of(c) == 900);
}
