#include "storage/journal.hpp"

#include "storage_support.hpp"

using namespace whorl;
using namespace whorl::storage;
using namespace whorl::test;

TEST_CASE("journal: a fact's digest is SHA-256 over the text that FORMAT.md states") {
  digest previous{};
  previous[0] = std::byte{9};
  bytes text(previous.begin(), previous.end());
  const auto add = [&text](std::initializer_list<int> values) {
    for (const int v : values) text.push_back(static_cast<std::byte>(v));
  };
  add({4});                             // stream cases
  add({0x02, 0x01, 0, 0, 0, 0, 0, 0});  // seq 258
  add({2, 0, 0, 0, 'i', 'd'});
  add({1, 2, 3});
  const bytes payload{std::byte{1}, std::byte{2}, std::byte{3}};
  CHECK(fact_digest(previous, stream_id::cases, 258, "id", payload) == sha256(text));
}

TEST_CASE("journal: every part of a fact changes its digest") {
  const digest zero{};
  const bytes payload = to_bytes("p");
  const digest base = fact_digest(zero, stream_id::cases, 1, "id", payload);
  digest other = zero;
  other[31] = std::byte{1};
  CHECK(fact_digest(other, stream_id::cases, 1, "id", payload) != base);
  CHECK(fact_digest(zero, stream_id::audit, 1, "id", payload) != base);
  CHECK(fact_digest(zero, stream_id::cases, 2, "id", payload) != base);
  CHECK(fact_digest(zero, stream_id::cases, 1, "i", to_bytes("dp")) != base);
  CHECK(fact_digest(zero, stream_id::cases, 1, "id", to_bytes("q")) != base);
}
