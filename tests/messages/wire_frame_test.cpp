#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "messages/limits.hpp"
#include "messages/wire.hpp"
#include "tests/messages/samples.hpp"
#include "tests/messages/wire_damage.hpp"

using namespace whorl;
using namespace whorl::test;

namespace {

errc refusal_of(byte_view message) {
  const auto outcome = wire::decode_prints(message);
  REQUIRE(!outcome);
  return outcome.error().code;
}

/// True when `work` aborts the process that does it.
template <class Work>
bool aborts(Work work) {
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    std::signal(SIGABRT, SIG_DFL);  // doctest would report it as a failure of this test
    close(STDERR_FILENO);
    work();
    _exit(0);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

}  // namespace

TEST_CASE("wire frame: an unaligned message decodes (every offset in a word)") {
  const bytes message = wire::encode(sample_prints());
  for (std::size_t offset = 0; offset < 8; ++offset) {
    bytes shifted(offset);
    shifted.insert(shifted.end(), message.begin(), message.end());
    const auto outcome = wire::decode_prints(byte_view(shifted).subspan(offset));
    REQUIRE(outcome);
    CHECK(*outcome == sample_prints());
  }
}

TEST_CASE("wire frame: nothing is corrupt") { CHECK(refusal_of({}) == errc::corrupt); }

TEST_CASE("wire frame: bytes after the message are corrupt (one to sixteen)") {
  bytes message = wire::encode(sample_prints());
  for (int i = 0; i < 16; ++i) {
    message.push_back(std::byte{0});
    CHECK(refusal_of(message) == errc::corrupt);
  }
}

TEST_CASE("wire frame: zeros are corrupt") {
  CHECK(refusal_of(bytes(8)) == errc::corrupt);
  CHECK(refusal_of(bytes(16)) == errc::corrupt);
  CHECK(refusal_of(bytes(1024)) == errc::corrupt);
}

TEST_CASE("wire frame: a table of four billion segments is corrupt") {
  for (const std::uint32_t last : {0xffffffffu, 0xfffffffeu, 0x7fffffffu, 511u}) {
    bytes message = wire::encode(sample_prints());
    set_word(message, 0, last);
    CHECK(refusal_of(message) == errc::corrupt);
  }
}

TEST_CASE("wire frame: more than the limit is refused before it is read") {
  CHECK(refusal_of(bytes(limits::wire_bytes_max + 1)) == errc::limit_exceeded);
  CHECK(refusal_of(bytes(limits::wire_bytes_max)) == errc::corrupt);
}

TEST_CASE("wire frame: a message of several segments decodes (sealed body of 4 MB)") {
  message_queued big;
  big.body.ciphertext.resize(4u << 20, std::byte{0x5a});
  const auto outcome = wire::decode_fact(wire::encode(fact(big)));
  REQUIRE(outcome);
  CHECK(*outcome == fact(big));
}

TEST_CASE("wire frame: encoding what no reader accepts stops the program") {
  CHECK(aborts([] { wire::encode(std::vector<probe_print>(limits::fingers_max + 1)); }));
  CHECK(aborts([] {
    biographics wordy;
    wordy.name.assign(wire::text_bytes_max + 1, 'x');
    wire::encode(wordy);
  }));
  CHECK(aborts([] { wire::encode(probe{{}, {{1, bytes(limits::template_bytes_max + 1)}}}); }));
  CHECK(aborts([] {
    message_queued big;
    big.body.ciphertext.resize(limits::wire_bytes_max);
    wire::encode(fact(big));
  }));
  CHECK(!aborts([] { wire::encode(sample_biographics()); }));
}
