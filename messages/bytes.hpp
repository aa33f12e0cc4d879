// Bytes as the project passes them around: owned, viewed, and shared without copying.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace whorl {

using bytes = std::vector<std::byte>;
using byte_view = std::span<const std::byte>;
/// Encoded once, sent to many: local sends share the buffer.
using frame = std::shared_ptr<const bytes>;
/// SHA-256 of something.
using digest = std::array<std::byte, 32>;

}  // namespace whorl
