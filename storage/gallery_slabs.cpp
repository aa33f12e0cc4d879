#include "storage/gallery_slabs.hpp"

#include <algorithm>
#include <functional>

#include "fingerprint/slab.hpp"
#include "fingerprint/stored_entry.hpp"
#include "storage/checksum.hpp"
#include "storage/lmdb_pages.hpp"

namespace whorl::storage::gallery {
namespace {

using fingerprint::slab_people;

constexpr std::size_t subjects_bytes = slab_people * 8;
constexpr std::size_t trailer_bytes = 8;
constexpr std::uint64_t slab_number_max = 1 << 24;  ///< 4 billion people

std::string slab_name(const lmdb::environment& env, std::uint64_t number) {
  return env.folder() + ": slab " + std::to_string(number);
}

std::string tail_name(const lmdb::environment& env, std::uint64_t subject) {
  return env.folder() + ": sketches of " + to_string(subject_id{subject});
}

error damaged(const std::string& name, const std::string& what) {
  return make_error(errc::corrupt, name + ": " + what + ": rebuild the partition");
}

bytes with_checksum(bytes content) {
  const bytes sum = make_value({crc32c(content)});
  content.insert(content.end(), sum.begin(), sum.end());
  return content;
}

unsigned people_left(const slab_view& slab) {
  unsigned people = 0;
  for (std::size_t i = 0; i < slab_people; ++i) people += slab.subject(i) != subject_id{} ? 1 : 0;
  return people;
}

bool checksum_agrees(byte_view value) {
  return value.size() > trailer_bytes && value_word(value.last(trailer_bytes), 0) ==
                                             crc32c(value.first(value.size() - trailer_bytes));
}

/// The whole tail becomes the next slab.
status seal(lmdb::write_transaction& txn, const lmdb::environment& env) {
  std::vector<std::uint64_t> people;
  bytes value;
  std::uint64_t number = 0;
  {
    std::vector<byte_view> rows;  // in the map until the next change
    WHORL_ASSIGN(lmdb::cursor waiting, txn.scan(env.at(tail)));
    WHORL_ASSIGN(auto row, waiting.first());
    while (row) {
      WHORL_ASSIGN(const byte_view sketch, sketch_in(env, *row));
      people.push_back(key_word(row->key, 0));
      if (!checksum_agrees(row->value))  // else the slab would give the damage a checksum
        return damaged(tail_name(env, people.back()), "their checksum disagrees");
      rows.push_back(sketch);
      WHORL_ASSIGN(row, waiting.next());
    }
    for (const std::uint64_t id : people) {
      const bytes word = make_value({id});
      value.insert(value.end(), word.begin(), word.end());
    }
    const bytes slab = fingerprint::build_slab(rows);
    value.insert(value.end(), slab.begin(), slab.end());
    WHORL_ASSIGN(lmdb::cursor sealed, txn.scan(env.at(slabs)));
    WHORL_ASSIGN(const auto last, sealed.last());
    if (last) number = key_word(last->key, 0) + 1;
  }
  WHORL_TRY(txn.append(env.at(slabs), key_of(number), with_checksum(std::move(value))));
  for (const std::uint64_t id : people) WHORL_TRY(txn.erase(env.at(tail), key_of(id)));
  return {};
}

/// Slab and index of a person, and a copy of the slab's value.
struct placed {
  std::uint64_t number = 0;
  unsigned index = 0;
  bytes value;
  bool only_one = false;  ///< nobody else is left in it
  bool is_last = false;
};

result<std::optional<placed>> find(const lmdb::transaction& txn, const lmdb::environment& env,
                                   subject_id subject) {
  WHORL_ASSIGN(lmdb::cursor rows, txn.scan(env.at(slabs)));
  WHORL_ASSIGN(auto row, rows.first());
  while (row) {
    WHORL_ASSIGN(const slab_view slab, slab_in(env, *row));
    placed out;
    while (out.index < slab_people && slab.subject(out.index) != subject) ++out.index;
    if (out.index < slab_people) {
      WHORL_TRY(check_slab_row(env, *row));  // else a change would give the damage a checksum
      out.number = slab.number;
      out.value.assign(row->value.begin(), row->value.end() - trailer_bytes);
      out.only_one = people_left(slab) == 1;
      WHORL_ASSIGN(const auto after, rows.next());
      out.is_last = !after;
      return std::optional(std::move(out));
    }
    WHORL_ASSIGN(row, rows.next());
  }
  return std::optional<placed>();
}

/// Everyone's row, from slabs and tail.
status each_sketch(const lmdb::transaction& txn, const lmdb::environment& env,
                   const std::function<status(subject_id subject, byte_view row)>& visit) {
  WHORL_ASSIGN(lmdb::cursor sealed, txn.scan(env.at(slabs)));
  WHORL_ASSIGN(auto row, sealed.first());
  while (row) {
    WHORL_ASSIGN(const slab_view slab, slab_in(env, *row));
    for (unsigned i = 0; i < slab_people; ++i)
      if (slab.subject(i) != subject_id{})
        WHORL_TRY(visit(slab.subject(i), fingerprint::row_of(slab.slab, i)));
    WHORL_ASSIGN(row, sealed.next());
  }
  WHORL_ASSIGN(lmdb::cursor waiting, txn.scan(env.at(tail)));
  WHORL_ASSIGN(row, waiting.first());
  while (row) {
    WHORL_ASSIGN(const byte_view sketch, sketch_in(env, *row));
    WHORL_TRY(visit({key_word(row->key, 0)}, sketch));
    WHORL_ASSIGN(row, waiting.next());
  }
  return {};
}

status check_slab_rows(const lmdb::transaction& txn, const lmdb::environment& env,
                       std::uint64_t& people) {
  WHORL_ASSIGN(lmdb::cursor rows, txn.scan(env.at(slabs)));
  WHORL_ASSIGN(auto row, rows.first());
  while (row) {
    WHORL_TRY(check_slab_row(env, *row));
    WHORL_ASSIGN(const slab_view slab, slab_in(env, *row));
    people += people_left(slab);
    WHORL_ASSIGN(row, rows.next());
  }
  return {};
}

status check_tail_rows(const lmdb::transaction& txn, const lmdb::environment& env,
                       std::uint64_t& people) {
  WHORL_ASSIGN(lmdb::cursor rows, txn.scan(env.at(tail)));
  WHORL_ASSIGN(auto row, rows.first());
  while (row) {
    WHORL_TRY(check_tail_row(env, *row));
    ++people;
    WHORL_ASSIGN(row, rows.next());
  }
  return {};
}

status compare_counts(const lmdb::transaction& txn, const lmdb::environment& env,
                      std::uint64_t people) {
  WHORL_ASSIGN(const std::uint64_t wanted, txn.count(env.at(entries)));
  if (people == wanted) return {};
  return damaged(env.folder(), "sketches of " + std::to_string(people) + " people, but " +
                                   std::to_string(wanted) + " search entries");
}

}  // namespace

status add_sketch(lmdb::write_transaction& txn, const lmdb::environment& env, subject_id subject,
                  const searchable& search) {
  const word_key key = key_of(subject.value);
  WHORL_TRY(txn.put(env.at(tail), key, with_checksum(search.sketches)));
  if (fingerprint::fingers_in(search.entry)[0])
    WHORL_TRY(txn.put(env.at(unplaced), key, empty_value));
  WHORL_ASSIGN(const std::uint64_t waiting, txn.count(env.at(tail)));
  return waiting < slab_people ? status{} : seal(txn, env);
}

status erase_sketch(lmdb::write_transaction& txn, const lmdb::environment& env,
                    subject_id subject) {
  const word_key key = key_of(subject.value);
  WHORL_TRY(txn.erase(env.at(unplaced), key));
  WHORL_ASSIGN(const bool waited, txn.erase(env.at(tail), key));
  if (waited) return {};
  WHORL_ASSIGN(auto place, find(txn, env, subject));
  if (!place) return damaged(env.folder(), "no sketches of " + to_string(subject));
  // The last number stays, so that none is given twice.
  if (place->only_one && !place->is_last) {
    WHORL_TRY(txn.erase(env.at(slabs), key_of(place->number)));
    return {};
  }
  const std::span<std::byte> value(place->value);
  std::ranges::fill(value.subspan(std::size_t{place->index} * 8, 8), std::byte{0});
  fingerprint::erase_from_slab(value.subspan(subjects_bytes), place->index);
  return txn.put(env.at(slabs), key_of(place->number), with_checksum(std::move(place->value)));
}

result<slab_view> slab_in(const lmdb::environment& env, const lmdb::row& row) {
  if (row.key.size() != 8) return damaged(env.folder(), "a slab with a damaged number");
  const std::uint64_t number = key_word(row.key, 0);
  const std::string name = slab_name(env, number);
  if (number > slab_number_max) return damaged(name, "nobody gives such a number");
  WHORL_TRY(lmdb::check_aligned(row.value, name));
  if (row.value.size() <= subjects_bytes + trailer_bytes) return damaged(name, "it is too short");
  const byte_view slab =
      row.value.subspan(subjects_bytes, row.value.size() - subjects_bytes - trailer_bytes);
  if (slab.size() < 8 || fingerprint::people_in(slab) != slab_people)
    return damaged(name, "it does not hold 256 people");
  return slab_view{number, row.value.first(subjects_bytes), slab};
}

result<byte_view> sketch_in(const lmdb::environment& env, const lmdb::row& row) {
  const std::string name =
      tail_name(env, row.key.size() == 8 ? key_word(row.key, 0) : std::uint64_t{0});
  WHORL_TRY(lmdb::check_aligned(row.value, name));
  if (row.key.size() != 8 || row.value.size() != fingerprint::sketch_row_bytes + trailer_bytes)
    return damaged(name, "they do not have the size of sketches");
  return row.value.first(fingerprint::sketch_row_bytes);
}

status check_slab_row(const lmdb::environment& env, const lmdb::row& row) {
  WHORL_ASSIGN(const slab_view slab, slab_in(env, row));
  const std::string name = slab_name(env, slab.number);
  if (!checksum_agrees(row.value)) return damaged(name, "its checksum disagrees");
  if (const status whole = fingerprint::check_slab(slab.slab); !whole)
    return damaged(name, whole.error().message);
  return {};
}

status check_tail_row(const lmdb::environment& env, const lmdb::row& row) {
  WHORL_ASSIGN(const byte_view sketch, sketch_in(env, row));
  const std::string name = tail_name(env, key_word(row.key, 0));
  if (!checksum_agrees(row.value)) return damaged(name, "their checksum disagrees");
  if (const status whole = fingerprint::check_sketch_row(sketch); !whole)
    return damaged(name, whole.error().message);
  return {};
}

status check_all_there(const lmdb::environment& env) {
  WHORL_ASSIGN(const lmdb::transaction txn, env.read());
  std::uint64_t people = 0;
  WHORL_TRY(check_tail_rows(txn, env, people));
  // Of the slabs the subjects alone: a page each. Asked for at once, or the disk would be waited
  // for at each of them.
  for (const bool announced : {false, true}) {
    WHORL_ASSIGN(lmdb::cursor rows, txn.scan(env.at(slabs)));
    WHORL_ASSIGN(auto row, rows.first());
    while (row) {
      if (announced) {
        WHORL_ASSIGN(const slab_view slab, slab_in(env, *row));
        people += people_left(slab);
      } else {
        lmdb::prefetch(row->value.first(std::min(row->value.size(), subjects_bytes)));
      }
      WHORL_ASSIGN(row, rows.next());
    }
  }
  return compare_counts(txn, env, people);
}

status check_sketches(const lmdb::environment& env) {
  WHORL_ASSIGN(const lmdb::transaction txn, env.read());
  std::uint64_t people = 0;
  WHORL_TRY(check_slab_rows(txn, env, people));
  WHORL_TRY(check_tail_rows(txn, env, people));
  return compare_counts(txn, env, people);
}

status verify_sketches(const lmdb::environment& env, std::size_t most, std::vector<error>& wrong) {
  WHORL_ASSIGN(const lmdb::transaction txn, env.read());
  std::vector<std::uint64_t> seen;
  const std::size_t before = wrong.size();
  const auto say = [&](subject_id subject, const char* what) {
    if (wrong.size() - before < most)
      wrong.push_back(damaged("sketches of " + to_string(subject), what));
  };
  const auto look = [&](subject_id subject, byte_view row) -> status {
    seen.push_back(subject.value);
    WHORL_ASSIGN(const auto value, txn.get(env.at(entries), key_of(subject.value)));
    if (!value) return say(subject, "of nobody who has a search entry"), status{};
    const byte_view entry = entry_in(*value);
    if (!fingerprint::check_stored_entry(entry)) return {};  // named by the comparison of tables
    const bytes made = fingerprint::sketch_row_of(entry);
    if (!std::ranges::equal(made, row)) say(subject, "not those of the search entry");
    WHORL_ASSIGN(const auto apart, txn.get(env.at(unplaced), key_of(subject.value)));
    if (apart.has_value() != fingerprint::fingers_in(entry)[0])
      say(subject, "prints of unknown position and the list of such disagree");
    return {};
  };
  WHORL_TRY(each_sketch(txn, env, look));

  std::ranges::sort(seen);
  for (std::size_t i = 1; i < seen.size(); ++i)
    if (seen[i] == seen[i - 1]) say({seen[i]}, "in two places");
  WHORL_ASSIGN(const std::uint64_t wanted, txn.count(env.at(entries)));
  if (seen.size() < wanted)
    wrong.push_back(damaged("sketches", std::to_string(wanted - seen.size()) +
                                            " people with a search entry have none"));
  return {};
}

}  // namespace whorl::storage::gallery
