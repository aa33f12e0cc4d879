#include "storage_support.hpp"

using namespace whorl;
using namespace whorl::test;

TEST_CASE("digests: SHA-256 and hexadecimal text (vectors of FIPS 180-4)") {
  CHECK(storage::hex(storage::sha256({})) ==
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(storage::hex(storage::sha256(to_bytes("abc"))) ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(storage::hex({}).empty());
}
