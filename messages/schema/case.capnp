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
}
