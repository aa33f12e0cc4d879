#include "storage/store.hpp"

#include <fstream>

#include "storage_support.hpp"

using namespace whorl;
using namespace whorl::storage;
using namespace whorl::test;

namespace {

constexpr partition_options quick{64ull << 20, false};

void append(journal& log, stream_id stream, const std::string& id, const fact& what) {
  const append_request one{stream, id, {}, wire::encode(what)};
  for (const auto& outcome : log.append(std::span(&one, 1))) must(outcome);
}

}  // namespace

TEST_CASE("store: made once, opened again with its partitions") {
  const temp_folder folder;
  const std::string path = (folder.path() / "node").string();
  must(create_store(path, 3));
  CHECK(code_of(create_store(path, 3)) == errc::conflict);
  const auto opened = must(open_store(path, quick));
  CHECK(opened->partition_count == 3);
  CHECK(opened->criminal.size() == 3);
  CHECK(opened->immigration.size() == 3);
  CHECK(opened->projections().size() == 10);
  CHECK(opened->gallery(gallery_kind::immigration)[2]->id() ==
        partition_id{gallery_kind::immigration, 2});
  std::ifstream format(path + "/FORMAT");
  std::string first, second;
  std::getline(format, first);
  std::getline(format, second);
  CHECK(first == "whorl-store 6");
  CHECK(second == "partitions 3");
}

TEST_CASE("store: a partition count out of range is refused (0, too many)") {
  const temp_folder folder;
  CHECK(code_of(create_store(folder.path().string(), 0)) == errc::invalid_input);
  CHECK(code_of(create_store(folder.path().string(), 1025)) == errc::invalid_input);
}

TEST_CASE("store: a folder without a store is not found and names the command") {
  const temp_folder folder;
  const auto outcome = open_store((folder.path() / "none").string(), quick);
  CHECK(code_of(outcome) == errc::not_found);
  CHECK(outcome.error().message.find("whorl init") != std::string::npos);
  CHECK(!std::filesystem::exists(folder.path() / "none"));
}

TEST_CASE("store: another format version is refused with both versions and the way out") {
  const temp_folder folder;
  const std::string path = folder.path().string();
  must(create_store(path, 1));
  std::ofstream(path + "/FORMAT") << "whorl-store 7\npartitions 1\n";
  const auto outcome = open_store(path, quick);
  CHECK(code_of(outcome) == errc::wrong_version);
  for (const char* part : {"format 7", "format 6", "whorl init", "export"})
    CHECK(outcome.error().message.find(part) != std::string::npos);
}

TEST_CASE("store: a damaged FORMAT file is corrupt") {
  for (const char* text :
       {"", "whorl-store x\n", "whorl-store 6\n", "whorl-store 6\npartitions 0\n",
        "whorl-store 6\npartitions 99999\n", "other 1\npartitions 1\n"}) {
    const temp_folder folder;
    std::ofstream(folder.path() / "FORMAT") << text;
    CHECK(code_of(open_store(folder.path().string(), quick)) == errc::corrupt);
  }
}

TEST_CASE("store: a second opener is refused until the first is gone") {
  const temp_folder folder;
  const std::string path = folder.path().string();
  must(create_store(path, 1));
  {
    const auto first = must(open_store(path, quick));
    CHECK(code_of(open_store(path, quick)) == errc::unavailable);
  }
  CHECK(open_store(path, quick));
}

TEST_CASE("store: a journal without FORMAT is not made into a new store") {
  const temp_folder folder;
  const std::string path = folder.path().string();
  must(create_store(path, 1));
  must(open_store(path, quick));
  std::filesystem::remove(path + "/FORMAT");
  CHECK(code_of(create_store(path, 2)) == errc::conflict);
}

TEST_CASE("store: another partition count than the galleries were made with is refused") {
  const temp_folder folder;
  const std::string path = folder.path().string();
  must(create_store(path, 1));
  must(open_store(path, quick));
  std::ofstream(path + "/FORMAT") << "whorl-store 6\npartitions 2\n";
  CHECK(code_of(open_store(path, quick)) == errc::conflict);
}

TEST_CASE("store: opening catches every projection up with the journal") {
  const temp_folder folder;
  const std::string path = folder.path().string();
  must(create_store(path, 2));
  {
    const auto opened = must(open_store(path, quick));
    booking_accepted booking;
    booking.booking = {4};
    append(*opened->log, stream_id::bookings, "b", booking);
    case_event event;
    event.which = {5};
    append(*opened->log, stream_id::cases, "c", event);
    append(*opened->log, stream_id::outbox, "o", message_queued{});
    append(*opened->log, stream_id::audit, "a", audit_row{});
    const subject_record person = make_record(11);
    const seal_request sealing{{11, key_purpose::record_criminal}, wire::encode(person)};
    subject_enrolled enrolled{{11}, {4}, {}, "test", must(opened->keys->seal({&sealing, 1}))[0]};
    append(*opened->log, stream_id::criminal, "e", enrolled);
    append(*opened->log, stream_id::immigration, "i", gallery_imported{});
  }
  const auto opened = must(open_store(path, quick));
  CHECK(opened->bookings->count() == 1);
  CHECK(opened->cases->count() == 1);
  CHECK(opened->outbox->count() == 1);
  CHECK(opened->audit->count() == 1);
  std::uint64_t people = 0;
  for (const auto& partition : opened->criminal) people += must(partition->view())->people();
  CHECK(people == 1);
  for (const projection* one : opened->projections())
    CHECK(one->applied() == must(opened->log->tail(one->follows())));
}

TEST_CASE("store: a gallery that has parted from the journal is refused at opening") {
  const temp_folder folder;
  const std::string path = folder.path().string();
  must(create_store(path, 1));
  {
    const auto opened = must(open_store(path, quick));
    append(*opened->log, stream_id::criminal, "m", subjects_merged{{1}, {2}, {}, "t", "r"});
    must(catch_up(*opened->log, *opened->criminal[0]));
  }
  std::filesystem::remove_all(path + "/journal");
  CHECK(code_of(open_store(path, quick)) == errc::corrupt);
}
