// whorl book: hands transactions in, waits for their answers, shows them. "accepted" is said only
// after the booking is durable; what a crash leaves open is taken up by the next run.
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <set>

#include "apps/answers.hpp"
#include "apps/cli.hpp"
#include "apps/files.hpp"
#include "apps/progress.hpp"
#include "apps/session.hpp"
#include "apps/table.hpp"
#include "messages/limits.hpp"

namespace whorl::apps {
namespace {

constexpr std::size_t files_a_batch = 128;

struct book_options {
  std::vector<std::string> files;
  std::string answers;
  std::size_t rows = 20;
};

struct handed_in {
  std::string file;
  std::optional<booking_id> booking;
  bool duplicate = false;
  error refusal;
};

class book_run {
 public:
  book_run(const context& ctx, session& s, const book_options& o)
      : ctx_(ctx), session_(s), options_(o) {}

  result<int> run() {
    if (!options_.answers.empty()) session_.set_outbox(options_.answers);
    WHORL_ASSIGN(const auto files, expand(options_.files));
    WHORL_ASSIGN(resumed_, session_.store().bookings->open_bookings());
    WHORL_ASSIGN(auto* node, session_.node());
    hand_in(*node, files);
    WHORL_TRY(wait(*node));
    const auto fresh = std::count_if(handed_.begin(), handed_.end(),
                                     [](const auto& h) { return h.booking && !h.duplicate; });
    if (fresh > 0)
      WHORL_TRY(session_.append({session_.audit(
          "book", "bookings", "identification",
          std::to_string(fresh) + " accepted of " + std::to_string(files.size()) + " files")}));
    return show();
  }

 private:
  void hand_in(actors::local_node& node, const std::vector<std::string>& files);
  status wait(actors::local_node& node);
  void tell(const handed_in& one) const;
  result<int> show();
  void print_table(const std::map<booking_id, shown_booking>& answers) const;

  const context& ctx_;
  session& session_;
  const book_options& options_;
  std::vector<booking_id> resumed_;
  std::vector<handed_in> handed_;
};

/// As each is accepted or refused, flushed at once: a test that kills us believes these lines.
void book_run::tell(const handed_in& one) const {
  const std::string name = printable(one.file);
  if (ctx_.as_json && one.booking) {
    print_line({{"event", "accepted"},
                {"file", name},
                {"booking", to_string(*one.booking)},
                {"duplicate", one.duplicate}});
  } else if (ctx_.as_json) {
    print_line({{"event", "refused"},
                {"file", name},
                {"code", to_string(one.refusal.code)},
                {"message", one.refusal.message}});
  } else if (!one.booking) {
    std::cerr << "refused " << name << ": " << printable(one.refusal.message) << "\n";
  }
}

void book_run::hand_in(actors::local_node& node, const std::vector<std::string>& files) {
  progress bar("handing in", files.size(), ctx_.quiet || ctx_.as_json);
  for (std::size_t i = 0; i < files.size();) {
    std::vector<actors::submission> batch;
    std::vector<std::string> names;
    std::size_t held = 0;
    const std::size_t end = std::min(i + files_a_batch, files.size());
    for (; i < end && held < limits::book_batch_bytes_max; ++i) {
      auto content = read_whole(files[i], limits::transaction_bytes_max);
      if (content) {
        held += content->size();
        batch.push_back({session_.who(), std::move(*content)});
        names.push_back(files[i]);
      } else {
        handed_.push_back({files[i], {}, false, content.error()});
        tell(handed_.back());
      }
    }
    node.submit_all(batch, [&](std::size_t index, const result<actors::submitted>& reply) {
      handed_in one{names[index], {}, false, {}};
      if (reply) {
        one.booking = reply->booking;
        one.duplicate = reply->duplicate;
      } else {
        one.refusal = reply.error();
      }
      handed_.push_back(std::move(one));
      tell(handed_.back());
      bar.at(handed_.size());
    });
  }
}

status book_run::wait(actors::local_node& node) {
  const std::uint64_t total = handed_.size() + resumed_.size();
  progress bar("searching", total, ctx_.quiet || ctx_.as_json);
  return node.drain([&](std::uint64_t in_flight) { bar.at(total - std::min(total, in_flight)); });
}

result<int> book_run::show() {
  std::map<booking_id, shown_booking> answers;
  auto read = [&](booking_id booking) -> status {
    if (answers.contains(booking)) return {};
    WHORL_ASSIGN(auto shown, show_booking(session_, booking));
    if (ctx_.as_json)
      for (const json& line : answer_lines(shown)) print_line(line);
    answers.emplace(booking, std::move(shown));
    return {};
  };
  for (const auto& one : handed_)
    if (one.booking) WHORL_TRY(read(*one.booking));
  // Another agency's bookings are finished too, but not shown to this one.
  for (booking_id booking : resumed_) {
    WHORL_ASSIGN(const auto row, session_.store().bookings->get(booking));
    if (may_see(session_.who(), row.accepted)) WHORL_TRY(read(booking));
  }
  if (!ctx_.as_json && !ctx_.quiet) print_table(answers);
  const bool refused =
      std::any_of(handed_.begin(), handed_.end(), [](const auto& h) { return !h.booking; });
  return refused ? exit_refused : exit_done;
}

void book_run::print_table(const std::map<booking_id, shown_booking>& answers) const {
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> kinds;
  std::size_t accepted = 0, again = 0, found = 0, enrolled = 0, waiting = 0;
  std::set<booking_id> listed;
  auto add = [&](const std::string& file, const shown_booking& b, bool duplicate) {
    listed.insert(b.row.accepted.booking);
    const auto score = b.criminal.score == 0 ? std::string("-") : std::to_string(b.criminal.score);
    rows.push_back({file, b.who.name, (duplicate ? "sent before: " : "") + criminal_words(b, true),
                    score, immigration_words(b, false), sent_words(b)});
    kinds.push_back(b.criminal.decision + b.immigration.decision + (duplicate ? "again" : ""));
    (duplicate ? again : accepted) += 1;
    if (duplicate) return;
    found += b.criminal.decision == "hit";
    waiting += b.criminal.decision == "review";
    enrolled += b.criminal.decision == "no_hit" && b.criminal.subject.value != 0;
  };
  for (const auto& one : handed_) {
    const std::string file = printable(std::filesystem::path(one.file).filename().string());
    if (one.booking) {
      add(file, answers.at(*one.booking), one.duplicate);
    } else {
      rows.push_back({file, "-", "refused", "-", "-", std::string(to_string(one.refusal.code))});
      kinds.push_back(std::string(to_string(one.refusal.code)));
    }
  }
  for (const auto& [booking, shown] : answers)
    if (!listed.contains(booking)) add("(left open before)", shown, false);
  table text(
      {"file", "name given", "criminal gallery", "score", "immigration gallery", "answers sent"});
  const auto picked = illustrative(kinds, options_.rows);
  for (std::size_t i : picked) text.add(std::move(rows[i]));
  text.print(std::cout);
  if (picked.size() < rows.size())
    std::cout << "... and " << with_commas(rows.size() - picked.size())
              << " more (--rows 0 shows all)\n";
  std::cout << "\n"
            << with_commas(accepted) << " booked, " << with_commas(again) << " sent before, "
            << with_commas(rows.size() - accepted - again)
            << " refused; criminal gallery: " << with_commas(found) << " found, "
            << with_commas(enrolled) << " enrolled, " << with_commas(waiting)
            << " wait for an examiner\n";
}

}  // namespace

void add_book(CLI::App& app, context& ctx) {
  auto* sub = app.add_subcommand("book", "hand in transactions (EBTS files), wait for the answers");
  const auto o = std::make_shared<book_options>();
  sub->add_option("files", o->files,
                  "files, or folders of them; none: finish what a crash left open");
  sub->add_option("--answers", o->answers,
                  "folder for the answer transactions (default <store>/outbox)");
  sub->add_option("--rows", o->rows, "rows of the table, of each kind some; 0: all")
      ->capture_default_str();
  sub->footer(
      "Examples:\n  whorl --as state-bureau book bookings\n"
      "  whorl --as city-police --json book arrest.eft --answers answers\n"
      "  whorl --as state-bureau book\n\n"
      "A file that was accepted before gets the original answer. The score adds up 100 x\n"
      "log10 of each finger's likelihood ratio; far above a hit it ranks, it is not odds. Exit "
      "code 1: some file was refused.");
  on_run(*sub, ctx, [&ctx, o] {
    return with_session(ctx, actors::permission::book,
                        [&](session& s) { return book_run(ctx, s, *o).run(); });
  });
}

}  // namespace whorl::apps
