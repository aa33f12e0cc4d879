#include "messages/error.hpp"

#include <cstdio>
#include <cstdlib>

#include "messages/invariant.hpp"

namespace whorl {

std::string_view to_string(errc code) {
  switch (code) {
    case errc::invalid_input:
      return "invalid_input";
    case errc::unsupported:
      return "unsupported";
    case errc::limit_exceeded:
      return "limit_exceeded";
    case errc::not_found:
      return "not_found";
    case errc::conflict:
      return "conflict";
    case errc::content_mismatch:
      return "content_mismatch";
    case errc::forbidden:
      return "forbidden";
    case errc::overloaded:
      return "overloaded";
    case errc::unavailable:
      return "unavailable";
    case errc::timeout:
      return "timeout";
    case errc::corrupt:
      return "corrupt";
    case errc::wrong_version:
      return "wrong_version";
    case errc::storage_full:
      return "storage_full";
    case errc::io:
      return "io";
    case errc::purged:
      return "purged";
    case errc::internal:
      return "internal";
  }
  return "unknown";
}

void invariant_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "whorl: broken invariant: %s (%s:%d)\n", condition, file, line);
  std::abort();
}

}  // namespace whorl
