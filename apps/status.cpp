// whorl status: the store at a glance; no personal data, so any principal may ask.
#include <algorithm>
#include <iostream>
#include <map>

#include "apps/answers.hpp"
#include "apps/cli.hpp"
#include "apps/session.hpp"
#include "apps/table.hpp"

namespace whorl::apps {
namespace {

constexpr std::size_t last_answers = 5;

/// Facts of each stream that a projection of it has not applied: what follows shows less than the
/// journal holds. Usually none; many on one of two exchanges that stood by without the keys of what
/// the other did. Galleries are left out: a partition keeps no place for facts that
/// are about nobody in it.
result<std::map<std::string, std::uint64_t>> facts_behind(storage::store& store) {
  std::map<std::string, std::uint64_t> behind;
  for (const storage::projection* each : store.projections()) {
    if (each->follows() == stream_id::criminal || each->follows() == stream_id::immigration)
      continue;
    WHORL_ASSIGN(const auto tail, store.log->tail(each->follows()));
    const std::uint64_t applied = each->applied().seq;
    if (applied >= tail.seq) continue;
    std::uint64_t& most = behind[std::string(to_string(each->follows()))];
    most = std::max(most, tail.seq - applied);
  }
  return behind;
}

void say_behind(const session& s, const std::map<std::string, std::uint64_t>& behind) {
  if (behind.empty()) return;
  std::string list;
  for (const auto& [stream, facts] : behind)
    list += (list.empty() ? "" : ", ") + stream + " " + with_commas(facts);
  std::cout << "\nnot in what is shown here, facts of the journal: " << list
            << (s.settings().exchange
                    ? "; this store is one of several exchanges and may lack their keys: ask the "
                      "one that acts, with --server\n"
                    : "; the next command that books, or `whorl serve`, applies them\n");
}

result<int> run(const context& ctx, session& s) {
  storage::store& store = s.store();
  json streams = json::object();
  table stream_table({"stream", "facts"});
  for (stream_id stream : all_streams) {
    WHORL_ASSIGN(const auto tail, store.log->tail(stream));
    streams[std::string(to_string(stream))] = {{"seq", tail.seq},
                                               {"digest", storage::hex(tail.self)}};
    stream_table.add({std::string(to_string(stream)), with_commas(tail.seq)});
  }
  json galleries = json::object();
  for (gallery_kind kind : {gallery_kind::criminal, gallery_kind::immigration}) {
    std::uint64_t people = 0;
    for (auto& partition : store.gallery(kind)) {
      WHORL_ASSIGN(const auto view, partition->view());
      people += view->people();
    }
    galleries[std::string(to_string(kind))] = people;
    stream_table.add({std::string(to_string(kind)) + " people", with_commas(people)});
  }
  WHORL_ASSIGN(const auto open, store.bookings->open_bookings());
  std::size_t waiting = 0;
  for (booking_id booking : open) {
    WHORL_ASSIGN(const auto row, store.bookings->get(booking));
    const bool criminal = row.criminal && row.criminal->decision == answer_decision::review;
    const bool immigration =
        row.immigration && row.immigration->decision == answer_decision::review;
    waiting += criminal || immigration;
  }
  WHORL_ASSIGN(const auto pending, store.outbox->pending(100000));
  WHORL_ASSIGN(const auto last, store.bookings->list(last_answers));
  json answers = json::array();
  for (const auto& row : last)
    if (row.criminal)
      answers.push_back({{"booking", to_string(row.accepted.booking)},
                         {"criminal", to_string(row.criminal->decision)},
                         {"answered_at", to_string(row.criminal->answered_at)}});
  WHORL_ASSIGN(const auto behind, facts_behind(store));
  if (ctx.as_json) {
    print_document({{"store", store.folder},
                    {"facts_behind", behind},
                    {"partitions", store.partition_count},
                    {"streams", streams},
                    {"galleries", galleries},
                    {"bookings", store.bookings->count()},
                    {"open", open.size()},
                    {"waiting_for_review", waiting},
                    {"cases", store.cases->count()},
                    {"outbox_pending", pending.size()},
                    {"last_answers", answers}});
    return exit_done;
  }
  std::cout << "store " << store.folder << ", " << store.partition_count
            << " partitions a gallery\n\n";
  stream_table.print(std::cout);
  std::cout << "\nbookings " << with_commas(store.bookings->count()) << ", open " << open.size()
            << ", of them waiting for an examiner " << waiting << "; cases "
            << with_commas(store.cases->count()) << "; answers not delivered yet " << pending.size()
            << "\n";
  say_behind(s, behind);
  for (const auto& a : answers)
    std::cout << "  " << a["answered_at"].get<std::string>() << " "
              << a["booking"].get<std::string>() << " " << a["criminal"].get<std::string>() << "\n";
  return exit_done;
}

}  // namespace

void add_status(CLI::App& app, context& ctx) {
  auto* sub = app.add_subcommand("status", "streams, galleries, what is open, the last answers");
  sub->footer("Examples:\n  whorl status\n  whorl --json status");
  on_run(*sub, ctx, [&ctx] {
    return with_session(ctx, std::nullopt, [&](session& s) { return run(ctx, s); });
  });
}

}  // namespace whorl::apps
