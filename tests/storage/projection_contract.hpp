// What every projection does alike, templated on a factory: `make(folder)` opens the store,
// `facts()` gives a stream it follows whose facts all change something, `show(store)` tells its
// whole content as text.
#pragma once

#include "storage/projection.hpp"
#include "tests/storage/storage_support.hpp"

namespace whorl::test {

TEST_CASE_TEMPLATE_DEFINE("projection contract", Factory, projection_contract) {
  Factory factory;
  const temp_folder folder;
  const std::string path = folder.path().string();
  const fact_stream stream = factory.facts();
  const auto& all = stream.all();
  REQUIRE(all.size() >= 4);

  SUBCASE("projection: applies in order, remembers over reopening") {
    {
      auto store = factory.make(path);
      CHECK(store->applied() == storage::stream_tail{});
      must(store->apply(std::span(all).first(2)));
      CHECK(store->applied() == storage::stream_tail{2, all[1].self});
      must(store->apply(stream.from(3)));
    }
    CHECK(factory.make(path)->applied() == storage::stream_tail{all.size(), all.back().self});
  }
  SUBCASE("projection: facts applied before are passed over") {
    auto store = factory.make(path);
    must(store->apply(all));
    const std::string before = factory.show(*store);
    must(store->apply(all));
    must(store->apply(stream.from(2)));
    CHECK(factory.show(*store) == before);
    CHECK(store->applied().seq == all.size());
  }
  SUBCASE("projection: a gap is a conflict and applies nothing") {
    auto store = factory.make(path);
    must(store->apply(std::span(all).first(1)));
    CHECK(code_of(store->apply(stream.from(3))) == errc::conflict);
    const fact_record hole[] = {all[1], all[3]};
    CHECK(code_of(store->apply(hole)) == errc::conflict);
    CHECK(store->applied().seq == 1);
    must(store->apply(stream.from(2)));
  }
  SUBCASE("projection: a parted stream is corrupt and applies nothing") {
    auto store = factory.make(path);
    must(store->apply(std::span(all).first(2)));
    const std::string before = factory.show(*store);
    std::vector<fact_record> parted(all.begin() + 2, all.end());
    parted[0].previous[0] ^= std::byte{1};
    parted[0].self = storage::fact_digest(parted[0].previous, parted[0].stream, parted[0].seq,
                                          parted[0].message_id, parted[0].payload);
    CHECK(code_of(store->apply(parted)) == errc::corrupt);
    std::vector<fact_record> changed(all.begin() + 2, all.end());
    changed[1].payload.back() ^= std::byte{1};
    CHECK(code_of(store->apply(changed)) == errc::corrupt);
    CHECK(store->applied().seq == 2);
    CHECK(factory.show(*store) == before);
  }
  SUBCASE("projection: a fact that does not decode stops it") {
    auto store = factory.make(path);
    fact_record bad = all[0];
    bad.payload = bytes(16, std::byte{0xff});
    bad.self = storage::fact_digest(bad.previous, bad.stream, bad.seq, bad.message_id, bad.payload);
    CHECK(!store->apply(std::span(&bad, 1)));
    CHECK(store->applied().seq == 0);
  }
  SUBCASE("projection: another stream's facts are refused") {
    auto store = factory.make(path);
    fact_record other = all[0];
    other.stream = other.stream == stream_id::audit ? stream_id::cases : stream_id::audit;
    CHECK(code_of(store->apply(std::span(&other, 1))) == errc::invalid_input);
  }
  SUBCASE("projection: one by one with reopening equals all at once") {
    for (const fact_record& one : all) must(factory.make(path)->apply(std::span(&one, 1)));
    const temp_folder other;
    auto at_once = factory.make(other.path().string());
    must(at_once->apply(all));
    CHECK(factory.show(*factory.make(path)) == factory.show(*at_once));
  }
  SUBCASE("projection: catches up from a journal, and notices one that has parted") {
    const auto fill = [&](const std::string& where, std::size_t from) {
      auto log = quick_journal(where);
      for (std::size_t i = from; i < all.size(); ++i) {
        const storage::append_request one{all[i].stream, all[i].message_id, {}, all[i].payload};
        for (const auto& outcome : log->append(std::span(&one, 1))) must(outcome);
      }
      return log;
    };
    auto store = factory.make(path + "/store");
    const auto log = fill(path + "/journal", 0);
    must(storage::catch_up(*log, *store));
    CHECK(store->applied() == must(log->tail(store->follows())));
    CHECK(code_of(storage::catch_up(*fill(path + "/shorter", 1), *store)) == errc::corrupt);
    CHECK(code_of(storage::catch_up(*quick_journal(path + "/empty"), *store)) == errc::corrupt);
  }
}

}  // namespace whorl::test
