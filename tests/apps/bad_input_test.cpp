// Every kind of bad transaction gets its own clear answer and changes nothing.
#include <doctest/doctest.h>

#include <set>

#include "messages/ebts/minutiae.hpp"
#include "messages/ebts/reader.hpp"
#include "messages/ebts/writer.hpp"
#include "messages/limits.hpp"
#include "tests/apps/program.hpp"
#include "tests/support.hpp"

namespace whorl::test {
namespace {

using content = std::vector<std::byte>;

content replaced(const content& file, const std::string& from, const std::string& to) {
  std::string text = to_text(file);
  REQUIRE(text.find(from) != std::string::npos);
  text.replace(text.find(from), from.size(), to);
  return to_bytes(text);
}

/// LEN and CNT made right again by the writer, so that only what was changed is wrong.
content rebuilt(const content& file, const std::function<void(ebts::transaction&)>& change) {
  auto whole = ebts::read_transaction(file);
  REQUIRE(whole.has_value());
  change(*whole);
  return ebts::write_transaction(*whole);
}

void set(ebts::transaction& whole, std::size_t record, std::uint16_t number,
         const std::string& value) {
  for (auto& f : whole.records[record].fields)
    if (f.number == number) f = ebts::make_field(whole.records[record].type, number, value);
}

/// A minutia block of n entries, whether or not anybody would allow it.
void set_minutiae(ebts::transaction& whole, std::size_t n) {
  for (auto& record : whole.records) {
    if (record.type != 9) continue;
    std::erase_if(record.fields, [](const auto& f) { return f.number == 200; });
    for (auto& f : record.fields) {
      if (f.number == 136) f = ebts::make_field(9, 136, std::to_string(n));
      if (f.number != 137 || f.subfields.empty()) continue;
      const auto first = f.subfields.front();
      f.subfields.assign(n, first);
    }
    if (n == 0) std::erase_if(record.fields, [](const auto& f) { return f.number == 137; });
  }
}

struct bad_file {
  std::string name, code;  ///< of errc
  content bytes;
};

std::vector<bad_file> bad_files(const content& good) {
  content truncated = good;
  truncated.resize(good.size() / 2);
  content separator = good;
  separator[separator.size() - 1] = std::byte{'x'};
  return {
      {"empty", "invalid_input", {}},
      {"truncated", "invalid_input", truncated},
      {"oversized", "limit_exceeded", content(limits::transaction_bytes_max + 1, std::byte{'1'})},
      {"wrong-length", "invalid_input", replaced(good, "1.001:", "1.001:9")},
      {"wrong-separator", "invalid_input", separator},
      {"no-minutiae", "invalid_input", rebuilt(good, [](auto& w) { set_minutiae(w, 0); })},
      {"10000-minutiae", "limit_exceeded", rebuilt(good, [](auto& w) { set_minutiae(w, 10000); })},
      {"unknown-tot", "unsupported", rebuilt(good, [](auto& w) { set(w, 0, 4, "XYZQ"); })},
      {"non-ascii", "invalid_input",
       rebuilt(good, [](auto& w) { set(w, 1, 18, "M\xc3\x9cLLER,HANS"); })},
      {"short-tcn", "invalid_input", rebuilt(good, [](auto& w) { set(w, 0, 9, "123"); })},
      {"bad-ori", "invalid_input", rebuilt(good, [](auto& w) { set(w, 0, 8, "zz-police"); })},
      {"text", "invalid_input", to_bytes("this is no transaction at all\n")},
  };
}

}  // namespace

TEST_CASE("book: bad transactions are each refused with their own answer, and nothing changes") {
  const temp_folder folder;
  const small_world world(folder.path(), 5, 5);
  const std::filesystem::path good_folder = world.bookings("good", 0, 1);
  const std::filesystem::path good_path = std::filesystem::directory_iterator(good_folder)->path();
  const content good = read_file(good_path);
  REQUIRE(world.as("state-bureau", {"book", good_path.string()}).code == 0);
  const auto before = world.status()["streams"];

  std::set<std::string> messages;
  for (const bad_file& bad : bad_files(good)) {
    const std::filesystem::path path = folder.path() / (bad.name + ".eft");
    write_file(path, bad.bytes);
    const outcome run = world.as("state-bureau", {"--json", "book", path.string()});
    CAPTURE(bad.name);
    CAPTURE(run.out);
    CHECK(run.code == 1);
    REQUIRE(run.lines().size() == 1);
    CHECK(run.lines()[0]["event"] == "refused");
    CHECK(run.lines()[0]["code"] == bad.code);
    const std::string message = run.lines()[0]["message"];
    CHECK(message.size() > 20);
    CHECK_MESSAGE(messages.insert(message).second, "the same words for two faults: ", message);
  }
  CHECK(world.status()["streams"] == before);

  // The same control number with the same content is the same booking; with another content it is
  // not.
  const outcome same = world.as("state-bureau", {"--json", "book", good_path.string()});
  CHECK(same.code == 0);
  CHECK(same.lines()[0]["duplicate"] == true);
  write_file(folder.path() / "other.eft",
             rebuilt(good, [](auto& w) { set(w, 1, 18, "OTHER,NAME"); }));
  const outcome other =
      world.as("state-bureau", {"--json", "book", (folder.path() / "other.eft").string()});
  CHECK(other.code == 1);
  CHECK(other.lines()[0]["code"] == "content_mismatch");
  CHECK(world.status()["streams"] == before);
}

TEST_CASE("book: a folder of good and bad files books the good ones") {
  const temp_folder folder;
  const small_world world(folder.path(), 5, 0);
  const std::filesystem::path files = world.bookings("files", 0, 5);
  write_file(files / "aaa.eft", to_bytes("bad"));
  write_file(files / "zzz.eft", {});
  const outcome run = world.as("state-bureau", {"--json", "book", files.string()});
  CHECK(run.code == 1);
  int accepted = 0, refused = 0, hits = 0;
  for (const auto& line : run.lines()) {
    accepted += line["event"] == "accepted";
    refused += line["event"] == "refused";
    hits +=
        line["event"] == "answered" && line["gallery"] == "criminal" && line["decision"] == "hit";
  }
  CHECK(accepted == 5);
  CHECK(refused == 2);
  CHECK(hits == 5);
  CHECK(world.as("state-bureau", {"book", "no-such-file"}).code == 1);
}

}  // namespace whorl::test
