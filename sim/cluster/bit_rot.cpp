#include "sim/cluster/bit_rot.hpp"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>
#include <vector>

#include "messages/invariant.hpp"
#include "storage/lmdb_pages.hpp"

namespace whorl::sim {
namespace {

using storage::lmdb::byte_range;

constexpr std::uint64_t header_bytes = 16;  // storage/lmdb_pages.hpp has the layout
constexpr std::uint16_t flag_overflow = 4;

bytes content_of(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const auto* first = reinterpret_cast<const std::byte*>(text.data());
  return {first, first + text.size()};
}

template <class T>
T number(const bytes& content, std::uint64_t at) {
  T value{};
  std::memcpy(&value, content.data() + at, sizeof value);
  return value;
}

/// Of the pages in use, in order. A page's own header counts.
std::vector<byte_range> pages_in_use(const bytes& content, const storage::lmdb::page_map& pages) {
  std::vector<bool> is_free(pages.pages);
  for (const auto& [transaction, range] : pages.freed)
    for (std::uint64_t at = range.offset; at < range.offset + range.size; at += pages.page_bytes)
      if (at / pages.page_bytes < pages.pages) is_free[at / pages.page_bytes] = true;
  std::vector<byte_range> used;
  for (std::uint64_t page = 0; page < pages.pages; ++page)
    if (!is_free[page] && (page + 1) * pages.page_bytes <= content.size())
      used.push_back({page * pages.page_bytes, pages.page_bytes});
  return used;
}

/// Of big values, without their headers and what stands behind them.
std::vector<byte_range> values_in(const bytes& content, const storage::lmdb::page_map& pages) {
  std::vector<byte_range> values;
  std::uint64_t known_to = 0;  ///< what follows in the pages of a value is no header
  for (const byte_range& page : pages_in_use(content, pages)) {
    if (page.offset < known_to || page.offset < 2 * pages.page_bytes) continue;
    if (number<std::uint16_t>(content, page.offset + 10) != flag_overflow) continue;
    known_to = page.offset + number<std::uint32_t>(content, page.offset + 12) * pages.page_bytes;
    byte_range value{page.offset + header_bytes, known_to - page.offset - header_bytes};
    for (const byte_range& gap : pages.unused)
      if (gap.offset > value.offset && gap.offset < known_to)
        value.size = gap.offset - value.offset;
    values.push_back(value);
  }
  return values;
}

std::string flip(const std::string& file, const std::vector<byte_range>& among, chance& draw) {
  if (among.empty()) return {};
  const byte_range& range = among[draw.below(among.size())];
  const std::uint64_t at = range.offset + draw.below(range.size);
  const auto bit = static_cast<unsigned>(draw.below(8));
  std::fstream disk(file, std::ios::binary | std::ios::in | std::ios::out);
  disk.seekg(static_cast<std::streamoff>(at));
  const auto changed = static_cast<char>(disk.get() ^ (1 << bit));
  disk.seekp(static_cast<std::streamoff>(at));
  disk.put(changed);
  disk.flush();
  INVARIANT(disk.good());
  return "bit " + std::to_string(bit) + " of byte " + std::to_string(at);
}

}  // namespace

std::string rot_a_value(const std::string& file, chance& draw) {
  const auto pages = storage::lmdb::map_file(file);
  return pages ? flip(file, values_in(content_of(file), *pages), draw) : std::string();
}

std::string rot_anywhere(const std::string& file, chance& draw) {
  const auto pages = storage::lmdb::map_file(file);
  return pages ? flip(file, pages_in_use(content_of(file), *pages), draw) : std::string();
}

}  // namespace whorl::sim
