# Facts of the stream "cases": what happened to a case, one event a step. How schemas change:
# common.capnp.

@0xbd5ed38f5c3af272;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("whorl::schema");

enum CaseStep {
  unspecified @0;
  # Absent: refused by readers.
  opened @1;
  # An immigration hit that the rule-set gives a priority.
  iaqQueued @2;
  # The query to the law enforcement support centre was queued.
  note @3;
  # A person added something.
  closed @4;
  # A person closed it.
  corrected @5;
  # What opened it was wrong.
  printsConfirmed @6;
  # An examiner found the prints to be the same person's.
  printsRefuted @7;
  # An examiner found them to be another person's.
  statusFound @8;
  # The operations centre answered the query (IAR); code: which status.
  interviewBooked @9;
  # A slot for an interview is held; code: which, aboutAt: when.
  interviewed @10;
  # The interview was held.
  noAction @11;
  # A person decided to do nothing.
  detainerIssued @12;
  # I-247 to the agency that holds the person.
  conditionalDetainerIssued @13;
  # The same, to take effect on a conviction.
  detainerActivated @14;
  # The conviction is on record.
  noticeServed @15;
  # The person was given the notice; code: language.
  releaseNotified @16;
  # The agency said when the person would otherwise be released; aboutAt: that moment.
  detainerLifted @17;
  # code: reason.
  detainerExpired @18;
  # The 48 hours ended and nobody came.
  takenIntoCustody @19;
  # code: bed.
  released @20;
  # Released by the agency before anybody came.
  located @21;
  # A person at large was found in custody again.
  chargingDocumentServed @22;
  # code: number of the document.
  hearingBooked @23;
  # A slot at the court is held; code: which, aboutAt: when.
  hearingHeld @24;
  # The hearing was held.
  reliefGranted @25;
  # The judge granted relief.
  removalOrdered @26;
  # The judge ordered removal.
  transportBooked @27;
  # A seat is held; code: which, aboutAt: when.
  removed @28;
  # The person left.
  died @29;
  # The person died.
  offenceRecorded @30;
  # A charge or its disposition came to the record: the member offence.
  factRecorded @31;
  # A fact that rules ask for; code: which.
  citizenshipClaimed @32;
  # Somebody said that the person is a citizen.
  claimDecided @33;
  # code: citizen or not-shown.
  flagged @34;
  # code: victim-witness or protected.
  recordChanged @35;
  # A record that the case rests on was corrected.
  takenUp @36;
  # A person of the queue works on it.
  putBack @37;
  # And no longer does.
  handedOver @38;
  # code: to whom.
  offenceWithdrawn @39;
  # An offence was recorded wrongly; code: which (NCIC, or NCIC#count).
  factWithdrawn @40;
  # A fact was recorded wrongly; code: which.
  flagLifted @41;
  # A flag no longer holds; code: which.
  releasedOnBond @42;
  # Released from custody while the proceedings go on.
  appealFiled @43;
  # An appeal against the order of removal: it stays the removal.
  appealDecided @44;
  # code: dismissed, withdrawn, sustained or remanded.
  counselRecorded @45;
  # Somebody represents the person; code: who.
  counselWithdrawn @46;
  # And no longer does.
  counselNotified @47;
  # Counsel was told; code: of what.
}

enum OffenceClass {
  unknown @0;
  infraction @1;
  misdemeanour @2;
  felony @3;
}

enum OffenceDisposition {
  unknown @0;
  charged @1;
  convicted @2;
  dismissed @3;
  acquitted @4;
}

struct Offence {
  # A charge or conviction as rules see it: the code alone tells no felony from a misdemeanour.
  code @0 :Text;
  # NCIC, four digits.
  class @1 :OffenceClass;
  # By the law of the place.
  disposition @2 :OffenceDisposition;
  # What became of it.
  sentenceDays @3 :Int32 = -1;
  # As imposed; -1 not known.
  count @4 :Text;
  # Which count of the charging document; empty where there is one of this code. Code and count are
  # what an offence is recorded again under.
}

struct CaseEvent {
  # One step of one case; the append carries the expected sequence, so steps never cross.
  caseId @0 :UInt64;
  # Derived from the booking.
  booking @1 :UInt64;
  # The booking that hit.
  subject @2 :UInt64;
  # The immigration identity found.
  step @3 :CaseStep;
  # What happened.
  level @4 :UInt8;
  # Priority 1..3 by the rule-set, 0 none.
  ruleSet @5 :Text;
  # Version in force at the step, for example 2011-03.
  at @6 :Int64;
  # When.
  by @7 :Text;
  # Principal.
  reason @8 :Text;
  # The principal's or the rule's words.
  code @9 :Text;
  # What the step says besides, by step; empty in most.
  aboutAt @10 :Int64;
  # The moment that the step is about, by step; 0 in most.
  offence @11 :Offence;
  # Of the steps opened and offenceRecorded; null in others.
  clockEnds @12 :Int64;
  # Of releaseNotified: when the detainer must end, as it was reckoned then; 0 in others, and in
  # facts of earlier versions.
}
