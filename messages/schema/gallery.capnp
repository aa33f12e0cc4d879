# Facts of the streams "criminal" and "immigration": who is enrolled, and under which identity. The
# stream says which gallery; the facts are the same. How schemas change: common.capnp.

@0xe11d9985d783c19a;

using Cxx = import "/capnp/c++.capnp";
using Common = import "common.capnp";
$Cxx.namespace("whorl::schema");

struct SubjectRecord {
  # An enrolled person: the plaintext of SubjectEnrolled.record, and a row of a bulk load.
  subject @0 :UInt64;
  # The record's id.
  prints @1 :List(Common.ProbePrint);
  # At most ten.
  who @2 :Common.Biographics;
  # As stated at enrolment.
  document @3 :Data;
  # What the system that enrolled the person wants to read back, opaque here; empty: nothing.
}

struct SubjectEnrolled {
  # A new record, searchable once applied.
  subject @0 :UInt64;
  # Derived from the booking, so that a repeated step enrols nobody twice.
  origin @1 :UInt64;
  # The booking that caused it; 0 when enrolled by hand.
  at @2 :Int64;
  # When.
  by @3 :Text;
  # Principal, or the agency.
  record @4 :Common.SealedPayload;
  # Sealed SubjectRecord.
}

struct EncounterAdded {
  # A known person was booked again.
  subject @0 :UInt64;
  # Whom the booking hit.
  booking @1 :UInt64;
  # Which booking.
  at @2 :Int64;
  # When.
  ori @3 :Text;
  # The agency.
  who @4 :Common.SealedPayload;
  # Sealed Biographics as stated then: an alias when the name is new.
}

struct SubjectsMerged {
  # Two records are one person: the second answers as the first until unmerged.
  kept @0 :UInt64;
  # The identity that answers from now on.
  merged @1 :UInt64;
  # The record that answers as it.
  at @2 :Int64;
  # When.
  by @3 :Text;
  # Principal.
  reason @4 :Text;
  # The principal's words.
}

struct SubjectsUnmerged {
  # A merge was wrong.
  merged @0 :UInt64;
  # The record that answers as itself again.
  at @1 :Int64;
  # When.
  by @2 :Text;
  # Principal.
  reason @3 :Text;
  # The principal's words.
}

struct SubjectDeleted {
  # A record is no longer searched; its keys are destroyed.
  subject @0 :UInt64;
  # Which record.
  at @1 :Int64;
  # When.
  by @2 :Text;
  # Principal.
  reason @3 :Text;
  # The principal's words.
}

struct GalleryImported {
  # A bulk load wrote partition files directly; the stream only says that it happened.
  people @0 :UInt64;
  # Records loaded.
  content @1 :Data;
  # SHA-256 of the imported file.
  at @2 :Int64;
  # When.
  by @3 :Text;
  # Principal.
}
