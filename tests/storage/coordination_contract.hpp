// The contract of every place where the nodes of a cluster agree. `Factory` is default
// constructible; `std::unique_ptr<storage::coordination> make()` gives an empty one each time, and
// `again()` another door to the one made last.
#pragma once

#include <atomic>
#include <thread>
#include <vector>

#include "messages/limits.hpp"
#include "storage/coordination.hpp"
#include "tests/storage/storage_support.hpp"

namespace whorl::test {

TEST_CASE_TEMPLATE_DEFINE("coordination contract", Factory, coordination_contract) {
  Factory factory;
  const auto place = factory.make();

  SUBCASE("coordination: an unknown key has no value") { CHECK(!must(place->get("lease"))); }
  SUBCASE("coordination: a key is created once") {
    const std::uint64_t first = must(place->create("lease", to_bytes("a")));
    CHECK(first > 0);
    CHECK(code_of(place->create("lease", to_bytes("b"))) == errc::conflict);
    CHECK(must(place->get("lease")) == storage::stored_value{to_bytes("a"), first});
  }
  SUBCASE("coordination: only who has seen the last value changes it") {
    const std::uint64_t first = must(place->create("map", to_bytes("a")));
    const std::uint64_t second = must(place->update("map", to_bytes("b"), first));
    CHECK(second > first);
    CHECK(code_of(place->update("map", to_bytes("c"), first)) == errc::conflict);
    CHECK(code_of(place->update("map", to_bytes("c"), second + 1)) == errc::conflict);
    CHECK(must(place->get("map")) == storage::stored_value{to_bytes("b"), second});
  }
  SUBCASE("coordination: what is not there is not updated") {
    CHECK(code_of(place->update("map", to_bytes("a"), 0)) == errc::conflict);
    CHECK(code_of(place->update("map", to_bytes("a"), 1)) == errc::conflict);
    CHECK(!must(place->get("map")));
  }
  SUBCASE("coordination: keys do not disturb one another") {
    const std::uint64_t lease = must(place->create("lease", to_bytes("a")));
    std::uint64_t node = must(place->create("nodes.n1", to_bytes("1")));
    for (int i = 0; i < 5; ++i) node = must(place->update("nodes.n1", to_bytes("2"), node));
    CHECK(must(place->update("lease", to_bytes("b"), lease)) > node);
    CHECK(must(place->get("nodes.n1"))->revision == node);
  }
  SUBCASE("coordination: values of any size up to the limit, and of any bytes, come back") {
    const bytes large(limits::bucket_value_max, std::byte{0});
    std::uint64_t seen = must(place->create("k", {}));
    CHECK(must(place->get("k"))->value.empty());
    seen = must(place->update("k", large, seen));
    CHECK(must(place->get("k"))->value == large);
    CHECK(code_of(place->update("k", bytes(large.size() + 1), seen)) == errc::limit_exceeded);
  }
  SUBCASE("coordination: keys that are none are refused") {
    for (const char* key : {"", ".", "a.", ".a", "a..b", "a b", "a*", ">", "\xc3\xa4"}) {
      CHECK(code_of(place->create(key, to_bytes("x"))) == errc::invalid_input);
      CHECK(code_of(place->get(key)) == errc::invalid_input);
    }
    CHECK(code_of(place->create(std::string(limits::bucket_key_max + 1, 'k'), {})) ==
          errc::limit_exceeded);
  }
  SUBCASE("coordination: of writers at once one wins each revision (many rounds)") {
    must(place->create("count", to_bytes("0")));
    std::atomic<int> won{0}, broken{0};
    const auto work = [&] {
      const auto own = factory.again();
      for (int i = 0; i < 40; ++i) {
        const auto now = own->get("count");
        if (!now || !*now) {
          ++broken;
          continue;
        }
        const int value = std::stoi(to_text((*now)->value));
        const auto done =
            own->update("count", to_bytes(std::to_string(value + 1)), (*now)->revision);
        if (done) ++won;
        if (!done && done.error().code != errc::conflict) ++broken;
      }
    };
    std::vector<std::thread> workers;
    for (int i = 0; i < 4; ++i) workers.emplace_back(work);
    for (std::thread& one : workers) one.join();
    CHECK(broken == 0);
    CHECK(won > 0);
    CHECK(to_text(must(place->get("count"))->value) == std::to_string(won));
  }
}

}  // namespace whorl::test
