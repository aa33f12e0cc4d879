#include "actors/probe_core.hpp"

#include "fingerprint/iso_template.hpp"
#include "fingerprint/matcher.hpp"
#include "messages/ebts/minutiae.hpp"
#include "messages/limits.hpp"
#include "tests/actors/people.hpp"

using namespace whorl;
using namespace whorl::actors;
using namespace whorl::actors::test;

namespace {

ebts::transaction with_prints(const std::vector<ebts::type9_print>& prints) {
  ebts::transaction whole = sample_transaction();
  std::erase_if(whole.records, [](const ebts::record& r) { return r.type == 9; });
  std::uint16_t idc = 0;
  for (const auto& print : prints) whole.records.push_back(ebts::make_type9(print, ++idc));
  return whole;
}

/// A Type-9 record of the legacy block: minutiae as XXXXYYYYTTT, 0.01 mm from the bottom left.
ebts::record legacy_record(const std::string& finger, const std::vector<std::string>& places) {
  ebts::record made = ebts::make_record(9, 1);
  made.fields.push_back(ebts::make_field(9, 3, "1"));
  made.fields.push_back(ebts::make_field(9, 4, "S"));
  made.fields.push_back(ebts::make_field(9, 6, finger));
  made.fields.push_back(ebts::make_field(9, 10, std::to_string(places.size())));
  ebts::field minutiae = ebts::make_field(9, 12, "");
  minutiae.subfields.clear();
  int index = 0;
  for (const std::string& place : places)
    minutiae.subfields.push_back({{std::to_string(++index), place, "2", "A"}});
  made.fields.push_back(minutiae);
  return made;
}

fingerprint::print_template only_view(const probe_print& print) {
  const auto views = must(fingerprint::decode_iso(print.iso_record));
  REQUIRE(views.size() == 1);
  return views[0];
}

}  // namespace

TEST_CASE("probe_core: prints of the INCITS 378 block become ISO records, nothing lost") {
  const ebts::type9_print sent = type9_of(3, 7);
  const auto prints = must(probe_prints_of(with_prints({plain_print(1, 20), sent})));
  REQUIRE(prints.size() == 2);
  CHECK(prints[0].finger_position == 1);
  CHECK(prints[1].finger_position == 7);
  const auto view = only_view(prints[1]);
  CHECK(view.finger_position == 7);
  CHECK(view.width_px == sent.width_px);
  CHECK(view.height_px == sent.height_px);
  CHECK(view.x_resolution_per_cm == 197);
  CHECK(static_cast<int>(view.impression) == sent.impression);
  REQUIRE(view.minutiae.size() == sent.minutiae.size());
  for (std::size_t i = 0; i < sent.minutiae.size(); ++i) {
    CHECK(view.minutiae[i].x == sent.minutiae[i].x);
    CHECK(view.minutiae[i].y == sent.minutiae[i].y);
    CHECK(view.minutiae[i].angle == sent.minutiae[i].angle);
    CHECK(static_cast<int>(view.minutiae[i].type) == sent.minutiae[i].type);
  }
}

TEST_CASE("probe_core: prints of the legacy block are brought to 500 dpi") {
  // The rightmost and the topmost minutia stand on the edge of the area that the block spans.
  const std::vector<std::string> places = {"00000000000", "01000100045", "10000200090",
                                           "05001500180", "07000700270", "03000900359"};
  ebts::transaction whole = with_prints({});
  whole.records.push_back(legacy_record("4", places));
  const auto prints = must(probe_prints_of(whole));
  REQUIRE(prints.size() == 1);
  CHECK(prints[0].finger_position == 4);
  const auto view = only_view(prints[0]);
  CHECK(view.x_resolution_per_cm == 197);
  REQUIRE(view.minutiae.size() == 6);
  // 1000 units of 0.01 mm are 1 cm: 197 pixels; y is mirrored at the topmost, 1500 = 295.5 pixels.
  CHECK(view.minutiae[2].x == 197);
  CHECK(view.minutiae[3].y == 0);
  CHECK(view.minutiae[0].x == 0);
  CHECK(view.minutiae[0].y == doctest::Approx(295.5).epsilon(0.003));
  CHECK(view.minutiae[0].angle == 128);
  CHECK(view.minutiae[3].angle == 0);
  CHECK(view.width_px > 197);
}

TEST_CASE("probe_core: a legacy block of any extent is read") {
  for (int extent = 900; extent < 960; ++extent) {
    CAPTURE(extent);
    const std::string far = "0" + std::to_string(extent);
    ebts::transaction whole = with_prints({});
    whole.records.push_back(legacy_record("1", {far + far + "000", "01000100000", "02000200000",
                                                "03000300000", "04000400000", "05000500000"}));
    CHECK(code_of(probe_prints_of(whole)) == "done");
  }
}

TEST_CASE("probe_core: a block without an image size is read (378, optional fields absent)") {
  ebts::transaction whole = with_prints({plain_print(1, 20)});
  drop_field(whole, 9, 128);
  drop_field(whole, 9, 129);
  const auto prints = must(probe_prints_of(whole));
  CHECK(only_view(prints[0]).minutiae.size() == 20);
}

TEST_CASE("probe_core: a print of too few minutiae is a missing finger") {
  const auto prints =
      must(probe_prints_of(with_prints({plain_print(1, limits::minutiae_min - 1),
                                        plain_print(2, limits::minutiae_min), plain_print(3, 0)})));
  REQUIRE(prints.size() == 1);
  CHECK(prints[0].finger_position == 2);
}

TEST_CASE("probe_core: without a usable print there is nothing to search with") {
  CHECK(refused(probe_prints_of(with_prints({plain_print(1, limits::minutiae_min - 1)})),
                errc::invalid_input, {"minutiae", std::to_string(limits::minutiae_min)}));
  CHECK(code_of(probe_prints_of(with_prints({}))) == "invalid_input");
}

TEST_CASE("probe_core: ten records are read and eleven refused (some unusable)") {
  std::vector<ebts::type9_print> prints;
  for (int i = 0; i < 10; ++i) prints.push_back(plain_print(static_cast<std::uint8_t>(i + 1), 20));
  CHECK(must(probe_prints_of(with_prints(prints))).size() == 10);
  prints.push_back(plain_print(1, 0));
  CHECK(refused(probe_prints_of(with_prints(prints)), errc::limit_exceeded, {"11", "Type-9"}));
}

TEST_CASE("probe_core: damage in a Type-9 record is refused with its place") {
  ebts::transaction whole = with_prints({plain_print(1, 20)});
  set_field(whole, 9, 136, "19");
  CHECK(refused(probe_prints_of(whole), errc::invalid_input, {"9.136"}));
  drop_field(whole, 9, 136);
  drop_field(whole, 9, 137);
  CHECK(refused(probe_prints_of(whole), errc::unsupported, {"9."}));
}

TEST_CASE("probe_core: a finger position beyond ten is refused (a palm, a slap)") {
  CHECK(refused(probe_prints_of(with_prints({plain_print(13, 20)})), errc::invalid_input,
                {"finger position"}));
}
