// What stands in requests: a booking as JSON, an encounter of OSIA, a target below /osia. The first
// byte chooses.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "apps/booking_json.hpp"
#include "apps/osia/encounter.hpp"
#include "apps/osia/operations.hpp"
#include "messages/ebts/reader.hpp"

namespace {

void encounter(std::string_view text) {
  using namespace whorl::apps::osia;
  const json body = json::parse(text, nullptr, false);
  if (body.is_discarded()) return;
  const auto read = read_encounter(body);
  if (!read) return;
  // What was taken can be kept, found again as it was, and shown.
  const auto kept = to_record(*read, {1});
  if (!kept) return;
  const auto found = read_document(*kept);
  if (!found || !write_encounter(*read)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] % 3 == 0) {
    const auto made = whorl::apps::booking_of_json(text);
    if (made && !whorl::ebts::read_transaction(*made)) std::abort();
  } else if (data[0] % 3 == 1) {
    encounter(text);
  } else {
    std::string allow;
    const std::size_t blank = text.find(' ');
    if (blank != std::string_view::npos)
      (void)whorl::apps::osia::match(text.substr(0, blank), text.substr(blank + 1), allow);
  }
  return 0;
}
