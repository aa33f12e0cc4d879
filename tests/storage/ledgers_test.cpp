// The small projections: cases, outbox, audit.
#include "storage/ledgers.hpp"

#include <sstream>

#include "projection_contract.hpp"

using namespace whorl;
using namespace whorl::storage;
using namespace whorl::test;

namespace {

case_event event(std::uint64_t id, case_step step) {
  case_event e;
  e.which = {id};
  e.step = step;
  return e;
}

message_queued queued(const std::string& id, std::uint64_t booking) {
  message_queued m;
  m.message = id;
  m.booking = {booking};
  m.body = closed_payload(booking, key_purpose::biographics);
  return m;
}

audit_row row_of(const std::string& object, const std::string& action) {
  audit_row row;
  row.object = object;
  row.action = action;
  return row;
}

struct case_factory {
  std::unique_ptr<case_store> make(const std::string& f) { return must(open_case_store(f, false)); }
  fact_stream facts() {
    fact_stream s(stream_id::cases);
    s.add(event(5, case_step::opened));
    s.add(event(2, case_step::opened));
    s.add(event(5, case_step::iaq_queued));
    s.add(event(5, case_step::closed));
    return s;
  }
  std::string show(const case_store& store) {
    std::ostringstream text;
    for (const case_row& row : must(store.list(100))) {
      text << to_string(row.which);
      for (const case_event& e : row.events) text << ' ' << to_string(e.step);
      text << '\n';
    }
    return text.str();
  }
};

struct outbox_factory {
  std::unique_ptr<outbox_store> make(const std::string& f) {
    return must(open_outbox_store(f, false));
  }
  fact_stream facts() {
    fact_stream s(stream_id::outbox);
    s.add(queued("a", 1));
    s.add(queued("b", 2));
    s.add(message_delivered{"a", {5}, "somewhere"});
    s.add(queued("c", 1));
    return s;
  }
  std::string show(const outbox_store& store) {
    std::ostringstream text;
    for (const auto& m : must(store.pending(100))) text << m.message << ' ';
    for (const std::uint64_t booking : {1, 2})
      for (const auto& row : must(store.of_booking({booking})))
        text << row.queued.message << (row.delivered ? row.delivered->where : "-") << '\n';
    return text.str();
  }
};

struct audit_factory {
  std::unique_ptr<audit_store> make(const std::string& f) {
    return must(open_audit_store(f, false));
  }
  fact_stream facts() {
    fact_stream s(stream_id::audit);
    for (const char* object : {"B1", "B2", "B1", ""}) s.add(row_of(object, "read"));
    return s;
  }
  std::string show(const audit_store& store) {
    std::ostringstream text;
    for (const auto& row : must(store.rows("", 100))) text << row.object << '\n';
    return text.str();
  }
};

template <class Store>
void apply(Store& store, fact_stream& stream, const fact& what) {
  must(store.apply(stream.from(stream.add(what))));
}

}  // namespace

TEST_CASE_TEMPLATE_INVOKE(projection_contract, case_factory, outbox_factory, audit_factory);

TEST_CASE("case store: events of a case in order; newest case first") {
  const temp_folder folder;
  auto store = case_factory{}.make(folder.path().string());
  must(store->apply(case_factory{}.facts().all()));
  const case_row row = must(store->get({5}));
  REQUIRE(row.events.size() == 3);
  CHECK(row.events.front().step == case_step::opened);
  CHECK(row.last().step == case_step::closed);
  const auto rows = must(store->list(1));
  REQUIRE(rows.size() == 1);
  CHECK(rows.front().which == case_id{2});
  CHECK(store->count() == 2);
  CHECK(code_of(store->get({6})) == errc::not_found);
}

TEST_CASE("case store: a case begins with opened, once") {
  const temp_folder folder;
  auto store = case_factory{}.make(folder.path().string());
  fact_stream stream(stream_id::cases);
  apply(*store, stream, event(5, case_step::note));
  CHECK(code_of(store->get({5})) == errc::not_found);
  apply(*store, stream, event(5, case_step::opened));
  apply(*store, stream, event(5, case_step::opened));
  CHECK(must(store->get({5})).events.size() == 1);
  CHECK(store->applied().seq == 3);
}

TEST_CASE("outbox: pending until delivered, queued once by message id") {
  const temp_folder folder;
  auto store = outbox_factory{}.make(folder.path().string());
  fact_stream stream(stream_id::outbox);
  apply(*store, stream, queued("b", 1));
  apply(*store, stream, queued("a", 1));
  apply(*store, stream, queued("b", 2));
  CHECK(store->count() == 2);
  CHECK(must(store->pending(10)).size() == 2);
  CHECK(must(store->pending(1)).front().message == "b");
  apply(*store, stream, message_delivered{"b", {7}, "first"});
  apply(*store, stream, message_delivered{"b", {8}, "second"});
  apply(*store, stream, message_delivered{"unknown", {8}, ""});
  apply(*store, stream, queued("b", 1));
  const auto pending = must(store->pending(10));
  REQUIRE(pending.size() == 1);
  CHECK(pending.front() == queued("a", 1));
  const auto rows = must(store->of_booking({1}));
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].delivered->where == "first");
  CHECK(!rows[1].delivered);
  CHECK(must(store->of_booking({2})).empty());
}

TEST_CASE("audit: rows by object or all, oldest first, as many as asked for") {
  const temp_folder folder;
  auto store = audit_factory{}.make(folder.path().string());
  fact_stream stream(stream_id::audit);
  for (const char* action : {"one", "two", "three"}) {
    apply(*store, stream, row_of("B1", action));
    apply(*store, stream, row_of("B12", action));
  }
  apply(*store, stream, row_of("", "none"));
  CHECK(store->count() == 7);
  CHECK(must(store->rows("", 100)).size() == 7);
  const auto rows = must(store->rows("B1", 2));
  REQUIRE(rows.size() == 2);
  CHECK(rows[0] == row_of("B1", "one"));
  CHECK(rows[1] == row_of("B1", "two"));
  CHECK(must(store->rows("B1", 100)).size() == 3);
  CHECK(must(store->rows("B", 100)).empty());
  const auto newest = [&](const char* object, std::uint64_t before, std::size_t limit) {
    std::vector<std::pair<std::uint64_t, std::string>> out;
    for (const auto& one : must(store->newest(object, before, limit)))
      out.emplace_back(one.seq, one.row.action);
    return out;
  };
  using found = std::vector<std::pair<std::uint64_t, std::string>>;
  CHECK(newest("B1", UINT64_MAX, 2) == found{{5, "three"}, {3, "two"}});
  CHECK(newest("B1", 3, 9) == found{{1, "one"}});
  CHECK(newest("B1", 1, 9).empty());
  CHECK(newest("B", UINT64_MAX, 9).empty());
  CHECK(newest("", UINT64_MAX, 2) == found{{7, "none"}, {6, "three"}});
  CHECK(newest("", 6, 1) == found{{5, "three"}});
}
