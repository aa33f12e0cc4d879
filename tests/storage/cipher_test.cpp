#include "storage/cipher.hpp"

#include "storage_support.hpp"

using namespace whorl;
using namespace whorl::storage;
using namespace whorl::test;

TEST_CASE("cipher: a key opens what it sealed and nothing else") {
  secret_key one, other;
  must(one.randomise());
  must(other.randomise());
  const key_id id{3, key_purpose::biographics};
  const bytes sealed = must(encrypt(one, id, to_bytes("text")));
  CHECK(must(decrypt(one, id, sealed)) == to_bytes("text"));
  CHECK(code_of(decrypt(other, id, sealed)) == errc::corrupt);
  CHECK(code_of(decrypt(one, {4, key_purpose::biographics}, sealed)) == errc::corrupt);
  CHECK(code_of(decrypt(one, {3, key_purpose::probe_criminal}, sealed)) == errc::corrupt);
  CHECK(code_of(decrypt(one, id, byte_view(sealed).first(27))) == errc::corrupt);
}

TEST_CASE("cipher: random keys differ; wiped memory is zero") {
  secret_key one, other;
  must(one.randomise());
  must(other.randomise());
  CHECK(!std::equal(one.raw().begin(), one.raw().end(), other.raw().begin()));
  bytes secret = to_bytes("secret");
  wipe(secret);
  CHECK(secret == bytes(6));
}
