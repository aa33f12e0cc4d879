#include "tests/storage/audit_edits.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "storage/journal.hpp"
#include "storage/lmdb.hpp"
#include "storage/rows.hpp"

namespace whorl::test {
namespace {

using namespace whorl::storage;

constexpr const char* tables[] = {"tails", "audit.facts"};
constexpr std::size_t header = 80;  // storage/FORMAT.md, journal

std::size_t padded(std::size_t size) { return (size + 7) / 8 * 8; }

std::shared_ptr<lmdb::environment> open(const std::string& folder) {
  auto env = lmdb::environment::open(folder, tables, {});
  REQUIRE(env.has_value());
  return *env;
}

digest digest_at(const bytes& value, std::size_t at) {
  digest out;
  std::copy_n(value.begin() + static_cast<std::ptrdiff_t>(at), 32, out.begin());
  return out;
}

byte_view payload_of(const bytes& value) {
  const std::uint64_t id = value_word(value, 8), size = value_word(value, 9);
  return byte_view(value).subspan(header + padded(id), size);
}

}  // namespace

std::vector<bytes> audit_edits::read() const {
  const auto env = open(folder_);
  const auto txn = env->read();
  REQUIRE(txn.has_value());
  auto cursor = txn->scan(env->at(1));
  REQUIRE(cursor.has_value());
  std::vector<bytes> out;
  for (auto row = cursor->first(); row && *row; row = cursor->next())
    out.emplace_back((*row)->value.begin(), (*row)->value.end());
  return out;
}

void audit_edits::write(const std::vector<bytes>& values, bool tail) const {
  const std::size_t before = read().size();
  const auto env = open(folder_);
  auto txn = env->write();
  REQUIRE(txn.has_value());
  for (std::size_t i = 0; i < std::max(before, values.size()); ++i) {
    const word_key key = key_of(std::uint64_t{i} + 1);
    // An empty value stands for a removed row.
    if (i < values.size() && !values[i].empty())
      REQUIRE(txn->put(env->at(1), key, values[i]).has_value());
    else
      REQUIRE(txn->erase(env->at(1), key).has_value());
  }
  if (tail) {
    const digest last = values.empty() ? digest{} : digest_at(values.back(), 32);
    REQUIRE(txn->put(env->at(0), key_of(std::uint64_t(stream_id::audit)),
                     make_value({values.size()}, last))
                .has_value());
  }
  REQUIRE(txn->commit().has_value());
}

void audit_edits::flip_byte(std::uint64_t seq) {
  auto values = read();
  bytes& value = values.at(seq - 1);
  // The last letter that the payload holds: it stays a fact that can be decoded.
  const byte_view payload = payload_of(value);
  std::size_t at = payload.size();
  while (at-- > 0)
    if (payload[at] >= std::byte{'0'} && payload[at] <= std::byte{'z'}) break;
  value[static_cast<std::size_t>(payload.data() - value.data()) + at] ^= std::byte{1};
  write(values, false);
}

void audit_edits::remove(std::uint64_t seq) {
  auto values = read();
  values.at(seq - 1).clear();
  write(values, false);
}

void audit_edits::swap(std::uint64_t a, std::uint64_t b) {
  auto values = read();
  std::swap(values.at(a - 1), values.at(b - 1));
  write(values, false);
}

void audit_edits::cut_after(std::uint64_t seq, bool with_tail) {
  auto values = read();
  values.resize(seq);
  write(values, with_tail);
}

void audit_edits::recompute_chain() {
  auto values = read();
  digest previous{};
  for (std::size_t i = 0; i < values.size(); ++i) {
    bytes& value = values[i];
    const std::string id(reinterpret_cast<const char*>(value.data()) + header,
                         value_word(value, 8));
    const digest self = fact_digest(previous, stream_id::audit, i + 1, id, payload_of(value));
    std::copy(previous.begin(), previous.end(), value.begin());
    std::copy(self.begin(), self.end(), value.begin() + 32);
    previous = self;
  }
  write(values, true);
}

void audit_edits::remove_and_close_up(std::uint64_t seq) {
  auto values = read();
  values.erase(values.begin() + static_cast<std::ptrdiff_t>(seq - 1));
  write(values, true);
  recompute_chain();
}

}  // namespace whorl::test
