// A prepared booking under another control number, so that a load may send it again as a new one.
// Pure.
#pragma once

#include <cstdint>
#include <string>

#include "messages/bytes.hpp"
#include "messages/result.hpp"

namespace whorl::apps::client {

/// "LOAD-9f0c12ab-0000017": `run` sets one load apart from all others.
std::string load_tcn(const std::string& run, std::uint64_t number);
/// The transaction with another TCN (1.009), all else as it was. Errors: those of read_transaction;
/// invalid_input where it has no TCN.
result<bytes> renumbered(byte_view transaction, const std::string& tcn);

}  // namespace whorl::apps::client
