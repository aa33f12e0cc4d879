// Fuzz target: every decoder of wire on the same bytes. What decodes must encode again, and decode
// to the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "messages/wire.hpp"

namespace {

template <class Decode>
void try_one(whorl::byte_view data, Decode decode) {
  const auto first = decode(data);
  if (!first) return;
  const auto second = decode(whorl::wire::encode(*first));
  if (!second || !(*second == *first)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size) {
  using namespace whorl;
  const byte_view data(reinterpret_cast<const std::byte*>(input), size);
  try_one(data, wire::decode_fact);
  try_one(data, wire::decode_probe);
  try_one(data, wire::decode_prints);
  try_one(data, wire::decode_biographics);
  try_one(data, wire::decode_subject_record);
  try_one(data, wire::decode_round_one_request);
  try_one(data, wire::decode_round_one_reply);
  try_one(data, wire::decode_round_two_request);
  try_one(data, wire::decode_round_two_reply);
  try_one(data, wire::decode_node_report);
  try_one(data, wire::decode_partition_map);
  try_one(data, wire::decode_facts_request);
  try_one(data, wire::decode_facts_reply);
  try_one(data, wire::decode_rows_request);
  try_one(data, wire::decode_rows_reply);
  try_one(data, wire::decode_lease_record);
  try_one(data, wire::decode_succession_record);
  try_one(data, wire::decode_key_page);
  return 0;
}
