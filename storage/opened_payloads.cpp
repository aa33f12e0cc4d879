#include "storage/opened_payloads.hpp"

namespace whorl::storage {
namespace {

error no_keys() {
  return make_error(errc::unsupported, "keys are kept by the exchange, not by this node");
}

std::string name_of(const key_id& key) { return "key of " + to_string(subject_id{key.owner}); }

}  // namespace

void opened_payloads::hold(std::vector<opened_payload> opened) {
  opened_.clear();
  for (opened_payload& one : opened) {
    const key_id key = one.key;
    opened_.insert_or_assign(key, std::move(one));
  }
}

result<bytes> opened_payloads::open(const sealed_payload& payload) const {
  const auto found = opened_.find(payload.key);
  if (found == opened_.end())
    return make_error(errc::unavailable, name_of(payload.key) + ": was not opened for this node");
  switch (found->second.state) {
    case opened_state::plain:
      return found->second.plain;
    case opened_state::purged:
      return make_error(errc::purged, name_of(payload.key) + ": was destroyed");
    case opened_state::damaged:
      break;
  }
  return make_error(errc::corrupt, name_of(payload.key) + ": does not open what it sealed");
}

result<std::vector<sealed_payload>> opened_payloads::seal(std::span<const seal_request>) {
  return no_keys();
}
status opened_payloads::destroy(std::span<const key_id>) { return no_keys(); }
result<bool> opened_payloads::is_live(const key_id&) const { return no_keys(); }
result<std::uint64_t> opened_payloads::check(const damage_function&) const { return no_keys(); }
result<std::vector<key_id>> opened_payloads::tombstones() const { return no_keys(); }

}  // namespace whorl::storage
