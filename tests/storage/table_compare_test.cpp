#include "storage/table_compare.hpp"

#include "storage_support.hpp"

using namespace whorl;
using namespace whorl::storage;
using namespace whorl::test;

namespace {

constexpr const char* tables[] = {"meta", "a", "b"};

std::shared_ptr<lmdb::environment> filled(
    const std::string& folder, std::vector<std::pair<std::uint64_t, std::uint64_t>> rows) {
  auto env =
      must(lmdb::environment::open(folder, tables, {.map_bytes = 1 << 24, .durable = false}));
  auto txn = must(env->write());
  must(txn.put(env->at(0), key_of(rows.size()), make_value({rows.size()})));
  for (const auto& [key, value] : rows) must(txn.put(env->at(2), key_of(key), make_value({value})));
  must(txn.commit());
  return env;
}

}  // namespace

TEST_CASE("compare: changed, missing and surplus rows are named; the first table is left out") {
  const temp_folder one, other;
  const auto found = filled(one.path().string(), {{1, 1}, {2, 9}, {4, 4}});
  const auto wanted = filled(other.path().string(), {{1, 1}, {2, 2}, {3, 3}, {5, 5}});
  std::vector<row_difference> out;
  CHECK(must(compare_tables(*found, *wanted, tables, 100, out)) == 5);
  REQUIRE(out.size() == 4);
  CHECK(key_word(out[0].key, 0) == 2);
  CHECK_FALSE((out[0].missing || out[0].surplus));
  CHECK((out[1].missing && key_word(out[1].key, 0) == 3));
  CHECK((out[2].surplus && key_word(out[2].key, 0) == 4));
  CHECK((out[3].missing && key_word(out[3].key, 0) == 5));
  CHECK(out[0].table == "b");
  out.clear();
  must(compare_tables(*found, *found, tables, 100, out));
  CHECK(out.empty());
  must(compare_tables(*found, *wanted, tables, 2, out));
  CHECK(out.size() == 2);
  out.clear();
  must(compare_tables(*found, *wanted, tables, 100, out,
                      [](const row_difference& d) { return d.missing; }));
  CHECK(out.size() == 2);
}
