#include "storage/jetstream/fact_frame.hpp"

#include <algorithm>
#include <array>

#include "messages/limits.hpp"
#include "storage/journal.hpp"
#include "storage/rows.hpp"

namespace whorl::storage::jetstream {
namespace {

constexpr std::array magic = {std::byte{'W'}, std::byte{'F'}, std::byte{'C'}, std::byte{'T'}};
constexpr std::byte version{1};

std::size_t get_u32(byte_view from, std::size_t at) {
  std::size_t value = 0;
  for (std::size_t i = 4; i-- > 0;) value = value << 8 | std::to_integer<std::size_t>(from[at + i]);
  return value;
}

error refused(errc code, stream_id stream, std::uint64_t seq, const char* what) {
  return make_error(code, "journal, stream " + std::string(to_string(stream)) + ", fact " +
                              std::to_string(seq) + ": " + what);
}

}  // namespace

bytes encode_frame(const fact_record& fact) {
  bytes out;
  out.reserve(frame_header_bytes + fact.message_id.size() + fact.payload.size());
  out.insert(out.end(), magic.begin(), magic.end());
  out.push_back(version);
  out.push_back(static_cast<std::byte>(fact.stream));
  out.resize(8);
  put_little_endian(out, fact.message_id.size(), 4);
  put_little_endian(out, fact.payload.size(), 4);
  out.insert(out.end(), fact.previous.begin(), fact.previous.end());
  out.insert(out.end(), fact.self.begin(), fact.self.end());
  const byte_view id = view_of(fact.message_id);
  out.insert(out.end(), id.begin(), id.end());
  out.insert(out.end(), fact.payload.begin(), fact.payload.end());
  return out;
}

result<fact_record> decode_frame(stream_id stream, std::uint64_t seq, byte_view frame) {
  const auto damaged = [&](const char* what) { return refused(errc::corrupt, stream, seq, what); };
  if (frame.size() < frame_header_bytes || !std::equal(magic.begin(), magic.end(), frame.begin()))
    return damaged("is no fact: something else writes into the stream");
  if (frame[4] != version)
    return refused(errc::wrong_version, stream, seq, "was written by another version of whorl");
  if (frame[5] != static_cast<std::byte>(stream)) return damaged("belongs to another stream");
  if (frame[6] != std::byte{0} || frame[7] != std::byte{0}) return damaged("damaged header");
  const std::size_t id_size = get_u32(frame, 8), payload_size = get_u32(frame, 12);
  if (id_size > limits::text_max || payload_size > limits::wire_bytes_max)
    return refused(errc::limit_exceeded, stream, seq, "is larger than a fact may be");
  if (frame.size() != frame_header_bytes + id_size + payload_size) return damaged("wrong length");
  fact_record f;
  f.stream = stream;
  f.seq = seq;
  std::copy_n(frame.begin() + 16, 32, f.previous.begin());
  std::copy_n(frame.begin() + 48, 32, f.self.begin());
  const byte_view id = frame.subspan(frame_header_bytes, id_size);
  f.message_id.assign(reinterpret_cast<const char*>(id.data()), id.size());
  const byte_view payload = frame.subspan(frame_header_bytes + id_size);
  f.payload.assign(payload.begin(), payload.end());
  if (f.self != fact_digest(f.previous, stream, seq, f.message_id, f.payload))
    return damaged("content and digest disagree");
  return f;
}

}  // namespace whorl::storage::jetstream
