// Characters of text fields. EBTS text is 7-bit ASCII unless DCS (1.015) declares another character
// set; a byte outside it would be stored and compared as something that nobody meant.
#pragma once

#include <string_view>

#include "messages/ebts/transaction.hpp"
#include "messages/result.hpp"

namespace whorl::ebts {

/// Space to tilde.
bool is_printable_ascii(std::string_view text);

/// Refuses (invalid_input, naming record, field and offset) a control character other than tab, CR
/// and LF in any tagged field but image data, and a byte over 0x7e where DCS declares 7-bit ASCII
/// only. Called when a booking is accepted.
status check_ascii(const transaction& whole);

}  // namespace whorl::ebts
