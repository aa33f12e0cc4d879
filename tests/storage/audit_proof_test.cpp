// Every edit that a person with the store's files could make to the audit, done through raw LMDB.
#include "storage/audit_proof.hpp"

#include <doctest/doctest.h>

#include "audit_edits.hpp"
#include "storage_support.hpp"
#include "tests/support.hpp"

namespace whorl::test {
namespace {

using namespace whorl::storage;

constexpr std::uint64_t rows = 9;
constexpr instant moment{1'793'379'661'042};

/// A journal of nine audit rows; heads were signed at rows 3, 6 and 9.
struct audited {
  audited() {
    const auto log = must(open_embedded_journal(journal_folder, {.durable = false}));
    for (std::uint64_t i = 1; i <= rows; ++i) {
      const audit_row row{moment, "whorl", "node", "answer", "B1", "test", std::to_string(i)};
      const append_request one{stream_id::audit, "row" + std::to_string(i), std::nullopt,
                               wire::encode(fact(row))};
      REQUIRE(log->append(std::span(&one, 1)).front().has_value());
      if (i % 3 == 0)
        heads.push_back(must(signer->sign(must(log->tail(stream_id::audit)), moment)));
    }
  }
  temp_folder place;
  std::string folder = place.path().string(), journal_folder = folder + "/journal";
  std::unique_ptr<head_signer> signer = must(open_head_signer(folder, {.durable = false}));
  std::vector<signed_head> heads;

  /// What `audit verify` asks: the chain, then every head.
  struct verdict {
    bool chain = false;
    std::string chain_says;
    std::size_t findings = 0;
    std::uint64_t covered = 0;
    std::optional<std::uint64_t> disproved;
  };
  verdict verify() const {
    const auto log = must(open_embedded_journal(journal_folder, {.read_only = true}));
    const auto key = must(read_public_key(public_key_file(folder)));
    const auto walked = verify_stream(*log, stream_id::audit);
    audit_proof proof(*log, *key);
    for (const auto& head : heads) must(proof.add("answer", head));
    return {walked.has_value(), walked ? "" : walked.error().message, proof.findings().size(),
            proof.covered(), proof.disproved()};
  }
};

}  // namespace

TEST_CASE("audit proof: an untouched audit is whole and covered by its heads") {
  const audited store;
  const auto v = store.verify();
  CHECK(v.chain);
  CHECK(v.findings == 0);
  CHECK(v.covered == rows);
}

TEST_CASE("audit proof: careless edits break the chain at the row") {
  audited store;
  audit_edits edits(store.journal_folder);
  SUBCASE("one flipped byte") {
    edits.flip_byte(5);
    CHECK(store.verify().chain_says.find("fact 5") != std::string::npos);
  }
  SUBCASE("one removed row") {
    edits.remove(5);
    CHECK(store.verify().chain_says.find("fact 5: is missing") != std::string::npos);
  }
  SUBCASE("two swapped rows") {
    edits.swap(4, 5);
    CHECK(store.verify().chain_says.find("fact 4") != std::string::npos);
  }
  SUBCASE("a cut tail, the tail row left") {
    edits.cut_after(7, false);
    CHECK(store.verify().chain_says.find("fact 8: is missing (cut tail)") != std::string::npos);
  }
}

TEST_CASE("audit proof: a careful forger leaves the chain whole; the heads find it") {
  audited store;
  audit_edits edits(store.journal_folder);
  SUBCASE("a cut tail with its tail row rewritten") {
    edits.cut_after(7, true);
    const auto v = store.verify();
    CHECK(v.chain);
    CHECK(v.findings == 1);
    CHECK(v.covered == 6);
    CHECK(v.disproved == 9);
  }
  SUBCASE("a row's words changed and every digest computed anew") {
    edits.flip_byte(5);
    edits.recompute_chain();
    const auto v = store.verify();
    CHECK(v.chain);
    CHECK(v.findings == 2);
    CHECK(v.covered == 3);
    CHECK(v.disproved == 6);
  }
  SUBCASE("a row removed, the others moved up, every digest computed anew") {
    edits.remove_and_close_up(2);
    const auto v = store.verify();
    CHECK(v.chain);
    CHECK(v.findings == 3);
    CHECK(v.covered == 0);
    CHECK(v.disproved == 3);
  }
  SUBCASE("two rows swapped and every digest computed anew") {
    edits.swap(7, 8);
    edits.recompute_chain();
    const auto v = store.verify();
    CHECK(v.chain);
    CHECK(v.covered == 6);
    CHECK(v.disproved == 9);
  }
  SUBCASE("everything cut") {
    edits.cut_after(0, true);
    const auto v = store.verify();
    CHECK(v.chain);
    CHECK(v.findings == 3);
  }
  SUBCASE("rows after the last head are covered by nothing: the limit of this proof") {
    store.heads.pop_back();
    edits.cut_after(7, true);
    CHECK(store.verify().findings == 0);
  }
}

TEST_CASE("audit proof: a forged head proves nothing and is a finding") {
  const audited store;
  const temp_folder elsewhere;
  const auto forger = must(open_head_signer(elsewhere.path().string(), {.durable = false}));
  const auto log = must(open_embedded_journal(store.journal_folder, {.read_only = true}));
  const auto key = must(read_public_key(public_key_file(store.folder)));
  audit_proof proof(*log, *key);
  must(proof.add("forged", must(forger->sign(must(log->tail(stream_id::audit)), moment))));
  CHECK(proof.findings().size() == 1);
  CHECK(proof.covered() == 0);
  proof.add_unreadable("file", "not an answer");
  CHECK(proof.findings().back() == "file: not an answer");
}

TEST_CASE("audit proof: a store whose kept head the journal does not hold is not opened") {
  audited store;
  {
    const auto log = must(open_embedded_journal(store.journal_folder, {.read_only = true}));
    must(check_kept_head(store.folder, *log));  // none is kept yet
    must(store.signer->keep(must(log->tail(stream_id::audit)), moment));
    must(check_kept_head(store.folder, *log));
  }
  audit_edits(store.journal_folder).cut_after(8, true);
  const auto log = must(open_embedded_journal(store.journal_folder, {.read_only = true}));
  const status refused = check_kept_head(store.folder, *log);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == errc::corrupt);
  CHECK(refused.error().message.find("audit row 9") != std::string::npos);
}

}  // namespace whorl::test
