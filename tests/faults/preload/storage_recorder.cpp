// A library to put before the program (LD_PRELOAD) that sees every change it makes to files below
// $WHORL_FAULT_ROOT: LMDB's own system calls, not a model of them. It writes what it sees to
// $WHORL_FAULT_TRACE (trace.hpp says how) in the order in which it happened, syncs among it, and it
// can make one of the calls fail ($WHORL_FAULT, see `fault_plan`). One lock is held around each
// call and its record, so the order in the trace is the order on the machine. What the program
// prints is recorded too: an acknowledgement is judged by what was durable before it.
//
// Left out: lock files, whose content means nothing after a start of the machine.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <set>
#include <string>

#include "tests/faults/trace_format.hpp"

namespace {

using whorl::faults::op_kind;

template <class F>
F real(const char* name) {
  return reinterpret_cast<F>(dlsym(RTLD_NEXT, name));
}

/// "<error>:<n>[:stay]": the n-th call that changes a file below the root fails, once or from then
/// on. Errors: enospc (writes), eio (writes), eiosync (syncs alone are counted), erofs (writes).
struct fault_plan {
  int code = 0;
  bool syncs = false, stays = false;
  std::uint64_t at = 0, seen = 0;

  bool hits(bool is_sync) {
    if (code == 0 || is_sync != syncs) return false;
    ++seen;
    return stays ? seen >= at : seen == at;
  }
};

class recorder {
 public:
  recorder() {
    if (const char* root = std::getenv("WHORL_FAULT_ROOT")) root_ = root;
    if (const char* trace = std::getenv("WHORL_FAULT_TRACE"); trace != nullptr && !root_.empty())
      trace_ = real<int (*)(const char*, int, ...)>("open")(
          trace, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (const char* plan = std::getenv("WHORL_FAULT")) read_plan(plan);
  }

  std::recursive_mutex lock;
  fault_plan plan;

  /// Path relative to the root; empty: not ours.
  std::string ours(const char* path) const {
    if (root_.empty() || path == nullptr) return {};
    const std::string whole = path;
    if (!whole.starts_with(root_ + "/")) return {};
    std::string rest = whole.substr(root_.size() + 1);
    while (rest.ends_with("/")) rest.pop_back();
    const auto name = rest.substr(rest.rfind('/') + 1);
    return name == "lock.mdb" || name == "lock" ? std::string() : rest;
  }
  std::string ours(int fd) {
    const auto known = files_.find(fd);
    if (known != files_.end()) return known->second.path;
    char link[64], path[PATH_MAX];
    std::snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    const ssize_t n = ::readlink(link, path, sizeof path - 1);
    if (n <= 0) return {};
    path[n] = 0;
    return path == root_ ? "." : ours(path);
  }
  /// Of a name in an open folder, as unlinkat takes it.
  std::string ours(int folder, const char* name) {
    if (name == nullptr || *name == '/' || folder == AT_FDCWD) return ours(name);
    const std::string where = ours(folder);
    if (where.empty()) return {};
    return ours((root_ + (where == "." ? "/" : "/" + where + "/") + name).c_str());
  }
  /// Files that stdio opened came past us: their first write tells of them.
  void note_writing(const std::string& path) {
    if (known_.insert(path).second) record(op_kind::create, path);
  }
  bool is_dsync(int fd) const {
    const auto known = files_.find(fd);
    return known != files_.end() && known->second.dsync;
  }
  void opened(int fd, const std::string& path, int flags) {
    files_[fd] = {path, (flags & O_DSYNC) != 0};
    known_.insert(path);
  }
  void closed(int fd) { files_.erase(fd); }

  void record(op_kind kind, const std::string& path, std::uint64_t offset = 0,
              const void* data = nullptr, std::size_t size = 0) {
    if (trace_ < 0) return;
    std::string text;
    auto number = [&](std::uint64_t value, int bytes) {
      for (int i = 0; i < bytes; ++i) text.push_back(static_cast<char>(value >> (8 * i)));
    };
    number(static_cast<std::uint64_t>(kind), 1);
    number(path.size(), 2);
    number(offset, 8);
    number(size, 4);
    text += path;
    if (size > 0) text.append(static_cast<const char*>(data), size);
    static const auto write_it = real<ssize_t (*)(int, const void*, size_t)>("write");
    if (write_it(trace_, text.data(), text.size()) != static_cast<ssize_t>(text.size())) abort();
  }

 private:
  struct file {
    std::string path;
    bool dsync = false;
  };

  void read_plan(const std::string& text) {
    const auto first = text.find(':');
    const std::string name = text.substr(0, first);
    plan.code = name == "enospc" ? ENOSPC : name == "erofs" ? EROFS : EIO;
    plan.syncs = name == "eiosync";
    plan.at = std::strtoull(text.c_str() + first + 1, nullptr, 10);
    plan.stays = text.ends_with(":stay");
  }

  std::string root_;
  int trace_ = -1;
  std::map<int, file> files_;
  std::set<std::string> known_;  ///< files whose making is in the trace, or older than it
};

recorder& seen() {
  static recorder one;
  return one;
}

using guard = std::lock_guard<std::recursive_mutex>;

int refuse(int code) {
  errno = code;
  return -1;
}

int open_and_record(const char* name, const char* path, int flags, mode_t mode) {
  const auto next = real<int (*)(const char*, int, ...)>(name);
  const guard held(seen().lock);
  const std::string file = seen().ours(path);
  if (file.empty()) return next(path, flags, mode);
  const bool is_new = (flags & O_CREAT) != 0 && ::access(path, F_OK) != 0;
  const bool writes = (flags & O_ACCMODE) != O_RDONLY;
  if ((is_new || (writes && (flags & O_TRUNC) != 0)) && seen().plan.hits(false))
    return refuse(seen().plan.code);
  const int fd = next(path, flags, mode);
  if (fd < 0) return fd;
  seen().opened(fd, file, flags);
  if (is_new) seen().record(op_kind::create, file);  // after opened(): not told twice
  if (!is_new && writes && (flags & O_TRUNC) != 0) seen().record(op_kind::truncate, file, 0);
  return fd;
}

ssize_t write_and_record(int fd, const void* data, std::size_t size, std::uint64_t offset,
                         ssize_t (*call)(int, const void*, std::size_t, off64_t)) {
  const guard held(seen().lock);
  const std::string file = seen().ours(fd);
  if (file.empty()) return call(fd, data, size, static_cast<off64_t>(offset));
  if (seen().plan.hits(false)) return refuse(seen().plan.code);
  seen().note_writing(file);
  const ssize_t done = call(fd, data, size, static_cast<off64_t>(offset));
  if (done > 0)
    seen().record(seen().is_dsync(fd) ? op_kind::write_through : op_kind::write, file, offset, data,
                  static_cast<std::size_t>(done));
  return done;
}

int sync_and_record(int fd) {
  const guard held(seen().lock);
  const std::string file = seen().ours(fd);
  if (file.empty()) return 0;
  if (seen().plan.hits(true)) return refuse(EIO);
  struct stat what {};
  ::fstat(fd, &what);
  // The disk itself is not waited for: what it would have kept is computed from the trace.
  seen().record(S_ISDIR(what.st_mode) ? op_kind::sync_folder : op_kind::sync, file);
  return 0;
}

int remove_and_record(const char* name, const char* path) {
  const guard held(seen().lock);
  const std::string file = seen().ours(path);
  const int done = real<int (*)(const char*)>(name)(path);
  if (done == 0 && !file.empty()) seen().record(op_kind::remove, file);
  return done;
}

ssize_t plain_write(int fd, const void* data, std::size_t size, off64_t) {
  static const auto next = real<ssize_t (*)(int, const void*, size_t)>("write");
  return next(fd, data, size);
}

ssize_t plain_pwrite(int fd, const void* data, std::size_t size, off64_t offset) {
  static const auto next = real<ssize_t (*)(int, const void*, size_t, off64_t)>("pwrite64");
  return next(fd, data, size, offset);
}

/// A gathered write as one: LMDB counts on all or nothing of it being reported.
ssize_t gathered(int fd, const iovec* parts, int count, std::int64_t offset) {
  std::string whole;
  for (int i = 0; i < count; ++i)
    whole.append(static_cast<const char*>(parts[i].iov_base), parts[i].iov_len);
  if (offset >= 0)
    return write_and_record(fd, whole.data(), whole.size(), std::uint64_t(offset), plain_pwrite);
  const off64_t at = ::lseek64(fd, 0, SEEK_CUR);
  return write_and_record(fd, whole.data(), whole.size(), std::uint64_t(at), plain_write);
}

}  // namespace

extern "C" {

int open(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return open_and_record("open", path, flags, mode);
}
int open64(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return open_and_record("open64", path, flags, mode);
}
int close(int fd) {
  const guard held(seen().lock);
  seen().closed(fd);
  return real<int (*)(int)>("close")(fd);
}
ssize_t pwrite64(int fd, const void* data, size_t size, off64_t offset) {
  return write_and_record(fd, data, size, std::uint64_t(offset), plain_pwrite);
}
ssize_t pwrite(int fd, const void* data, size_t size, off_t offset) {
  return write_and_record(fd, data, size, std::uint64_t(offset), plain_pwrite);
}
ssize_t pwritev64(int fd, const iovec* parts, int count, off64_t offset) {
  return gathered(fd, parts, count, offset);
}
ssize_t pwritev(int fd, const iovec* parts, int count, off_t offset) {
  return gathered(fd, parts, count, offset);
}
ssize_t writev(int fd, const iovec* parts, int count) { return gathered(fd, parts, count, -1); }
ssize_t write(int fd, const void* data, size_t size) {
  const guard held(seen().lock);
  const off64_t at = ::lseek64(fd, 0, SEEK_CUR);
  return write_and_record(fd, data, size, std::uint64_t(at < 0 ? 0 : at), plain_write);
}
/// The standard output goes through stdio, whose own write is out of reach. Text counts as said
/// when it is handed over, a moment before it is flushed: the stricter of the two.
size_t fwrite(const void* data, size_t size, size_t count, FILE* to) {
  static const auto next = real<size_t (*)(const void*, size_t, size_t, FILE*)>("fwrite");
  if (to == stdout) {
    const guard held(seen().lock);
    seen().record(op_kind::printed, "", 0, data, size * count);
  }
  return next(data, size, count, to);
}
#undef putc
int putc(int letter, FILE* to) {
  static const auto next = real<int (*)(int, FILE*)>("putc");
  if (to == stdout) {
    const guard held(seen().lock);
    const char text = static_cast<char>(letter);
    seen().record(op_kind::printed, "", 0, &text, 1);
  }
  return next(letter, to);
}
int fsync(int fd) { return sync_and_record(fd); }
int fdatasync(int fd) { return sync_and_record(fd); }
int ftruncate64(int fd, off64_t size) {
  const guard held(seen().lock);
  const std::string file = seen().ours(fd);
  const int done = real<int (*)(int, off64_t)>("ftruncate64")(fd, size);
  if (done == 0 && !file.empty())
    seen().record(op_kind::truncate, file, static_cast<std::uint64_t>(size));
  return done;
}
int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }
int rename(const char* from, const char* to) {
  const guard held(seen().lock);
  const std::string old_name = seen().ours(from), new_name = seen().ours(to);
  if (!new_name.empty() && seen().plan.hits(false)) return refuse(seen().plan.code);
  const int done = real<int (*)(const char*, const char*)>("rename")(from, to);
  if (done == 0 && !new_name.empty())
    seen().record(op_kind::rename, old_name, 0, new_name.data(), new_name.size());
  return done;
}
int unlink(const char* path) { return remove_and_record("unlink", path); }
int rmdir(const char* path) { return remove_and_record("rmdir", path); }
int remove(const char* path) { return remove_and_record("remove", path); }
int unlinkat(int folder, const char* name, int flags) {
  const guard held(seen().lock);
  const std::string file = seen().ours(folder, name);
  const int done = real<int (*)(int, const char*, int)>("unlinkat")(folder, name, flags);
  if (done == 0 && !file.empty()) seen().record(op_kind::remove, file);
  return done;
}
int syncfs(int fd) {
  const guard held(seen().lock);
  if (seen().ours(fd).empty()) return real<int (*)(int)>("syncfs")(fd);
  if (seen().plan.hits(true)) return refuse(EIO);
  seen().record(op_kind::sync_all, ".");
  return 0;
}
int mkdir(const char* path, mode_t mode) {
  const guard held(seen().lock);
  const std::string folder = seen().ours(path);
  if (!folder.empty() && seen().plan.hits(false)) return refuse(seen().plan.code);
  const int done = real<int (*)(const char*, mode_t)>("mkdir")(path, mode);
  if (done == 0 && !folder.empty()) seen().record(op_kind::make_folder, folder);
  return done;
}

}  // extern "C"
