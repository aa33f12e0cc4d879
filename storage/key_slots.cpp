#include "storage/key_slots.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "storage/checksum.hpp"
#include "storage/durable_file.hpp"
#include "storage/rows.hpp"

namespace whorl::storage {
namespace {

constexpr std::string_view head = "whorl-key-slots 1\n";
constexpr std::size_t summed_bytes = 48;
using slot_content = std::array<std::byte, key_slots::slot_bytes>;

void put_words(slot_content& slot, std::size_t at, std::uint64_t value, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) slot[at + i] = static_cast<std::byte>(value >> (8 * i));
}

}  // namespace

error key_slots::refused(const char* what, int code) const {
  return make_error(code == ENOSPC || code == EDQUOT ? errc::storage_full : errc::io,
                    path_ + ": " + what + ": " + std::strerror(code));
}

result<std::unique_ptr<key_slots>> key_slots::open(const std::string& folder, bool durable,
                                                   bool may_be_new) {
  const std::string path = folder + "/slots";
  if (::access(path.c_str(), F_OK) != 0 && errno == ENOENT) {
    if (!may_be_new)
      return make_error(errc::corrupt,
                        path + ": is gone, and with it every key: restore it from a backup");
    bytes first(slot_bytes);
    std::copy_n(view_of(head).begin(), head.size(), first.begin());
    WHORL_TRY(write_durably(path, byte_view(first)));
  }
  const int fd = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  std::unique_ptr<key_slots> slots(new key_slots(path, fd, durable));
  if (fd < 0) return slots->refused("open", errno);
  char found[head.size()] = {};
  if (::pread(fd, found, sizeof found, 0) != ssize_t(sizeof found) ||
      std::string_view(found, sizeof found) != head)
    return make_error(errc::corrupt, path +
                                         ": does not begin with 'whorl-key-slots 1': restore the "
                                         "folder of the keys from a backup");
  return slots;
}

key_slots::~key_slots() {
  if (fd_ >= 0) ::close(fd_);
}

status key_slots::put(std::uint64_t slot, byte_view content) {
  const auto at = static_cast<off_t>(slot * slot_bytes);
  const ssize_t done = ::pwrite(fd_, content.data(), content.size(), at);
  if (done == ssize_t(content.size())) return {};
  return refused("write a slot", done < 0 ? errno : ENOSPC);
}

status key_slots::write(std::uint64_t slot, const key_id& id, const secret_key& key) {
  slot_content content{};
  std::copy(key.raw().begin(), key.raw().end(), content.begin());
  put_words(content, 32, id.owner, 8);
  put_words(content, 40, std::uint64_t(id.purpose), 8);
  put_words(content, summed_bytes, crc32c(std::span(content).first(summed_bytes)), 4);
  status done = put(slot, content);
  whorl::storage::wipe(content);
  return done;
}

status key_slots::sync() {
  if (durable_ && ::fdatasync(fd_) != 0) return refused("sync", errno);
  return {};
}

status key_slots::read(std::uint64_t slot, const key_id& id, secret_key& key) const {
  slot_content content{};
  const auto at = static_cast<off_t>(slot * slot_bytes);
  const ssize_t got = ::pread(fd_, content.data(), content.size(), at);
  if (got < 0) return refused("read a slot", errno);
  const byte_view whole = content;
  const bool good = got == ssize_t(content.size()) &&
                    (value_word(whole, 6) & 0xffffffff) == crc32c(whole.first(summed_bytes)) &&
                    value_word(whole, 4) == id.owner &&
                    value_word(whole, 5) == std::uint64_t(id.purpose);
  if (good) key.assign(whole.first(32));
  whorl::storage::wipe(content);
  if (good) return {};
  return make_error(errc::corrupt, path_ + ": slot " + std::to_string(slot) +
                                       " is damaged: what its key sealed cannot be read until the "
                                       "folder of the keys is restored from a backup");
}

status key_slots::erase(std::span<const std::uint64_t> slots) {
  const slot_content zeros{};
  for (const std::uint64_t slot : slots) WHORL_TRY(put(slot, zeros));
  return slots.empty() ? status{} : sync();
}

}  // namespace whorl::storage
