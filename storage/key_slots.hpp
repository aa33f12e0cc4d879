// The file that holds the key bytes of the keyring: slots of 64 bytes that are overwritten in
// place. LMDB cannot forget: it copies a page before it changes it and leaves the old copy, so no
// key may ever pass through it (docs/decisions/0007). Owned by the keyring, which knows what is in
// which slot; one process at a time. Not thread-safe for writing; reading beside writing is.
//
// Slot n stands at byte 64 * n; slot 0 holds "whorl-key-slots 1\n". A slot: key 32, owner LE64,
// purpose LE64, CRC-32C LE32 of those 48 bytes, zeros. An empty slot is zeros.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "messages/facts.hpp"
#include "messages/result.hpp"
#include "storage/cipher.hpp"

namespace whorl::storage {

class key_slots {
 public:
  static constexpr std::size_t slot_bytes = 64;
  static constexpr std::uint64_t first_slot = 1;

  /// `folder`/slots. `may_be_new`: made when absent, else its absence is corrupt. `durable` =
  /// false: no fsync (simulation and tests).
  static result<std::unique_ptr<key_slots>> open(const std::string& folder, bool durable,
                                                 bool may_be_new = true);
  ~key_slots();
  key_slots(const key_slots&) = delete;
  key_slots& operator=(const key_slots&) = delete;

  /// Puts a key into a slot; durable after sync().
  status write(std::uint64_t slot, const key_id& id, const secret_key& key);
  status sync();
  /// Copies the key of `id` into `key`. Errors: corrupt (checksum, empty, or another key id's).
  status read(std::uint64_t slot, const key_id& id, secret_key& key) const;
  /// Overwrites slots with zeros, where they stand; durable when it returns.
  status erase(std::span<const std::uint64_t> slots);

 private:
  key_slots(std::string path, int fd, bool durable)
      : path_(std::move(path)), fd_(fd), durable_(durable) {}
  error refused(const char* what, int code) const;
  status put(std::uint64_t slot, byte_view content);
  std::string path_;
  int fd_;
  bool durable_;
};

}  // namespace whorl::storage
