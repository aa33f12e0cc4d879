// The keyring of a node that has no keys: it opens what was opened for it with the facts it is
// about to apply (messages/replication.hpp), and forgets it after.
#pragma once

#include <map>
#include <vector>

#include "messages/replication.hpp"
#include "storage/keyring.hpp"

namespace whorl::storage {

class opened_payloads final : public keyring {
 public:
  /// In place of what it held; none: forgets.
  void hold(std::vector<opened_payload> opened);

  /// Errors: purged, corrupt as it was said; unavailable for what was not opened.
  result<bytes> open(const sealed_payload& payload) const override;
  /// Nothing can be sealed or destroyed where no keys are: error unsupported.
  result<std::vector<sealed_payload>> seal(std::span<const seal_request> batch) override;
  status destroy(std::span<const key_id> keys) override;
  result<bool> is_live(const key_id& key) const override;
  result<std::uint64_t> check(const damage_function& on_damage) const override;
  result<std::vector<key_id>> tombstones() const override;

 private:
  std::map<key_id, opened_payload> opened_;
};

}  // namespace whorl::storage
