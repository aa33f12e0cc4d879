#include "apps/progress.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace whorl::apps {

progress::progress(std::string what, std::uint64_t total, bool quiet, const char* bound)
    : what_(std::move(what)),
      total_(std::max<std::uint64_t>(total, 1)),
      bound_(bound),
      wanted_(!quiet && isatty(STDERR_FILENO) == 1),
      begin_(clock::now()),
      last_(begin_) {}

progress::~progress() {
  if (shown_) std::fputs("\r\033[K", stderr);
}

void progress::at(std::uint64_t done) {
  if (!wanted_) return;
  const auto now = clock::now();
  if (now - begin_ < std::chrono::seconds(2) || now - last_ < std::chrono::milliseconds(100))
    return;
  last_ = now;
  shown_ = true;
  constexpr std::uint64_t width = 30;
  const std::uint64_t full = std::min(done, total_) * width / total_;
  const std::string bar = std::string(full, '#') + std::string(width - full, '.');
  std::fprintf(stderr, "\r\033[K%s [%s] %llu of %llu", what_.c_str(), bar.c_str(),
               static_cast<unsigned long long>(done), static_cast<unsigned long long>(total_));
  if (done > 0 && done < total_) {
    const double passed = std::chrono::duration<double>(now - begin_).count();
    const double left = passed * static_cast<double>(total_ - done) / static_cast<double>(done);
    std::fprintf(stderr, ", %s %.0f s left", bound_, left);
  }
  std::fflush(stderr);
}

}  // namespace whorl::apps
