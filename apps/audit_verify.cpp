// whorl audit verify: proves that no fact was changed or lost. It reads the journal alone, so that
// it works on a store whose projections refuse, and beside a node that is booking.
#include <filesystem>
#include <iostream>
#include <memory>

#include "apps/audit_answers.hpp"
#include "apps/cli.hpp"
#include "apps/config.hpp"
#include "apps/progress.hpp"
#include "apps/store_journal.hpp"
#include "apps/table.hpp"
#include "storage/store.hpp"
#include "storage/store_files.hpp"

namespace whorl::apps {
namespace {

constexpr std::size_t findings_shown = 20;

struct verify_options {
  std::string answers, public_key;
};

/// What the heads say, for text and JSON alike.
struct head_report {
  std::vector<std::string> findings, remarks;
  std::size_t checked = 0, answers = 0, without = 0;
  std::uint64_t covered = 0;
  std::optional<std::uint64_t> disproved;
  std::string fingerprint;
};

class verify_run {
 public:
  verify_run(const context& ctx, const verify_options& o) : ctx_(ctx), options_(o) {}

  result<int> run() {
    WHORL_TRY(storage::read_format(ctx_.store));
    WHORL_ASSIGN(const config settings, read_config(ctx_.store + "/whorl.toml"));
    WHORL_ASSIGN(const auto who, find_principal(settings, ctx_.as));
    WHORL_TRY(actors::require(who, actors::permission::read_audit));
    WHORL_TRY(open(settings));
    WHORL_TRY(streams());
    WHORL_TRY(heads());
    show();
    return broken_ || !heads_.findings.empty() ? exit_broken : exit_done;
  }

 private:
  status open(const config& settings) {
    if (settings.journal) {
      WHORL_ASSIGN(log_, open_remote_journal(*settings.journal));
      return {};
    }
    const std::string folder = ctx_.store + "/journal";
    if (!std::filesystem::exists(folder + "/data.mdb"))
      return make_error(errc::corrupt, folder + "/data.mdb: is missing: restore a backup");
    WHORL_ASSIGN(log_, storage::open_embedded_journal(folder, {.read_only = true}));
    return {};
  }
  status streams();
  status heads();
  status kept_head(storage::audit_proof& proof);
  status answers(storage::audit_proof& proof);
  void show() const;
  json as_json() const;

  const context& ctx_;
  const verify_options& options_;
  std::unique_ptr<storage::journal> log_;
  bool broken_ = false;
  table text_{{"stream", "facts", "result"}};
  json streams_ = json::object();
  head_report heads_;
};

/// Every stream is walked even when one is broken: all that is wrong is named.
status verify_run::streams() {
  for (stream_id stream : all_streams) {
    const auto facts = storage::verify_stream(*log_, stream);
    const std::string name(to_string(stream));
    if (!facts && facts.error().code != errc::corrupt) return facts.error();
    broken_ = broken_ || !facts;
    text_.add({name, facts ? with_commas(*facts) : "-",
               facts ? "whole" : "BROKEN: " + facts.error().message});
    streams_[name] = facts ? json{{"ok", true}, {"facts", *facts}}
                           : json{{"ok", false}, {"message", facts.error().message}};
  }
  return {};
}

status verify_run::heads() {
  const std::string own = storage::public_key_file(ctx_.store);
  const bool given = !options_.public_key.empty();
  if (!given && !std::filesystem::exists(own)) {
    if (std::filesystem::exists(storage::private_key_file(ctx_.store)) ||
        std::filesystem::exists(storage::head_file(ctx_.store)))
      heads_.findings.push_back(own + ": is missing: give the copy kept elsewhere (--public-key)");
    else
      heads_.remarks.push_back(
          "this store has no audit key yet: the next command that writes makes one");
    return {};
  }
  WHORL_ASSIGN(const auto key, storage::read_public_key(given ? options_.public_key : own));
  heads_.fingerprint = key->fingerprint();
  if (given) {
    const auto here = storage::read_public_key(own);
    if (!here)
      heads_.findings.push_back(here.error().message);
    else if (here->get()->fingerprint() != key->fingerprint())
      heads_.findings.push_back(own + ": is another key (" + (*here)->fingerprint() +
                                ") than the one given: it was replaced");
  }
  storage::audit_proof proof(*log_, *key);
  WHORL_TRY(kept_head(proof));
  WHORL_TRY(answers(proof));
  heads_.findings.insert(heads_.findings.end(), proof.findings().begin(), proof.findings().end());
  heads_.checked = proof.checked();
  heads_.covered = proof.covered();
  heads_.disproved = proof.disproved();
  return {};
}

status verify_run::kept_head(storage::audit_proof& proof) {
  const auto kept = storage::read_kept_head(ctx_.store);
  if (kept) return proof.add("the store's audit-head", *kept);
  if (kept.error().code == errc::not_found)
    heads_.findings.push_back(storage::head_file(ctx_.store) +
                              ": is missing: it was removed, or a crash came before the first");
  else
    heads_.findings.push_back(kept.error().message);
  return {};
}

status verify_run::answers(storage::audit_proof& proof) {
  const bool asked = !options_.answers.empty();
  const std::string folder = asked ? options_.answers : ctx_.store + "/outbox";
  if (!asked && !std::filesystem::exists(folder)) return {};
  std::optional<progress> bar;
  WHORL_ASSIGN(const answers_seen seen,
               add_answers(folder, proof, [&](std::size_t done, std::size_t all) {
                 if (!bar) bar.emplace("answers", all, ctx_.quiet || ctx_.as_json);
                 bar->at(done);
               }));
  heads_.answers = seen.files;
  heads_.without = seen.without;
  if (seen.without > 0)
    heads_.remarks.push_back(with_commas(seen.without) +
                             " answers carry no head: they are older than the heads, or were "
                             "written by another program");
  return {};
}

json verify_run::as_json() const {
  json out = {{"ok", !broken_ && heads_.findings.empty()}, {"streams", streams_}};
  out["heads"] = {{"ok", heads_.findings.empty()},
                  {"key", heads_.fingerprint},
                  {"checked", heads_.checked},
                  {"answers", heads_.answers},
                  {"answers_without_head", heads_.without},
                  {"covered_to", heads_.covered},
                  {"disproved_at", heads_.disproved ? json(*heads_.disproved) : json()},
                  {"findings", heads_.findings},
                  {"remarks", heads_.remarks}};
  return out;
}

void verify_run::show() const {
  if (ctx_.as_json) return print_document(as_json());
  text_.print(std::cout);
  std::cout << (broken_ ? "\nThe journal is BROKEN: restore it from a copy.\n"
                        : "\nEvery fact carries the digest of the one before it; all agree.\n");
  for (const auto& remark : heads_.remarks) std::cout << "note: " << remark << "\n";
  std::cout << with_commas(heads_.checked) << " countersigned heads, "
            << with_commas(heads_.answers) << " answers read: ";
  if (heads_.findings.empty()) {
    std::cout << "the audit is as it was signed, up to row " << with_commas(heads_.covered) << "\n";
    return;
  }
  std::cout << "the audit is NOT as it was signed\n";
  if (heads_.disproved)
    std::cout << "it was cut or rewritten after row " << heads_.covered << ", at row "
              << *heads_.disproved << " or before\n";
  for (std::size_t i = 0; i < std::min(findings_shown, heads_.findings.size()); ++i)
    std::cout << "  " << heads_.findings[i] << "\n";
  if (heads_.findings.size() > findings_shown)
    std::cout << "  ... and " << with_commas(heads_.findings.size() - findings_shown)
              << " more (--json names all)\n";
}

}  // namespace

void add_audit_verify(CLI::App& audit, context& ctx) {
  auto* proof = audit.add_subcommand(
      "verify",
      "compare every digest of every stream, and the audit with its countersigned heads; exit code "
      "4 when broken");
  const auto o = std::make_shared<verify_options>();
  proof->add_option(
      "--answers", o->answers,
      "folder of delivered answers whose heads are compared (default <store>/outbox)");
  proof->add_option("--public-key", o->public_key,
                    "the store's audit-key.pub.pem as it was kept elsewhere");
  proof->footer(
      "Examples:\n  whorl audit verify\n  whorl --json audit verify\n"
      "  whorl audit verify --answers received --public-key kept/audit-key.pub.pem\n\n"
      "Works beside a node that is booking. Answers that agencies hold, with a public key kept\n"
      "elsewhere, prove what the store alone cannot: that nobody who may write it rewrote it.");
  on_run(*proof, ctx, [&ctx, o] {
    auto outcome = verify_run(ctx, *o).run();
    // As with every command: what is wrong with the store itself is exit code 3.
    if (!outcome && outcome.error().code == errc::not_found)
      return result<int>((fail(ctx, outcome.error()), exit_store));
    return outcome;
  });
}

}  // namespace whorl::apps
