// A booking as JSON, made into the transaction that it stands for: the same document gives the same
// bytes, so that handing it in twice is one booking. Pure.
//
//   {"tcn", "ori", "date", "name", "date_of_birth", "place_of_birth", "sex", "race", "height",
//    "weight", "eyes", "hair", "date_of_arrest", "controlling_agency",
//    "charges": [{"date", "code", "literal"}],
//    "prints": [{"biometricType": "FINGER", "biometricSubType": "RIGHT_THUMB",
//                "templateFormat": "ISO_19794_2", "template": BASE64}]}
//
// and, where there are some, dai, retention, citizenship, case_number, state_id, fbi_number and
// aliases. Forms are those of ebts::booking_fields; prints are OSIA's BiometricData
// (apps/osia/biometrics.hpp).
#pragma once

#include <string_view>

#include "messages/bytes.hpp"
#include "messages/result.hpp"

namespace whorl::apps {

/// An EBTS transaction (CARW). Errors (invalid_input, unsupported, limit_exceeded) name the member.
result<bytes> booking_of_json(std::string_view text);

}  // namespace whorl::apps
