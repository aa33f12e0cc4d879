// whorl gallery create|stats, and the parent of the other gallery commands.
#include <iostream>
#include <memory>

#include "apps/cli.hpp"
#include "apps/session.hpp"
#include "apps/table.hpp"

namespace whorl::apps {
namespace {

storage::partition_stats& operator+=(storage::partition_stats& sum,
                                     const storage::partition_stats& one) {
  sum.people += one.people;
  sum.prints += one.prints;
  sum.encounters += one.encounters;
  sum.merged += one.merged;
  sum.search_bytes += one.search_bytes;
  sum.file_bytes += one.file_bytes;
  return sum;
}

result<int> create(const context& ctx, const std::string& name) {
  WHORL_ASSIGN(const gallery_kind kind, parse_gallery_kind(name));
  return with_session(ctx, actors::permission::manage_gallery, [&](session& s) -> result<int> {
    if (ctx.as_json)
      print_line({{"gallery", to_string(kind)},
                  {"exists", true},
                  {"partitions", s.store().partition_count}});
    else
      std::cout << "gallery " << to_string(kind) << ": there since the store was made, "
                << s.store().partition_count << " partitions\n";
    return exit_done;
  });
}

result<int> stats(const context& ctx, const std::string& name) {
  std::vector<gallery_kind> kinds = {gallery_kind::criminal, gallery_kind::immigration};
  if (!name.empty()) {
    WHORL_ASSIGN(const gallery_kind kind, parse_gallery_kind(name));
    kinds = {kind};
  }
  return with_session(ctx, actors::permission::manage_gallery, [&](session& s) -> result<int> {
    table text({"gallery", "partitions", "people", "prints", "encounters", "search MB", "file MB"});
    json all = json::array();
    for (gallery_kind kind : kinds) {
      storage::partition_stats sum;
      for (auto& partition : s.store().gallery(kind)) {
        WHORL_ASSIGN(const auto view, partition->view());
        sum += view->stats();
      }
      const auto count = s.store().gallery(kind).size();
      text.add({std::string(to_string(kind)), std::to_string(count), with_commas(sum.people),
                with_commas(sum.prints), with_commas(sum.encounters),
                std::to_string(sum.search_bytes >> 20), std::to_string(sum.file_bytes >> 20)});
      all.push_back({{"gallery", to_string(kind)},
                     {"partitions", count},
                     {"people", sum.people},
                     {"prints", sum.prints},
                     {"encounters", sum.encounters},
                     {"search_bytes", sum.search_bytes},
                     {"file_bytes", sum.file_bytes}});
    }
    if (ctx.as_json)
      print_document({{"galleries", all}});
    else
      text.print(std::cout);
    return exit_done;
  });
}

}  // namespace

void add_gallery(CLI::App& app, context& ctx) {
  auto* gallery = app.add_subcommand("gallery", "fill, change and measure the two galleries");
  gallery->require_subcommand(1);
  gallery->footer(
      "Examples:\n  whorl gallery import criminal people.whorl-people\n  whorl gallery stats");

  auto* made = gallery->add_subcommand("create", "say that a gallery is there (init makes both)");
  const auto which = std::make_shared<std::string>();
  made->add_option("gallery", *which, "criminal or immigration")->required();
  made->footer("Examples:\n  whorl gallery create criminal");
  on_run(*made, ctx, [&ctx, which] { return create(ctx, *which); });

  auto* sizes = gallery->add_subcommand("stats", "people, prints and bytes");
  const auto of = std::make_shared<std::string>();
  sizes->add_option("gallery", *of, "criminal or immigration; default both");
  sizes->footer("Examples:\n  whorl gallery stats\n  whorl --json gallery stats immigration");
  on_run(*sizes, ctx, [&ctx, of] { return stats(ctx, *of); });

  add_gallery_import(*gallery, ctx);
  add_gallery_change(*gallery, ctx);
}

}  // namespace whorl::apps
