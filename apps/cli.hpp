// What every command of the program shares: the global options, exit codes, and how an error is
// shown. Each command stands in a file of its own and adds itself to the parser with one function
// below.
#pragma once

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <functional>
#include <string>
#include <string_view>

#include "messages/error.hpp"
#include "messages/result.hpp"

namespace whorl::apps {

using json = nlohmann::ordered_json;

/// Exit codes; the footer of --help lists them.
inline constexpr int exit_done = 0;
inline constexpr int exit_refused = 1;  ///< some input was refused, or the principal may not
inline constexpr int exit_usage = 2;    ///< arguments or configuration
inline constexpr int exit_store = 3;    ///< the store cannot be opened, read or written
inline constexpr int exit_broken = 4;   ///< audit verify, scrub: stored data is not what it was
inline constexpr int exit_unwell = 5;   ///< doctor: something is wrong

/// Global options, and the exit code that the command leaves.
struct context {
  std::string store = "./whorl-store";
  std::string as;  ///< principal; empty: the configuration's default
  /// A gateway that does the work instead of a store (apps/remote); empty: none.
  std::string server;
  std::string certificate, key, authority;  ///< who one is, and whose gateway is trusted: PEM files
  bool as_json = false;
  bool quiet = false;
  int code = exit_done;
};

/// What a command runs after parsing.
using command = std::function<result<int>()>;
/// Runs it as `sub`'s callback, or its remote form where a server is named: the exit code goes to
/// the context, an error is shown.
void on_run(CLI::App& sub, context& ctx, command run);

/// Shows an error (text on stderr; with --json an object on stdout) and returns its exit code.
int fail(const context& ctx, const error& failure);
int exit_code_of(errc code);

/// One JSON object a line, flushed: what was printed has happened.
void print_line(const json& what);
/// A whole document, indented.
void print_document(const json& what);
/// Bytes of a file name or a message that may not be UTF-8, made printable.
std::string printable(std::string_view text);

void add_init(CLI::App& app, context& ctx);
void add_load(CLI::App& app, context& ctx);
void add_synth(CLI::App& app, context& ctx);
void add_synth_report(CLI::App& synth, context& ctx);
void add_gallery(CLI::App& app, context& ctx);
void add_gallery_import(CLI::App& gallery, context& ctx);
void add_gallery_change(CLI::App& gallery, context& ctx);
void add_book(CLI::App& app, context& ctx);
void add_bookings(CLI::App& app, context& ctx);
void add_reviews(CLI::App& app, context& ctx);
void add_review(CLI::App& app, context& ctx);
void add_cases(CLI::App& app, context& ctx);
void add_audit(CLI::App& app, context& ctx);
void add_audit_verify(CLI::App& audit, context& ctx);
void add_backup(CLI::App& app, context& ctx);
void add_restore(CLI::App& app, context& ctx);
void add_doctor(CLI::App& app, context& ctx);
void add_status(CLI::App& app, context& ctx);
void add_cluster(CLI::App& app, context& ctx);
void add_node(CLI::App& app, context& ctx);
void add_bench(CLI::App& app, context& ctx);
void add_accuracy(CLI::App& app, context& ctx);
void add_compare(CLI::App& app, context& ctx);
void add_explain(CLI::App& app, context& ctx);
void add_inspect(CLI::App& app, context& ctx);
void add_pki(CLI::App& app, context& ctx);
void add_plan(CLI::App& app, context& ctx);
void add_serve(CLI::App& app, context& ctx);
void add_purge(CLI::App& app, context& ctx);
void add_scrub(CLI::App& app, context& ctx);
void add_who_saw(CLI::App& app, context& ctx);

}  // namespace whorl::apps
