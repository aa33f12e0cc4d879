#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "messages/limits.hpp"
#include "messages/wire.hpp"
#include "tests/messages/generators.hpp"
#include "tests/messages/samples.hpp"
#include "tests/messages/wire_damage.hpp"

using namespace whorl;
using namespace whorl::test;

TEST_CASE("wire exchanges: pages of keys come back (random values)") {
  CHECK(rc::check("key_page", [](const key_page& before) {
    const auto after = wire::decode_key_page(wire::encode(before));
    RC_ASSERT(after.has_value());
    RC_ASSERT(*after == before);
  }));
}

TEST_CASE("wire exchanges: damage is refused or harmless (every cut, every flipped bit)") {
  stands_damage(sample_lease_record(), wire::decode_lease_record);
  stands_damage(sample_succession_record(), wire::decode_succession_record);
  stands_damage(sample_key_page(), wire::decode_key_page);
}

TEST_CASE("wire exchanges: a lease that was given back, and the fullest messages, decode") {
  const lease_record given_back{"", 0, 12, 3};
  CHECK(*wire::decode_lease_record(wire::encode(given_back)) == given_back);
  succession_record record = sample_succession_record();
  record.in_sync.assign(limits::exchanges_max, std::string(limits::node_name_max, 'x'));
  CHECK(*wire::decode_succession_record(wire::encode(record)) == record);
  key_page page = sample_key_page();
  page.keys.assign(limits::key_page_keys_max, page.keys[0]);
  CHECK(*wire::decode_key_page(wire::encode(page)) == page);
}
