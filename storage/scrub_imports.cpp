#include "storage/scrub_imports.hpp"

#include "messages/wire.hpp"
#include "storage/gallery_tables.hpp"

namespace whorl::storage {

result<import_salvage> salvage_imports(const std::string& folder, const keyring& keys) {
  import_salvage out;
  WHORL_ASSIGN(const auto env, lmdb::environment::open(folder, gallery::table_names));
  WHORL_ASSIGN(const lmdb::transaction txn, env->read());
  WHORL_ASSIGN(lmdb::cursor rows, txn.scan(env->at(gallery::subjects)));
  WHORL_ASSIGN(auto row, rows.first());
  while (row) {
    const bool sized = row->key.size() == 8 && row->value.size() > gallery::subject_header_bytes;
    if (sized && value_word(row->value, 0) == 0) {
      const subject_id subject{key_word(row->key, 0)};
      const std::string name = "imported record " + to_string(subject);
      auto kept = decode_stored_as<subject_enrolled>(
          row->value.subspan(gallery::subject_header_bytes), name);
      auto plain = kept ? keys.open(kept->record) : result<bytes>(kept.error());
      auto record =
          plain ? wire::decode_subject_record(*plain) : result<subject_record>(plain.error());
      if (record && record->subject == subject) {
        out.ids.insert(subject.value);
        out.people[kept->at].push_back(*std::move(record));
      } else if (record || record.error().code != errc::purged) {
        out.lost.push_back(make_error(errc::corrupt, name + " cannot be read" +
                                                         (record ? std::string(": it is another's")
                                                                 : ": " + record.error().message)));
      }
    }
    WHORL_ASSIGN(row, rows.next());
  }
  return out;
}

row_excuse excuse_of(const import_salvage& salvage) {
  return [&salvage](const row_difference& what) {
    return what.table == "subjects" && !what.missing && !what.surplus && what.key.size() == 8 &&
           salvage.ids.contains(key_word(what.key, 0));
  };
}

}  // namespace whorl::storage
