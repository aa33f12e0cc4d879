#include "storage/audit_head.hpp"

#include <doctest/doctest.h>

#include <filesystem>

#include "storage/keyring.hpp"
#include "storage_support.hpp"
#include "tests/support.hpp"

namespace whorl::test {
namespace {

namespace fs = std::filesystem;
using namespace whorl::storage;

constexpr instant moment{1'793'379'661'042};  // 2026-10-30

stream_tail some_tail() { return {42, sha256(to_bytes("row 42"))}; }

struct key_folder {
  temp_folder place;
  std::string path = place.path().string();
  std::unique_ptr<head_signer> signer = must(open_head_signer(path, {.durable = false}));
  std::unique_ptr<head_verifier> verifier = must(read_public_key(public_key_file(path)));
};

std::string mode_of(const std::string& file) {
  return std::to_string(int(fs::status(file).permissions()));
}

}  // namespace

TEST_CASE("audit head: what is signed reads back and its key accepts it") {
  const key_folder keys;
  const signed_head head = must(keys.signer->sign(some_tail(), moment));
  const std::string text = to_text(head);
  CHECK(text.size() <= head_text_max);
  for (const char c : text) CHECK((c >= 0x20 && c < 0x7f));
  CHECK(must(parse_audit_head(text)) == head);
  CHECK(head.head.tail == some_tail());
  CHECK(head.head.at == moment);
  CHECK(head.head.key_id == keys.signer->fingerprint().substr(0, 16));
  CHECK(keys.verifier->check(head).has_value());
  const signed_head empty = must(keys.signer->sign({}, {}));
  CHECK(must(parse_audit_head(to_text(empty))) == empty);
}

TEST_CASE("audit head: no other text is taken (every byte changed, cut, lengthened)") {
  const key_folder keys;
  const std::string text = to_text(must(keys.signer->sign(some_tail(), moment)));
  for (std::size_t i = 0; i < text.size(); ++i)
    for (const char c : {'0', 'A', ' ', '\n', '\xff', static_cast<char>(text[i] ^ 1)}) {
      if (c == text[i]) continue;
      std::string changed = text;
      changed[i] = c;
      const auto parsed = parse_audit_head(changed);
      if (parsed) CHECK_FALSE_MESSAGE(keys.verifier->check(*parsed).has_value(), changed);
    }
  for (std::size_t size = 0; size < text.size(); ++size)
    CHECK_FALSE(parse_audit_head(text.substr(0, size)).has_value());
  CHECK_FALSE(parse_audit_head(text + " ").has_value());
  CHECK_FALSE(parse_audit_head(text + std::string(1000, 'A')).has_value());
}

TEST_CASE("audit head: one head has one spelling") {
  const key_folder keys;
  const std::string text = to_text(must(keys.signer->sign(some_tail(), moment)));
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string changed = text;
    changed.replace(changed.find(from), from.size(), to);
    return parse_audit_head(changed).has_value();
  };
  CHECK_FALSE(with(" 42 ", " 042 "));
  CHECK_FALSE(with(" 42 ", " +42 "));
  CHECK_FALSE(with(" 42 ", " 99999999999999999999 "));
  CHECK_FALSE(with("2026-10-30", "2026-02-30"));
  CHECK_FALSE(with("2026-10-30", "2026-13-30"));
  CHECK_FALSE(with("HEAD 1", "HEAD 2"));
}

TEST_CASE("audit head: another key's head is refused, also with this key's id on it") {
  const key_folder keys, others;
  signed_head forged = must(others.signer->sign(some_tail(), moment));
  const status other_id = keys.verifier->check(forged);
  REQUIRE_FALSE(other_id.has_value());
  CHECK(other_id.error().message.find("forged, or of another store") != std::string::npos);
  forged.head.key_id = keys.signer->fingerprint().substr(0, 16);
  CHECK(keys.verifier->check(forged).error().code == errc::corrupt);
}

TEST_CASE("audit key: made once, of mode 0600, and never again in silence") {
  key_folder keys;
  const std::string first = keys.signer->fingerprint();
  CHECK(first.size() == 64);
  CHECK(mode_of(private_key_file(keys.path)) == std::to_string(0600));
  CHECK(must(open_head_signer(keys.path))->fingerprint() == first);
  SUBCASE("the public half is made again from the private one") {
    fs::remove(public_key_file(keys.path));
    CHECK(must(open_head_signer(keys.path))->fingerprint() == first);
    CHECK(must(read_public_key(public_key_file(keys.path)))->fingerprint() == first);
  }
  SUBCASE("the private half alone missing is an error that says what to do") {
    fs::remove(private_key_file(keys.path));
    const auto opened = open_head_signer(keys.path);
    REQUIRE_FALSE(opened.has_value());
    CHECK(opened.error().code == errc::corrupt);
    CHECK(opened.error().message.find("restore it from a backup") != std::string::npos);
  }
  SUBCASE("halves of two pairs") {
    const key_folder others;
    fs::copy_file(public_key_file(others.path), public_key_file(keys.path),
                  fs::copy_options::overwrite_existing);
    CHECK(open_head_signer(keys.path).error().code == errc::corrupt);
  }
  SUBCASE("no key at all in the file") {
    write_file(private_key_file(keys.path), to_bytes("-----BEGIN PRIVATE KEY-----\n"));
    CHECK(open_head_signer(keys.path).error().code == errc::corrupt);
  }
}

TEST_CASE("audit head: the kept one is read back; damage and absence are told apart") {
  const key_folder keys;
  CHECK(read_kept_head(keys.path).error().code == errc::not_found);
  must(keys.signer->keep(some_tail(), moment));
  CHECK(must(read_kept_head(keys.path)).head.tail == some_tail());
  write_file(head_file(keys.path), to_bytes("WHORL"));
  CHECK(read_kept_head(keys.path).error().code == errc::invalid_input);
}

}  // namespace whorl::test
