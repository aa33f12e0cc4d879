// Damage of the real files, made here: whatever is not image data is refused with its place.
#include <doctest/doctest.h>

#include <algorithm>

#include "messages/ebts/separators.hpp"
#include "tests/messages/ebts/samples.hpp"
#include "tests/support.hpp"

using namespace whorl;
using namespace whorl::ebts;
using namespace whorl::ebts::test;

namespace {

struct real_file {
  std::string name;
  std::string text;
  transaction whole;
};

std::vector<real_file> read_files(std::string_view what) {
  std::vector<real_file> files;
  for (const auto& path : real_files(what)) {
    const bytes data = whorl::test::read_file(path);
    files.push_back({path.filename().string(), to_text(data), read_transaction(data).value()});
  }
  return files;
}

/// The refusal of `text` must name its place; says what is wrong with it, or nothing.
std::string complaint(const std::string& text) {
  const auto outcome = read_transaction(to_bytes(text));
  return outcome ? "it was read" : place_missing_in(outcome.error().message);
}

/// Offsets of tagged fields' bytes, without image data, that hold a separator.
std::vector<std::size_t> separators_of(const real_file& file) {
  std::vector<std::size_t> found;
  for (const record& one : file.whole.records) {
    if (one.kind != record_kind::tagged) continue;
    const field* image = one.find(999);
    std::size_t end = image != nullptr ? image->offset : file.text.find(fs, one.offset) + 1;
    for (std::size_t i = one.offset; i < end; ++i)
      if (is_separator(file.text[i])) found.push_back(i);
  }
  return found;
}

}  // namespace

TEST_CASE("damage: a real file cut anywhere is refused with record, field and offset") {
  for (const real_file& file : read_files("cutting real transactions")) {
    const std::size_t size = file.text.size();
    const std::size_t step = std::max<std::size_t>(1, size / (whorl::test::long_run() ? 2000 : 60));
    for (std::size_t cut = 0; cut < size; cut += cut < 300 || cut + 20 > size ? 1 : step) {
      const std::string wrong = complaint(file.text.substr(0, cut));
      if (!wrong.empty()) FAIL_CHECK(file.name << " cut at " << cut << ": " << wrong);
    }
  }
}

TEST_CASE("damage: a separator turned into another is refused with record, field and offset") {
  std::size_t tried = 0;
  for (const real_file& file : read_files("damaging separators of real transactions")) {
    std::vector<std::size_t> places = separators_of(file);
    // A big file is copied at each try: a part of its separators, unless the run is long.
    const std::size_t step = file.text.size() > 100'000 && !whorl::test::long_run() ? 5 : 1;
    std::string text = file.text;
    for (std::size_t i = 0; i < places.size(); i += step) {
      for (char other : {fs, gs, rs, us}) {
        if (other == file.text[places[i]]) continue;
        text[places[i]] = other;
        const std::string wrong = complaint(text);
        if (!wrong.empty())
          FAIL_CHECK(file.name << " offset " << places[i] << " to " << int{other} << ": " << wrong);
        ++tried;
      }
      text[places[i]] = file.text[places[i]];
    }
  }
  MESSAGE(tried << " damaged separators");
}

TEST_CASE("damage: a wrong LEN of any record is refused with record, field and offset") {
  for (const real_file& file : read_files("damaging lengths of real transactions")) {
    for (const record& one : file.whole.records) {
      const bool binary = !is_tagged_type(one.type);
      const std::size_t first = binary ? one.offset : file.text.find(':', one.offset) + 1;
      const std::size_t end = binary ? first + 4 : file.text.find(gs, first);
      for (std::size_t i = first; i < end; ++i) {
        std::string text = file.text;
        const char was = text[i];
        for (int change : {1, 3, 9}) {
          text[i] = static_cast<char>(binary ? was + change : '0' + (was - '0' + change) % 10);
          const std::string wrong = complaint(text);
          if (!wrong.empty()) FAIL_CHECK(file.name << " LEN at " << i << ": " << wrong);
        }
      }
    }
  }
}

TEST_CASE("damage: a wrong CNT is refused with record, field and offset") {
  for (const real_file& file : read_files("damaging CNT of real transactions")) {
    const std::size_t first = file.whole.records[0].find(3)->offset;
    const std::size_t end = file.text.find(gs, first);
    for (std::size_t i = file.text.find(':', first) + 1; i < end; ++i) {
      if (is_separator(file.text[i])) continue;
      std::string text = file.text;
      text[i] = static_cast<char>('0' + (text[i] - '0' + 1) % 10);
      // Types 3 to 8 do not name themselves: CNT alone tells one binary type from another.
      const bool is_type = file.text[i - 1] == rs && file.text[i + 1] == us;
      if (is_type && file.text[i] >= '3' && text[i] >= '3' && text[i] <= '8') continue;
      const std::string wrong = complaint(text);
      if (!wrong.empty()) FAIL_CHECK(file.name << " CNT at " << i << ": " << wrong);
    }
  }
}

TEST_CASE("damage: bytes of image data do not matter to the reader") {
  std::size_t tried = 0;
  for (const real_file& file : read_files("damaging image data of real transactions")) {
    std::string text = file.text;
    for (const record& one : file.whole.records) {
      const field* image = one.find(999);
      if (image == nullptr && one.kind != record_kind::image) continue;
      const std::size_t from = image != nullptr ? image->offset + 7 : one.offset + 18;
      const std::size_t size = image != nullptr ? image->data.size() : one.data.size();
      for (std::size_t i : {std::size_t{0}, size / 3, size - 1}) text[from + i] = fs;
      ++tried;
    }
    const auto outcome = read_transaction(to_bytes(text));
    CHECK_MESSAGE(outcome.has_value(), file.name, ": ", outcome.error().message);
  }
  CHECK((tried == 0 || tried > 30));
}
