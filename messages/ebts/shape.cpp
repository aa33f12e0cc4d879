#include "messages/ebts/shape.hpp"

#include <algorithm>
#include <array>

#include "messages/limits.hpp"

namespace whorl::ebts {
namespace {

constexpr std::uint16_t many = limits::field_subfields_max;

// Sorted by type and number. Where old and new editions differ the wider count stands.
constexpr std::array<field_shape, 36> shapes = {{
    {1, 2, 1, 1, 1},      {1, 3, 2, 2, many},   {1, 4, 1, 1, 1},      {1, 5, 1, 1, 1},
    {1, 6, 1, 1, 1},      {1, 7, 1, 1, 1},      {1, 8, 1, 1, 1},      {1, 9, 1, 1, 1},
    {1, 10, 1, 1, 1},     {1, 11, 1, 1, 1},     {1, 12, 1, 1, 1},     {1, 13, 1, 2, 1},
    {1, 14, 1, 1, 1},     {1, 15, 2, 3, many},  {2, 18, 1, 1, 1},     {2, 47, 2, 3, many},
    {2, 67, 1, 3, 1},     {9, 5, 1, 3, 1},      {9, 7, 2, 2, many},   {9, 12, 4, 64, many},
    {9, 126, 2, 3, 1},    {9, 127, 2, 2, 1},    {9, 135, 1, 3, many}, {9, 137, 6, 6, many},
    {10, 24, 3, 3, many}, {10, 42, 3, 4, many}, {13, 14, 2, 2, many}, {13, 15, 6, 6, many},
    {13, 24, 4, 4, many}, {14, 14, 2, 2, many}, {14, 15, 6, 6, many}, {14, 21, 5, 5, many},
    {14, 22, 2, 2, many}, {14, 23, 4, 4, many}, {14, 24, 4, 4, many}, {15, 24, 4, 4, many},
}};

constexpr bool before(const field_shape& a, const field_shape& b) {
  return a.type != b.type ? a.type < b.type : a.number < b.number;
}
static_assert(std::is_sorted(shapes.begin(), shapes.end(), before));

}  // namespace

const field_shape* shape_of(unsigned type, unsigned number) {
  const field_shape wanted = {static_cast<std::uint8_t>(type), static_cast<std::uint16_t>(number),
                              0, 0, 0};
  const auto found = std::lower_bound(shapes.begin(), shapes.end(), wanted, before);
  if (found == shapes.end() || found->type != type || found->number != number) return nullptr;
  return &*found;
}

}  // namespace whorl::ebts
