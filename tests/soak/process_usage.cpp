#include "tests/soak/process_usage.hpp"

#include <sys/stat.h>

#include <cstring>
#include <filesystem>
#include <fstream>

namespace whorl::soak {
namespace {

namespace fs = std::filesystem;

/// "RssAnon:   1234 kB" gives 1234.
std::int64_t number_after(const std::string& line) {
  const auto at = line.find_first_of("0123456789");
  return at == std::string::npos ? 0 : std::stoll(line.substr(at));
}

/// LMDB's lock file (0.9, Linux) begins with magic (4 bytes), format (4), a mutex (40), the last
/// transaction (8), and the number of reader slots ever taken (4): a slot that is never given back
/// shows here and nowhere else.
std::int64_t slots_of(const fs::path& lock_file) {
  char head[60] = {};
  std::ifstream in(lock_file, std::ios::binary);
  if (!in.read(head, sizeof head)) return 0;
  std::uint32_t magic = 0, slots = 0;
  std::memcpy(&magic, head, 4);
  std::memcpy(&slots, head + 56, 4);
  return magic == 0xBEEFC0DE ? slots : 0;
}

}  // namespace

usage usage_now(const std::string& store_folder) {
  usage now;
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("RssAnon:")) now.anon_kb = number_after(line);
    if (line.starts_with("RssFile:")) now.file_kb = number_after(line);
    if (line.starts_with("Threads:")) now.threads = number_after(line);
  }
  status.close();
  for ([[maybe_unused]] const auto& fd : fs::directory_iterator("/proc/self/fd")) ++now.fds;
  --now.fds;  // the listing itself
  for (const auto& entry : fs::recursive_directory_iterator(store_folder)) {
    struct stat about {};
    if (::stat(entry.path().c_str(), &about) == 0) now.disk_kb += about.st_blocks / 2;
    if (entry.path().filename() == "lock.mdb") now.reader_slots += slots_of(entry.path());
  }
  return now;
}

}  // namespace whorl::soak
