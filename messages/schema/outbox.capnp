# Facts of the stream "outbox": messages that must go out, and those that went. A message that was
# queued and not delivered is sent again, with the same id. How schemas change: common.capnp.

@0xfe9ee24b902dcefc;

using Cxx = import "/capnp/c++.capnp";
using Common = import "common.capnp";
$Cxx.namespace("whorl::schema");

struct MessageQueued {
  message @0 :Text;
  # The message's id, the same however often it goes out: receivers drop repeats by it.
  booking @1 :UInt64;
  # The booking it is about.
  recipient @2 :Text;
  # ORI of an agency, or LESC.
  kind @3 :Text;
  # SRE, ERRT, IDR or IAQ.
  at @4 :Int64;
  # When it was queued.
  body @5 :Common.SealedPayload;
  # Sealed EBTS bytes, or the text of an IAQ.
}

struct MessageDelivered {
  message @0 :Text;
  # The message's id.
  at @1 :Int64;
  # When it went out.
  where @2 :Text;
  # To which mailbox or address.
}
