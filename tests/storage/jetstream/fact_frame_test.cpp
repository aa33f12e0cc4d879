// The frame of a fact in a JetStream message: comes back as it went, and nothing else is taken.
#include "storage/jetstream/fact_frame.hpp"

#include <rapidcheck.h>

#include "messages/limits.hpp"
#include "tests/storage/storage_support.hpp"

using namespace whorl;
using namespace whorl::storage;
using namespace whorl::storage::jetstream;
using namespace whorl::test;

namespace {

fact_record any_fact() {
  fact_record f;
  f.stream =
      *rc::gen::elementOf(std::vector<stream_id>(std::begin(all_streams), std::end(all_streams)));
  f.seq = *rc::gen::inRange<std::uint64_t>(1, 1ull << 40);
  f.message_id = *rc::gen::container<std::string>(rc::gen::arbitrary<char>());
  for (std::byte& b : f.previous) b = static_cast<std::byte>(*rc::gen::inRange(0, 256));
  f.payload = bytes(*rc::gen::inRange<std::size_t>(0, 300),
                    static_cast<std::byte>(*rc::gen::inRange(0, 256)));
  f.self = fact_digest(f.previous, f.stream, f.seq, f.message_id, f.payload);
  return f;
}

fact_record small_fact() {
  fact_record f{stream_id::cases, 7, "id", {}, {}, to_bytes("payload")};
  f.self = fact_digest(f.previous, f.stream, f.seq, f.message_id, f.payload);
  return f;
}

}  // namespace

TEST_CASE("fact frame: any fact comes back (random facts)") {
  CHECK(rc::check([] {
    const fact_record f = any_fact();
    const bytes frame = encode_frame(f);
    RC_ASSERT(frame.size() == frame_header_bytes + f.message_id.size() + f.payload.size());
    RC_ASSERT(must(decode_frame(f.stream, f.seq, frame)) == f);
  }));
}

TEST_CASE("fact frame: no changed byte, no cut and nothing added is taken (random facts)") {
  CHECK(rc::check([] {
    const fact_record f = any_fact();
    bytes frame = encode_frame(f);
    const std::size_t at = *rc::gen::inRange<std::size_t>(0, frame.size());
    const auto flip = static_cast<std::byte>(*rc::gen::inRange(1, 256));
    frame[at] ^= flip;
    RC_ASSERT(!decode_frame(f.stream, f.seq, frame));
    frame[at] ^= flip;
    const auto cut = byte_view(frame).first(at);
    RC_ASSERT(code_of(decode_frame(f.stream, f.seq, cut)) == errc::corrupt);
    frame.push_back(std::byte{0});
    RC_ASSERT(code_of(decode_frame(f.stream, f.seq, frame)) == errc::corrupt);
  }));
}

TEST_CASE("fact frame: a fact in another place is refused (other sequence, other stream)") {
  const bytes frame = encode_frame(small_fact());
  CHECK(decode_frame(stream_id::cases, 7, frame));
  const auto moved = decode_frame(stream_id::cases, 8, frame);
  CHECK(code_of(moved) == errc::corrupt);
  CHECK(moved.error().message.find("cases") != std::string::npos);
  CHECK(moved.error().message.find("fact 8") != std::string::npos);
  CHECK(code_of(decode_frame(stream_id::audit, 7, frame)) == errc::corrupt);
}

TEST_CASE("fact frame: another version says so") {
  bytes frame = encode_frame(small_fact());
  frame[4] = std::byte{2};
  CHECK(code_of(decode_frame(stream_id::cases, 7, frame)) == errc::wrong_version);
}

TEST_CASE("fact frame: lengths over the limits are refused before anything is copied") {
  bytes frame = encode_frame(small_fact());
  for (const std::size_t at : {8u, 12u}) {
    bytes large = frame;
    for (std::size_t i = at; i < at + 4; ++i) large[i] = std::byte{0xff};
    CHECK(code_of(decode_frame(stream_id::cases, 7, large)) == errc::limit_exceeded);
  }
}
