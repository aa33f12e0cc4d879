#include "storage/rows.hpp"

#include "storage_support.hpp"

using namespace whorl;
using namespace whorl::storage;
using namespace whorl::test;

TEST_CASE("rows: words survive keys and values") {
  const auto pair = key_of(0x0102030405060708ull, 9);
  CHECK(std::to_integer<int>(pair[0]) == 1);
  CHECK(key_word(pair, 0) == 0x0102030405060708ull);
  CHECK(key_word(pair, 1) == 9);
  const bytes value = make_value({0x0102030405060708ull, ~0ull}, key_of(3));
  CHECK(std::to_integer<int>(value[0]) == 8);
  CHECK(value_word(value, 1) == ~0ull);
  CHECK(value.size() == 24);
}

TEST_CASE("rows: a stored fact of another kind is corrupt") {
  const bytes stored = wire::encode(fact(audit_row{}));
  CHECK(decode_stored_as<audit_row>(stored, "row"));
  CHECK(code_of(decode_stored_as<case_event>(stored, "row")) == errc::corrupt);
}

TEST_CASE("rows: a folder keeps its identity (other version, other kind)") {
  const temp_folder folder;
  const auto env = tamper(folder.path().string(), {"meta"});
  store_identity mine{{'a', 0}, 1, 5, 6};
  must(check_identity(*env, env->at(0), mine));
  must(check_identity(*env, env->at(0), mine));
  store_identity newer = mine, other = mine, moved = mine;
  newer.version = 2;
  other.kind = {'b', 0};
  moved.detail_a = 4;
  const status refused = check_identity(*env, env->at(0), newer);
  CHECK(code_of(refused) == errc::wrong_version);
  CHECK(refused.error().message.find("version 1") != std::string::npos);
  CHECK(refused.error().message.find("version 2") != std::string::npos);
  CHECK(code_of(check_identity(*env, env->at(0), other)) == errc::conflict);
  CHECK(code_of(check_identity(*env, env->at(0), moved)) == errc::conflict);
}
