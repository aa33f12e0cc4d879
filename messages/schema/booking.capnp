# Facts of the stream "bookings": what was accepted, and what was answered. How schemas change:
# common.capnp.

@0x825589bc1d9a49ba;

using Cxx = import "/capnp/c++.capnp";
using Common = import "common.capnp";
using Search = import "search.capnp";
$Cxx.namespace("whorl::schema");

enum JurisdictionMode {
  # A jurisdiction's mode, fixed when the booking is accepted.
  inactive @0;
  # The immigration gallery is not asked.
  limited @1;
  # Asked; only the gravest offences open a case.
  full @2;
  # Asked; every hit opens a case.
}

enum BookingSource {
  # What kind of place booked the person, fixed when the booking is accepted.
  jail @0;
  # In the agency's custody for now.
  statePrison @1;
  # Serves a sentence there.
  probation @2;
  # Free, under supervision.
  parole @3;
  # Free again, under supervision.
}

enum AnswerDecision {
  noHit @0;
  # Nobody at or above the review threshold.
  review @1;
  # Not final: a named examiner turns it into hit or noHit.
  hit @2;
  # Identified.
  failed @3;
  # The error answer at the booking's deadline.
}

struct BookingAccepted {
  # The promise to answer: written durably before the agency gets its receipt.
  booking @0 :UInt64;
  # Derived from ORI and TCN, so that a re-sent transaction is the same booking.
  ori @1 :Text;
  # The agency [1.008 ORI].
  tcn @2 :Text;
  # The agency's number of the transaction [1.009 TCN].
  tot @3 :Text;
  # Type of transaction [1.004 TOT].
  dai @4 :Text;
  # To whom it was addressed [1.007 DAI].
  content @5 :Data;
  # SHA-256 of the transaction as received: the same TCN with other content is refused.
  acceptedAt @6 :Int64;
  # When it was accepted.
  deadlineAt @7 :Int64;
  # When the error answer goes out if no other has.
  retained @8 :Bool;
  # Enrol the person after a criminal no-hit [2.005 RET].
  mode @9 :JurisdictionMode;
  # Of the agency's jurisdiction at acceptance.
  submittedBy @10 :Text;
  # Principal that sent it.
  criminalPrints @11 :Common.SealedPayload;
  # Sealed Prints for the criminal search.
  immigrationPrints @12 :Common.SealedPayload;
  # Sealed Prints for the immigration search; null when the mode is inactive.
  who @13 :Common.SealedPayload;
  # Sealed Biographics.
  source @14 :BookingSource;
  # Of the agency at acceptance; bookings from before this field are of jails.
}

struct BookingAnswered {
  # What was decided for one gallery, and over which part of it.
  booking @0 :UInt64;
  # The booking answered.
  gallery @1 :Common.GalleryKind;
  # Which gallery was searched.
  decision @2 :AnswerDecision;
  # The outcome.
  subject @3 :UInt64;
  # The identity found (hit, review) or enrolled (retained no-hit); 0 none.
  candidates @4 :List(Search.ScoredCandidate);
  # Best first, those at or above the review threshold.
  coverage @5 :List(Search.CoverageEntry);
  # Partitions that have looked: all of them for an answer without a hit.
  tailSeq @6 :UInt64;
  # Of the gallery's stream that the search covered.
  answeredAt @7 :Int64;
  # When it was decided.
  decidedBy @8 :Text;
  # Principal of a reviewed answer, else empty.
  reason @9 :Text;
  # For a person: why it failed, or the examiner's words.
}
