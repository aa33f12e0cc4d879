// What whorl's answers to agencies have in common: header, audit head, and the second response that
// EBTS has no type for. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "messages/bytes.hpp"
#include "messages/ebts/builders.hpp"
#include "messages/facts.hpp"

namespace whorl::actors {

bytes text_bytes(std::string_view text);

/// Header of an answer: the booking's agency gets it, its TCN is echoed. Our own TCN is the
/// booking's id and the gallery, so a repeat carries the same one.
ebts::answer_fields answer_header(const booking_accepted& accepted, const biographics& who,
                                  gallery_kind gallery, instant now);

/// As bytes; the head of the audit goes last into the Type-2 record, as whorl's own field 2.990.
bytes written_with(ebts::transaction whole, const std::string& audit_head);

/// EBTS defines no TOT for what follows from the immigration side; ours have the headers of an
/// answer, TOT "IDR" or "DET", and the text in 2.060 MSG (docs/WHORL_FEATURES.md).
ebts::transaction ident_data_response(const ebts::answer_fields& answer, std::string_view tot,
                                      const std::string& text);

}  // namespace whorl::actors
