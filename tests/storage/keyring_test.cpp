#include "storage/keyring.hpp"

#include <algorithm>

#include "storage_support.hpp"

using namespace whorl;
using namespace whorl::storage;
using namespace whorl::test;

namespace {

constexpr key_id names{17, key_purpose::biographics}, prints{17, key_purpose::probe_criminal};

sealed_payload seal_one(keyring& keys, key_id id, std::string_view text) {
  const seal_request wanted{id, to_bytes(text)};
  auto sealed = must(keys.seal(std::span(&wanted, 1)));
  REQUIRE(sealed.size() == 1);
  return sealed.front();
}

}  // namespace

TEST_CASE("keyring: what was sealed opens again, after reopening too") {
  const temp_folder folder;
  sealed_payload sealed, empty;
  {
    const auto keys = quick_keyring(folder.path().string());
    sealed = seal_one(*keys, names, "DOE,JOHN");
    empty = seal_one(*keys, prints, "");
    CHECK(must(keys->open(sealed)) == to_bytes("DOE,JOHN"));
  }
  const auto keys = quick_keyring(folder.path().string());
  CHECK(must(keys->open(sealed)) == to_bytes("DOE,JOHN"));
  CHECK(must(keys->open(empty)).empty());
  CHECK(sealed.plain_digest != sha256(to_bytes("DOE,JOHN")));  // nobody can confirm a guess
  CHECK(sealed.ciphertext.size() == 12 + 8 + 16);
}

TEST_CASE("keyring: the same text is sealed differently each time, under one key") {
  const temp_folder folder;
  const auto keys = quick_keyring(folder.path().string());
  const auto a = seal_one(*keys, names, "same"), b = seal_one(*keys, names, "same");
  CHECK(a.ciphertext != b.ciphertext);
  CHECK(must(keys->open(a)) == must(keys->open(b)));
}

TEST_CASE("keyring: a flipped byte anywhere is corrupt") {
  const temp_folder folder;
  const auto keys = quick_keyring(folder.path().string());
  const auto sealed = seal_one(*keys, names, "text");
  for (std::size_t i = 0; i < sealed.ciphertext.size(); ++i) {
    auto changed = sealed;
    changed.ciphertext[i] ^= std::byte{0x40};
    CHECK(code_of(keys->open(changed)) == errc::corrupt);
  }
  auto digest_changed = sealed, cut = sealed;
  digest_changed.plain_digest[5] ^= std::byte{1};
  cut.ciphertext.resize(20);
  CHECK(code_of(keys->open(digest_changed)) == errc::corrupt);
  CHECK(code_of(keys->open(cut)) == errc::corrupt);
}

TEST_CASE("keyring: a payload cannot be moved to another key id") {
  const temp_folder folder;
  const auto keys = quick_keyring(folder.path().string());
  auto sealed = seal_one(*keys, names, "text");
  seal_one(*keys, prints, "other");
  sealed.key = prints;
  CHECK(code_of(keys->open(sealed)) == errc::corrupt);
}

TEST_CASE("keyring: a row that names another key's slot opens nothing") {
  const temp_folder folder;
  sealed_payload sealed, other;
  {
    const auto keys = quick_keyring(folder.path().string());
    sealed = seal_one(*keys, names, "text");
    other = seal_one(*keys, prints, "other");
  }
  {
    const auto env = tamper(folder.path().string(), {"keys"});
    auto txn = must(env->write());
    const auto from = must(txn.get(env->at(0), key_of(names.owner, std::uint64_t(names.purpose))));
    REQUIRE(from);
    const bytes row(from->begin(), from->end());
    must(txn.put(env->at(0), key_of(prints.owner, std::uint64_t(prints.purpose)), row));
    must(txn.commit());
  }
  const auto keys = quick_keyring(folder.path().string());
  CHECK(keys->open(sealed));
  CHECK(code_of(keys->open(other)) == errc::corrupt);
  std::vector<key_id> damaged;
  CHECK(must(keys->check([&](const key_id& id, const error&) { damaged.push_back(id); })) == 2);
  CHECK(damaged == std::vector<key_id>{prints});
}

TEST_CASE("keyring: a destroyed key opens nothing and is never made again") {
  const temp_folder folder;
  sealed_payload sealed, other;
  {
    const auto keys = quick_keyring(folder.path().string());
    sealed = seal_one(*keys, names, "text");
    other = seal_one(*keys, prints, "kept");
    must(keys->destroy(std::span(&names, 1)));
    must(keys->destroy(std::span(&names, 1)));
    CHECK(code_of(keys->open(sealed)) == errc::purged);
  }
  const auto keys = quick_keyring(folder.path().string());
  CHECK(code_of(keys->open(sealed)) == errc::purged);
  CHECK(keys->open(other));
  const seal_request both[] = {{{99, key_purpose::biographics}, to_bytes("new")},
                               {names, to_bytes("again")}};
  CHECK(code_of(keys->seal(both)) == errc::purged);
  // Nothing of the refused batch was made: its other key is still unknown.
  sealed_payload unknown = closed_payload(99, key_purpose::biographics);
  CHECK(must(keys->seal(std::span(both, 1))).size() == 1);
  CHECK(code_of(keys->open(unknown)) == errc::corrupt);
}

TEST_CASE("keyring: an unknown key is purged to its reader, and can be destroyed beforehand") {
  const temp_folder folder;
  const auto keys = quick_keyring(folder.path().string());
  const key_id unknown{5, key_purpose::record_criminal};
  CHECK(code_of(keys->open(closed_payload(5, key_purpose::record_criminal))) == errc::purged);
  must(keys->destroy(std::span(&unknown, 1)));
  const seal_request wanted{unknown, to_bytes("x")};
  CHECK(code_of(keys->seal(std::span(&wanted, 1))) == errc::purged);
}

TEST_CASE("keyring: no byte of a destroyed key is left in any file") {
  const temp_folder folder;
  const auto keys = quick_keyring(folder.path().string());
  std::vector<std::vector<std::byte>> doomed;
  for (std::uint64_t owner = 0; owner < 50; ++owner) {
    seal_one(*keys, {owner, key_purpose::biographics}, "text");
    const auto slots = read_file(folder.path() / "slots");
    doomed.emplace_back(slots.end() - 64, slots.end() - 32);
  }
  std::vector<key_id> ids;
  for (std::uint64_t owner = 0; owner < 50; owner += 2)
    ids.push_back({owner, key_purpose::biographics});
  must(keys->destroy(ids));
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path())) {
    if (!entry.is_regular_file()) continue;
    const auto content = read_file(entry.path());
    for (std::size_t i = 0; i < doomed.size(); ++i) {
      const bool there = std::search(content.begin(), content.end(), doomed[i].begin(),
                                     doomed[i].end()) != content.end();
      CHECK(there == (i % 2 == 1 && entry.path().filename() == "slots"));
    }
  }
  CHECK_FALSE(must(keys->is_live({0, key_purpose::biographics})));
  CHECK(must(keys->is_live({1, key_purpose::biographics})));
  CHECK_FALSE(must(keys->is_live({999, key_purpose::biographics})));
}

TEST_CASE("keyring: slots of destroyed keys are used again") {
  const temp_folder folder;
  const auto keys = quick_keyring(folder.path().string());
  for (std::uint64_t owner = 1; owner <= 40; ++owner) {
    const key_id id{owner, key_purpose::biographics};
    const auto sealed = seal_one(*keys, id, "text");
    CHECK(must(keys->open(sealed)) == to_bytes("text"));
    must(keys->destroy(std::span(&id, 1)));
  }
  CHECK(std::filesystem::file_size(folder.path() / "slots") <= 64 * 4);
}

TEST_CASE("keyring: a crash before the overwriting is finished at the next opening") {
  const temp_folder folder;
  {
    const auto keys = quick_keyring(folder.path().string());
    seal_one(*keys, names, "text");
  }
  const auto before = read_file(folder.path() / "slots");
  {
    const auto keys = quick_keyring(folder.path().string());
    must(keys->destroy(std::span(&names, 1)));
  }
  write_file(folder.path() / "slots", before);  // the tombstone was durable, the zeros were not
  const auto keys = quick_keyring(folder.path().string());
  const auto after = read_file(folder.path() / "slots");
  CHECK(after.size() == before.size());
  CHECK(
      std::all_of(after.begin() + 64, after.end(), [](std::byte b) { return b == std::byte{0}; }));
}

TEST_CASE("keyring: a copy opens what the other sealed, and page by page is the whole") {
  const temp_folder here, there;
  const auto keys = quick_keyring(here.path().string()),
             other = quick_keyring(there.path().string());
  std::vector<sealed_payload> sealed;
  for (std::uint64_t owner = 1; owner <= 5; ++owner)
    sealed.push_back(seal_one(*keys, {owner, key_purpose::biographics}, "text"));
  must(keys->destroy(std::span(&sealed[1].key, 1)));
  std::optional<key_id> after;
  std::size_t rows = 0;
  while (true) {
    const auto page = must(keys->copy(after, 2));
    if (page.empty()) break;
    rows += page.size();
    after = page.back().key;
    must(other->absorb(page));
    must(other->absorb(page));  // again is no harm
  }
  CHECK(rows == 5);
  for (const auto& each : sealed) CHECK(code_of(other->open(each)) == code_of(keys->open(each)));
  CHECK(must(other->tombstones()) == std::vector<key_id>{sealed[1].key});
  CHECK(must(other->check([](const key_id&, const error& why) { FAIL(why.message); })) == 4);
}

TEST_CASE("keyring: what was destroyed stays so, whatever another says; another key gives way") {
  const temp_folder here, there;
  const auto keys = quick_keyring(here.path().string()),
             other = quick_keyring(there.path().string());
  const auto mine = seal_one(*keys, names, "mine"), theirs = seal_one(*other, names, "theirs");
  must(keys->absorb(must(other->copy(std::nullopt, 10))));
  CHECK(must(keys->open(theirs)) == to_bytes("theirs"));
  CHECK_FALSE(keys->open(mine).has_value());
  must(keys->destroy(std::span(&names, 1)));
  must(keys->absorb(must(other->copy(std::nullopt, 10))));
  CHECK(code_of(keys->open(theirs)) == errc::purged);
  const key_copy gone{names, std::nullopt};
  must(other->absorb({&gone, 1}));
  CHECK(code_of(other->open(theirs)) == errc::purged);
}

TEST_CASE("keyring: no byte of a key that was replaced or destroyed by a copy is left") {
  const temp_folder here, there;
  const auto keys = quick_keyring(here.path().string()),
             other = quick_keyring(there.path().string());
  seal_one(*keys, names, "mine");
  seal_one(*other, names, "theirs");
  const auto raw = *must(keys->copy(std::nullopt, 1))[0].secret;
  const auto holds = [&] {
    const auto file = read_file(here.path() / "slots");
    return std::search(file.begin(), file.end(), raw.begin(), raw.end()) != file.end();
  };
  CHECK(holds());
  must(keys->absorb(must(other->copy(std::nullopt, 10))));
  CHECK_FALSE(holds());
}

TEST_CASE("keyring: its watcher is asked before, told after, and its word is the caller's") {
  const temp_folder folder;
  const auto keys = quick_keyring(folder.path().string());
  std::vector<key_copy> told;
  status may, heard;
  keys->watch({[&] { return may; },
               [&](std::span<const key_copy> changes) {
                 told.insert(told.end(), changes.begin(), changes.end());
                 return heard;
               }});
  const auto sealed = seal_one(*keys, names, "text");
  REQUIRE(told.size() == 1);
  CHECK(told[0] == must(keys->copy(std::nullopt, 1))[0]);
  seal_one(*keys, names, "again");  // no new key
  CHECK(told.size() == 1);
  may = make_error(errc::unavailable, "not the exchange");
  const seal_request wanted{prints, to_bytes("x")};
  CHECK(code_of(keys->seal({&wanted, 1})) == errc::unavailable);
  CHECK(code_of(keys->destroy(std::span(&names, 1))) == errc::unavailable);
  CHECK(told.size() == 1);
  CHECK(must(keys->open(sealed)) == to_bytes("text"));
  CHECK_FALSE(must(keys->is_live(prints)));
  CHECK(code_of(keys->seal(std::vector<seal_request>{{names, to_bytes("x")}})) ==
        errc::unavailable);
  may = {};
  must(keys->destroy(std::span(&names, 1)));
  CHECK(told.back() == key_copy{names, std::nullopt});
  must(keys->destroy(std::span(&names, 1)));  // nothing changes
  CHECK(told.size() == 2);
  must(keys->absorb(told));
  CHECK(told.size() == 2);
}

TEST_CASE("keyring: a key that its watcher did not take is used by nothing, however often asked") {
  const temp_folder folder;
  const seal_request wanted{prints, to_bytes("x")};
  {
    const auto keys = quick_keyring(folder.path().string());
    int asked = 0;
    keys->watch({{}, [&](std::span<const key_copy>) -> status {
                   if (++asked == 1) return make_error(errc::conflict, "another has the lease");
                   return {};
                 }});
    CHECK(code_of(keys->seal({&wanted, 1})) == errc::conflict);
    CHECK(code_of(keys->seal({&wanted, 1})) == errc::unavailable);  // it is there by now
    CHECK(code_of(keys->destroy(std::span(&prints, 1))) == errc::unavailable);
    CHECK(asked == 1);
  }
  const auto keys = quick_keyring(folder.path().string());
  CHECK(must(keys->seal({&wanted, 1})).size() == 1);  // another start, which tells all anew
}
