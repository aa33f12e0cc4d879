// Overwriting what LMDB left in the file when rows were erased or changed.
#include <lmdb.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "storage/lmdb.hpp"
#include "storage/lmdb_pages.hpp"

namespace whorl::storage::lmdb {
namespace {

/// Of the readers that hold a state now; `newest` when there is none. LMDB tells it as text, a line
/// a reader: process, thread, transaction ("-" when idle).
std::uint64_t oldest_reader(MDB_env* env, std::uint64_t newest) {
  mdb_reader_check(env, nullptr);
  std::uint64_t oldest = newest;
  const auto take = [](const char* line, void* context) {
    std::string text(line);
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
    const std::string last = text.substr(text.rfind(' ') + 1);
    if (last.empty() || last.find_first_not_of("0123456789") != std::string::npos) return 0;
    auto& least = *static_cast<std::uint64_t*>(context);
    least = std::min<std::uint64_t>(least, std::strtoull(last.c_str(), nullptr, 10));
    return 0;
  };
  mdb_reader_list(env, take, &oldest);
  return oldest;
}

constexpr std::size_t page_header_bytes = 16;

/// Writes zeros where something else stands. False: errno says why.
bool clear(int fd, byte_view content, const byte_range& range) {
  const byte_view now = content.subspan(range.offset, range.size);
  if (std::all_of(now.begin(), now.end(), [](std::byte b) { return b == std::byte{0}; }))
    return true;
  const bytes zeros(range.size);
  return ::pwrite(fd, zeros.data(), zeros.size(), static_cast<off_t>(range.offset)) ==
         ssize_t(zeros.size());
}

}  // namespace

status environment::rinse_buffers(std::size_t table) {
  // LMDB uses the buffers of written pages again, last in first out, and does not clear them. Each
  // value here fills a page's; dropped with the transaction, they are what the next ones take.
  constexpr std::uint64_t pages = 4096;
  const bytes zeros(4096 - page_header_bytes);
  WHORL_ASSIGN(write_transaction txn, write());
  for (std::uint64_t i = 0; i < pages; ++i) {
    bytes key(sizeof i + 1, std::byte{0xff});
    std::memcpy(key.data() + 1, &i, sizeof i);
    WHORL_TRY(txn.put(at(table), key, zeros));
  }
  return {};
}

result<bool> environment::wipe_freed() {
  // Keeps every writer of this and other processes out; changes nothing itself.
  WHORL_ASSIGN(const write_transaction lock, write());
  int fd = -1;
  struct stat what {};
  if (mdb_env_get_fd(handle_, &fd) != MDB_SUCCESS || ::fstat(fd, &what) != 0)
    return failure(errno, "look at data.mdb");
  const auto size = static_cast<std::size_t>(what.st_size);
  void* const at = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, fd, 0);
  if (at == MAP_FAILED) return failure(errno, "map data.mdb");
  const std::shared_ptr<void> unmap(at, [size](void* p) { ::munmap(p, size); });
  const byte_view content{static_cast<const std::byte*>(at), size};
  const auto mapped = map_pages(content, folder_ + "/data.mdb");
  if (!mapped)
    return make_error(mapped.error().code, mapped.error().message +
                                               " (what was erased is not overwritten before it is "
                                               "mended: whorl scrub --repair)");
  const page_map& map = *mapped;
  const std::uint64_t oldest = oldest_reader(handle_, map.transaction);
  bool all = true;
  for (const auto& [transaction, range] : map.freed) {
    if (transaction > oldest) {
      all = false;
    } else if (!clear(fd, content, range)) {
      return failure(errno, "overwrite a freed page");
    }
  }
  for (const byte_range& range : map.unused)
    if (!clear(fd, content, range)) return failure(errno, "overwrite a gap");
  if (::fdatasync(fd) != 0) return failure(errno, "sync");
  return all;
}

}  // namespace whorl::storage::lmdb
