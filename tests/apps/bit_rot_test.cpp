// One bit of one file of a store is flipped: the program never falls, and damage that matters is
// named. What the scrubber calls whole must still be what it was.
#include <doctest/doctest.h>

#include <iostream>
#include <map>
#include <random>

#include "storage/store.hpp"
#include "tests/apps/program.hpp"
#include "tests/support.hpp"

namespace whorl::test {
namespace {

namespace fs = std::filesystem;

/// What a search and an auditor see: the content of each partition, the tail of each stream.
std::map<std::string, std::string> contents(const std::string& folder) {
  std::map<std::string, std::string> out;
  auto store = storage::open_store(folder);
  if (!store) return {{"does not open", store.error().message}};
  for (const stream_id stream : all_streams)
    if (const auto tail = (*store)->log->tail(stream); tail)
      out[std::string(to_string(stream))] = storage::hex(tail->self);
  for (const gallery_kind gallery : {gallery_kind::criminal, gallery_kind::immigration})
    for (const auto& partition : (*store)->gallery(gallery)) {
      const auto view = partition->view();
      const auto sum = view ? (*view)->content_digest() : result<digest>(view.error());
      out[to_string(partition->id())] = sum ? storage::hex(*sum) : sum.error().message;
    }
  return out;
}

}  // namespace

TEST_CASE("bit rot: one flipped bit anywhere never brings the program down or goes unnoticed") {
  const temp_folder folder;
  const small_world world(folder.path(), 12, 6);
  REQUIRE(world.as("state-bureau", {"book", world.bookings("files", 9, 6, {"--retain"})}).code ==
          0);
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(world.store())) {
    const auto name = entry.path().filename();
    if (entry.is_regular_file() && (name == "data.mdb" || name == "slots"))
      files.push_back(entry.path().lexically_relative(world.store()));
  }
  std::sort(files.begin(), files.end());
  const auto before = contents(world.store());
  const std::string copy = (folder.path() / "copy").string();
  std::mt19937_64 random(7);
  int named = 0, mended = 0, harmless = 0;
  const int flips = long_run() ? 1500 : 45;
  for (int i = 0; i < flips; ++i) {
    const fs::path& file = files[random() % files.size()];
    fs::remove_all(copy);
    fs::copy(world.store(), copy, fs::copy_options::recursive);
    auto content = read_file(fs::path(copy) / file);
    const std::size_t at = random() % content.size();
    content[at] ^= std::byte(1u << (random() % 8));
    write_file(fs::path(copy) / file, content);
    CAPTURE(file.string());
    CAPTURE(at);
    const outcome used = whorl_program({"--store", copy, "--as", "operator", "status"});
    CHECK_MESSAGE(used.code >= 0, "status fell: ", used.err);
    const outcome found = whorl_program({"--store", copy, "--json", "scrub"});
    CHECK_MESSAGE((found.code == 0 || found.code == 4), found.out, found.err);
    if (found.code == 4) {
      ++named;
      const outcome repaired = whorl_program({"--store", copy, "--json", "scrub", "--repair"});
      mended += repaired.code == 0;
      if (repaired.code == 0)
        CHECK(whorl_program({"--store", copy, "--as", "operator", "status"}).code == 0);
    } else {
      ++harmless;
      CHECK(contents(copy) == before);
    }
  }
  CHECK(named > 0);
  std::cout << "bit rot: " << flips << " flips, " << named << " named, " << mended
            << " of them mended from the journal, " << harmless << " in bytes that nothing uses\n";
}

TEST_CASE("scrub: a store that is not there, or in use, is exit code 3 (the program)") {
  const temp_folder folder;
  CHECK(whorl_program({"--store", (folder.path() / "none").string(), "scrub"}).code == 3);
  const small_world world(folder.path(), 0, 0);
  CHECK(world.as("", {"scrub"}).code == 0);
  const auto held = storage::open_store(world.store());
  REQUIRE(held);
  CHECK(world.as("", {"scrub"}).code == 3);
}

}  // namespace whorl::test
