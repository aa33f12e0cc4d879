#include "apps/population.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <cstring>
#include <sstream>

#include "messages/limits.hpp"
#include "tests/allocation_meter.hpp"
#include "tests/messages/generators.hpp"
#include "tests/support.hpp"

using namespace whorl;
using namespace whorl::apps;

namespace {

/// Reads all there is; the first error ends it.
result<std::vector<subject_record>> read_all(const std::string& content) {
  WHORL_ASSIGN(auto reader, population_reader::open(std::make_unique<std::istringstream>(content),
                                                    content.size(), "people"));
  std::vector<subject_record> all;
  while (true) {
    WHORL_ASSIGN(auto one, reader.next());
    if (!one) return all;
    all.push_back(*std::move(one));
  }
}

std::string file_of(const std::vector<subject_record>& people) {
  const test::temp_folder folder;
  const std::string path = (folder.path() / "people").string();
  auto writer = population_writer::create(path);
  REQUIRE(writer);
  for (const auto& person : people) REQUIRE(writer->add(person).has_value());
  REQUIRE(writer->finish().has_value());
  return test::to_text(test::read_file(path));
}

constexpr std::string_view magic = "whorl-people 1\n";

std::string with_length(std::uint32_t length) {
  std::string out(magic);
  for (int shift = 0; shift < 32; shift += 8) out += static_cast<char>(length >> shift & 0xff);
  return out + "some bytes";
}

}  // namespace

TEST_CASE("population: people written are the people read, in order") {
  CHECK(rc::check("round trip", [] {
    const auto people = *rc::gen::arbitrary<std::vector<subject_record>>();
    const auto back = read_all(file_of(people));
    RC_ASSERT(back.has_value());
    RC_ASSERT(*back == people);
  }));
}

TEST_CASE("population: a file cut anywhere, and any changed byte, is refused") {
  subject_record person;
  person.subject = {7};
  person.who.name = "DOE,JANE";
  const std::string good = file_of({person, person});
  REQUIRE(read_all(good).has_value());
  for (std::size_t cut = 0; cut < good.size(); ++cut) CHECK(!read_all(good.substr(0, cut)));
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 0x41);
    const auto outcome = read_all(bad);
    REQUIRE_MESSAGE(!outcome, "byte ", at);
    CHECK(outcome.error().message.find("people") != std::string::npos);
  }
}

TEST_CASE("population: a person longer than the file or the limit is refused before room is made") {
  for (const std::uint32_t length :
       {100u, static_cast<std::uint32_t>(limits::person_bytes_max),
        static_cast<std::uint32_t>(limits::person_bytes_max) + 1, 0xffffffffu}) {
    const std::string bad = with_length(length);
    const auto used = test::allocated_by([&] {
      const auto outcome = read_all(bad);
      REQUIRE(!outcome);
      CHECK(outcome.error().code == errc::corrupt);
    });
    CHECK(used.total < 8 * 1024);
  }
}

TEST_CASE("population: another version and another kind of file are told apart") {
  CHECK(read_all("whorl-people 2\n").error().code == errc::unsupported);
  CHECK(read_all("something else entirely").error().code == errc::invalid_input);
  CHECK(read_all("").error().code == errc::invalid_input);
}
