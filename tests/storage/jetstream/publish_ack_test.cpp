// What JetStream's answers to a publish say.
#include "storage/jetstream/publish_ack.hpp"

#include "tests/storage/storage_support.hpp"

using namespace whorl;
using namespace whorl::storage::jetstream;
using namespace whorl::test;

TEST_CASE("publish ack: a stored message has its sequence (with and without blanks)") {
  CHECK(must(read_publish_ack(R"({"stream":"a_bookings","seq":12})")).seq == 12);
  const auto spaced = must(read_publish_ack(R"({"stream":"a", "seq": 18446744073709551615})"));
  CHECK(spaced.seq == ~std::uint64_t{0});
  CHECK(spaced.code == 0);
}

TEST_CASE("publish ack: a refused message has code and words, and no sequence") {
  const auto refused = must(read_publish_ack(
      R"({"error":{"code":400,"err_code":10071,"description":"wrong last sequence: 3"},)"
      R"("stream":"a","seq":0})"));
  CHECK(refused.code == 10071);
  CHECK(refused.seq == 0);
  CHECK(refused.description == "wrong last sequence: 3");
  CHECK(must(read_publish_ack(R"({"error":{"code":503}})")).code == 503);
}

TEST_CASE("publish ack: anything else is refused (empty, cut, no number)") {
  for (const char* text : {"", "{}", "{\"seq\":", "{\"seq\":\"x\"}", "{\"seq\":0}",
                           "{\"error\":", "{\"error\":{\"description\":\"x"})
    CHECK(code_of(read_publish_ack(text)) == errc::invalid_input);
}
