// What the tests of the cores share: people who do not exist, their bookings as transactions, facts
// as a stream would hold them, and short ways to open results.
#pragma once

#include <doctest/doctest.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "actors/policy_core.hpp"
#include "messages/ebts/builders.hpp"
#include "messages/facts.hpp"
#include "storage/keyring.hpp"

namespace whorl::actors::test {

/// The value of a result; the test stops with the error's text when there is none.
template <class T>
T must(result<T> outcome) {
  if (!outcome) FAIL(to_string(outcome.error().code) << ": " << outcome.error().message);
  return *std::move(outcome);
}
inline void must(const status& outcome) {
  if (!outcome) FAIL(to_string(outcome.error().code) << ": " << outcome.error().message);
}

/// "invalid_input" and so on; "done" for success. Text, so that a failed check can be read.
template <class T>
std::string code_of(const result<T>& outcome) {
  return outcome ? "done" : std::string(to_string(outcome.error().code));
}

/// True when the outcome is this error and its text holds every one of `words`.
template <class T>
bool refused(const result<T>& outcome, errc code, std::initializer_list<std::string_view> words) {
  if (outcome || outcome.error().code != code) return false;
  for (std::string_view word : words)
    if (outcome.error().message.find(word) == std::string::npos) return false;
  return true;
}

// --- prints
// ---------------------------------------------------------------------------------------

/// Ten fingers of synthetic person `seed`, capture `impression`, as ISO records. Made once.
const std::vector<probe_print>& prints_of(std::uint64_t seed, std::uint32_t impression);
/// One finger of the same, as a Type-9 print.
ebts::type9_print type9_of(std::uint64_t seed, std::uint8_t finger);
/// A print of `count` minutiae that stand apart; nobody's.
ebts::type9_print plain_print(std::uint8_t finger, std::size_t count);
/// Person `seed` enrolled under the id `subject`.
subject_record record_of(std::uint64_t subject, std::uint64_t seed);

// --- bookings
// -------------------------------------------------------------------------------------

ebts::booking_fields sample_booking();
/// sample_booking as CARW with one print of 12 minutiae.
ebts::transaction sample_transaction();
/// Gives the first field of that number of the first such record one item, appending it if absent.
void set_field(ebts::transaction& whole, std::uint8_t type, std::uint16_t number,
               const std::string& value);
void drop_field(ebts::transaction& whole, std::uint8_t type, std::uint16_t number);

// --- facts
// ----------------------------------------------------------------------------------------

/// Facts numbered and chained as in a stream.
class fact_stream {
 public:
  explicit fact_stream(stream_id stream) : stream_(stream) {}
  const fact_record& add(const fact& what);
  std::uint64_t tail() const { return records_.size(); }

 private:
  stream_id stream_;
  std::vector<fact_record> records_;
};

/// An enrolment of the criminal gallery, sealed in `keys`.
subject_enrolled enrolment(storage::keyring& keys, const subject_record& record);

/// True when `what` breaks an INVARIANT. Runs it in a child process.
bool breaks_invariant(const std::function<void()>& what);

}  // namespace whorl::actors::test
