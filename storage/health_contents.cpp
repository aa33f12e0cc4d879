// The checks that open LMDB environments, each in a child process.
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "messages/ids.hpp"
#include "storage/audit_proof.hpp"
#include "storage/health.hpp"
#include "storage/layout.hpp"
#include "storage/lmdb_copy.hpp"
#include "storage/lmdb_pages.hpp"
#include "storage/projection_base.hpp"
#include "storage/store_files.hpp"

namespace whorl::storage {
namespace {

namespace fs = std::filesystem;

struct part {
  std::string name;  ///< folder in the store
  store_identity identity;
  stream_id stream = stream_id::audit;
  bool is_projection = true;
  bool can_be_rebuilt = true;
};

store_identity identity_of(const char* kind, std::uint64_t version = 1, std::uint64_t a = 0,
                           std::uint64_t b = 0) {
  store_identity out{{}, version, a, b};
  std::memcpy(out.kind.data(), kind, strnlen(kind, out.kind.size()));
  return out;
}

std::vector<part> parts_of(std::uint32_t partitions) {
  std::vector<part> all = {
      {"journal", identity_of("journal"), stream_id::audit, false, false},
      {"keys", identity_of("keys", layout::keys_version), stream_id::audit, false, false},
      {"bookings", identity_of("bookings", layout::bookings_version), stream_id::bookings},
      {"cases", identity_of("cases"), stream_id::cases},
      {"outbox", identity_of("outbox"), stream_id::outbox},
      {"audit", identity_of("audit"), stream_id::audit},
  };
  for (const gallery_kind gallery : {gallery_kind::criminal, gallery_kind::immigration})
    for (std::uint32_t i = 0; i < partitions; ++i) {
      char index[16];
      std::snprintf(index, sizeof index, "%03u", i);
      // Imported people are in no journal: a partition cannot be rebuilt without its import files.
      all.push_back({"gallery/" + std::string(to_string(gallery)) + "/" + index,
                     identity_of("gallery", layout::gallery_version,
                                 std::uint64_t(gallery) << 32 | i, partitions),
                     stream_of(gallery), true, false});
    }
  return all;
}

const char* remedy(const part& of) {
  if (of.can_be_rebuilt) return "`whorl scrub --repair` makes it anew from the journal";
  if (of.is_projection)
    return "`whorl scrub --repair` mends what the journal and the sealed records give back; else "
           "restore a backup, or remove this folder and import the gallery's people again";
  return "restore a backup: `whorl --store NEW restore BACKUP`";
}

/// Opens, reads every row, and compares what it is with what belongs there.
findings examine_part(const std::string& folder, const part& of) {
  const auto wrong = [&](const error& e) {
    return findings{{of.name, health::wrong, e.message, remedy(of)}};
  };
  // Beside a writer the pages change while they are read.
  if (take_lock(folder)) {
    const auto pages = lmdb::map_file(folder + "/" + of.name + "/data.mdb");
    if (!pages) return wrong(pages.error());
  }
  std::uint64_t rows = 0;
  {
    const auto opened = lmdb::snapshot::open(folder + "/" + of.name);
    if (!opened) return wrong(opened.error());
    if (const status pinned = (*opened)->pin(); !pinned) return wrong(pinned.error());
    const auto walked = (*opened)->walk();
    if (!walked) return wrong(walked.error());
    rows = *walked;
  }
  constexpr const char* meta[] = {"meta"};
  const auto env = lmdb::environment::open(folder + "/" + of.name, meta, {.read_only = true});
  if (!env) return wrong(env.error());
  if (const status same = check_identity(**env, (*env)->at(0), of.identity); !same)
    return wrong(same.error());
  if (of.name == "keys" && !fs::exists(folder + "/keys/slots"))
    return wrong(make_error(errc::corrupt, folder + "/keys/slots: is gone, and with it every key"));
  return {{of.name, health::well, std::to_string(rows) + " rows", ""}};
}

findings examine_chain(const journal_function& open) {
  const auto log = open();
  if (!log) return {};  // said by its own check
  std::uint64_t facts = 0;
  findings all;
  for (const stream_id stream : all_streams) {
    const auto whole = verify_stream(**log, stream);
    if (whole)
      facts += *whole;
    else
      all.push_back({"journal chain", health::wrong, whole.error().message,
                     "`whorl audit verify` says more; restore a backup of before the damage"});
  }
  if (all.empty())
    all.push_back({"journal chain", health::well,
                   std::to_string(facts) + " facts, each with the digest of the one before", ""});
  return all;
}

/// Where a projection stands, against the journal that it follows.
findings examine_position(const std::string& folder, const part& of, const journal_function& open) {
  const std::string check = of.name + " position";
  const auto log = open();
  constexpr const char* meta[] = {"meta"};
  const auto env = lmdb::environment::open(folder + "/" + of.name, meta, {.read_only = true});
  if (!log || !env) return {};  // said by their own checks
  const auto wrong = [&](const std::string& what) {
    return findings{{check, health::wrong, what, remedy(of)}};
  };
  const auto txn = (*env)->read();
  if (!txn) return wrong(txn.error().message);
  const auto at = stored_position(*txn, (*env)->at(0));
  if (!at) return wrong(at.error().message);
  if (at->seq == 0) return {};
  const auto fact = (*log)->read(of.stream, at->seq, 1);
  if (!fact) return wrong(fact.error().message);
  const std::string place =
      "fact " + std::to_string(at->seq) + " of stream " + std::string(to_string(of.stream));
  if (fact->empty() || fact->front().seq != at->seq)
    return wrong("it has applied " + place +
                 ", which the journal does not hold: the journal was "
                 "cut or is older");
  if (fact->front().self != at->self)
    return wrong("it has applied another " + place + " than the journal holds");
  return {};
}

/// Key pair and kept head. Makes nothing: open_head_signer would make what is missing.
findings examine_head(const std::string& folder, const journal_function& open) {
  const std::string check = "audit head";
  std::error_code ignored;
  const bool has_private = fs::exists(private_key_file(folder), ignored);
  const bool has_public = fs::exists(public_key_file(folder), ignored);
  if (!has_private && !has_public)
    return {{check, health::remark, "the store has no audit key",
             "the next command that writes makes one; if there was one, restore it from a backup"}};
  if (has_private && !has_public)
    return {{check, health::remark, "audit-key.pub.pem is missing",
             "the next command writes it anew from audit-key.pem"}};
  const auto signer = open_head_signer(folder);
  if (!signer)
    return {{check, health::wrong, signer.error().message,
             "restore audit-key.pem and audit-key.pub.pem from a backup"}};
  const auto kept = read_kept_head(folder);
  if (!kept)
    return {
        {check, health::wrong, kept.error().message,
         "if no crash explains it, somebody removed it: `whorl audit verify --answers FOLDER`"}};
  const auto key = read_public_key(public_key_file(folder));
  const auto log = open();
  if (!key || !log) return {};
  status good = (*key)->check(*kept);
  if (good) good = check_against(**log, kept->head);
  if (!good)
    return {{check, health::wrong, good.error().message,
             "`whorl audit verify` says more; restore a backup and keep this store as evidence"}};
  return {
      {check, health::well,
       "row " + std::to_string(kept->head.tail.seq) + " countersigned " + to_string(kept->head.at),
       ""}};
}

}  // namespace

findings examine_contents(const std::string& folder, std::uint32_t partitions,
                          const step_function& on_step, const journal_function& other_log) {
  std::vector<part> parts = parts_of(partitions);
  if (other_log) std::erase_if(parts, [](const part& each) { return each.name == "journal"; });
  const journal_function open = other_log ? other_log : journal_function([&] {
    return open_embedded_journal(folder + "/journal", {.read_only = true});
  });
  const std::size_t total = 2 * parts.size() + 2;
  findings all;
  std::size_t done = 0;
  const auto add = [&](const std::string& check, const std::function<findings()>& body) {
    if (on_step) on_step(done++, total);
    findings more = in_child(check, body);
    const bool well = std::all_of(more.begin(), more.end(),
                                  [](const finding& f) { return f.level != health::wrong; });
    all.insert(all.end(), std::make_move_iterator(more.begin()),
               std::make_move_iterator(more.end()));
    return well;
  };
  std::vector<const part*> readable;
  bool journal_reads = bool(other_log);
  for (const part& one : parts) {
    const bool well = add(one.name, [&] { return examine_part(folder, one); });
    if (one.name == "journal") journal_reads = well;
    if (well && one.is_projection) readable.push_back(&one);
  }
  if (!journal_reads) return all;
  add("journal chain", [&] { return examine_chain(open); });
  std::size_t parted = 0;
  for (const part* one : readable)
    parted += !add(one->name + " position", [&] { return examine_position(folder, *one, open); });
  if (parted == 0 && !readable.empty())
    all.push_back({"positions", health::well,
                   std::to_string(readable.size()) + " projections stand on facts of the journal",
                   ""});
  add("audit head", [&] { return examine_head(folder, open); });
  return all;
}

}  // namespace whorl::storage
