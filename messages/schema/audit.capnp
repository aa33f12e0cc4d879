# Facts of the stream "audit": who did what, to which object, for which purpose. Never changed,
# never deleted; holds no personal data beyond ids and the principals' names. How schemas change:
# common.capnp.

@0x9cfe26415c102489;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("whorl::schema");

struct AuditRow {
  at @0 :Int64;
  # When.
  principal @1 :Text;
  # Who.
  role @2 :Text;
  # In which role.
  action @3 :Text;
  # What was done or refused.
  object @4 :Text;
  # To what: an id in its text form.
  purpose @5 :Text;
  # The stated purpose.
  detail @6 :Text;
  # What a reader needs besides, for a person.
}
