#include "storage/gallery_records.hpp"

#include "fingerprint/iso_template.hpp"
#include "fingerprint/slab.hpp"
#include "fingerprint/stored_entry.hpp"
#include "messages/wire.hpp"
#include "storage/checksum.hpp"
#include "storage/gallery_slabs.hpp"

namespace whorl::storage::gallery {
namespace {

error unusable(subject_id subject, const error& why) {
  return make_error(why.code, "record " + to_string(subject) + ": " + why.message);
}

}  // namespace

status check_entry(const std::string& folder, subject_id subject, byte_view value) {
  const std::string name = folder + ": search entry of " + to_string(subject);
  const byte_view entry = entry_in(value);
  if (entry.empty() || value_word(value.last(entry_trailer_bytes), 0) != crc32c(entry))
    return make_error(errc::corrupt, name + ": its checksum disagrees: rebuild the partition");
  if (const status whole = fingerprint::check_stored_entry(entry); !whole)
    return make_error(whole.error().code,
                      name + ": " + whole.error().message + ": rebuild the partition");
  return {};
}

result<searchable> searchable_of(const subject_record& record) {
  std::vector<fingerprint::print_template> prints;
  for (const probe_print& print : record.prints) {
    auto views = fingerprint::decode_iso(print.iso_record);
    if (!views) return unusable(record.subject, views.error());
    for (auto& view : *views) {
      if (view.finger_position == 0) view.finger_position = print.finger_position;
      prints.push_back(std::move(view));
    }
  }
  auto entry = fingerprint::build_stored_entry(prints);
  if (!entry) return unusable(record.subject, entry.error());
  bytes sketches = fingerprint::sketch_row_of(*entry);
  return searchable{*std::move(entry), std::move(sketches)};
}

result<bool> insert_record(lmdb::write_transaction& txn, const lmdb::environment& env,
                           const prepared_record& record) {
  const std::uint64_t id = record.what.subject.value;
  const word_key key = key_of(id);
  WHORL_ASSIGN(const bool is_new, txn.insert(env.at(subjects), key,
                                             make_value({record.enrolled_seq, record.prints},
                                                        wire::encode(fact(record.what)))));
  if (!is_new) return false;
  if (!record.search.entry.empty()) {
    bytes value = record.search.entry;
    const bytes sum = make_value({crc32c(value)});
    value.insert(value.end(), sum.begin(), sum.end());
    WHORL_TRY(txn.put(env.at(entries), key, value));
    WHORL_TRY(add_sketch(txn, env, record.what.subject, record.search));
  }
  if (record.enrolled_seq != 0)
    WHORL_TRY(txn.put(env.at(enrolled), key_of(record.enrolled_seq, id), empty_value));
  WHORL_ASSIGN(counters sums, read_counters(txn, env));
  sums.prints += record.prints;
  sums.search_bytes += record.search.entry.size();
  WHORL_TRY(write_counters(txn, env, sums));
  return true;
}

result<bool> erase_record(lmdb::write_transaction& txn, const lmdb::environment& env,
                          subject_id subject) {
  const word_key key = key_of(subject.value);
  WHORL_ASSIGN(const auto row, txn.get(env.at(subjects), key));
  if (!row) return false;
  if (row->size() < subject_header_bytes)
    return make_error(errc::corrupt, "record " + to_string(subject) + ": damaged row: rebuild");
  const std::uint64_t seq = value_word(*row, 0), prints = value_word(*row, 1);
  WHORL_ASSIGN(const auto entry, txn.get(env.at(entries), key));
  WHORL_ASSIGN(counters sums, read_counters(txn, env));
  sums.prints -= prints;
  sums.search_bytes -= entry ? entry_in(*entry).size() : 0;
  WHORL_TRY(write_counters(txn, env, sums));
  WHORL_TRY(txn.put(env.at(meta), view_of(wipe_owed_key), empty_value));
  WHORL_TRY(txn.erase(env.at(subjects), key));
  if (entry) WHORL_TRY(erase_sketch(txn, env, subject));
  WHORL_TRY(txn.erase(env.at(entries), key));
  WHORL_TRY(txn.erase(env.at(enrolled), key_of(seq, subject.value)));
  while (true) {
    std::optional<pair_key> met;
    {
      WHORL_ASSIGN(lmdb::cursor rows, txn.scan(env.at(encounters)));
      WHORL_ASSIGN(const auto one, rows.seek(key_of(subject.value, 0)));
      if (one && key_word(one->key, 0) == subject.value)
        met = key_of(subject.value, key_word(one->key, 1));
    }
    if (!met) return true;
    WHORL_TRY(txn.erase(env.at(encounters), *met));
  }
}

}  // namespace whorl::storage::gallery
