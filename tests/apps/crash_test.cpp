// kill -9 at random moments of `whorl book`: what was printed as accepted is answered once, never
// lost, never answered twice.
#include <doctest/doctest.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <random>
#include <set>

#include "messages/ebts/reader.hpp"
#include "messages/wire.hpp"
#include "storage/store.hpp"
#include "tests/apps/program.hpp"
#include "tests/support.hpp"

namespace whorl::test {
namespace {

struct tally {
  std::map<std::string, int> final_criminal, final_immigration;  ///< by booking
  std::map<std::string, int> queued;                             ///< by message id
};

/// Reads the journal itself: what the projections make of it is not asked here.
tally read_journal(const std::string& folder) {
  tally out;
  auto store = storage::open_store(folder);
  REQUIRE_MESSAGE(store.has_value(), store.error().message);
  for (const stream_id stream : {stream_id::bookings, stream_id::outbox})
    for (std::uint64_t seq = 1;;) {
      const auto facts = (*store)->log->read(stream, seq, 500);
      REQUIRE(facts.has_value());
      if (facts->empty()) break;
      for (const auto& record : *facts) {
        const auto decoded = wire::decode_fact(record.payload);
        REQUIRE(decoded.has_value());
        if (const auto* a = std::get_if<booking_answered>(&*decoded);
            a != nullptr && a->decision != answer_decision::review)
          ++(a->gallery == gallery_kind::criminal ? out.final_criminal
                                                  : out.final_immigration)[to_string(a->booking)];
        if (const auto* m = std::get_if<message_queued>(&*decoded)) ++out.queued[m->message];
      }
      seq = facts->back().seq + 1;
    }
  return out;
}

void check_outbox(const std::filesystem::path& folder, const tally& journal) {
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    // A kill may leave the half of a file under its temporary name, never under its own.
    const std::string ending = entry.path().extension().string();
    if (ending != ".eft" && ending != ".txt") continue;
    ++files;
    const auto content = read_file(entry.path());
    CHECK_FALSE(content.empty());
    if (ending == ".eft") CHECK(ebts::read_transaction(content).has_value());
  }
  CHECK(files == journal.queued.size());
}

}  // namespace

TEST_CASE("book: every accepted booking is answered exactly once (killed at random moments)") {
  const int count = long_run() ? 1000 : 60;
  const int kills = long_run() ? 200 : 12;
  const temp_folder folder;
  const small_world world(folder.path(), 40, 30);
  std::mt19937 random(20261122);
  std::set<std::string> accepted;
  int killed = 0, killed_inside = 0, runs = 0;
  // The moment is drawn below the length of a run, which is learned: too late shortens it, a hit
  // lengthens it. So kills fall into start, acceptance, search, notices and delivery alike.
  double span_ms = 200;
  auto book = [&](const std::string& files, bool to_be_killed) {
    const int after_ms = static_cast<int>(random() % static_cast<unsigned>(span_ms + 1));
    const outcome run =
        world.as("state-bureau", {"--json", "book", files}, to_be_killed ? after_ms : -1);
    ++runs;
    bool began = false, answered = false;
    for (const auto& line : run.lines()) {
      if (line["event"] == "accepted")
        began = accepted.insert(line["booking"].get<std::string>()).second || began;
      answered = answered || line["event"] == "answered";
      CHECK(line["event"] != "refused");
    }
    if (run.code == -9) {
      ++killed;
      killed_inside += began && !answered;
      span_ms *= 1.3;
    } else {
      CHECK_MESSAGE(run.code == 0, run.err);
      if (to_be_killed) span_ms = std::max(10.0, span_ms * 0.8);
    }
    return run.code == 0;
  };
  // Fresh files for every kill, so that there is work to interrupt; each is sent again until it is
  // in. People 20.. are in both galleries, 40.. in neither; those are retained and so enrol.
  const int slice = count / kills;
  std::vector<std::string> all;
  for (int k = 0; k < kills; ++k) {
    all.push_back(world.bookings("files" + std::to_string(k), 20 + k * slice, slice, {"--retain"}));
    while (!book(all.back(), killed < kills)) REQUIRE(runs < 40 * kills);
  }
  // What is left of the kills falls on transactions sent again.
  while (killed < kills) {
    REQUIRE(runs < 40 * kills);
    book(all[random() % all.size()], true);
  }
  REQUIRE(world.as("state-bureau", {"--json", "book"}).code == 0);

  const outcome verified = world.as("oversight", {"--json", "audit", "verify"});
  CHECK(verified.code == 0);
  CHECK(verified.document()["ok"] == true);
  const tally journal = read_journal(world.store());
  for (const std::string& booking : accepted) {
    const auto criminal = journal.final_criminal.find(booking);
    CHECK_MESSAGE(criminal != journal.final_criminal.end(), "no criminal answer for ", booking);
  }
  for (const auto& [booking, answers] : journal.final_criminal)
    CHECK_MESSAGE(answers == 1, booking);
  for (const auto& [booking, answers] : journal.final_immigration)
    CHECK_MESSAGE(answers == 1, booking);
  for (const auto& [message, times] : journal.queued) CHECK_MESSAGE(times == 1, message);
  CHECK(accepted.size() == static_cast<std::size_t>(count));
  CHECK(journal.final_criminal.size() == static_cast<std::size_t>(count));
  CHECK(killed == kills);
  CHECK(killed_inside > 0);
  check_outbox(folder.path() / "store" / "outbox", journal);
  std::cout << "crash test: " << count << " bookings, " << killed << " kills, " << killed_inside
            << " of them between acceptance and answer, " << runs << " runs\n";
}

}  // namespace whorl::test
