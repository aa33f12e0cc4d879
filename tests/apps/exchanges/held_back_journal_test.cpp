#include "apps/exchanges/held_back_journal.hpp"

#include <doctest/doctest.h>

#include "tests/support.hpp"

using namespace whorl;
using namespace whorl::apps::exchanges;
using namespace whorl::test;

namespace {

storage::append_request request(const std::string& id) {
  return {stream_id::cases, id, std::nullopt, to_bytes("x")};
}

}  // namespace

TEST_CASE("held back: facts behind what was released are not there, nor is any appended") {
  const temp_folder folder;
  auto all = *storage::open_embedded_journal(folder.path().string(), {.durable = false});
  const storage::append_request three[] = {request("a"), request("b"), request("c")};
  for (const auto& done : all->append(three)) REQUIRE(done.has_value());
  held_back_journal held(std::move(all));
  CHECK(held.read(stream_id::cases, 1, 10)->empty());
  CHECK(held.read(stream_id::cases, 2, 1)->size() == 1);  // what is applied is compared with
  CHECK(held.tail(stream_id::cases)->seq == 3);
  const auto tails = *held.tails_now();
  CHECK(tails == std::array<std::uint64_t, 6>{0, 0, 0, 3, 0, 0});
  held.release({0, 0, 0, 2, 0, 0});
  CHECK(held.read(stream_id::cases, 1, 10)->size() == 2);
  CHECK(held.read(stream_id::cases, 3, 10)->empty());
  held.release(tails);
  CHECK(held.read(stream_id::cases, 2, 10)->size() == 2);
  const auto refused = held.append(three);
  REQUIRE(refused.size() == 3);
  CHECK(refused[0].error().code == errc::unavailable);
  CHECK(held.tail(stream_id::cases)->seq == 3);
}
