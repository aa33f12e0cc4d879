// whorl bench notify: answers of searches that were never made, through the notification path of a
// whole node: messages sealed, cases opened, rows of the audit, delivery. Synthetic bookings.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>

#include "actors/gateway_core.hpp"
#include "actors/query_core.hpp"
#include "apps/bench_pipeline.hpp"
#include "apps/bench_report.hpp"
#include "apps/bench_store.hpp"
#include "apps/progress.hpp"
#include "apps/session.hpp"
#include "messages/wire.hpp"

namespace whorl::apps {
namespace {

struct notify_options {
  std::uint64_t bookings = 100'000;
  double match_rate = 0.065;
  std::string folder;
  bool files = false;
};

constexpr std::size_t chunk = 256;  ///< facts of two answers a booking fit into one batch

class notify_bench {
 public:
  notify_bench(const context& ctx, const notify_options& o) : ctx_(ctx), options_(o) {}

  result<json> run() {
    WHORL_TRY(storage::create_store(options_.folder, 1));
    WHORL_ASSIGN(store_, storage::open_store(options_.folder));
    actors::local_node_settings settings;
    settings.outbox_folder = options_.folder + "/outbox";
    if (!options_.files)
      settings.deliver = [](const auto&, const auto&) -> result<std::string> {
        return std::string("nowhere");
      };
    WHORL_ASSIGN(node_, actors::local_node::start(*store_, settings));
    const double begin = seconds_now();
    WHORL_TRY(accept_all());
    WHORL_TRY(node_->drain());
    const double accepted = seconds_now(), used = used_so_far().processor_s;
    WHORL_TRY(answer_all());
    WHORL_TRY(node_->drain());
    const double took = seconds_now() - accepted;
    sample_memory();
    const auto n = static_cast<double>(options_.bookings);
    return json{{"bookings", options_.bookings},
                {"matches", matches_},
                {"cases", store_->cases->count()},
                {"messages", store_->outbox->count()},
                {"audit_rows", store_->audit->count()},
                {"delivered_to", options_.files ? "files" : "nowhere"},
                {"accepting_s", accepted - begin},
                {"notifying_s", took},
                {"processor_s", used_so_far().processor_s - used},
                {"bookings_per_s", n / took},
                {"own_memory_peak_mb", memory_peak_kb_ / 1024}};
  }

 private:
  /// Without what is mapped: pages of the store's files belong to the page cache.
  void sample_memory() {
    std::ifstream status("/proc/self/status");
    for (std::string name; status >> name;)
      if (std::uint64_t kb = 0; name == "RssAnon:" && status >> kb)
        memory_peak_kb_ = std::max(memory_peak_kb_, kb);
  }

  booking_id booking_at(std::uint64_t i) const {
    return actors::booking_id_of("ZZPD00001", "NOTIFY" + std::to_string(i));
  }
  bool is_match(std::uint64_t i) const {
    // Spread evenly: the i-th is one when the count of matches passes a whole number.
    const auto before = static_cast<std::uint64_t>(static_cast<double>(i) * options_.match_rate);
    const auto after = static_cast<std::uint64_t>(static_cast<double>(i + 1) * options_.match_rate);
    return after > before;
  }

  status accept_all() {
    progress bar("bookings accepted", options_.bookings, ctx_.quiet || ctx_.as_json);
    for (std::uint64_t at = 0; at < options_.bookings; at += chunk) {
      const std::uint64_t end = std::min<std::uint64_t>(options_.bookings, at + chunk);
      std::vector<storage::seal_request> names;
      for (std::uint64_t i = at; i < end; ++i) {
        biographics who;
        who.name = "SYNTHETIC,PERSON " + std::to_string(i);
        who.birth_date = "19700101";
        who.sex = "M";
        who.birth_place = "ZZ";
        who.offence_code = i % 3 == 0 ? "1313" : i % 3 == 1 ? "2303" : "5404";
        names.push_back({{booking_at(i).value, key_purpose::biographics}, wire::encode(who)});
      }
      WHORL_ASSIGN(const auto sealed, node_->seal(std::move(names)));
      std::vector<storage::append_request> batch;
      for (std::uint64_t i = at; i < end; ++i) {
        booking_accepted a;
        a.booking = booking_at(i);
        a.ori = "ZZPD00001";
        a.tcn = "NOTIFY" + std::to_string(i);
        a.tot = "CARW";
        a.dai = "WHORLHUB0";
        a.accepted_at = wall_now();
        a.deadline_at = {a.accepted_at.ms + 24 * 60 * 60 * 1000};
        a.mode = jurisdiction_mode::full;
        a.submitted_by = "bench";
        a.criminal_prints = a.who = sealed[i - at];
        a.immigration_prints = a.who;
        batch.push_back({stream_id::bookings, actors::acceptance_message_id(a.booking),
                         std::nullopt, wire::encode(fact(a))});
      }
      WHORL_TRY(append(std::move(batch)));
      sample_memory();
      bar.at(end);
    }
    return {};
  }

  status answer_all() {
    progress bar("bookings answered", options_.bookings, ctx_.quiet || ctx_.as_json);
    for (std::uint64_t at = 0; at < options_.bookings; at += chunk) {
      const std::uint64_t end = std::min<std::uint64_t>(options_.bookings, at + chunk);
      std::vector<storage::append_request> batch;
      for (std::uint64_t i = at; i < end; ++i)
        for (gallery_kind gallery : {gallery_kind::criminal, gallery_kind::immigration}) {
          booking_answered a;
          a.booking = booking_at(i);
          a.gallery = gallery;
          a.answered_at = wall_now();
          if (gallery == gallery_kind::immigration && is_match(i)) {
            a.decision = answer_decision::hit;
            a.subject = {i + 1};
            ++matches_;
          }
          batch.push_back({stream_id::bookings, actors::answer_message_id(a.booking, gallery, true),
                           std::nullopt, wire::encode(fact(a))});
        }
      WHORL_TRY(append(std::move(batch)));
      sample_memory();
      bar.at(end);
    }
    return {};
  }

  status append(std::vector<storage::append_request> batch) {
    for (const auto& outcome : node_->append(std::move(batch)))
      if (!outcome) return outcome.error();
    return {};
  }

  const context& ctx_;
  const notify_options& options_;
  std::unique_ptr<storage::store> store_;
  std::unique_ptr<actors::local_node> node_;
  std::uint64_t matches_ = 0, memory_peak_kb_ = 0;
};

result<int> run(const context& ctx, const notify_options& o) {
  result<json> figures = notify_bench(ctx, o).run();
  // Made by this command and for it alone.
  if (figures || figures.error().code != errc::conflict) std::filesystem::remove_all(o.folder);
  if (!figures) return figures.error();
  if (ctx.as_json) {
    print_document(*figures);
    return exit_done;
  }
  for (const auto& [name, value] : figures->items())
    std::cout << name << std::string(18 - std::min<std::size_t>(name.size(), 17), ' ') << value
              << "\n";
  return exit_done;
}

}  // namespace

void add_bench_notify(CLI::App& bench, context& ctx) {
  auto* sub = bench.add_subcommand(
      "notify", "answers through messages, cases, audit and delivery; nothing is searched");
  const auto o = std::make_shared<notify_options>();
  sub->add_option("--bookings", o->bookings, "how many")
      ->check(CLI::Range(1, 100'000'000))
      ->capture_default_str();
  sub->add_option("--match-rate", o->match_rate, "share with an immigration match")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  sub->add_option("--folder", o->folder, "a store is made here, and removed again")->required();
  sub->add_flag("--files", o->files, "each message becomes a synced file, as in production");
  sub->footer(
      "Examples:\n  whorl bench notify --folder /tmp/notify\n"
      "  whorl --json bench notify --bookings 10000 --files --folder /tmp/notify");
  on_run(*sub, ctx, [&ctx, o] { return run(ctx, *o); });
}

}  // namespace whorl::apps
