#include "storage_support.hpp"

#include "fingerprint/iso_template.hpp"
#include "fingerprint/synthesis.hpp"

namespace whorl::test {

std::unique_ptr<storage::journal> quick_journal(const std::string& folder) {
  return must(storage::open_embedded_journal(folder, {.durable = false}));
}

std::unique_ptr<storage::own_keyring> quick_keyring(const std::string& folder) {
  return must(storage::open_keyring(folder, {.durable = false}));
}

std::uint64_t fact_stream::add(const fact& what) {
  fact_record f;
  f.stream = stream_;
  f.seq = records_.size() + 1;
  f.message_id = "message " + std::to_string(f.seq);
  if (!records_.empty()) f.previous = records_.back().self;
  f.payload = wire::encode(what);
  f.self = storage::fact_digest(f.previous, f.stream, f.seq, f.message_id, f.payload);
  records_.push_back(std::move(f));
  return records_.size();
}

subject_record make_record(std::uint64_t id) {
  const auto person = fingerprint::make_person(id);
  subject_record record;
  record.subject = {id};
  record.who.name = person.name;
  record.who.birth_date = person.birth_date;
  for (const auto& print : fingerprint::make_impressions(person, 0))
    record.prints.push_back(
        {print.finger_position, must(fingerprint::encode_iso(std::span(&print, 1)))});
  return record;
}

subject_id id_in(std::uint32_t partition, std::uint32_t count, std::uint64_t n) {
  for (std::uint64_t id = 1;; ++id)
    if (partition_of({id}, count) == partition && n-- == 0) return {id};
}

sealed_payload closed_payload(std::uint64_t owner, key_purpose purpose) {
  return {{owner, purpose}, bytes(48, std::byte{7}), {}};
}

std::shared_ptr<storage::lmdb::environment> tamper(const std::string& folder,
                                                   std::vector<const char*> tables) {
  return must(storage::lmdb::environment::open(folder, tables, {.durable = false}));
}

}  // namespace whorl::test
