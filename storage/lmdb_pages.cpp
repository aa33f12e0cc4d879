#include "storage/lmdb_pages.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace whorl::storage::lmdb {
namespace {

constexpr std::uint32_t magic = 0xbeefc0de, data_version = 1;
constexpr std::uint64_t header_bytes = 16, table_bytes = 48, node_bytes = 8, no_page = ~0ull;
constexpr std::uint16_t flag_branch = 1, flag_leaf = 2, flag_overflow = 4, flag_meta = 8;
constexpr std::uint16_t node_is_big = 1, node_is_table = 2;
constexpr int depth_max = 32;  // LMDB's own CURSOR_STACK
constexpr std::uint64_t unwritten_pages_max = 1 << 16;

struct table_head {
  std::uint16_t flags = 0, depth = 0;
  std::uint64_t rows = 0, root = no_page;
};

class mapper {
 public:
  mapper(byte_view content, const std::string& file, extent reads, const prefetcher& prefetch)
      : content_(content), file_(file), reads_(reads), prefetch_(prefetch) {}
  result<page_map> run();

 private:
  template <class T>
  T number(std::uint64_t at) const {
    T value{};
    std::memcpy(&value, content_.data() + at, sizeof value);
    return value;
  }
  error damaged(std::uint64_t page, const std::string& what) const {
    return make_error(errc::corrupt,
                      file_ + ": page " + std::to_string(page) + " is damaged: " + what);
  }
  table_head table_at(std::uint64_t at) const {
    return {number<std::uint16_t>(at + 4), number<std::uint16_t>(at + 6),
            number<std::uint64_t>(at + 32), number<std::uint64_t>(at + 40)};
  }
  std::uint64_t start(std::uint64_t page) const { return page * out_.page_bytes; }

  status read_metas();
  status claim(std::uint64_t first, std::uint64_t count);
  status walk_table(const table_head& table, bool is_free, bool is_main);
  status walk(std::uint64_t page, int depth, const table_head& table, bool is_free, bool is_main,
              std::uint64_t& rows);
  status check_layout(std::uint64_t page, std::uint16_t flags, int depth, const table_head& table);
  status leaf_node(std::uint64_t page, std::uint64_t at, bool is_free, bool is_main);
  result<byte_view> value_of(std::uint64_t page, std::uint64_t at, bool is_free);
  result<byte_view> big_value(std::uint64_t first, std::uint64_t size, bool is_free);
  status take_free(std::uint64_t page, std::uint64_t transaction, byte_view list);

  std::uint64_t child_of(std::uint64_t page, std::uint64_t node) const;
  void announce_children(std::uint64_t page, std::uint64_t nodes) const;
  void announce(std::uint64_t first, std::uint64_t count) const;
  void take(std::uint64_t page) { seen_[page] = true, ++taken_; }

  byte_view content_;
  const std::string& file_;
  extent reads_;
  const prefetcher& prefetch_;
  page_map out_;
  table_head free_, main_;
  std::vector<bool> seen_;  ///< a bit a page: 1 MiB for 32 GiB
  std::uint64_t taken_ = 0;
};

status mapper::read_metas() {
  if (content_.size() < 8192) return damaged(0, "the file is shorter than its two meta pages");
  std::uint64_t newest = 0, at = 0;
  const auto page_bytes = number<std::uint32_t>(header_bytes + 24);
  if (page_bytes < 512 || page_bytes > 65536 || (page_bytes & (page_bytes - 1)) != 0)
    return damaged(0, "page size " + std::to_string(page_bytes));
  if (content_.size() < 2 * std::uint64_t{page_bytes})
    return damaged(0, "the file is shorter than its two meta pages");
  for (std::uint64_t page = 0; page < 2; ++page) {
    const std::uint64_t meta = page * page_bytes + header_bytes;
    if (number<std::uint32_t>(meta) != magic ||
        (number<std::uint16_t>(page * page_bytes + 10) & flag_meta) == 0)
      return damaged(page, "not a meta page");
    if (number<std::uint32_t>(meta + 4) != data_version)
      return make_error(errc::wrong_version, file_ + ": LMDB data version " +
                                                 std::to_string(number<std::uint32_t>(meta + 4)));
    const auto transaction = number<std::uint64_t>(meta + 128);
    if (page == 0 || transaction > newest) newest = transaction, at = meta;
  }
  out_.page_bytes = page_bytes;
  out_.transaction = newest;
  out_.pages = number<std::uint64_t>(at + 120) + 1;
  // Pages that were taken and freed again at the end may never have been written.
  if (out_.pages < 2 || out_.pages > content_.size() / page_bytes + unwritten_pages_max)
    return damaged(at / page_bytes, "it counts " + std::to_string(out_.pages) +
                                        " pages, the file has " +
                                        std::to_string(content_.size() / page_bytes));
  free_ = table_at(at + 24);
  main_ = table_at(at + 24 + table_bytes);
  return {};
}

/// Takes pages for the first and only time.
status mapper::claim(std::uint64_t first, std::uint64_t count) {
  for (std::uint64_t page = first; page - first < count; ++page) {
    if (page < 2 || page >= out_.pages || start(page) + out_.page_bytes > content_.size())
      return damaged(page, "it is referred to and not in the file");
    if (seen_[page]) return damaged(page, "it is referred to twice");
    take(page);
  }
  return {};
}

void mapper::announce(std::uint64_t first, std::uint64_t count) const {
  const std::uint64_t pages = content_.size() / out_.page_bytes;
  if (prefetch_ && first < pages && count <= pages - first)
    prefetch_(content_.subspan(start(first), count * out_.page_bytes));
}

std::uint64_t mapper::child_of(std::uint64_t page, std::uint64_t node) const {
  const std::uint64_t at =
      start(page) + number<std::uint16_t>(start(page) + header_bytes + 2 * node);
  return number<std::uint32_t>(at) | std::uint64_t{number<std::uint16_t>(at + 4)} << 32;
}

/// Pages of one level are scattered over the file: read one after the other, each would cost the
/// latency of the disk.
void mapper::announce_children(std::uint64_t page, std::uint64_t nodes) const {
  std::uint64_t first = 0, count = 0;
  for (std::uint64_t i = 0; i < nodes; ++i) {
    if (number<std::uint16_t>(start(page) + header_bytes + 2 * i) + node_bytes > out_.page_bytes)
      continue;  // named when the walk comes to it
    const std::uint64_t child = child_of(page, i);
    if (count > 0 && child == first + count) {
      ++count;
      continue;
    }
    if (count > 0) announce(first, count);
    first = child, count = 1;
  }
  if (count > 0) announce(first, count);
}

status mapper::walk_table(const table_head& table, bool is_free, bool is_main) {
  if (table.root == no_page)
    return table.rows == 0 ? status{} : damaged(0, "a table without root counts rows");
  std::uint64_t rows = 0;
  WHORL_TRY(walk(table.root, 1, table, is_free, is_main, rows));
  if (rows != table.rows)
    return damaged(table.root, "its table counts " + std::to_string(table.rows) + " rows and has " +
                                   std::to_string(rows));
  if (!is_free) out_.rows += rows;
  return {};
}

status mapper::check_layout(std::uint64_t page, std::uint16_t flags, int depth,
                            const table_head& table) {
  const std::uint64_t at = start(page);
  const auto lower = number<std::uint16_t>(at + 12), upper = number<std::uint16_t>(at + 14);
  if (number<std::uint64_t>(at) != page) return damaged(page, "it bears another number");
  if (flags != (depth == table.depth ? flag_leaf : flag_branch))
    return damaged(page, "flags " + std::to_string(flags) + " at depth " + std::to_string(depth));
  if (lower < header_bytes || lower > upper || upper > out_.page_bytes || lower % 2 != 0)
    return damaged(page,
                   "its bounds are " + std::to_string(lower) + " and " + std::to_string(upper));
  if (reads_ == extent::whole) out_.unused.push_back({at + lower, std::uint64_t(upper - lower)});
  return {};
}

status mapper::walk(std::uint64_t page, int depth, const table_head& table, bool is_free,
                    bool is_main, std::uint64_t& rows) {
  if (depth > depth_max || depth > table.depth) return damaged(page, "the tree is too deep");
  WHORL_TRY(claim(page, 1));
  const std::uint64_t at = start(page);
  const auto flags = number<std::uint16_t>(at + 10);
  WHORL_TRY(check_layout(page, flags, depth, table));
  const std::uint64_t nodes = (number<std::uint16_t>(at + 12) - header_bytes) / 2;
  const auto upper = number<std::uint16_t>(at + 14);
  byte_view before;
  if (prefetch_ && flags == flag_branch) announce_children(page, nodes);
  for (std::uint64_t i = 0; i < nodes; ++i) {
    const auto offset = number<std::uint16_t>(at + header_bytes + 2 * i);
    const std::uint64_t room = out_.page_bytes;
    if (offset < upper || offset + node_bytes > room)
      return damaged(page, "node " + std::to_string(i) + " stands outside");
    const auto key_bytes = number<std::uint16_t>(at + offset + 6);
    if (offset + node_bytes + key_bytes > room)
      return damaged(page, "the key of node " + std::to_string(i) + " reaches outside");
    const byte_view key = content_.subspan(at + offset + node_bytes, key_bytes);
    // The free table is ordered by number; the first key of a branch stands for nothing.
    const bool ordered =
        is_free || i == 0 || (flags == flag_branch && i == 1) ||
        std::lexicographical_compare(before.begin(), before.end(), key.begin(), key.end());
    if (!ordered) return damaged(page, "node " + std::to_string(i) + " is out of order");
    before = key;
    if (flags == flag_branch) {
      WHORL_TRY(walk(child_of(page, i), depth + 1, table, is_free, is_main, rows));
    } else {
      ++rows;
      WHORL_TRY(leaf_node(page, at + offset, is_free, is_main));
    }
  }
  return {};
}

/// The value of a leaf's node, wherever it is; overflow pages are claimed. A value that is not to
/// be read is empty.
result<byte_view> mapper::value_of(std::uint64_t page, std::uint64_t at, bool is_free) {
  const auto size = number<std::uint32_t>(at);
  const auto flags = number<std::uint16_t>(at + 4);
  const std::uint64_t value = at + node_bytes + number<std::uint16_t>(at + 6);
  const std::uint64_t end = start(page) + out_.page_bytes;
  if ((flags & node_is_big) != 0) {
    if (value + 8 > end) return damaged(page, "a value reaches outside");
    return big_value(number<std::uint64_t>(value), size, is_free);
  }
  if (value + size > end) return damaged(page, "a value reaches outside");
  return content_.subspan(value, size);
}

/// LMDB reads the lists of free pages, and erases them, on its own account: always whole.
result<byte_view> mapper::big_value(std::uint64_t first, std::uint64_t size, bool is_free) {
  const std::uint64_t count = (header_bytes - 1 + size) / out_.page_bytes + 1;
  WHORL_TRY(claim(first, count));
  if (reads_ == extent::index && !is_free) return byte_view{};
  if (is_free) announce(first, count);
  const std::uint64_t begin = start(first);
  if (!begins_value(content_.subspan(begin), first, count))
    return damaged(first, "it does not begin a value of " + std::to_string(size) + " bytes");
  if (reads_ == extent::whole)
    out_.unused.push_back(
        {begin + header_bytes + size, count * out_.page_bytes - header_bytes - size});
  return content_.subspan(begin + header_bytes, size);
}

status mapper::leaf_node(std::uint64_t page, std::uint64_t at, bool is_free, bool is_main) {
  const auto flags = number<std::uint16_t>(at + 4);
  const auto key_bytes = number<std::uint16_t>(at + 6);
  // A table's head is never big.
  if (flags > node_is_table || (!is_main && flags == node_is_table))
    return damaged(page, "a node has flags " + std::to_string(flags));
  WHORL_ASSIGN(const byte_view value, value_of(page, at, is_free));
  if (is_free) {
    if (key_bytes != 8) return damaged(page, "a list of free pages without a transaction");
    return take_free(page, number<std::uint64_t>(at + node_bytes), value);
  }
  if ((flags & node_is_table) == 0) return {};
  if (value.size() != table_bytes) return damaged(page, "a table's head has another size");
  const auto place = static_cast<std::uint64_t>(value.data() - content_.data());
  return walk_table(table_at(place), false, false);
}

status mapper::take_free(std::uint64_t page, std::uint64_t transaction, byte_view list) {
  if (list.size() < 8) return damaged(page, "a list of free pages is cut short");
  std::uint64_t count = 0;
  std::memcpy(&count, list.data(), 8);
  if (count > (list.size() - 8) / 8) return damaged(page, "a list of free pages is cut short");
  for (std::uint64_t i = 0; i < count; ++i) {
    std::uint64_t freed = 0;
    std::memcpy(&freed, list.data() + 8 + 8 * i, 8);
    if (freed < 2 || freed >= out_.pages) return damaged(page, "it frees a page that is not there");
    if (seen_[freed]) return damaged(freed, "it is free and in use, or free twice");
    take(freed);
    ++out_.free_pages;
    if (reads_ == extent::index) continue;
    const std::uint64_t end = std::min<std::uint64_t>(content_.size(), start(freed + 1));
    if (start(freed) < end) out_.freed.push_back({transaction, {start(freed), end - start(freed)}});
  }
  return {};
}

result<page_map> mapper::run() {
  WHORL_TRY(read_metas());
  seen_.assign(out_.pages, false);
  take(0), take(1);
  WHORL_TRY(walk_table(free_, true, false));
  WHORL_TRY(walk_table(main_, false, true));
  for (std::uint64_t page = 2; taken_ < out_.pages && page < out_.pages; ++page)
    if (!seen_[page]) return damaged(page, "it is neither free nor part of a table");
  if (reads_ == extent::index) return std::move(out_);
  if (content_.size() > start(out_.pages))
    out_.unused.push_back({start(out_.pages), content_.size() - start(out_.pages)});
  std::erase_if(out_.unused, [](const byte_range& r) { return r.size == 0; });
  return std::move(out_);
}

}  // namespace

bool begins_value(byte_view page, std::uint64_t number, std::uint64_t pages) {
  std::uint64_t found = 0;
  std::uint16_t flags = 0;
  std::uint32_t count = 0;
  if (page.size() < header_bytes) return false;
  std::memcpy(&found, page.data(), 8);
  std::memcpy(&flags, page.data() + 10, 2);
  std::memcpy(&count, page.data() + 12, 4);
  return found == number && flags == flag_overflow && count == pages;
}

result<page_map> map_pages(byte_view content, const std::string& file, extent reads,
                           const prefetcher& prefetch) {
  return mapper(content, file, reads, prefetch).run();
}

result<page_map> map_file(const std::string& file, extent reads) {
  const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0 && errno == ENOENT) return page_map{};
  struct stat what {};
  if (fd < 0 || ::fstat(fd, &what) != 0) {
    const int code = errno;
    if (fd >= 0) ::close(fd);
    return make_error(errc::io, file + ": open: " + std::strerror(code));
  }
  const auto size = static_cast<std::size_t>(what.st_size);
  void* const at = size == 0 ? MAP_FAILED : ::mmap(nullptr, size, PROT_READ, MAP_SHARED, fd, 0);
  ::close(fd);
  if (size == 0) return make_error(errc::corrupt, file + ": is empty");
  if (at == MAP_FAILED) return make_error(errc::io, file + ": map: " + std::strerror(errno));
  prefetcher ahead;
  if (reads == extent::index) {
    // Else the system reads megabytes of values around each page of the index.
    ::madvise(at, size, MADV_RANDOM);
    ahead = prefetch;
  }
  auto found = map_pages({static_cast<const std::byte*>(at), size}, file, reads, ahead);
  ::munmap(at, size);
  return found;
}

void prefetch(byte_view content) {
  if (content.empty()) return;
  static const auto unit = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  const auto begin = reinterpret_cast<std::uintptr_t>(content.data());
  const std::uintptr_t end = begin + content.size(), last = (end - 1) / unit * unit;
  // Whoever was read to the end is in memory as a rule, and asking costs less than announcing.
  unsigned char resident = 0;
  if (::mincore(reinterpret_cast<void*>(last), 1, &resident) == 0 && (resident & 1) != 0) return;
  const std::uintptr_t aligned = begin / unit * unit;
  // Without it the bytes are read all the same, later.
  ::madvise(reinterpret_cast<void*>(aligned), end - aligned, MADV_WILLNEED);
}

}  // namespace whorl::storage::lmdb
