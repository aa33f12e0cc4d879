#include "storage/backup.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "storage/store.hpp"
#include "storage_support.hpp"
#include "tests/support.hpp"

namespace whorl::test {
namespace {

namespace fs = std::filesystem;
using namespace whorl::storage;

constexpr partition_options quick{64ull << 20, false};
constexpr instant moment{1'793'379'661'042};

/// A closed store with sealed facts in it.
struct filled_store {
  temp_folder place;
  std::string folder = (place.path() / "store").string();
  std::string target = (place.path() / "backup").string();
  std::string restored = (place.path() / "restored").string();
  sealed_payload kept, doomed;

  filled_store() {
    must(create_store(folder, 2));
    const auto store = must(open_store(folder, quick));
    const seal_request two[] = {{{1, key_purpose::biographics}, to_bytes("kept")},
                                {{2, key_purpose::biographics}, to_bytes("doomed")}};
    const auto sealed = must(store->keys->seal(two));
    kept = sealed[0];
    doomed = sealed[1];
    for (int i = 0; i < 5; ++i) {
      const audit_row row{moment, "whorl", "node", "answer", "B1", "test", std::to_string(i)};
      const append_request one{stream_id::audit, "row" + std::to_string(i), std::nullopt,
                               wire::encode(fact(row))};
      must(store->log->append(std::span(&one, 1)).front());
    }
    must(catch_up(*store->log, *store->audit));
    must(store->signer->keep(must(store->log->tail(stream_id::audit)), moment));
  }
  result<backup_manifest> back() const {
    return back_up(folder, target, {moment, "whorl test", {}});
  }
};

backup_manifest some_manifest() {
  const temp_folder folder;
  backup_manifest m;
  m.made = to_string(moment);
  m.by = "whorl 1";
  m.partitions = 3;
  m.tails[5] = {7, sha256(to_bytes("x"))};
  const auto signer = must(open_head_signer(folder.path().string(), {.durable = false}));
  m.audit_head = to_text(must(signer->sign(m.tails[5], moment)));
  m.files["journal/data.mdb"] = {sha256(to_bytes("a")), 4096};
  m.files["outbox/a b.eft"] = {sha256(to_bytes("b")), 0};
  return m;
}

}  // namespace

TEST_CASE("backup manifest: reads back; no changed, cut or lengthened text is taken") {
  const backup_manifest m = some_manifest();
  const std::string text = to_text(m);
  CHECK(must(parse_manifest(text)) == m);
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string changed = text;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    CHECK_FALSE_MESSAGE(parse_manifest(changed).has_value(), i);
    CHECK_FALSE(parse_manifest(text.substr(0, i)).has_value());
  }
  CHECK_FALSE(parse_manifest(text + text).has_value());
}

TEST_CASE("backup manifest: paths that leave the backup are refused") {
  for (const char* path : {"../x", "/x", "a/../x", "a//x", "a/./x", "", "a\x01"}) {
    backup_manifest m = some_manifest();
    m.files[path] = {};
    CHECK_FALSE_MESSAGE(parse_manifest(to_text(m)).has_value(), path);
  }
}

TEST_CASE("backup: a store comes back with its facts, keys and head") {
  const filled_store store;
  const backup_manifest made = must(store.back());
  CHECK(made.tails[5].seq == 5);
  CHECK(must(check_backup(store.target)) == made);
  CHECK(must(restore_files(store.target, made, store.restored, {})) == 0);
  const auto back = must(open_store(store.restored, quick));
  must(check_restored(*back->log, made));
  CHECK(test::to_text(must(back->keys->open(store.kept))) == "kept");
  CHECK(back->audit->count() == 5);
  CHECK(must(read_kept_head(store.restored)).head.tail.seq == 5);
}

TEST_CASE("backup: the authority of the gateway comes back with its modes, or is left out") {
  const filled_store store;
  const std::string from = store.folder + "/pki";
  fs::create_directories(from + "/clients");
  const std::map<std::string, fs::perms> files = {{"ca.pem", fs::perms(0644)},
                                                  {"ca-key.pem", fs::perms(0400)},
                                                  {"clients/ann.key", fs::perms(0600)}};
  for (const auto& [name, mode] : files) {
    write_file(from + "/" + name, to_bytes("content of " + name));
    fs::permissions(from + "/" + name, mode);
  }
  write_file(from + "/lock", {});
  write_file(from + "/crl.pem.new", to_bytes("half written"));
  backup_options options{moment, "whorl test", {}};
  SUBCASE("with it") {
    const auto made = must(back_up(store.folder, store.target, options));
    CHECK(std::count_if(made.files.begin(), made.files.end(),
                        [](const auto& file) { return file.first.starts_with("pki/"); }) == 3);
    must(check_backup(store.target));
    must(restore_files(store.target, made, store.restored, {}));
    for (const auto& [name, mode] : files) {
      CAPTURE(name);
      const std::string file = store.restored + "/pki/" + name;
      CHECK(test::to_text(read_file(file)) == "content of " + name);
      CHECK(fs::status(file).permissions() == mode);
    }
    CHECK_FALSE(fs::exists(store.restored + "/pki/lock"));
    CHECK(fs::status(store.restored + "/pki/clients").permissions() == fs::perms(0700));
  }
  SUBCASE("without") {
    options.with_pki = false;
    const auto made = must(back_up(store.folder, store.target, options));
    CHECK(std::none_of(made.files.begin(), made.files.end(),
                       [](const auto& file) { return file.first.starts_with("pki"); }));
    CHECK_FALSE(fs::exists(store.target + "/pki"));
  }
}

TEST_CASE("backup: keys destroyed since are destroyed again by a restore that knows them") {
  const filled_store store;
  const backup_manifest made = must(store.back());
  {
    const auto old = must(open_store(store.folder, quick));
    must(old->keys->destroy(std::vector{store.doomed.key}));
  }
  const auto gone = must(read_purges(store.folder));
  REQUIRE(gone.size() == 1);
  CHECK(must(restore_files(store.target, made, store.restored, gone)) == 1);
  const auto back = must(open_store(store.restored, quick));
  CHECK(back->keys->open(store.doomed).error().code == errc::purged);
  CHECK(test::to_text(must(back->keys->open(store.kept))) == "kept");
  CHECK(must(back->keys->tombstones()) == gone);
}

TEST_CASE("backup: a folder in use, or inside the store, is left alone") {
  const filled_store store;
  CHECK(back_up(store.folder, store.folder + "/inside", {}).error().code == errc::conflict);
  CHECK_FALSE(fs::exists(store.folder + "/inside"));
  fs::create_directory(store.target);
  write_file(store.target + "/note", to_bytes("mine"));
  CHECK(store.back().error().code == errc::conflict);
  CHECK(test::to_text(read_file(store.target + "/note")) == "mine");
  CHECK(back_up(store.target, store.restored, {}).error().code == errc::not_found);
}

TEST_CASE("backup: what failed leaves nothing behind") {
  const filled_store store;
  fs::remove_all(store.folder + "/cases");
  const auto failed = store.back();
  REQUIRE_FALSE(failed.has_value());
  CHECK(failed.error().message.find("cases/data.mdb") != std::string::npos);
  CHECK_FALSE(fs::exists(store.target));
}

TEST_CASE("backup: bit rot, a missing file and an interrupted backup are found and named") {
  const filled_store store;
  const backup_manifest made = must(store.back());
  for (const auto& [path, sum] : made.files) {
    const std::string file = store.target + "/" + path;
    auto content = read_file(file);
    if (content.empty()) continue;
    content[content.size() / 2] ^= std::byte{1};
    write_file(file, content);
    const auto checked = check_backup(store.target);
    REQUIRE_FALSE_MESSAGE(checked.has_value(), path);
    CHECK(checked.error().code == errc::corrupt);
    CHECK(checked.error().message.find(path) != std::string::npos);
    content[content.size() / 2] ^= std::byte{1};
    write_file(file, content);
  }
  must(check_backup(store.target));
  fs::rename(store.target + "/audit-head", store.target + "/elsewhere");
  CHECK(check_backup(store.target).error().code == errc::corrupt);
  fs::remove(store.target + "/FORMAT");
  CHECK(check_backup(store.target).error().code == errc::not_found);
}

TEST_CASE("backup: it is no store to work in") {
  const filled_store store;
  must(store.back());
  const auto opened = open_store(store.target, quick);
  REQUIRE_FALSE(opened.has_value());
  CHECK(opened.error().message.find("whorl restore") != std::string::npos);
  must(check_backup(store.target));
}

}  // namespace whorl::test
