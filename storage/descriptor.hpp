// A POSIX file descriptor that closes itself. Owned by the scope it stands in.
#pragma once

#include <unistd.h>

namespace whorl::storage {

class descriptor {
 public:
  explicit descriptor(int fd) : fd_(fd) {}
  ~descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;
  int get() const { return fd_; }  ///< below 0: the call that was to open it failed

 private:
  int fd_;
};

}  // namespace whorl::storage
