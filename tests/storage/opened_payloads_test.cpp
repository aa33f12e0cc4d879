#include "storage/opened_payloads.hpp"

#include "storage_support.hpp"

using namespace whorl;
using namespace whorl::storage;
using namespace whorl::test;

namespace {

constexpr key_id key_of_one{1, key_purpose::record_criminal},
    key_of_two{2, key_purpose::record_criminal}, key_of_three{3, key_purpose::record_criminal};

result<bytes> open_with(const opened_payloads& keys, const key_id& key) {
  return keys.open(closed_payload(key.owner, key.purpose));
}

}  // namespace

TEST_CASE("opened payloads: what was opened, as it was said (plain, purged, damaged)") {
  opened_payloads keys;
  keys.hold({{key_of_one, opened_state::plain, to_bytes("prints")},
             {key_of_two, opened_state::purged, {}},
             {key_of_three, opened_state::damaged, {}}});
  CHECK(must(open_with(keys, key_of_one)) == to_bytes("prints"));
  CHECK(code_of(open_with(keys, key_of_two)) == errc::purged);
  const auto damaged = open_with(keys, key_of_three);
  CHECK(code_of(damaged) == errc::corrupt);
  CHECK(damaged.error().message.find(to_string(subject_id{3})) != std::string::npos);
}

TEST_CASE("opened payloads: what was not opened is unavailable (another owner or purpose)") {
  opened_payloads keys;
  CHECK(code_of(open_with(keys, key_of_one)) == errc::unavailable);
  keys.hold({{key_of_one, opened_state::plain, to_bytes("prints")}});
  CHECK(code_of(open_with(keys, key_of_two)) == errc::unavailable);
  CHECK(code_of(open_with(keys, {1, key_purpose::record_immigration})) == errc::unavailable);
}

TEST_CASE("opened payloads: the next ones take the place of the last, none forgets") {
  opened_payloads keys;
  keys.hold({{key_of_one, opened_state::plain, to_bytes("prints")}});
  keys.hold({{key_of_two, opened_state::plain, to_bytes("a")},
             {key_of_two, opened_state::plain, to_bytes("b")}});
  CHECK(code_of(open_with(keys, key_of_one)) == errc::unavailable);
  CHECK(must(open_with(keys, key_of_two)) == to_bytes("b"));
  keys.hold({});
  CHECK(code_of(open_with(keys, key_of_two)) == errc::unavailable);
}

TEST_CASE("opened payloads: nothing is sealed, destroyed or counted where no keys are") {
  opened_payloads keys;
  keys.hold({{key_of_one, opened_state::plain, to_bytes("prints")}});
  const seal_request wanted{key_of_one, to_bytes("prints")};
  CHECK(code_of(keys.seal(std::span(&wanted, 1))) == errc::unsupported);
  CHECK(code_of(keys.destroy(std::span(&key_of_one, 1))) == errc::unsupported);
  CHECK(code_of(keys.is_live(key_of_one)) == errc::unsupported);
  CHECK(code_of(keys.check({})) == errc::unsupported);
  CHECK(code_of(keys.tombstones()) == errc::unsupported);
  CHECK(must(open_with(keys, key_of_one)) == to_bytes("prints"));
}
