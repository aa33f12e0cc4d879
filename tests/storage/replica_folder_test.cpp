#include "storage/replica_folder.hpp"

#include <algorithm>
#include <filesystem>

#include "gallery_fixture.hpp"

using namespace whorl;
using namespace whorl::storage;
using namespace whorl::test;

namespace {

namespace fs = std::filesystem;
constexpr partition_id of_first{gallery_kind::criminal, 0}, of_second{gallery_kind::criminal, 1};

/// A gallery of two partitions, and a node's folder for its replicas.
struct replica_fixture : gallery_fixture {
  replica_fixture() : gallery_fixture(2) {
    for (std::uint64_t id = 1; id <= 4; ++id) enrol(id);
    start();
  }
  std::string where() const { return folder.path().string() + "/node"; }
  void start() {
    node.reset();
    node = must(replica_folder::open(where(), 2, {256ull << 20, false}));
  }
  result<std::unique_ptr<replica_folder>> another(std::uint32_t partitions = 2) const {
    return replica_folder::open(where(), partitions);
  }
  /// `most` pieces of a copy of `from`, as one of `which`; then its owner closes it.
  void receive(partition_id which, std::uint32_t from, std::size_t most = 100) {
    const auto source = must(partitions.at(from)->copy());
    const auto target = must(node->receive(which));
    for (bool over = false; !over && most > 0; --most) {
      const rows_reply piece = must(source->next());
      must(target->add(piece));
      over = piece.last;
    }
  }
  void copy(partition_id which) {
    receive(which, which.index);
    must(node->accept(which));
  }
  digest content(partition_id which) {
    const auto replica = must(node->open_replica(which, *keys));
    return must(must(replica->view())->content_digest());
  }
  std::string file_of(const std::string& replica) const {
    return where() + "/replicas/" + replica + "/data.mdb";
  }
  std::unique_ptr<replica_folder> node;
};

void write_text(const std::string& file, const std::string& text) {
  write_file(file, to_bytes(text));
}

template <class T>
std::string words_of(const result<T>& outcome) {
  return outcome ? std::string() : outcome.error().message;
}

}  // namespace

TEST_CASE("replica folder: what was received and accepted is held, after a restart too") {
  replica_fixture f;
  CHECK(f.node->held().empty());
  CHECK(f.node->folder() == f.where());
  CHECK(to_text(read_file(f.where() + "/FORMAT")) == "whorl-replicas 1\npartitions 2\n");
  f.copy(of_second);
  CHECK(f.node->held() == std::vector<partition_id>{of_second});
  CHECK(fs::exists(f.file_of("criminal/001")));
  f.copy(of_first);
  f.start();
  CHECK(f.node->held() == std::vector<partition_id>{of_first, of_second});
  for (const partition_id which : {of_first, of_second})
    CHECK(f.content(which) == must(must(f.partitions[which.index]->view())->content_digest()));
}

TEST_CASE("replica folder: what was dropped is held no more, and can be received again") {
  replica_fixture f;
  f.copy(of_first);
  f.copy(of_second);
  must(f.node->drop(of_first));
  CHECK(f.node->held() == std::vector<partition_id>{of_second});
  CHECK_FALSE(fs::exists(f.where() + "/replicas/criminal/000"));
  must(f.node->drop(of_first));  // nothing is there any more
  f.copy(of_first);
  CHECK(f.node->held().size() == 2);
}

TEST_CASE("replica folder: a second copy of what is held is not accepted") {
  replica_fixture f;
  f.copy(of_first);
  f.receive(of_first, 0);
  const status outcome = f.node->accept(of_first);
  CHECK(code_of(outcome) == errc::conflict);
  CHECK(outcome.error().message.find("there is a replica of criminal/0") != std::string::npos);
  CHECK(f.content(of_first) == must(must(f.partitions[0]->view())->content_digest()));
  must(f.node->drop(of_first));  // both of them
  CHECK_FALSE(fs::exists(f.where() + "/incoming/criminal-000"));
}

TEST_CASE("replica folder: an unfinished copy is no replica, and gone at the next start") {
  replica_fixture f;
  f.receive(of_first, 0, 3);
  CHECK(f.node->held().empty());
  CHECK(fs::exists(f.where() + "/incoming/criminal-000/data.mdb"));
  f.start();
  CHECK_FALSE(fs::exists(f.where() + "/incoming/criminal-000"));
  CHECK(f.node->held().empty());
}

TEST_CASE("replica folder: a copy begins in place of one that was not finished") {
  replica_fixture f;
  f.receive(of_first, 1, 4);
  f.copy(of_first);
  CHECK(f.content(of_first) == must(must(f.partitions[0]->view())->content_digest()));
}

TEST_CASE("replica folder: another partition's copy does not open") {
  replica_fixture f;
  f.receive(of_first, 1);
  must(f.node->accept(of_first));
  CHECK(code_of(f.node->open_replica(of_first, *f.keys)) == errc::conflict);
}

TEST_CASE("replica folder: the bytes of a dropped replica are overwritten (unfinished ones too)") {
  replica_fixture f;
  f.copy(of_first);
  f.receive(of_second, 1, 6);
  const std::string link = f.folder.path().string() + "/whole", other = link + "-not";
  fs::create_hard_link(f.file_of("criminal/000"), link);
  fs::create_hard_link(f.where() + "/incoming/criminal-001/data.mdb", other);
  must(f.node->drop(of_first));
  f.start();
  for (const std::string& file : {link, other}) {
    const auto left = read_file(file);
    CHECK(left.size() >= 4096);
    CHECK(std::ranges::all_of(left, [](std::byte b) { return b == std::byte{0}; }));
  }
}

TEST_CASE("replica folder: dropping that was interrupted leaves nothing that is searched") {
  replica_fixture f;
  f.copy(of_first);
  f.copy(of_second);
  auto zeros = read_file(f.file_of("criminal/000"));
  std::ranges::fill(zeros, std::byte{0});
  write_file(f.file_of("criminal/000"), zeros);
  CHECK(code_of(f.node->open_replica(of_first, *f.keys)) == errc::corrupt);
  fs::remove(f.file_of("criminal/001"));
  write_text(f.where() + "/replicas/criminal/001/lock.mdb", "left");
  f.start();
  CHECK(f.node->held() == std::vector<partition_id>{of_first});
  f.copy(of_second);  // in place of what was left
  CHECK(f.node->held().size() == 2);
  CHECK(f.content(of_second) == must(must(f.partitions[1]->view())->content_digest()));
}

TEST_CASE("replica folder: one process at a time") {
  replica_fixture f;
  const auto second = f.another();
  CHECK(code_of(second) == errc::unavailable);
  CHECK(words_of(second).find("another process") != std::string::npos);
  f.node.reset();
  CHECK(f.another().has_value());
}

TEST_CASE("replica folder: another's folder is refused, with words that say what to do") {
  replica_fixture f;
  f.node.reset();
  const auto counted = f.another(3);
  CHECK(code_of(counted) == errc::conflict);
  CHECK(words_of(counted).find("a cluster with 2 partitions, this one has 3") != std::string::npos);
  const auto with_format = [&](const std::string& text) {
    write_text(f.where() + "/FORMAT", text);
    return f.another();
  };
  const auto store = with_format("whorl-store 6\npartitions 2\n");
  CHECK(code_of(store) == errc::conflict);
  CHECK(words_of(store).find("holds a store: give the node another folder") != std::string::npos);
  for (const char* newer : {"whorl-replicas 2\npartitions 2\n", "whorl-replicas 2\nshards 2 7\n"}) {
    const auto outcome = with_format(newer);
    CHECK(code_of(outcome) == errc::wrong_version);
    CHECK(words_of(outcome).find("replica format 2 found, this program reads 1") !=
          std::string::npos);
  }
  for (const char* damaged : {"", "whorl-replicas", "whorl-replicas 1\npartitions 0\n",
                              "whorl-replicas 1\nshards 2\n", "something else\n"}) {
    CAPTURE(damaged);
    const auto outcome = with_format(damaged);
    CHECK(code_of(outcome) == errc::corrupt);
    CHECK(words_of(outcome).find("FORMAT: is no replica folder's") != std::string::npos);
  }
  CHECK(with_format("whorl-replicas 1\npartitions 2\n").has_value());
}

TEST_CASE("replica folder: 1 to 1,024 partitions") {
  const temp_folder folder;
  for (const std::uint32_t count : {0u, 1025u}) {
    const auto outcome = replica_folder::open(folder.path().string(), count);
    CHECK(code_of(outcome) == errc::invalid_input);
    CHECK(words_of(outcome).find("1 to 1024 partitions") != std::string::npos);
  }
  CHECK(replica_folder::open(folder.path().string() + "/a/b", 1024).has_value());
}
