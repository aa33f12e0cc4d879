// The checks that look at files alone, and the child process for the others.
#include "storage/health.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "storage/store.hpp"
#include "storage/store_files.hpp"

namespace whorl::storage {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t room_least = 64u << 20;
constexpr std::uint64_t files_beside_the_store = 64;
/// A child that reads damaged pages may go round in circles.
constexpr unsigned child_seconds_max = 3600;

/// Who holds the lock, as /proc/locks tells; empty when it cannot be told.
std::string holder_of(const struct stat& file) {
  std::ifstream locks("/proc/locks");
  char wanted[64];
  std::snprintf(wanted, sizeof wanted, "%02x:%02x:%llu", major(file.st_dev), minor(file.st_dev),
                static_cast<unsigned long long>(file.st_ino));
  for (std::string line; std::getline(locks, line);) {
    std::istringstream words(line);
    std::string number, kind, advisory, access, pid, place;
    if (words >> number >> kind >> advisory >> access >> pid >> place && kind == "FLOCK" &&
        place == wanted)
      return pid;
  }
  return {};
}

finding lock_finding(const std::string& folder) {
  const std::string path = folder + "/lock";
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0 && errno == ENOENT) return {"lock", health::well, "nobody has opened the store", ""};
  if (fd < 0)
    return {"lock", health::wrong, path + ": cannot be opened: " + std::strerror(errno),
            "run as the owner of the store, or give it back its owner"};
  struct stat file {};
  ::fstat(fd, &file);
  const bool free = ::flock(fd, LOCK_SH | LOCK_NB) == 0;
  ::close(fd);
  if (free) return {"lock", health::well, "no process has the store open", ""};
  const std::string pid = holder_of(file);
  return {"lock", health::remark,
          "the store is in use" + (pid.empty() ? std::string() : " by process " + pid),
          "nothing to do, unless that process should not run: end it with `kill" +
              (pid.empty() ? std::string(" PID") : " " + pid) + "`"};
}

/// Files that hold keys or prints must be the owner's alone.
bool is_secret(const std::string& path) {
  return path.ends_with("/data.mdb") || path.ends_with("/audit-key.pem") ||
         path.find("/keys/") != std::string::npos;
}

struct survey {
  std::uint64_t bytes = 0;
  std::vector<std::string> open_to_others, left_over;
};

survey survey_of(const std::string& folder) {
  survey out;
  std::error_code failure;
  for (auto it = fs::recursive_directory_iterator(folder, failure);
       !failure && it != fs::recursive_directory_iterator(); it.increment(failure)) {
    const std::string path = it->path().string();
    std::error_code ignored;
    if (!it->is_regular_file(ignored)) continue;
    struct stat file {};
    if (::stat(path.c_str(), &file) != 0) continue;
    out.bytes += static_cast<std::uint64_t>(file.st_blocks) * 512;
    if (is_secret(path) && (file.st_mode & 077) != 0) out.open_to_others.push_back(path);
    if (path.ends_with(".part") || path.ends_with(".new")) out.left_over.push_back(path);
  }
  return out;
}

std::string some_of(const std::vector<std::string>& names) {
  std::string text = names.front();
  if (names.size() > 1) text += " and " + std::to_string(names.size() - 1) + " more";
  return text;
}

std::string in_mib(std::uint64_t bytes) { return std::to_string(bytes >> 20) + " MiB"; }

finding room_finding(const std::string& folder, std::uint64_t store_bytes) {
  std::error_code failure;
  const auto room = fs::space(folder, failure);
  if (failure)
    return {"room", health::wrong, "free space cannot be told: " + failure.message(),
            "check that the volume is mounted"};
  const std::string words = "the store takes " + in_mib(store_bytes) + ", the volume has " +
                            in_mib(room.available) + " free";
  if (room.available < std::max(room_least, store_bytes / 20))
    return {"room", health::wrong, words, "free space or move the store: bookings will be refused"};
  if (room.available < store_bytes)
    return {"room", health::remark, words, "a copy would not fit beside it: back up elsewhere"};
  return {"room", health::well, words, ""};
}

finding mode_finding(const std::string& folder, const std::vector<std::string>& open_to_others) {
  struct stat place {};
  ::stat(folder.c_str(), &place);
  if ((place.st_mode & 077) != 0)
    return {"modes", health::wrong, folder + ": others than its owner may enter the folder",
            "chmod 700 " + folder};
  if (!open_to_others.empty())
    return {"modes", health::wrong,
            some_of(open_to_others) + ": others than the owner may read keys or prints",
            "chmod 600 each; if others may have read the keys, treat them as known"};
  return {"modes", health::well, "only the owner may read keys and prints", ""};
}

/// One finding a line; fields are separated by a byte that no message holds.
std::string packed(const findings& all) {
  std::string text;
  for (const finding& f : all) {
    const std::string fields[] = {f.check, std::to_string(int(f.level)), f.what, f.advice};
    for (std::string field : fields) {
      for (char& c : field)
        if (c == '\n' || c == '\x1f') c = ' ';
      text += field + '\x1f';
    }
    text += '\n';
  }
  return text;
}

findings unpacked(const std::string& text) {
  findings all;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    finding f;
    std::string level;
    std::getline(fields, f.check, '\x1f');
    std::getline(fields, level, '\x1f');
    std::getline(fields, f.what, '\x1f');
    std::getline(fields, f.advice, '\x1f');
    f.level = level == "0" ? health::well : level == "1" ? health::remark : health::wrong;
    all.push_back(std::move(f));
  }
  return all;
}

[[noreturn]] void be_child(int out, const std::function<findings()>& body) {
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);  // a core would hold keys
  if (const int silent = ::open("/dev/null", O_WRONLY); silent >= 0) ::dup2(silent, STDERR_FILENO);
  ::alarm(child_seconds_max);
  const std::string text = packed(body());
  for (std::size_t at = 0; at < text.size();) {
    const ssize_t n = ::write(out, text.data() + at, text.size() - at);
    if (n <= 0) ::_exit(1);
    at += static_cast<std::size_t>(n);
  }
  ::_exit(0);
}

}  // namespace

findings in_child(const std::string& check, const std::function<findings()>& body) {
  const finding no_child{check, health::wrong, "no child process could be started",
                         "raise the limit of processes (ulimit -u)"};
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return {no_child};
  const pid_t child = ::fork();
  if (child == 0) be_child(ends[1], body);
  ::close(ends[1]);
  std::string text;
  char piece[4096];
  while (child > 0) {
    const ssize_t n = ::read(ends[0], piece, sizeof piece);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    text.append(piece, static_cast<std::size_t>(n));
  }
  ::close(ends[0]);
  if (child < 0) return {no_child};
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  findings all = unpacked(text);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return all;
  const std::string how = WIFSIGNALED(status)
                              ? std::string("signal ") + ::strsignal(WTERMSIG(status))
                              : "exit code " + std::to_string(WEXITSTATUS(status));
  all.push_back(
      {check, health::wrong, "reading it ended the process that tried (" + how + ")",
       "the file is damaged: restore a backup; a projection (neither journal nor keys nor "
       "gallery) is rebuilt when its folder is removed"});
  return all;
}

findings examine_folder(const std::string& folder) {
  std::error_code failure;
  if (!fs::exists(folder, failure))
    return {{"folder", health::wrong, folder + ": there is no such folder",
             "name the store (--store, $WHORL_STORE), or make one with `whorl init`"}};
  if (!fs::is_directory(folder, failure))
    return {{"folder", health::wrong, folder + ": is no folder", "name the folder of a store"}};
  findings all;
  all.push_back({"folder", health::well, folder, ""});
  if (fs::exists(folder + "/BACKUP", failure))
    all.push_back({"folder", health::wrong, folder + ": is a backup, no store to work in",
                   "restore it: `whorl --store NEW restore " + folder + "`"});
  const auto format = read_format(folder);
  if (format)
    all.push_back({"FORMAT", health::well, std::to_string(*format) + " partitions a gallery", ""});
  else
    all.push_back({"FORMAT", health::wrong, format.error().message,
                   "FORMAT has two lines, 'whorl-store " + std::to_string(store_format_version) +
                       "' and 'partitions N': restore it from a backup"});
  const survey found = survey_of(folder);
  all.push_back(mode_finding(folder, found.open_to_others));
  all.push_back(lock_finding(folder));
  all.push_back(room_finding(folder, found.bytes));
  if (!found.left_over.empty())
    all.push_back({"leftovers", health::remark,
                   some_of(found.left_over) + ": an interrupted write left it half made",
                   "remove it while no process has the store open; what it was to replace stands"});
  else
    all.push_back({"leftovers", health::well, "no half-written files", ""});
  return all;
}

findings examine_limits(std::uint32_t partitions) {
  findings all;
  const std::uint64_t files = 2 * (2 * std::uint64_t{partitions} + 6) + files_beside_the_store;
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur < files)
    all.push_back({"limits", health::wrong,
                   "at most " + std::to_string(limit.rlim_cur) + " open files; this store needs " +
                       std::to_string(files),
                   "ulimit -n " + std::to_string(files)});
  ::getrlimit(RLIMIT_AS, &limit);
  if (limit.rlim_cur != RLIM_INFINITY)
    all.push_back({"limits", health::wrong,
                   "address space is limited to " + in_mib(limit.rlim_cur) +
                       "; LMDB reserves terabytes of it (not of memory)",
                   "ulimit -v unlimited"});
  ::getrlimit(RLIMIT_FSIZE, &limit);
  if (limit.rlim_cur != RLIM_INFINITY)
    all.push_back({"limits", health::wrong,
                   "files are limited to " + in_mib(limit.rlim_cur) +
                       ": the journal will meet that and every booking be refused",
                   "ulimit -f unlimited"});
  ::getrlimit(RLIMIT_CORE, &limit);
  if (limit.rlim_cur != 0)
    all.push_back({"limits", health::remark,
                   "core dumps are on: one of this program would hold keys and prints",
                   "ulimit -c 0"});
  if (all.empty()) all.push_back({"limits", health::well, "files, memory and core dumps", ""});
  return all;
}

}  // namespace whorl::storage
