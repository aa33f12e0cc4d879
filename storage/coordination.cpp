#include "storage/coordination.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <string>

#include "messages/limits.hpp"

namespace whorl::storage {
namespace {

class coordination_in_memory final : public coordination {
 public:
  result<std::optional<stored_value>> get(std::string_view key) const override {
    WHORL_TRY(check_key(key));
    const std::lock_guard lock(mutex_);
    const auto found = values_.find(key);
    if (found == values_.end()) return std::optional<stored_value>{};
    return std::optional<stored_value>(found->second);
  }

  result<std::uint64_t> create(std::string_view key, byte_view value) override {
    return change(key, value, 0);
  }

  result<std::uint64_t> update(std::string_view key, byte_view value, std::uint64_t seen) override {
    if (seen == 0) return moved_on(key, 0, 0);
    return change(key, value, seen);
  }

 private:
  result<std::uint64_t> change(std::string_view key, byte_view value, std::uint64_t seen) {
    WHORL_TRY(check_key(key));
    WHORL_TRY(check_value(value));
    const std::lock_guard lock(mutex_);
    const auto found = values_.find(key);
    const std::uint64_t now = found == values_.end() ? 0 : found->second.revision;
    if (now != seen) return moved_on(key, seen, now);
    values_[std::string(key)] = {bytes(value.begin(), value.end()), ++revision_};
    return revision_;
  }

  mutable std::mutex mutex_;
  std::map<std::string, stored_value, std::less<>> values_;
  std::uint64_t revision_ = 0;
};

bool is_key_sign(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '=' || c == '/' || c == '.';
}

}  // namespace

status check_key(std::string_view key) {
  if (key.size() > limits::bucket_key_max)
    return make_error(errc::limit_exceeded, "bucket: a key is longer than " +
                                                std::to_string(limits::bucket_key_max) + " bytes");
  if (key.empty() || key.front() == '.' || key.back() == '.' ||
      key.find("..") != std::string_view::npos || !std::all_of(key.begin(), key.end(), is_key_sign))
    return make_error(errc::invalid_input, "bucket: '" + std::string(key) +
                                               "' is no key: letters, digits, - _ = / and single "
                                               "dots inside");
  return {};
}

status check_value(byte_view value) {
  if (value.size() <= limits::bucket_value_max) return {};
  return make_error(errc::limit_exceeded, "bucket: a value is larger than " +
                                              std::to_string(limits::bucket_value_max) + " bytes");
}

error moved_on(std::string_view key, std::uint64_t seen, std::uint64_t now) {
  return make_error(errc::conflict, "bucket: " + std::string(key) + " is at revision " +
                                        std::to_string(now) + ", the writer has seen " +
                                        std::to_string(seen) + " (0: no value)");
}

std::unique_ptr<coordination> make_coordination_in_memory() {
  return std::make_unique<coordination_in_memory>();
}

}  // namespace whorl::storage
