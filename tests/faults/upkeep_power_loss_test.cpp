// Power is cut while a store is looked after: a backup is made, a store is made of one, damage is
// repaired. What was said to be done is whole; what was not is refused or done again.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <iostream>

#include "tests/faults/power_cuts.hpp"
#include "tests/faults/recorded_world.hpp"
#include "tests/faults/store_promises.hpp"

namespace whorl::faults {
namespace {

namespace fs = std::filesystem;

/// A store with everything in it, a backup of it and a store made of that, each with what the disk
/// was asked to do. Commands are slow, so all tests look at one.
class looked_after {
 public:
  looked_after() : world_(3), before_(world_.record()) {
    for (const operation& one : before_) seen_.add(one);
    backup_ = record("kept", {"--store", world_.store(), "--json", "--as", "operator", "backup",
                              (world_.folder() / "kept/b").string()});
    restore_ = record("again", {"--store", (world_.folder() / "again/store").string(), "--json",
                                "restore", (world_.folder() / "kept/b").string()});
  }
  /// `arguments`, where what happens below the folder `root` of the world's is of interest.
  std::vector<operation> record(const std::string& root,
                                const std::vector<std::string>& arguments) const {
    const fs::path trace = world_.folder() / ("trace-of-" + root);
    fs::create_directories(world_.folder() / root);
    const auto done =
        recorded_program((world_.folder() / root).string(), trace.string(), "", arguments);
    REQUIRE_MESSAGE(done.code == 0, done.out, done.err);
    auto operations = read_trace(trace);
    operations.push_back({op_kind::printed, "", 0, ""});  // to cut the power after the last one
    return operations;
  }
  const recorded_world& world() const { return world_; }
  const std::vector<operation>& before() const { return before_; }
  const std::vector<operation>& backup() const { return backup_; }
  const std::vector<operation>& restore() const { return restore_; }
  const seen_by_the_world& seen() const { return seen_; }

 private:
  recorded_world world_;
  std::vector<operation> before_, backup_, restore_;
  seen_by_the_world seen_;
};

const looked_after& all() {
  static const looked_after made;
  return made;
}

/// The first operation after which the program has said that it is done.
std::size_t said_done(const std::vector<operation>& trace) {
  std::size_t at = 0;
  while (at < trace.size() && trace[at].kind != op_kind::printed) ++at;
  return at + 1;
}

/// So many cuts along the trace from operation `from` on, the last of them at its very end.
cut_plan spread(const std::vector<operation>& trace, std::size_t from) {
  const std::size_t last = trace.size() - 1, wanted = test::long_run() ? 150 : 8;
  const std::size_t step = std::max<std::size_t>(1, (last - from) / wanted);
  return {last - (last - from) / step * step, trace.size(), step, 1};
}

/// What was said to be done must be usable, and whatever is usable must be right.
broken_promises judge_made(const std::string& store, bool usable, bool said) {
  if (!usable)
    return said ? broken_promises{"said to be done and cannot be used"} : broken_promises{};
  return judge_apart(store, all().seen());
}

struct tried {
  int cuts = 0, usable = 0;
  broken_promises broken;
  void add(std::size_t at, const broken_promises& found) {
    for (const std::string& text : found)
      broken.push_back("cut before operation " + std::to_string(at) + ": " + text);
  }
};

/// Cuts along the making of a backup; a store is made of whatever is found.
tried cut_backup(const std::vector<operation>& trace, const cut_plan& plan) {
  const std::size_t done = said_done(trace);
  tried out;
  cut_power(trace, plan, [&](const std::string& image, std::size_t at) {
    const std::string store = image + "-restored";
    fs::remove_all(store);
    const auto run = test::whorl_program({"--store", store, "--json", "restore", image + "/b"});
    ++out.cuts;
    out.usable += run.code == 0;
    auto found = judge_made(store, run.code == 0, at >= done);
    if (run.code != 0 && (run.out + run.err).find("backup") == std::string::npos)
      found.push_back("what is wrong with the backup is not said: " + run.out + run.err);
    if (run.code != 0 && fs::exists(store)) found.push_back("a store stands there all the same");
    out.add(at, found);
  });
  return out;
}

/// Cuts along the making of a store; one that does not open may be removed and made again.
tried cut_restore(const std::vector<operation>& trace, const cut_plan& plan) {
  const std::size_t done = said_done(trace);
  tried out;
  cut_power(trace, plan, [&](const std::string& image, std::size_t at) {
    const std::string store = image + "/store";
    const auto run = test::whorl_program({"--store", store, "--json", "status"});
    ++out.cuts;
    out.usable += run.code == 0;
    auto found = judge_made(store, run.code == 0, at >= done);
    if (run.code < 0) found.push_back("status fell: " + run.out + run.err);
    out.add(at, found);
  });
  return out;
}

std::vector<operation> without_syncs(std::vector<operation> trace) {
  std::erase_if(trace, [](const operation& one) { return is_sync(one.kind); });
  return trace;
}

/// Flips a bit of a partition until the scrubber names it and can mend it; says what it did as an
/// operation of the disk.
operation let_rot(const std::string& store) {
  const std::string file = "gallery/criminal/000/data.mdb";
  const auto whole = test::read_file(fs::path(store) / file);
  for (std::size_t at = whole.size() - 100; at > 8192; at -= 509) {
    auto rotten = whole;
    rotten[at] ^= std::byte{0x10};
    test::write_file(fs::path(store) / file, rotten);
    if (test::whorl_program({"--store", store, "scrub"}).code == 4)
      return {op_kind::write_through, file, at, std::string(1, static_cast<char>(rotten[at]))};
  }
  FAIL("no bit of the partition matters");
  return {};
}

void report(const char* what, const tried& done) {
  for (const std::string& text : done.broken) FAIL_CHECK(what << ": " << text);
  std::cout << "power loss during " << what << ": " << done.cuts << " cuts, " << done.usable
            << " left something usable\n";
}

}  // namespace

TEST_CASE("power loss: a backup that was said to be made is whole, another is refused or whole") {
  const auto& trace = all().backup();
  const tried done = cut_backup(trace, spread(trace, 1));
  CHECK(done.usable > 0);
  CHECK(done.usable < done.cuts);
  report("backup", done);
}

TEST_CASE("power loss: a store that was said to be restored is whole, another does not open") {
  const auto& trace = all().restore();
  const tried done = cut_restore(trace, spread(trace, 1));
  CHECK(done.usable > 0);
  CHECK(done.usable < done.cuts);
  report("restore", done);
}

TEST_CASE("power loss: backup and restore need their syncs (the test can fail)") {
  const auto backup = without_syncs(all().backup()), restore = without_syncs(all().restore());
  CHECK_FALSE(cut_backup(backup, {backup.size() - 1, backup.size(), 1, 1}).broken.empty());
  CHECK_FALSE(cut_restore(restore, {restore.size() - 1, restore.size(), 1, 1}).broken.empty());
}

TEST_CASE("power loss: a repair that is cut short can be done again, and loses nothing") {
  const std::string store = all().world().store();
  std::vector<operation> trace = all().before();
  trace.push_back(let_rot(store));
  const std::size_t from = trace.size();
  const auto repair = all().record("store", {"--store", store, "--json", "scrub", "--repair"});
  REQUIRE(repair.size() > 10);
  trace.insert(trace.end(), repair.begin(), repair.end());
  tried done;
  cut_power(trace, spread(trace, from), [&](const std::string& image, std::size_t at) {
    const auto again = test::whorl_program({"--store", image, "--json", "scrub", "--repair"});
    ++done.cuts;
    done.usable += again.code == 0;
    auto found = again.code == 0 ? judge_apart(image, all().seen())
                                 : broken_promises{"not repaired: " + again.out + again.err};
    done.add(at, found);
  });
  report("repair", done);
}

}  // namespace whorl::faults
