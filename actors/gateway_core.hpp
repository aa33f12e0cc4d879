// What the gateway decides, without CAF: whether a transaction is a booking that can be accepted,
// and the book of bookings in flight that bounds them. A refusal changes nothing (promises 4 and
// 11).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "actors/door_core.hpp"
#include "actors/policy_core.hpp"
#include "messages/facts.hpp"
#include "messages/search.hpp"
#include "storage/journal.hpp"
#include "storage/keyring.hpp"

namespace whorl::actors {

/// What a booking site hands in.
struct submission {
  principal by;
  bytes transaction;
  door_ticket ticket = nullptr;  ///< given by whoever hands in; without one the gateway takes it
};

/// The gateway's word to the sender, given only when the booking is durable.
struct submitted {
  booking_id booking;
  bool duplicate =
      false;  ///< the same ORI, TCN and content were accepted before: the original stands
  instant accepted_at;
};

/// A transaction found fit to be accepted, in our own words.
struct admission {
  booking_id booking;
  std::string ori, tcn, tot, dai;
  digest content{};
  bool retained = false;
  jurisdiction_mode mode = jurisdiction_mode::inactive;
  booking_source source = booking_source::jail;
  std::vector<probe_print> prints;
  biographics who;
};

/// Derived from ORI and TCN alone, so the same transaction is the same booking on every node.
booking_id booking_id_of(std::string_view ori, std::string_view tcn);

/// Message id of the acceptance in stream "bookings". The booking's id stands for ORI and TCN, so
/// the journal itself refuses twins.
std::string acceptance_message_id(booking_id booking);

/// Reads and judges a transaction. Errors: forbidden (role, or an ORI that is not the sender's),
/// invalid_input, unsupported (a TOT we do not book), limit_exceeded; each names record and field.
/// The mode is the one of `day` (YYYYMMDD); it and the source stay the booking's, whatever changes
/// later.
result<admission> admit(const submission& what, const jurisdictions& modes, std::string_view day);

/// Personal payloads, each under the key of its purpose: prints for the criminal search, who it is,
/// and prints for the immigration search unless the mode is inactive.
std::vector<storage::seal_request> payloads_to_seal(const admission& what);

/// What is recorded of an admitted booking. `sealed`: payloads_to_seal, in its order.
booking_accepted accepted_as(const admission& what, const std::string& submitted_by, instant now,
                             instant deadline, const std::vector<sealed_payload>& sealed);

/// To be appended together: that it was accepted, and its audit row.
std::vector<storage::append_request> acceptance_facts(const booking_accepted& what);

/// Whether a fact accepted earlier is this very transaction: a duplicate, else content_mismatch.
result<submitted> compare_with_original(const admission& now, const fact_record& original);

/// Bookings between acceptance and the end of their queries.
class flight_book {
 public:
  explicit flight_book(std::size_t capacity) : capacity_(capacity) {}
  /// overloaded (nothing changed) when the book is full; conflict when the booking is in it
  /// already.
  status enter(booking_id booking);
  void leave(booking_id booking) { in_flight_.erase(booking); }
  bool contains(booking_id booking) const { return in_flight_.contains(booking); }
  std::size_t size() const { return in_flight_.size(); }
  bool full() const { return in_flight_.size() >= capacity_; }

 private:
  std::size_t capacity_;
  std::set<booking_id> in_flight_;
};

}  // namespace whorl::actors
