// The embedded journal: the common contract, and what only a journal on disk can show.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "journal_contract.hpp"

using namespace whorl;
using namespace whorl::storage;
using namespace whorl::test;

namespace {

struct embedded_factory {
  std::unique_ptr<journal> make() {
    folders.push_back(std::make_unique<temp_folder>());
    return quick_journal(folders.back()->path().string());
  }
  std::vector<std::unique_ptr<temp_folder>> folders;
};

constexpr stream_id stream = stream_id::bookings;
const std::vector<const char*> stored_tables = {"tails", "bookings.facts"};
enum : std::size_t { tails = 0, facts = 1 };

void fill(const std::string& folder, int count) {
  const auto log = quick_journal(folder);
  for (int i = 1; i <= count; ++i) must(append_one(*log, request(stream, std::to_string(i))));
}

bytes stored_fact(const lmdb::environment& env, std::uint64_t seq) {
  const auto txn = must(env.read());
  const auto value = must(txn.get(env.at(facts), key_of(seq)));
  REQUIRE(value);
  return {value->begin(), value->end()};
}

/// What verify_stream says about the journal in `folder`.
error complaint(const std::string& folder) {
  const auto outcome = verify_stream(*quick_journal(folder), stream);
  REQUIRE(!outcome);
  CHECK(outcome.error().code == errc::corrupt);
  CHECK(outcome.error().message.find("bookings") != std::string::npos);
  return outcome.error();
}

bool names_fact(const error& e, int seq) {
  return e.message.find("fact " + std::to_string(seq) + ":") != std::string::npos;
}

}  // namespace

TEST_CASE_TEMPLATE_INVOKE(journal_contract, embedded_factory);

TEST_CASE("journal: facts and message ids are there after reopening") {
  const temp_folder folder;
  fill(folder.path().string(), 3);
  const auto log = quick_journal(folder.path().string());
  CHECK(must(verify_stream(*log, stream)) == 3);
  CHECK(must(append_one(*log, request(stream, "2"))).kind == append_kind::duplicate);
  CHECK(must(append_one(*log, request(stream, "4"))).seq == 4);
}

TEST_CASE("journal: verify finds one flipped byte (digest, message id, payload)") {
  for (const std::size_t at : {std::size_t{0}, std::size_t{40}, std::size_t{80}, std::size_t{88}}) {
    const temp_folder folder;
    fill(folder.path().string(), 5);
    {
      const auto env = tamper(folder.path().string(), stored_tables);
      bytes value = stored_fact(*env, 3);
      value.at(at) ^= std::byte{1};
      auto txn = must(env->write());
      must(txn.put(env->at(facts), key_of(3), value));
      must(txn.commit());
    }
    CHECK(names_fact(complaint(folder.path().string()), 3));
  }
}

TEST_CASE("journal: verify finds a removed row") {
  const temp_folder folder;
  fill(folder.path().string(), 5);
  {
    const auto env = tamper(folder.path().string(), stored_tables);
    auto txn = must(env->write());
    CHECK(must(txn.erase(env->at(facts), key_of(2))));
    must(txn.commit());
  }
  CHECK(names_fact(complaint(folder.path().string()), 2));
}

TEST_CASE("journal: verify finds two swapped rows") {
  const temp_folder folder;
  fill(folder.path().string(), 5);
  {
    const auto env = tamper(folder.path().string(), stored_tables);
    const bytes second = stored_fact(*env, 2), third = stored_fact(*env, 3);
    auto txn = must(env->write());
    must(txn.put(env->at(facts), key_of(2), third));
    must(txn.put(env->at(facts), key_of(3), second));
    must(txn.commit());
  }
  CHECK(names_fact(complaint(folder.path().string()), 2));
}

TEST_CASE("journal: verify finds a cut tail") {
  const temp_folder folder;
  fill(folder.path().string(), 5);
  {
    const auto env = tamper(folder.path().string(), stored_tables);
    auto txn = must(env->write());
    CHECK(must(txn.erase(env->at(facts), key_of(5))));
    must(txn.commit());
  }
  CHECK(names_fact(complaint(folder.path().string()), 5));
}

TEST_CASE("journal: verify finds a tail record set back") {
  const temp_folder folder;
  fill(folder.path().string(), 5);
  {
    const auto env = tamper(folder.path().string(), stored_tables);
    auto txn = must(env->write());
    must(txn.put(env->at(tails), key_of(std::uint64_t(stream)), make_value({4}, digest{})));
    must(txn.commit());
  }
  complaint(folder.path().string());
}

TEST_CASE("journal: a full map refuses the whole batch and keeps what was there") {
  const temp_folder folder;
  const auto log = must(open_embedded_journal(folder.path().string(), {256 << 10, false}));
  must(append_one(*log, request(stream, "first")));
  std::vector<append_request> batch(3, request(stream, ""));
  for (int i = 0; i < 3; ++i) {
    batch[i].message_id = "large " + std::to_string(i);
    batch[i].payload.resize(100 << 10);
  }
  const auto outcomes = log->append(batch);
  for (const auto& outcome : outcomes) CHECK(code_of(outcome) == errc::storage_full);
  CHECK(must(verify_stream(*log, stream)) == 1);
  CHECK(must(append_one(*log, request(stream, "small"))).seq == 2);
}

TEST_CASE("journal: what was acknowledged survives kill -9") {
  const temp_folder folder;
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    auto log = open_embedded_journal(folder.path().string());
    for (std::uint64_t i = 0; log; ++i) {
      std::vector<append_request> batch(3, request(stream, ""));
      for (std::uint64_t k = 0; k < 3; ++k) batch[k].message_id = std::to_string(3 * i + k + 1);
      for (const auto& outcome : (*log)->append(batch))
        if (!outcome || ::write(ends[1], &outcome->seq, sizeof outcome->seq) < 0) ::_exit(1);
    }
    ::_exit(1);
  }
  ::close(ends[1]);
  std::uint64_t seq = 0, last = 0, acknowledged = 0;
  while (acknowledged < 200 && ::read(ends[0], &seq, sizeof seq) == sizeof seq) ++acknowledged;
  ::kill(child, SIGKILL);
  // What the child still got into the pipe counts as acknowledged.
  last = seq;
  while (::read(ends[0], &seq, sizeof seq) == sizeof seq) last = seq;
  ::close(ends[0]);
  int outcome = 0;
  ::waitpid(child, &outcome, 0);
  REQUIRE(WIFSIGNALED(outcome));
  const auto log = must(open_embedded_journal(folder.path().string()));
  const std::uint64_t kept = must(verify_stream(*log, stream));
  CHECK(acknowledged == 200);
  CHECK(kept >= last);
  CHECK(kept % 3 == 0);  // a batch is there whole or not at all
  for (std::uint64_t i = 1; i <= last; ++i)
    CHECK(must(log->find(stream, std::to_string(i)))->seq == i);
}
