# A fact: what the journal's streams hold, for ever and in order. Everything else that the exchange
# stores is a projection of them. How schemas change: common.capnp.

@0xea4ff7ee86cf237b;

using Cxx = import "/capnp/c++.capnp";
using Booking = import "booking.capnp";
using Gallery = import "gallery.capnp";
using Case = import "case.capnp";
using Outbox = import "outbox.capnp";
using Audit = import "audit.capnp";
$Cxx.namespace("whorl::schema");

struct Fact {
  # Every member is a pointer to a struct and is never null. A new kind takes the next number.
  union {
    bookingAccepted @0 :Booking.BookingAccepted;
    # Stream bookings.
    bookingAnswered @1 :Booking.BookingAnswered;
    # Stream bookings.
    subjectEnrolled @2 :Gallery.SubjectEnrolled;
    # Streams criminal and immigration.
    encounterAdded @3 :Gallery.EncounterAdded;
    # Streams criminal and immigration.
    subjectsMerged @4 :Gallery.SubjectsMerged;
    # Streams criminal and immigration.
    subjectsUnmerged @5 :Gallery.SubjectsUnmerged;
    # Streams criminal and immigration.
    subjectDeleted @6 :Gallery.SubjectDeleted;
    # Streams criminal and immigration.
    galleryImported @7 :Gallery.GalleryImported;
    # Streams criminal and immigration.
    caseEvent @8 :Case.CaseEvent;
    # Stream cases.
    messageQueued @9 :Outbox.MessageQueued;
    # Stream outbox.
    messageDelivered @10 :Outbox.MessageDelivered;
    # Stream outbox.
    auditRow @11 :Audit.AuditRow;
    # Stream audit.
  }
}
