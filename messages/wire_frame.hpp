// Internal to wire: a whole Cap'n Proto message as bytes, written and opened within limits, and the
// one place where exceptions become error values. kj throws on malformed input and offers no other
// way, so our own checks inside a decoder throw `refusal` and take the same road.
// Owner: wire*.cpp only. Limits: limits::wire_*; a message may be traversed at most four times its
// size, so that pointers which share a target cannot make a small message large.
#pragma once

#include <capnp/message.h>
#include <capnp/serialize.h>

#include <string_view>

#include "messages/bytes.hpp"
#include "messages/error.hpp"
#include "messages/result.hpp"

namespace whorl::wire {

/// Thrown by checks inside a decoder, caught in decode_as: never leaves wire.
struct refusal {
  error why;
};

/// Inside a catch block: the error value for the exception in flight. `kind` names the message.
error error_of_current_exception(std::string_view kind);

/// The finished message with its segment table. INVARIANT: not over limits::wire_bytes_max.
bytes to_bytes(capnp::MessageBuilder& message);

/// A message opened for bounded reading. Views `data` where it is aligned, else a copy of it.
class opened_message {
 public:
  /// Throws refusal or kj::Exception. `data` must outlive this object.
  explicit opened_message(byte_view data);

  template <class Schema>
  typename Schema::Reader root() {
    return reader_.getRoot<Schema>();
  }

 private:
  kj::Array<capnp::word> copy_;  ///< of an unaligned input, else empty
  capnp::FlatArrayMessageReader reader_;
};

/// Encodes by write(Schema::Builder, value), found in whorl::schema by its argument.
template <class Schema, class Value>
bytes encode_as(const Value& value) {
  capnp::MallocMessageBuilder message;
  write(message.initRoot<Schema>(), value);
  return to_bytes(message);
}

/// Decodes by read(Schema::Reader, value&). No input makes it throw.
template <class Schema, class Value>
result<Value> decode_as(byte_view data, std::string_view kind) {
  try {
    opened_message message(data);
    Value value;
    read(message.root<Schema>(), value);
    return value;
  } catch (...) {
    return error_of_current_exception(kind);
  }
}

}  // namespace whorl::wire
