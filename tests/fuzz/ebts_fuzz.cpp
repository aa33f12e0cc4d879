// Whatever the bytes: the reader answers with a value or an error, what it read is written back
// byte for byte, and everything that interprets a transaction stands what the reader lets through.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "messages/ebts/booking.hpp"
#include "messages/ebts/builders.hpp"
#include "messages/ebts/charset.hpp"
#include "messages/ebts/mandatory.hpp"
#include "messages/ebts/minutiae.hpp"
#include "messages/ebts/reader.hpp"
#include "messages/ebts/transaction_types.hpp"
#include "messages/ebts/writer.hpp"
#include "messages/invariant.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace whorl;
  const byte_view input = std::as_bytes(std::span(data, size));
  const auto whole = ebts::read_transaction(input);
  if (!whole) {
    INVARIANT(!whole.error().message.empty());
    return 0;
  }
  const bytes written = ebts::write_transaction(*whole);
  INVARIANT(written.size() == size && std::memcmp(written.data(), data, size) == 0);
  if (const auto prints = ebts::read_type9(*whole)) {
    for (const ebts::type9_print& one : *prints) {
      static_cast<void>(ebts::rescaled(one, 197));
      static_cast<void>(ebts::make_type9(one, 1));
    }
  }
  static_cast<void>(ebts::check_ascii(*whole));
  static_cast<void>(ebts::check_mandatory(*whole));
  static_cast<void>(ebts::retained(*whole));
  const auto booking = ebts::read_booking(*whole);
  static_cast<void>(ebts::build_features_booking(booking, {}));
  const ebts::answer_fields answer = ebts::answer_to(*whole, "FUZZ0000000001", "20081027");
  static_cast<void>(ebts::build_sre(answer));
  const auto errt = ebts::build_errt(answer, {&booking.name, 1});
  INVARIANT(ebts::read_transaction(ebts::write_transaction(errt)).has_value());
  return 0;
}
