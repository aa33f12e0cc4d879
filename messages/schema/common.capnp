# What several messages share: galleries, prints, biographics, sealed payloads.
#
# How schemas change (all files of this folder): facts are kept for ever, so every program must
# read what every earlier one wrote. A new field gets the next larger number and means "as before"
# when it is zero or empty. A field is never renumbered, retyped, reused or removed; one that is no
# longer written keeps its number and says so. A new kind of fact is a new union member in
# fact.capnp; a reader that does not know it refuses the message as unsupported and is to be
# upgraded. Ids are 64 bits, moments are milliseconds since 1970-01-01 UTC, digests are SHA-256
# (32 bytes). Lengths and counts are bounded by messages/limits.hpp and messages/wire.hpp, on both
# sides.

@0xd31baccccb3e7834;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("whorl::schema");

enum GalleryKind {
  unspecified @0;
  # Absent: refused by readers.
  criminal @1;
  # IAFIS's counterpart.
  immigration @2;
  # IDENT's counterpart.
}

enum KeyPurpose {
  unspecified @0;
  # Absent: refused by readers.
  probeCriminal @1;
  # A booking's prints, as the criminal search needs them.
  probeImmigration @2;
  # A booking's prints, as the immigration search needs them: destroyed earlier.
  biographics @3;
  # Who a booking says the person is.
  recordCriminal @4;
  # An enrolled record of the criminal gallery.
  recordImmigration @5;
  # An enrolled record of the immigration gallery.
}

struct SealedPayload {
  # Personal data under AES-256-GCM: destroying the key destroys the data in every copy and replay.
  owner @0 :UInt64;
  # Whose key: a booking for probes and biographics, a subject for records.
  purpose @1 :KeyPurpose;
  # Which of the owner's keys.
  ciphertext @2 :Data;
  # 12 bytes nonce, the encrypted bytes, 16 bytes tag.
  plainDigest @3 :Data;
  # SHA-256 of the plaintext: compares contents without a key, also after a purge.
}

struct ProbePrint {
  # One finger.
  fingerPosition @0 :UInt8;
  # 1..10 (right thumb to left little finger), 0 unknown.
  isoRecord @1 :Data;
  # ISO/IEC 19794-2:2005 record with one view.
}

struct Prints {
  # The plaintext of a sealed probe.
  prints @0 :List(ProbePrint);
  # At most ten.
}

struct Biographics {
  # Who a booking says the person is, and why the person was booked. EBTS Type-2 field in brackets.
  name @0 :Text;
  # [2.018 NAM]
  aliases @1 :List(Text);
  # [2.019 AKA]
  birthDate @2 :Text;
  # YYYYMMDD [2.022 DOB]
  sex @3 :Text;
  # [2.024 SEX]
  birthPlace @4 :Text;
  # [2.020 POB]
  arrestDate @5 :Text;
  # YYYYMMDD [2.045 DOA]
  offenceCode @6 :Text;
  # Most serious NCIC offence code, 4 digits; 0399 is the generic one.
  offenceText @7 :Text;
  # The literal of the offence [2.047 ASL]
  attention @8 :Text;
  # Who at the agency waits for the answer [2.006 ATN]
  controllingAgency @9 :Text;
  # [2.073 CRI]
}
