#include "messages/wire_frame.hpp"

#include <capnp/any.h>
#include <kj/exception.h>
#include <kj/io.h>

#include <algorithm>
#include <cstring>
#include <exception>
#include <string>

#include "messages/limits.hpp"

namespace whorl::wire {
namespace {

using capnp::word;

/// Covers what a reader touches besides the objects themselves, in messages of a few words.
constexpr std::uint64_t traversal_slack_words = 64;
constexpr std::uint64_t traversals_max =
    limits::wire_traversal_words_max * sizeof(word) / limits::wire_bytes_max;

bool aligned(byte_view data) {
  return reinterpret_cast<std::uintptr_t>(data.data()) % alignof(word) == 0;
}

/// Refuses what can be no message before anything is copied.
byte_view checked_size(byte_view data) {
  if (data.size() > limits::wire_bytes_max) {
    throw refusal{
        make_error(errc::limit_exceeded, std::to_string(data.size()) + " bytes, at most " +
                                             std::to_string(limits::wire_bytes_max) + " are read")};
  }
  if (data.empty()) throw refusal{make_error(errc::corrupt, "empty")};
  if (data.size() % sizeof(word) != 0) {  // framing pads to words: cut off, or something follows
    throw refusal{make_error(
        errc::corrupt, std::to_string(data.size()) + " bytes: not a whole number of 8-byte words")};
  }
  return data;
}

kj::Array<word> copy_unless_aligned(byte_view data) {
  if (aligned(data)) return nullptr;
  auto copy = kj::heapArray<word>(data.size() / sizeof(word));
  std::memcpy(copy.begin(), data.data(), data.size());
  return copy;
}

kj::ArrayPtr<const word> words_of(byte_view data, const kj::Array<word>& copy) {
  if (copy.size() > 0) return copy;
  return {reinterpret_cast<const word*>(data.data()), data.size() / sizeof(word)};
}

capnp::ReaderOptions bounded(byte_view data) {
  capnp::ReaderOptions options;
  options.traversalLimitInWords =
      std::min(limits::wire_traversal_words_max,
               data.size() / sizeof(word) * traversals_max + traversal_slack_words);
  options.nestingLimit = limits::wire_nesting_max;
  return options;
}

/// kj has one exception type for all malformed input; only its text tells the limits apart.
errc code_of(const kj::Exception& exception) {
  const std::string_view text(exception.getDescription().cStr());
  const bool limit = text.find("traversal limit") != std::string_view::npos ||
                     text.find("too deeply-nested") != std::string_view::npos;
  return limit ? errc::limit_exceeded : errc::corrupt;
}

}  // namespace

error error_of_current_exception(std::string_view kind) {
  const std::string prefix = std::string(kind) + ": ";
  try {
    throw;
  } catch (const refusal& refused) {
    return make_error(refused.why.code, prefix + refused.why.message);
  } catch (const kj::Exception& exception) {
    return make_error(code_of(exception), prefix + exception.getDescription().cStr());
  } catch (const std::exception& exception) {  // bad_alloc: nothing else is thrown below us
    return make_error(errc::internal, prefix + exception.what());
  }
}

bytes to_bytes(capnp::MessageBuilder& message) {
  bytes out(capnp::computeSerializedSizeInWords(message) * sizeof(word));
  INVARIANT(out.size() <= limits::wire_bytes_max);
  kj::ArrayOutputStream stream(kj::arrayPtr(reinterpret_cast<kj::byte*>(out.data()), out.size()));
  capnp::writeMessage(stream, message);
  return out;
}

opened_message::opened_message(byte_view data)
    : copy_(copy_unless_aligned(checked_size(data))),
      reader_(words_of(data, copy_), bounded(data)) {
  if (reader_.getEnd() != words_of(data, copy_).end()) {
    throw refusal{make_error(errc::corrupt, "bytes follow the end of the message")};
  }
  if (reader_.getRoot<capnp::AnyPointer>().isNull()) {
    throw refusal{make_error(errc::corrupt, "no content")};
  }
}

}  // namespace whorl::wire
