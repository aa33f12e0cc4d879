#include "tests/faults/store_promises.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "messages/ebts/reader.hpp"
#include "messages/wire.hpp"
#include "sim/cluster/checkers/journal_checkers.hpp"
#include "storage/store.hpp"
#include "tests/faults/recorded_world.hpp"
#include "tests/support.hpp"

namespace whorl::faults {
namespace {

constexpr std::string_view outbox_folder = "outbox/";
constexpr std::size_t read_facts = 500;

/// Everything in the journal that the promises speak of.
struct told_by_journal {
  std::map<std::string, booking_accepted> accepted;
  std::map<std::string, int> criminal, immigration;          ///< final answers by booking
  std::map<std::string, int> queued;                         ///< by message
  std::map<std::string, std::string> delivered;              ///< message -> where
  std::map<std::pair<std::string, std::string>, int> steps;  ///< case, step -> how often
  std::set<std::pair<std::string, std::string>> audit;       ///< object, action
};

void take(const fact& what, told_by_journal& out) {
  if (const auto* a = std::get_if<booking_accepted>(&what))
    out.accepted[to_string(a->booking)] = *a;
  if (const auto* a = std::get_if<booking_answered>(&what);
      a != nullptr && a->decision != answer_decision::review)
    ++(a->gallery == gallery_kind::criminal ? out.criminal
                                            : out.immigration)[to_string(a->booking)];
  if (const auto* m = std::get_if<message_queued>(&what)) ++out.queued[m->message];
  if (const auto* d = std::get_if<message_delivered>(&what)) out.delivered[d->message] = d->where;
  if (const auto* e = std::get_if<case_event>(&what))
    ++out.steps[{to_string(e->which), std::string(to_string(e->step))}];
  if (const auto* a = std::get_if<audit_row>(&what)) out.audit.emplace(a->object, a->action);
}

class judgement {
 public:
  explicit judgement(const std::string& folder) : folder_(folder) {
    storage::partition_options quick;
    quick.durable = false;
    quick.map_bytes = 1ull << 30;
    auto opened = storage::open_store(folder, quick);
    if (opened)
      store_ = *std::move(opened);
    else
      broken_.push_back("the store does not open: " + opened.error().message);
  }

  bool opened() const { return store_ != nullptr; }
  broken_promises broken() && { return std::move(broken_); }
  const told_by_journal& journal() const { return journal_; }
  void say(const std::string& what) { broken_.push_back(what); }

  void read_journal() {
    for (const stream_id stream : all_streams) {
      if (auto whole = storage::verify_stream(*store_->log, stream); !whole)
        say("journal: " + whole.error().message);
      for (std::uint64_t seq = 1;;) {
        const auto facts = store_->log->read(stream, seq, read_facts);
        if (!facts) return say("journal: " + facts.error().message);
        if (facts->empty()) break;
        for (const auto& record : *facts) {
          const auto what = wire::decode_fact(record.payload);
          if (!what) return say("journal: " + what.error().message);
          take(*what, journal_);
        }
        seq = facts->back().seq + 1;
      }
    }
  }

  /// Promise 1 and 4: accepted is kept, once, and can be read.
  void bookings(const seen_by_the_world& seen) {
    for (const std::string& booking : seen.accepted()) {
      const auto kept = journal_.accepted.find(booking);
      if (kept == journal_.accepted.end()) {
        say("1: accepted and lost: " + booking);
        continue;
      }
      const auto who = store_->keys->open(kept->second.who);
      if (!who && who.error().code != errc::purged)
        say("1: accepted and unreadable: " + booking + ": " + who.error().message);
    }
    for (const auto& [booking, answers] : journal_.criminal)
      if (answers > 1) say("4: more than one criminal answer: " + booking);
    for (const auto& [booking, answers] : journal_.immigration)
      if (answers > 1) say("4: more than one immigration answer: " + booking);
    for (const auto& [message, times] : journal_.queued)
      if (times > 1) say("4: queued twice: " + message);
  }

  /// Promise 9: what went out was on record before; what is on record as delivered is there.
  void messages(const seen_by_the_world& seen) {
    std::set<std::string> queued_files;
    for (const auto& [message, times] : journal_.queued) {
      std::string name = message;
      std::replace(name.begin(), name.end(), '/', '_');
      queued_files.insert(name);
    }
    for (const std::string& file : seen.delivered())
      if (!queued_files.contains(std::filesystem::path(file).stem().string()))
        say("9: sent out before it was on record: " + file);
    for (const auto& [message, where] : journal_.delivered) {
      // The image of the disk is not where the store was.
      const auto copy =
          std::filesystem::path(folder_) / outbox_folder / std::filesystem::path(where).filename();
      std::error_code ignored;
      if (std::filesystem::file_size(copy, ignored) == 0 || ignored) {
        say("9: on record as delivered and not there: " + message);
      } else if (copy.extension() == ".eft" && !ebts::read_transaction(test::read_file(copy))) {
        say("9: on record as delivered and damaged: " + message);
      }
    }
  }

  /// Promise 5: nothing has left without its audit row, or against the mode; who was shown a case
  /// is on record. `at_rest`: every acceptance is, too.
  void disclosures(const seen_by_the_world& seen, bool at_rest) {
    if (const auto what = sim::disclosures_are_on_record(*store_->log, at_rest)) say("5: " + *what);
    if (const auto what = sim::inactive_stays_out(*store_->log)) say("5: " + *what);
    for (const std::string& which : seen.read_cases())
      if (!journal_.audit.contains({which, "read case"}))
        say("5: shown to a person and not on record: " + which);
  }

  /// Promise 10: cases move along the table, and a step that was acknowledged is kept.
  void cases(const seen_by_the_world& seen) {
    if (const auto what = sim::cases_move_along_the_lifecycle(*store_->log)) say("10: " + *what);
    std::map<std::pair<std::string, std::string>, int> acknowledged;
    for (const auto& step : seen.steps())
      if (++acknowledged[step] > journal_.steps[step])
        say("10: acknowledged and lost: step " + step.second + " of " + step.first);
  }

  /// Promise 11: a node that dies has never accepted more than it has room for.
  void limits() {
    std::size_t open = 0;
    for (const auto& [booking, accepted] : journal_.accepted)
      open += !journal_.criminal.contains(booking);
    if (open > recorded_world::in_flight_max)
      say("11: " + std::to_string(open) + " bookings under way, where there is room for " +
          std::to_string(recorded_world::in_flight_max));
  }

  /// Promise 8, and 7: a deleted record is gone, and each partition is what the journal makes of
  /// it.
  void galleries(const seen_by_the_world& seen) {
    for (const std::string& name : seen.deleted()) {
      const auto subject = parse_subject_id(name);
      const auto& partition = store_->criminal[partition_of(*subject, store_->partition_count)];
      const auto view = partition->view();
      const auto entry = view ? (*view)->entry(*subject) : view.error();
      if (!entry || *entry) say("8: deleted and still searched: " + name);
    }
    for (const gallery_kind gallery : {gallery_kind::criminal, gallery_kind::immigration})
      for (const auto& partition : store_->gallery(gallery)) compare(*partition);
  }

 private:
  void compare(const storage::gallery_partition& partition) {
    const test::temp_folder beside;
    storage::partition_options quick;
    quick.durable = false;
    quick.map_bytes = 1ull << 30;
    auto fresh = storage::open_gallery_partition(beside.path().string(), partition.id(),
                                                 store_->partition_count, *store_->keys, quick);
    if (!fresh) return say("7: " + fresh.error().message);
    if (auto done = storage::catch_up(*store_->log, **fresh); !done)
      return say("7: " + done.error().message);
    const auto kept = partition.view(), made = (*fresh)->view();
    if (!kept || !made) return say("7: a partition cannot be read");
    const auto a = (*kept)->content_digest(), b = (*made)->content_digest();
    if (!a || !b || *a != *b)
      say("7: differs from what the journal makes of it: " + to_string(partition.id()));
  }

  std::string folder_;
  std::unique_ptr<storage::store> store_;
  told_by_journal journal_;
  broken_promises broken_;
};

}  // namespace

void seen_by_the_world::add(const operation& what) {
  // The projection of the outbox lives in the same folder.
  if (what.kind == op_kind::rename && what.data.starts_with(outbox_folder) &&
      (what.data.ends_with(".eft") || what.data.ends_with(".txt")))
    delivered_.insert(what.data.substr(outbox_folder.size()));
  if (what.kind != op_kind::printed) return;
  unread_ += what.data;
  for (std::size_t end; (end = unread_.find('\n')) != std::string::npos;) {
    read_line(unread_.substr(0, end));
    unread_.erase(0, end + 1);
  }
}

void seen_by_the_world::read_line(const std::string& line) {
  store_made_ = true;  // the first thing said is that there is a store
  // One document a line, or one over several that ends with its bracket.
  begun_ += line + "\n";
  const auto said = nlohmann::json::parse(begun_, nullptr, false);
  if (!said.is_discarded() || line == "}" || !begun_.starts_with('{')) begun_.clear();
  if (said.is_object()) read_document(said);
}

void seen_by_the_world::read_document(const nlohmann::json& said) {
  const auto text = [&](const char* name) {
    const auto found = said.find(name);
    return found != said.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  if (said.contains("step")) steps_.emplace_back(text("case"), text("step"));
  if (said.contains("case") && said.contains("events")) read_cases_.insert(text("case"));
  if (text("event") == "accepted") accepted_.insert(text("booking"));
  if (text("event") == "deleted" && text("gallery") == "criminal") deleted_.insert(text("subject"));
}

broken_promises judge(const std::string& folder, const seen_by_the_world& seen) {
  if (!seen.store_made()) return {};
  judgement of(folder);
  if (!of.opened()) return std::move(of).broken();
  of.read_journal();
  of.bookings(seen);
  of.messages(seen);
  of.disclosures(seen, false);
  of.cases(seen);
  of.limits();
  of.galleries(seen);
  return std::move(of).broken();
}

broken_promises judge_apart(const std::string& folder, const seen_by_the_world& seen) {
  int ends[2];
  if (::pipe(ends) != 0) return {"no pipe"};
  const pid_t child = ::fork();
  if (child == 0) {
    std::string all;
    for (const std::string& text : judge(folder, seen)) all += text + "\n";
    const bool told = ::write(ends[1], all.data(), all.size()) == ssize_t(all.size());
    ::_exit(told ? 0 : 1);
  }
  ::close(ends[1]);
  std::string all(1 << 16, 0);
  std::size_t size = 0;
  for (ssize_t n; size < all.size() && (n = ::read(ends[0], &all[size], all.size() - size)) > 0;)
    size += static_cast<std::size_t>(n);
  ::close(ends[0]);
  int outcome = 0;
  ::waitpid(child, &outcome, 0);
  broken_promises broken;
  for (std::size_t at = 0, end; at < size && (end = all.find('\n', at)) < size; at = end + 1)
    broken.push_back(all.substr(at, end - at));
  if (!WIFEXITED(outcome) || WEXITSTATUS(outcome) != 0)
    broken.push_back("the judge fell: " + std::to_string(outcome));
  return broken;
}

broken_promises judge_finished(const std::string& folder, const seen_by_the_world& seen) {
  judgement of(folder);
  if (!of.opened()) return std::move(of).broken();
  of.read_journal();
  of.bookings(seen);
  of.disclosures(seen, true);
  of.cases(seen);
  of.galleries(seen);
  for (const auto& [booking, accepted] : of.journal().accepted)
    if (!of.journal().criminal.contains(booking))
      of.say("1: accepted and never answered: " + booking);
  for (const auto& [message, times] : of.journal().queued)
    if (!of.journal().delivered.contains(message)) of.say("9: queued and never sent: " + message);
  return std::move(of).broken();
}

}  // namespace whorl::faults
