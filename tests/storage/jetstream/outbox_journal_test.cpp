// The outbox of facts before a journal that forgets: the common contract, what it sends again and
// what it refuses.
#include "storage/jetstream/outbox_journal.hpp"

#include <set>

#include "tests/storage/jetstream/forgetful_journal.hpp"
#include "tests/storage/journal_contract.hpp"

using namespace whorl;
using namespace whorl::storage;
using namespace whorl::storage::jetstream;
using namespace whorl::test;

namespace {

constexpr stream_id stream = stream_id::bookings, other = stream_id::audit;

/// A producer that can die and come back, its folder and its cluster.
struct producer {
  temp_folder folder;
  std::shared_ptr<cluster_memory> cluster = std::make_shared<cluster_memory>();
  std::int64_t now_ms = 1'000'000;
  outbox_options how{.kept_ms = 1000,
                     .kept_facts_min = 2,
                     .check_ms = 100,
                     .map_bytes = 64u << 20,
                     .durable = false};
  std::unique_ptr<outbox_journal> log;

  producer() { restart(); }
  void restart() {
    log.reset();
    log = must(outbox_journal::open(
        folder.path().string(), std::make_unique<forgetful_journal>(cluster),
        [this] { return instant{now_ms}; }, how));
  }
  std::vector<std::string> ids(stream_id of) const {
    std::vector<std::string> out;
    for (const fact_record& f : cluster->streams[of]) out.push_back(f.message_id);
    return out;
  }
};

using words = std::vector<std::string>;

append_request following(stream_id of, const std::string& id) {
  append_request out = request(of, id);
  out.with_previous = true;
  return out;
}

struct outbox_factory {
  std::unique_ptr<journal> make() {
    folders.push_back(std::make_unique<temp_folder>());
    const std::string path = folders.back()->path().string();
    return must(outbox_journal::open(path + "/outbox", quick_journal(path + "/journal"),
                                     [] { return instant{1}; },
                                     {.map_bytes = 256u << 20, .durable = false}));
  }
  std::vector<std::unique_ptr<temp_folder>> folders;
};

}  // namespace

TEST_CASE_TEMPLATE_INVOKE(journal_contract, outbox_factory);

TEST_CASE(
    "outbox journal: what the cluster lost is there again, in order (after a restart, or on)") {
  for (const bool restart : {false, true}) {
    CAPTURE(restart);
    producer p;
    for (const char* id : {"a", "b", "c", "d"}) must(append_one(*p.log, request(stream, id)));
    p.cluster->lose(stream, 3);
    if (restart)
      p.restart();
    else
      CHECK(must(p.log->settle()) == 3);
    CHECK(p.ids(stream) == words{"a", "b", "c", "d"});
    CHECK(must(verify_stream(*p.log, stream)) == 4);
    CHECK(must(p.log->settle()) == 0);
  }
}

TEST_CASE(
    "outbox journal: a loss that others have written over since is found (one, several facts)") {
  for (const std::size_t count : {1u, 2u, 3u}) {
    CAPTURE(count);
    producer p;
    for (const char* id : {"a", "b", "c"}) must(append_one(*p.log, request(stream, id)));
    p.cluster->lose(stream, count);
    forgetful_journal another(p.cluster);
    for (std::size_t i = 0; i < count; ++i)
      must(append_one(another, request(stream, "other " + std::to_string(i))));
    must(append_one(*p.log, request(stream, "d")));
    CHECK(must(p.log->settle()) == count);
    const words all = p.ids(stream);
    CHECK(std::set<std::string>(all.begin(), all.end()).size() == 4 + count);
    CHECK(must(p.log->settle()) == 0);
  }
}

TEST_CASE(
    "outbox journal: a loss is found by the next append after the time to look (other stream)") {
  producer p;
  for (const char* id : {"a", "b"}) must(append_one(*p.log, request(stream, id)));
  p.cluster->lose(stream, 1);
  must(append_one(*p.log, request(other, "x")));
  CHECK(p.ids(stream) == words{"a"});
  p.now_ms += 100;
  must(append_one(*p.log, request(other, "y")));
  CHECK(p.ids(stream) == words{"a", "b"});
}

TEST_CASE("outbox journal: facts with a condition come back without it: it was met once") {
  producer p;
  must(append_one(*p.log, request(stream, "a", 0)));
  must(append_one(*p.log, request(stream, "b", 1)));
  p.cluster->lose(stream, 2);
  must(append_one(*p.log, request(other, "x")));
  p.cluster->streams[stream].clear();
  forgetful_journal another(p.cluster);
  must(append_one(another, request(stream, "of another producer")));
  p.restart();
  CHECK(p.ids(stream) == words{"of another producer", "a", "b"});
}

TEST_CASE("outbox journal: unavailable first, there later (cluster away, answer lost, restart)") {
  for (const bool restart : {false, true})
    for (const int carried_out : {0, 1, 2}) {
      CAPTURE(restart);
      CAPTURE(carried_out);
      producer p;
      p.cluster->carried_out = carried_out;
      p.cluster->silent = true;
      const append_request batch[] = {request(stream, "a"), request(stream, "b")};
      for (const auto& outcome : p.log->append(batch)) CHECK(code_of(outcome) == errc::unavailable);
      if (restart) p.restart();
      must(append_one(*p.log, request(stream, "c")));
      CHECK(p.ids(stream) == words{"a", "b", "c"});
      CHECK(must(append_one(*p.log, request(stream, "a"))).kind == append_kind::duplicate);
    }
}

TEST_CASE("outbox journal: while the cluster is away nothing more is taken") {
  producer p;
  p.cluster->away = true;
  CHECK(code_of(append_one(*p.log, request(stream, "a"))) == errc::unavailable);
  CHECK(code_of(append_one(*p.log, request(stream, "b"))) == errc::unavailable);
  CHECK(p.log->kept() <= 1);
  p.restart();  // opens all the same
  p.cluster->away = false;
  must(append_one(*p.log, request(stream, "c")));
  CHECK(p.ids(stream).back() == "c");
}

TEST_CASE("outbox journal: what belongs together arrives together, wherever it was cut") {
  for (const bool restart : {false, true})
    for (const bool silent : {false, true})
      for (const int carried_out : {0, 1, 2, 3}) {
        CAPTURE(restart);
        CAPTURE(silent);
        CAPTURE(carried_out);
        producer p;
        p.cluster->carried_out = carried_out;
        p.cluster->silent = silent;
        const append_request batch[] = {request(stream, "head"), following(other, "row"),
                                        following(stream, "end")};
        p.log->append(batch);
        if (restart) p.restart();
        must(p.log->settle());
        CHECK(p.ids(stream) == words{"head", "end"});
        CHECK(p.ids(other) == words{"row"});
      }
}

TEST_CASE("outbox journal: what follows from a fact that was refused is never sent (restart)") {
  producer p;
  must(append_one(*p.log, request(stream, "taken")));
  const append_request batch[] = {request(stream, "taken"), following(other, "of taken"),
                                  request(stream, "late", 7), following(other, "of late")};
  const auto outcomes = p.log->append(batch);
  CHECK(outcomes[1]->kind == append_kind::skipped);
  CHECK(code_of(outcomes[2]) == errc::conflict);
  p.restart();
  must(p.log->settle());
  CHECK(p.ids(other).empty());
  CHECK(p.ids(stream) == words{"taken"});
}

TEST_CASE(
    "outbox journal: a condition that fails while nobody answers drops what follows (restart)") {
  producer p;
  p.cluster->away = true;
  const append_request batch[] = {request(stream, "first", 0), following(other, "of first")};
  p.log->append(batch);
  p.cluster->away = false;
  forgetful_journal another(p.cluster);
  must(append_one(another, request(stream, "faster")));
  p.restart();
  CHECK(p.ids(stream) == words{"faster"});
  CHECK(p.ids(other).empty());
  CHECK(p.log->kept() == 0);
}

TEST_CASE("outbox journal: an id that somebody else took with other content is left to them") {
  producer p;
  p.cluster->away = true;
  const append_request batch[] = {request(stream, "id"), following(other, "of id")};
  p.log->append(batch);
  p.cluster->away = false;
  forgetful_journal another(p.cluster);
  must(append_one(another, request(stream, "id", {}, "theirs")));
  must(p.log->settle());
  CHECK(p.ids(other).empty());
  CHECK(must(p.log->find(stream, "id"))->payload == to_bytes("theirs"));
}

TEST_CASE("outbox journal: facts go when they are old and still there, and not before") {
  producer p;
  for (const char* id : {"a", "b", "c", "d"}) must(append_one(*p.log, request(stream, id)));
  must(p.log->settle());
  CHECK(p.log->kept() == 4);  // young
  p.now_ms += 999;
  must(p.log->settle());
  CHECK(p.log->kept() == 4);
  p.now_ms += 1;
  must(p.log->settle());
  CHECK(p.log->kept() == 2);  // as many as are always kept
  p.restart();
  CHECK(p.log->kept() == 2);
  p.cluster->lose(stream, 1);
  must(p.log->settle());
  CHECK(p.ids(stream) == words{"a", "b", "c", "d"});
}

TEST_CASE(
    "outbox journal: full is overloaded, nothing is sent, and time makes room (count, bytes)") {
  for (const bool by_bytes : {false, true}) {
    CAPTURE(by_bytes);
    producer p;
    p.how.kept_facts_min = 0;
    if (by_bytes)
      p.how.bytes_max = 3 * outbox_queue::bytes_of(request(stream, "a"));
    else
      p.how.facts_max = 3;
    p.restart();
    for (const char* id : {"a", "b", "c"}) must(append_one(*p.log, request(stream, id)));
    CHECK(code_of(append_one(*p.log, request(stream, "d"))) == errc::overloaded);
    CHECK(p.ids(stream) == words{"a", "b", "c"});
    p.now_ms += 1000;
    must(append_one(*p.log, request(stream, "d")));
    CHECK(p.log->kept() == 1);
  }
}

TEST_CASE("outbox journal: what nobody has looked for since is not let go to make room") {
  producer p;
  p.how.kept_facts_min = 0;
  p.how.facts_max = 2;
  p.how.check_ms = 1'000'000;
  p.restart();
  for (const char* id : {"a", "b"}) must(append_one(*p.log, request(stream, id)));
  p.cluster->lose(stream, 2);
  p.now_ms += 10'000;
  CHECK(code_of(append_one(*p.log, request(stream, "c"))) == errc::overloaded);
  CHECK(must(p.log->settle()) == 2);
  CHECK(p.ids(stream) == words{"a", "b"});
}

TEST_CASE("outbox journal: nothing acknowledged is lost or doubled (random faults)") {
  CHECK(rc::check([] {
    producer p;
    std::set<std::string> acknowledged;
    int next = 0;
    for (int step = *rc::gen::inRange(1, 25); step > 0; --step) {
      p.now_ms += *rc::gen::inRange(0, 60);
      switch (*rc::gen::inRange(0, 8)) {
        case 0:
          p.restart();
          break;
        case 1:
          p.cluster->lose(stream, *rc::gen::inRange<std::size_t>(0, 4));
          break;
        case 2:
          p.cluster->away = !p.cluster->away;
          break;
        case 3:
          p.cluster->carried_out = *rc::gen::inRange(0, 3);
          p.cluster->silent = *rc::gen::arbitrary<bool>();
          break;
        default: {
          std::vector<append_request> batch;
          for (int i = *rc::gen::inRange(1, 4); i > 0; --i)
            batch.push_back(request(stream, "m" + std::to_string(next++)));
          if (*rc::gen::arbitrary<bool>())
            batch[0].expected_seq = p.cluster->streams[stream].size();
          const auto outcomes = p.log->append(batch);
          for (std::size_t i = 0; i < batch.size(); ++i)
            if (outcomes[i]) acknowledged.insert(batch[i].message_id);
        }
      }
    }
    p.cluster->away = false;
    p.cluster->carried_out = -1;
    p.cluster->silent = false;
    p.restart();
    must(p.log->settle());
    const words all = p.ids(stream);
    const std::set<std::string> present(all.begin(), all.end());
    RC_ASSERT(present.size() == all.size());
    for (const std::string& id : acknowledged) RC_ASSERT(present.contains(id));
    RC_ASSERT(must(verify_stream(*p.log, stream)) == all.size());
  }));
}
