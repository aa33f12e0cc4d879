#include "messages/ebts/reader.hpp"

#include <doctest/doctest.h>

#include "messages/limits.hpp"
#include "tests/messages/ebts/samples.hpp"
#include "tests/support.hpp"

using namespace whorl;
using namespace whorl::ebts;
using namespace whorl::ebts::test;

namespace {

/// A file of Type-1 and one Type-2 whose fields after IDC are `fields`, with right lengths.
std::string small_file(std::string_view fields) {
  const auto with_length = [](const std::string& tag, const std::string& rest) {
    std::size_t length = tag.size() + rest.size() + 1;
    while (tag.size() + rest.size() + std::to_string(length).size() != length)
      length = tag.size() + rest.size() + std::to_string(length).size();
    return tag + std::to_string(length) + rest;
  };
  return with_length("1.001:",
                     encoded("<GS>1.002:0400<GS>1.003:1<US>1<RS>2<US>00<GS>1.004:CAR<FS>")) +
         with_length("2.001:", encoded("<GS>2.002:00" + std::string(fields) + "<FS>"));
}

result<transaction> read(std::string_view text) { return read_transaction(to_bytes(text)); }

std::string refusal(std::string_view text) {
  const auto outcome = read(text);
  return outcome ? "read" : outcome.error().message;
}

}  // namespace

TEST_CASE("reader: reads every real file and gives back what it says") {
  const auto files = real_files("reading real transactions");
  if (files.empty()) return;
  CHECK(files.size() == 19);
  for (const auto& path : files) {
    CAPTURE(path.string());
    const auto outcome = read_transaction(whorl::test::read_file(path));
    REQUIRE_MESSAGE(outcome.has_value(), outcome.error().message);
    CHECK(!outcome->tot().empty());
    CHECK(!outcome->tcn().empty());
    CHECK(outcome->ori().size() >= 6);
  }
}

TEST_CASE("reader: takes records apart by type (a file with Types 4, 7, 8, 10, 14 and 17)") {
  const auto files = real_files("record kinds of valid1.9.an2");
  if (files.empty()) return;
  const auto whole =
      read_transaction(whorl::test::read_file(files[0].parent_path() / "valid1.9.an2")).value();
  REQUIRE(whole.records.size() == 8);
  CHECK(whole.tot() == "NFUF");
  CHECK(whole.dai() == "NY0303000");
  CHECK(whole.text(2, 18) == "smith,tom");
  CHECK(whole.records[2].kind == record_kind::image);
  CHECK(whole.records[2].image.hll == 800);
  CHECK(whole.records[2].image.gca == 1);
  CHECK(whole.records[2].data.size() == 31166 - 18);
  CHECK(whole.records[3].kind == record_kind::opaque);
  CHECK(whole.records[3].type == 7);
  CHECK(whole.records[4].idc == 9);
  CHECK(whole.text(14, 15) == "FV2");
  CHECK(whole.records[6].find(999)->data.size() == 28916);
  CHECK(whole.records[7].kind == record_kind::opaque);
  CHECK(whole.records[7].idc == 7);
  CHECK(whole.records[7].offset == 404085);
}

TEST_CASE("reader: a tag of two digits is the field of three") {
  std::string text = encoded("1.01:50<GS>1.02:0201<GS>1.03:1<US>0<GS>1.04:CAR<GS>1.08:X<FS>");
  text.replace(5, 2, std::to_string(text.size()));
  const auto whole = read(text);
  REQUIRE_MESSAGE(whole.has_value(), whole.error().message);
  CHECK(whole->tot() == "CAR");
  CHECK(whole->ori() == "X");
  CHECK(whole->records[0].fields[3].tag == "1.04");
}

TEST_CASE("reader: a tag of another record type is kept and never looked up (type9-13.an2k)") {
  const auto files = real_files("the wrong tag of type9-13.an2k");
  if (files.empty()) return;
  const auto whole =
      read_transaction(whorl::test::read_file(files[0].parent_path() / "type9-13.an2k")).value();
  const record* type9 = whole.find(9);
  REQUIRE(type9 != nullptr);
  CHECK(type9->fields[4].tag == "13.005");
  CHECK(type9->find(5) == nullptr);
  CHECK(type9->text(10) == "28");
  CHECK(whole.text(13, 5) == "20050322");
}

TEST_CASE("reader: a tag of a record type that CNT does not announce is refused") {
  CHECK(refusal(small_file("<GS>2.003:A")) == "read");
  CHECK(refusal(small_file("<GS>3.003:A")).find("field 3.003") != std::string::npos);
}

TEST_CASE("reader: a refusal names record, field, offset, what was found and what to do") {
  CHECK(refusal(small_file("<GS>2.018:DOE,JOHN<US>X")) ==
        "record 2 (Type-2, IDC 00), field 2.018, offset 69: found 2 items in subfield 1, expected "
        "1 to 1; the file is damaged or not ANSI/NIST-ITL: send it again");
}

TEST_CASE("reader: structure that is not there is refused (table)") {
  const std::pair<const char*, const char*> cases[] = {
      {"", "1.001:"},
      {"1.001:", "at most 9 digits"},
      {"1.001:9<FS>", "at most 9 digits"},
      {"1.001:2<GS><FS>", "at least the length of this field"},
      {"1.001:99<GS><FS>", "bytes left in the file"},
      {"1.001:12<GS>1.002:0400<FS>", "<FS> as the last"},
      {"1.001:20<GS>1.002:0400<FS>", "no CNT"},
      {"1.001:20<GS>1.002:04<FS>0<FS>", "only at the record's end"},
      {"1.001:21<GS>1.002:0400<GS><FS>", "another field"},
      {"2.001:20<GS>2.002:0400<FS>", "1.001:"},
  };
  for (const auto& [text, expected] : cases) {
    CAPTURE(text);
    const std::string error = refusal(encoded(text));
    CHECK_MESSAGE(error.find(expected) != std::string::npos, error);
  }
}

TEST_CASE("reader: LEN and IDC stand once and first") {
  CHECK(refusal(small_file("<GS>2.002:00")).find("IDC again") != std::string::npos);
  CHECK(refusal(small_file("<GS>2.001:00")).find("LEN again") != std::string::npos);
}

TEST_CASE("reader: bytes after the last record are refused") {
  CHECK(refusal(small_file("") + "x").find("1 bytes after the last record") != std::string::npos);
}

TEST_CASE("reader: limits hold (size, records, fields, subfields, items)") {
  const auto code = [](std::string_view text) {
    const auto outcome = read(text);
    return outcome ? std::string("read") : std::string(to_string(outcome.error().code));
  };
  CHECK(code(std::string(limits::transaction_bytes_max + 1, 'x')) == "limit_exceeded");
  std::string fields;
  for (int i = 0; i < 1022; ++i) fields += "<GS>2.003:A";
  CHECK(code(small_file(fields)) == "read");
  CHECK(code(small_file(fields + "<GS>2.003:A")) == "limit_exceeded");
  const auto repeated = [](const char* what, std::size_t times) {
    std::string out = "<GS>2.003:A";
    for (std::size_t i = 0; i < times; ++i) out += what;
    return out;
  };
  // encoded() replaces in place: raw separators keep these long fields linear.
  for (const char* one : {"\x1e", "\x1f"}) {
    CHECK(code(small_file(repeated(one, limits::field_subfields_max - 1))) == "read");
    CHECK(code(small_file(repeated(one, limits::field_subfields_max))) == "limit_exceeded");
  }
  std::string many;
  for (std::size_t i = 0; i <= transaction_items_max / 4096; ++i) many += repeated("\x1f", 4095);
  CHECK(code(small_file(many)) == "limit_exceeded");
  std::string entries = "1.001:0000<GS>1.002:0400<GS>1.003:1<US>256";
  for (int i = 0; i < 256; ++i) entries += "<RS>2<US>00";
  entries = encoded(entries + "<FS>");
  entries.replace(6, 4, std::to_string(entries.size()));
  CHECK(code(entries) == "limit_exceeded");
}
