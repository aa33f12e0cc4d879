// What the ebts tests share: the 19 real files and a booking of a person who does not exist.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "messages/ebts/builders.hpp"
#include "messages/ebts/reader.hpp"
#include "messages/ebts/writer.hpp"

namespace whorl::ebts::test {

/// Every real transaction, sorted by name; empty (after a SKIPPED line naming `what`) without data.
std::vector<std::filesystem::path> real_files(std::string_view what);

booking_fields sample_booking();
/// A print with `count` minutiae that depend on `finger` only.
type9_print sample_print(std::uint8_t finger, std::size_t count);
/// sample_booking with two prints, and its answers.
transaction sample_transaction();

/// Separators as <FS>, <GS>, <RS>, <US>, to write expectations readably; and back.
std::string encoded(std::string_view readable);
bytes to_bytes(std::string_view text);
std::string to_text(const bytes& data);

/// Empty when `error` names record, field and byte offset; else what is missing.
std::string place_missing_in(const std::string& error);

}  // namespace whorl::ebts::test
