// Which key seals what of a gallery. One place, so that what is sealed under a key is also what is
// destroyed with it.
#pragma once

#include "messages/facts.hpp"

namespace whorl {

/// The probe's copy for the search of this gallery; owner: the booking.
constexpr key_purpose probe_purpose(gallery_kind g) {
  return g == gallery_kind::criminal ? key_purpose::probe_criminal : key_purpose::probe_immigration;
}
/// A person's record in this gallery; owner: the subject.
constexpr key_purpose record_purpose(gallery_kind g) {
  return g == gallery_kind::criminal ? key_purpose::record_criminal
                                     : key_purpose::record_immigration;
}

}  // namespace whorl
