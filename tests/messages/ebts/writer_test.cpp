#include "messages/ebts/writer.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <regex>

#include "tests/messages/ebts/samples.hpp"
#include "tests/support.hpp"

using namespace whorl;
using namespace whorl::ebts;
using namespace whorl::ebts::test;

namespace {

/// But for items that begin like a field, "9.1:": the reader takes these for a lost <GS>.
rc::Gen<std::string> any_item() {
  return rc::gen::suchThat(
      rc::gen::container<std::string>(rc::gen::inRange(' ', '~')), [](const std::string& item) {
        static const std::regex tag("[0-9]+\\.[0-9]+:");
        return !std::regex_search(item, tag, std::regex_constants::match_continuous);
      });
}

/// Type-1, Type-2 with any text, and any number of Type-4, 9, 14 and opaque records.
transaction any_transaction() {
  transaction whole = sample_transaction();
  record& type2 = whole.records[1];
  const auto fields = *rc::gen::container<std::vector<int>>(rc::gen::inRange(100, 200));
  for (int number : fields) {
    field made = make_field(2, static_cast<std::uint16_t>(number), std::string());
    made.subfields.clear();
    const auto count = *rc::gen::inRange(1, 4);
    for (int i = 0; i < count; ++i)
      made.subfields.push_back(
          {*rc::gen::nonEmpty(rc::gen::container<std::vector<std::string>>(any_item()))});
    type2.fields.push_back(made);
  }
  const auto images = *rc::gen::container<std::vector<bytes>>(rc::gen::map(
      rc::gen::arbitrary<std::string>(), [](const std::string& text) { return to_bytes(text); }));
  std::uint8_t idc = 10;
  for (const bytes& image : images) {
    if (idc % 2 == 0) {
      whole.records.push_back(make_type4({.idc = idc, .hll = 512, .vll = 480, .gca = 1}, image));
    } else {
      record type14 = make_record(14, idc);
      field data = make_field(14, 999, std::string());
      data.subfields.clear();
      data.data = image;
      type14.fields.push_back(data);
      whole.records.push_back(type14);
    }
    ++idc;
  }
  return whole;
}

}  // namespace

TEST_CASE("writer: every real file comes back byte for byte") {
  for (const auto& path : real_files("writing real transactions")) {
    CAPTURE(path.string());
    const bytes before = whorl::test::read_file(path);
    const bytes after = write_transaction(read_transaction(before).value());
    CHECK(after == before);
  }
}

TEST_CASE("writer: any built transaction reads back the same") {
  CHECK(rc::check("round trip", [] {
    const transaction built = any_transaction();
    const bytes once = write_transaction(built);
    const auto outcome = read_transaction(once);
    if (!outcome) RC_FAIL(outcome.error().message);
    RC_ASSERT(outcome->records.size() == built.records.size());
    RC_ASSERT(write_transaction(*outcome) == once);
    for (std::size_t r = 0; r < built.records.size(); ++r) {
      const record& a = built.records[r];
      const record& b = outcome->records[r];
      RC_ASSERT(a.idc == b.idc);
      RC_ASSERT(a.data == b.data);
      RC_ASSERT(a.image == b.image);
      RC_ASSERT(a.fields.size() == b.fields.size());
      for (std::size_t f = r == 0 ? 3 : 1; f < a.fields.size(); ++f)  // LEN and CNT were made
        RC_ASSERT(a.fields[f] == b.fields[f]);
    }
  }));
}

TEST_CASE("writer: LEN counts itself (lengths around a new digit)") {
  for (std::size_t size = 0; size < 1200; ++size) {
    transaction whole = sample_transaction();
    whole.records.resize(2);
    whole.records[1].fields.resize(2);
    whole.records[1].fields.push_back(make_field(2, 3, std::string(size, 'a')));
    const auto outcome = read_transaction(write_transaction(whole));
    REQUIRE_MESSAGE(outcome.has_value(), size, outcome.error().message);
  }
}

TEST_CASE("writer: LEN and CNT follow a change; the spelling of a right LEN stays") {
  const std::string text = encoded(
      "1.001:000046<GS>1.002:0400<GS>1.003:1<US>1<RS>2<US>0<GS>1.008:X<FS>"
      "2.001:26<GS>2.002:0<GS>2.003:AB<FS>");
  auto whole = read_transaction(to_bytes(text));
  REQUIRE_MESSAGE(whole.has_value(), whole.error().message);
  CHECK(to_text(write_transaction(*whole)) == text);
  whole->records[1].fields[2].subfields[0].items[0] = "ABC";
  CHECK(to_text(write_transaction(*whole)) ==
        encoded("1.001:000046<GS>1.002:0400<GS>1.003:1<US>1<RS>2<US>0<GS>1.008:X<FS>"
                "2.001:27<GS>2.002:0<GS>2.003:ABC<FS>"));
  whole->records.pop_back();
  CHECK(to_text(write_transaction(*whole)) ==
        encoded("1.001:38<GS>1.002:0400<GS>1.003:1<US>0<GS>1.008:X<FS>"));
}
