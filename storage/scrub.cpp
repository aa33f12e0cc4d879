#include "storage/scrub.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "messages/wire.hpp"
#include "storage/booking_store.hpp"
#include "storage/gallery_slabs.hpp"
#include "storage/layout.hpp"
#include "storage/ledgers.hpp"
#include "storage/lmdb.hpp"
#include "storage/lmdb_pages.hpp"
#include "storage/passing_journal.hpp"
#include "storage/scrub_imports.hpp"
#include "storage/store_files.hpp"
#include "storage/table_compare.hpp"

namespace whorl::storage {
namespace {

constexpr std::size_t differences_max = 20;  ///< named for each part
constexpr std::size_t read_facts = 1024;

/// How a projection is made anew in a folder.
using maker = std::function<result<std::unique_ptr<projection>>(const std::string& folder)>;

class scrubber {
 public:
  scrubber(std::string folder, const scrub_options& options)
      : folder_(std::move(folder)), options_(options) {}
  result<scrub_report> run();

 private:
  std::string path(const std::string& part) const { return folder_ + "/" + part; }
  partition_options partition_how() const {
    partition_options how;
    how.durable = options_.durable;
    return how;
  }
  void say(const std::string& part, const error& what, remedy way) {
    report_.found.push_back({part, what.message, way, false});
  }
  void begin(const std::string& part) {
    if (options_.on_part) options_.on_part(part, done_, parts_);
    ++done_;
  }
  /// False: damage, said.
  bool pages_readable(const std::string& part, remedy way);
  status scrub_journal();
  status scrub_stream(stream_id stream);
  status scrub_keys();
  template <class Open>
  maker made_by(Open open) const;
  status scrub_small(const std::string& part, std::span<const char* const> tables,
                     const maker& make);
  status scrub_partition(partition_id id);
  status compare(const std::string& part, const std::string& beside,
                 std::span<const char* const> tables, const row_excuse& excuse);
  status compare_partition(const std::string& part, const std::string& beside,
                           const row_excuse& excuse);
  status replace(const std::string& part, const std::string& beside);

  std::string folder_;
  const scrub_options& options_;
  scrub_report report_;
  std::unique_ptr<journal> log_;
  std::unique_ptr<keyring> keys_;
  bool journal_whole_ = false;
  std::uint32_t partitions_ = 0;
  bool imported_[3] = {};  ///< by gallery: its stream speaks of a bulk import
  std::size_t done_ = 0, parts_ = 0;
};

/// Whether its rows can be read. A damaged header of a big value does not keep from that: all that
/// the file is rebuilt from is there.
bool scrubber::pages_readable(const std::string& part, remedy way) {
  const std::string file = path(part) + "/data.mdb";
  const auto whole = lmdb::map_file(file);
  if (whole) return true;
  const bool readable = lmdb::map_file(file, lmdb::extent::index).has_value();
  say(part, whole.error(), readable && way == remedy::reimport ? remedy::rebuild : way);
  return readable;
}

/// The digest chain, and that each fact is found under its message id.
status scrubber::scrub_stream(stream_id stream) {
  const std::string part = "journal, stream " + std::string(to_string(stream));
  const auto facts = verify_stream(*log_, stream);
  if (!facts) {
    say(part, facts.error(), remedy::restore);
    journal_whole_ = false;
    return {};
  }
  report_.facts += *facts;
  for (std::uint64_t seq = 1; seq <= *facts;) {
    WHORL_ASSIGN(const auto some, log_->read(stream, seq, read_facts));
    if (some.empty()) break;
    for (const fact_record& record : some) {
      const auto found = log_->find(stream, record.message_id);
      if (!found || !*found || (*found)->seq != record.seq)
        say(part,
            make_error(errc::corrupt, "fact " + std::to_string(record.seq) +
                                          " is not found under its message id " +
                                          record.message_id),
            remedy::restore);
      const auto what = wire::decode_fact(record.payload);
      if (what && std::holds_alternative<gallery_imported>(*what))
        imported_[stream == stream_id::criminal ? 1 : 2] = true;
    }
    seq = some.back().seq + 1;
  }
  return {};
}

status scrubber::scrub_journal() {
  begin("journal");
  if (options_.log != nullptr) {
    log_ = std::make_unique<passing_journal>(*options_.log);
  } else {
    if (!pages_readable("journal", remedy::restore)) return {};
    auto opened = open_embedded_journal(path("journal"), {.durable = options_.durable});
    if (!opened) return say("journal", opened.error(), remedy::restore), status{};
    log_ = *std::move(opened);
  }
  journal_whole_ = true;
  for (const stream_id stream : all_streams) WHORL_TRY(scrub_stream(stream));
  return {};
}

status scrubber::scrub_keys() {
  begin("keys");
  if (!pages_readable("keys", remedy::restore)) return {};
  auto opened = open_keyring(path("keys"), {.durable = options_.durable});
  if (!opened) return say("keys", opened.error(), remedy::restore), status{};
  keys_ = *std::move(opened);
  WHORL_ASSIGN(report_.keys, keys_->check([&](const key_id& key, const error& why) {
    say("keys",
        make_error(why.code, "owner " + std::to_string(key.owner) + ", purpose " +
                                 std::to_string(unsigned(key.purpose)) + ": " + why.message),
        remedy::restore);
  }));
  return {};
}

/// Opens both folders and names the rows that differ.
status scrubber::compare(const std::string& part, const std::string& beside,
                         std::span<const char* const> tables, const row_excuse& excuse) {
  WHORL_ASSIGN(const auto kept, lmdb::environment::open(path(part), tables));
  WHORL_ASSIGN(const auto made, lmdb::environment::open(beside, tables));
  std::vector<row_difference> differences;
  WHORL_ASSIGN(const std::uint64_t rows,
               compare_tables(*kept, *made, tables, differences_max, differences, excuse));
  report_.rows += rows;
  for (const row_difference& one : differences)
    report_.found.push_back(
        {part,
         "table " + one.table + ", row " + hex(one.key) +
             (one.missing   ? ": is missing"
              : one.surplus ? ": should not be there"
                            : ": holds another value than the journal gives it"),
         remedy::rebuild, false});
  return {};
}

/// Sketches are compared with the entries they are made from: places depend on what came first.
status scrubber::compare_partition(const std::string& part, const std::string& beside,
                                   const row_excuse& excuse) {
  WHORL_TRY(compare(part, beside, gallery::canonical_tables, excuse));
  WHORL_ASSIGN(const auto env, lmdb::environment::open(path(part), gallery::table_names));
  std::vector<error> wrong;
  WHORL_TRY(gallery::check_sketches(*env));
  WHORL_TRY(gallery::verify_sketches(*env, differences_max, wrong));
  for (const error& one : wrong) say(part, one, remedy::rebuild);
  return {};
}

/// The new file takes the old one's place; both are on one volume.
status scrubber::replace(const std::string& part, const std::string& beside) {
  const std::string file = path(part) + "/data.mdb";
  if (std::rename((beside + "/data.mdb").c_str(), file.c_str()) != 0)
    return make_error(errc::io, file + ": replace: " + std::strerror(errno));
  WHORL_TRY(lmdb::sync_folder(path(part)));
  for (damage& one : report_.found)
    if (one.where == part && one.way == remedy::rebuild) one.repaired = true;
  return {};
}

status scrubber::scrub_small(const std::string& part, std::span<const char* const> tables,
                             const maker& make) {
  begin(part);
  const std::size_t before = report_.found.size();
  const bool readable = pages_readable(part, remedy::rebuild);
  if (!journal_whole_) return {};  // nothing to compare with
  const std::string beside = path(part) + ".rebuild";
  std::error_code ignored;
  std::filesystem::remove_all(beside, ignored);
  {
    WHORL_ASSIGN(const auto fresh, make(beside));
    WHORL_TRY(catch_up(*log_, *fresh));
  }
  // One that is merely behind, because its process ended, is not damaged; whoever opens the store
  // brings it up. What cannot be is named by the comparison.
  if (readable)
    if (const auto kept = make(path(part)); kept) static_cast<void>(catch_up(*log_, **kept));
  if (readable)
    if (const status done = compare(part, beside, tables, {}); !done)
      say(part, done.error(), remedy::rebuild);
  if (options_.repair && report_.found.size() > before) WHORL_TRY(replace(part, beside));
  std::filesystem::remove_all(beside, ignored);
  return {};
}

status scrubber::scrub_partition(partition_id id) {
  char name[16];
  std::snprintf(name, sizeof name, "%03u", id.index);
  const std::string part = "gallery/" + std::string(to_string(id.gallery)) + "/" + name;
  begin(part);
  const std::size_t before = report_.found.size();
  const bool imported = imported_[id.gallery == gallery_kind::criminal ? 1 : 2];
  bool readable = pages_readable(part, imported ? remedy::reimport : remedy::rebuild);
  if (!journal_whole_ || keys_ == nullptr || (imported && !readable)) return {};
  const std::string beside = path(part) + ".rebuild";
  std::error_code ignored;
  std::filesystem::remove_all(beside, ignored);
  import_salvage salvage;
  if (readable) {
    WHORL_ASSIGN(salvage, salvage_imports(path(part), *keys_));
    for (const error& lost : salvage.lost) say(part, lost, remedy::reimport);
  }
  {
    WHORL_ASSIGN(const auto fresh,
                 open_gallery_partition(beside, id, partitions_, *keys_, partition_how()));
    for (const auto& [at, people] : salvage.people) WHORL_TRY(fresh->import(people, at));
    WHORL_TRY(catch_up(*log_, *fresh));
  }
  if (readable)
    if (const auto kept =
            open_gallery_partition(path(part), id, partitions_, *keys_, partition_how());
        kept)
      static_cast<void>(catch_up(*log_, **kept));
  if (readable)
    if (const status done = compare_partition(part, beside, excuse_of(salvage)); !done)
      say(part, done.error(), remedy::rebuild);
  const bool all_there = salvage.lost.empty();
  if (options_.repair && report_.found.size() > before && all_there)
    WHORL_TRY(replace(part, beside));
  std::filesystem::remove_all(beside, ignored);
  return {};
}

template <class Open>
maker scrubber::made_by(Open open) const {
  return [open, durable = options_.durable](
             const std::string& folder) -> result<std::unique_ptr<projection>> {
    WHORL_ASSIGN(auto made, open(folder, durable));
    return std::unique_ptr<projection>(std::move(made));
  };
}

result<scrub_report> scrubber::run() {
  WHORL_ASSIGN(partitions_, read_format(folder_));
  WHORL_ASSIGN(const auto lock, take_lock(folder_));
  parts_ = 6 + 2 * std::size_t{partitions_};
  WHORL_TRY(scrub_journal());
  WHORL_TRY(scrub_keys());
  WHORL_TRY(scrub_small("bookings", layout::bookings, made_by(open_booking_store)));
  WHORL_TRY(scrub_small("cases", layout::cases, made_by(open_case_store)));
  WHORL_TRY(scrub_small("outbox", layout::outbox, made_by(open_outbox_store)));
  WHORL_TRY(scrub_small("audit", layout::audit, made_by(open_audit_store)));
  for (const gallery_kind gallery : {gallery_kind::criminal, gallery_kind::immigration})
    for (std::uint32_t i = 0; i < partitions_; ++i) WHORL_TRY(scrub_partition({gallery, i}));
  return std::move(report_);
}

}  // namespace

std::string_view to_string(remedy way) {
  switch (way) {
    case remedy::rebuild:
      return "rebuild";
    case remedy::restore:
      return "restore";
    case remedy::reimport:
      return "reimport";
  }
  return "?";
}

bool scrub_report::whole() const {
  return std::all_of(found.begin(), found.end(), [](const damage& d) { return d.repaired; });
}

result<scrub_report> scrub_store(const std::string& folder, const scrub_options& options) {
  return scrubber(folder, options).run();
}

}  // namespace whorl::storage
