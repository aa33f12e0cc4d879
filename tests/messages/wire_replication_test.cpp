#include <doctest/doctest.h>
#include <rapidcheck.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <functional>

#include "messages/limits.hpp"
#include "messages/wire.hpp"
#include "tests/messages/generators.hpp"
#include "tests/messages/samples.hpp"
#include "tests/messages/wire_damage.hpp"

using namespace whorl;
using namespace whorl::test;

namespace {

template <class Value, class Decode>
void comes_back(const char* name, Decode decode) {
  CHECK(rc::check(name, [decode](const Value& before) {
    const auto after = decode(wire::encode(before));
    RC_ASSERT(after.has_value());
    RC_ASSERT(*after == before);
  }));
}

/// `message`, of one segment, with a word of zeros behind it and one element more in the list of
/// `count`.
bytes with_one_more(bytes message, std::uint32_t count, unsigned size_code) {
  REQUIRE((word_at(message, 0) & 0xffffffff) == 0);
  message.resize(message.size() + 8);
  set_word(message, 0, word_at(message, 0) + (std::uint64_t{1} << 32));
  const std::size_t pointer = find_half(message, list_half(count, size_code));
  set_word(message, pointer, word_at(message, pointer) + (std::uint64_t{1} << 35));
  return message;
}

/// A list of structs says count and size in its first word: one more of them, of no size.
bytes with_one_struct_more(bytes message, std::uint32_t count) {
  for (std::size_t i = 0; i < message.size() / 8; ++i)
    if ((word_at(message, i) & 0xffffffff) == count << 2 && word_at(message, i) >> 32 != 0) {
      set_word(message, i, (count + 1) << 2);
      return message;
    }
  FAIL("no such list");
  return message;
}

template <class T>
T decoded(const result<T>& outcome) {
  REQUIRE(outcome.has_value());
  return *outcome;
}

template <class T>
std::string refusal_of(const result<T>& outcome, errc code = errc::limit_exceeded) {
  REQUIRE_FALSE(outcome.has_value());
  CHECK(outcome.error().code == code);
  return outcome.error().message;
}

/// Whether the process ends by a signal where it does this: what an INVARIANT does.
bool ends_in(const std::function<void()>& what) {
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const rlimit no_core{0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    signal(SIGABRT, SIG_DFL);  // not doctest's
    if (std::freopen("/dev/null", "w", stderr) == nullptr) _exit(1);
    what();
    _exit(0);
  }
  int how = 0;
  REQUIRE(waitpid(child, &how, 0) == child);
  return WIFSIGNALED(how) || (WIFEXITED(how) && WEXITSTATUS(how) > 1);
}

}  // namespace

TEST_CASE("wire replication: every message decodes to what was encoded (random values)") {
  comes_back<facts_request>("facts_request", wire::decode_facts_request);
  comes_back<facts_reply>("facts_reply", wire::decode_facts_reply);
  comes_back<rows_request>("rows_request", wire::decode_rows_request);
  comes_back<rows_reply>("rows_reply", wire::decode_rows_reply);
}

TEST_CASE("wire replication: damage is refused or harmless (every cut, every flipped bit)") {
  stands_damage(sample_facts_request(), wire::decode_facts_request);
  stands_damage(sample_checked_request(), wire::decode_facts_request);
  stands_damage(sample_facts_reply(), wire::decode_facts_reply);
  stands_damage(sample_rows_request(), wire::decode_rows_request);
  stands_damage(sample_rows_reply(), wire::decode_rows_reply);
}

TEST_CASE("wire replication: the fullest messages decode") {
  facts_request request = sample_facts_request();
  request.replicas.assign(limits::partitions_max, {5, 1, 2, {}});
  CHECK(decoded(wire::decode_facts_request(wire::encode(request))) == request);

  facts_reply facts = sample_facts_reply();
  facts.facts.assign(limits::replicated_facts_max, facts.facts[0]);
  facts.opened.assign(limits::replicated_facts_max, facts.opened[0]);
  facts.facts[0].payload.resize(limits::replicated_bytes_max);
  CHECK(decoded(wire::decode_facts_reply(wire::encode(facts))) == facts);

  rows_reply rows = sample_rows_reply();
  rows.rows.assign(limits::copied_rows_max, {bytes(16), bytes(16)});
  rows.rows[0] = {bytes(limits::stored_key_max), bytes(limits::person_bytes_max)};
  CHECK(decoded(wire::decode_rows_reply(wire::encode(rows))) == rows);
}

TEST_CASE("wire replication: one element more than the limit is refused by who reads") {
  facts_request request;
  request.replicas.assign(limits::partitions_max, {5, 1, 2, {}});
  CHECK(refusal_of(wire::decode_facts_request(
            with_one_struct_more(wire::encode(request), limits::partitions_max))) ==
        "facts request: replicas: 1025, at most 1024");

  facts_reply facts;
  facts.facts.assign(limits::replicated_facts_max, {});
  CHECK(refusal_of(wire::decode_facts_reply(
            with_one_struct_more(wire::encode(facts), limits::replicated_facts_max))) ==
        "facts reply: facts: 1025, at most 1024");
  facts.facts.clear();
  facts.opened.assign(limits::replicated_facts_max, {});
  CHECK(refusal_of(wire::decode_facts_reply(
            with_one_struct_more(wire::encode(facts), limits::replicated_facts_max))) ==
        "facts reply: opened payloads: 1025, at most 1024");

  rows_reply rows;
  rows.rows.assign(limits::copied_rows_max, {});
  CHECK(refusal_of(wire::decode_rows_reply(
            with_one_struct_more(wire::encode(rows), limits::copied_rows_max))) ==
        "rows reply: rows: 65537, at most 65536");
  rows.rows.assign(1, {bytes(limits::stored_key_max), {}});
  CHECK(refusal_of(wire::decode_rows_reply(
            with_one_more(wire::encode(rows), limits::stored_key_max, 2))) ==
        "rows reply: key of a row: 512, at most 511");
}

TEST_CASE("wire replication: what would be refused is not written") {
  facts_request request;
  request.replicas.assign(limits::partitions_max + 1, {});
  CHECK(ends_in([&] { wire::encode(request); }));
  facts_reply facts;
  facts.facts.assign(limits::replicated_facts_max + 1, {});
  CHECK(ends_in([&] { wire::encode(facts); }));
  facts.facts.clear();
  facts.opened.assign(limits::replicated_facts_max + 1, {});
  CHECK(ends_in([&] { wire::encode(facts); }));
  rows_reply rows;
  rows.rows.assign(limits::copied_rows_max + 1, {});
  CHECK(ends_in([&] { wire::encode(rows); }));
  rows.rows.assign(1, {bytes(limits::stored_key_max + 1), {}});
  CHECK(ends_in([&] { wire::encode(rows); }));
  request = sample_checked_request();
  request.replicas[0].checked->to.key.resize(limits::stored_key_max + 1);
  CHECK(ends_in([&] { wire::encode(request); }));
  rows.rows.assign(1, {bytes(8), bytes(limits::wire_bytes_max)});
  CHECK(ends_in([&] { wire::encode(rows); }));
  rows.rows.assign(1, {bytes(limits::stored_key_max), bytes(8)});
  CHECK_FALSE(ends_in([&] { wire::encode(rows); }));
}

TEST_CASE("wire replication: a digest of another length is corrupt, unknown kinds unsupported") {
  rows_reply rows;
  bytes message = wire::encode(rows);
  const std::size_t pointer = find_half(message, list_half(32, 2));
  set_word(message, pointer, word_at(message, pointer) - (std::uint64_t{1} << 35));
  CHECK(refusal_of(wire::decode_rows_reply(message), errc::corrupt) ==
        "rows reply: digest of the copied rows: a digest of 31 bytes instead of 32");

  facts_request of_one{stream_id::criminal, 1, 0, {}}, of_other{stream_id::immigration, 1, 0, {}};
  message = wire::encode(of_one);
  const std::size_t at = differing_byte(message, wire::encode(of_other));
  for (const unsigned bad : {0u, 7u, 255u}) {
    message[at] = static_cast<std::byte>(bad);
    CHECK(refusal_of(wire::decode_facts_request(message), errc::unsupported) ==
          "facts request: stream: unknown value " + std::to_string(bad));
  }
  facts_reply one, other;
  one.opened = {{{1, key_purpose::record_criminal}, opened_state::plain, {}}};
  other.opened = {{{1, key_purpose::record_criminal}, opened_state::purged, {}}};
  message = wire::encode(one);
  message[differing_byte(message, wire::encode(other))] = std::byte{4};
  CHECK(refusal_of(wire::decode_facts_reply(message), errc::unsupported) ==
        "facts reply: state: unknown value 4");
}
