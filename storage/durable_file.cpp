#include "storage/durable_file.hpp"

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>

#include "storage/descriptor.hpp"
#include "storage/lmdb.hpp"

namespace whorl::storage {
namespace {

constexpr std::size_t piece_bytes = 1u << 16;

error refused(const std::string& path, const char* what, int code) {
  const bool full = code == ENOSPC || code == EDQUOT || code == EFBIG;
  const errc kind = full ? errc::storage_full : code == ENOENT ? errc::not_found : errc::io;
  const char* advice = full             ? " (free space on the volume and try again)"
                       : code == EACCES ? " (check owner and mode)"
                       : code == EIO    ? " (the medium may be failing: see the system's log)"
                                        : "";
  return make_error(kind, path + ": " + what + ": " + std::strerror(code) + advice);
}

/// 0, or the errno.
int write_all(int fd, const char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t n = ::write(fd, data, size);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno;
    data += n;
    size -= static_cast<std::size_t>(n);
  }
  return 0;
}

/// Calls `take` with each piece of the file. False from it ends the reading.
template <class Take>
status read_pieces(const std::string& path, Take take) {
  const descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return refused(path, "open", errno);
  std::array<char, piece_bytes> piece;
  while (true) {
    const ssize_t n = ::read(file.get(), piece.data(), piece.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return refused(path, "read", errno);
    if (n == 0) return {};
    WHORL_TRY(take(std::string_view(piece.data(), static_cast<std::size_t>(n))));
  }
}

}  // namespace

status write_durably(const std::string& path, std::string_view content, bool durable) {
  const std::string beside = path + ".new";
  {
    const descriptor file(::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (file.get() < 0) return refused(beside, "create", errno);
    if (const int code = write_all(file.get(), content.data(), content.size()); code != 0)
      return refused(beside, "write", code);
    if (durable && ::fsync(file.get()) != 0) return refused(beside, "sync", errno);
  }
  if (::rename(beside.c_str(), path.c_str()) != 0) return refused(path, "rename into place", errno);
  if (!durable) return {};
  return lmdb::sync_folder(std::filesystem::path(path).parent_path().string());
}

status destroy_file(const std::string& path) {
  std::error_code code;
  const auto size = std::filesystem::file_size(path, code);
  if (code) return make_error(errc::not_found, path + ": " + code.message());
  {
    const descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (file.get() < 0) return refused(path, "open", errno);
    const bytes zeros(std::min<std::uint64_t>(size, 1u << 20));
    for (std::uint64_t at = 0; at < size;) {
      const std::uint64_t piece = std::min<std::uint64_t>(zeros.size(), size - at);
      const ssize_t done = ::pwrite(file.get(), zeros.data(), piece, static_cast<off_t>(at));
      if (done <= 0) return refused(path, "overwrite", errno);
      at += static_cast<std::uint64_t>(done);
    }
    if (::fsync(file.get()) != 0) return refused(path, "sync", errno);
  }
  if (::unlink(path.c_str()) != 0) return refused(path, "remove", errno);
  const std::string folder = std::filesystem::path(path).parent_path().string();
  return lmdb::sync_folder(folder.empty() ? "." : folder);
}

status make_durable_folder(const std::string& folder) { return lmdb::make_folder(folder); }

result<std::string> read_small_file(const std::string& path, std::size_t most) {
  std::string text;
  WHORL_TRY(read_pieces(path, [&](std::string_view piece) -> status {
    if (text.size() + piece.size() > most)
      return make_error(errc::limit_exceeded,
                        path + ": longer than " + std::to_string(most) + " bytes: not what it was");
    text += piece;
    return {};
  }));
  return text;
}

result<file_sum> sum_of_file(const std::string& path) {
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(),
                                                                   &EVP_MD_CTX_free);
  const auto broken = [] {
    return make_error(errc::io, "OpenSSL: SHA-256 failed: check the installation");
  };
  if (!context || EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) != 1) return broken();
  file_sum sum;
  WHORL_TRY(read_pieces(path, [&](std::string_view piece) -> status {
    sum.bytes += piece.size();
    if (EVP_DigestUpdate(context.get(), piece.data(), piece.size()) != 1) return broken();
    return {};
  }));
  auto* out = reinterpret_cast<unsigned char*>(sum.content.data());
  if (EVP_DigestFinal_ex(context.get(), out, nullptr) != 1) return broken();
  return sum;
}

status copy_plain_file(const std::string& from, const std::string& to) {
  struct stat source {};
  if (::stat(from.c_str(), &source) != 0) return refused(from, "look at", errno);
  const descriptor file(::open(to.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (file.get() < 0) return refused(to, "create", errno);
  if (::fchmod(file.get(), source.st_mode & 0777) != 0) return refused(to, "set the mode", errno);
  return read_pieces(from, [&](std::string_view piece) -> status {
    const int code = write_all(file.get(), piece.data(), piece.size());
    if (code != 0) return refused(to, "write", code);
    return {};
  });
}

status sync_file_system(const std::string& folder) {
  const descriptor fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd.get() < 0) return refused(folder, "open the folder", errno);
  if (::syncfs(fd.get()) != 0) return refused(folder, "sync the file system", errno);
  return {};
}

}  // namespace whorl::storage
