// whorl pki: a certificate authority of one's own, for a start without an outside one.
#include <ctime>
#include <filesystem>
#include <iostream>
#include <memory>

#include "apps/cli.hpp"
#include "apps/config.hpp"
#include "apps/pki/authority.hpp"
#include "apps/table.hpp"
#include "storage/durable_file.hpp"

namespace whorl::apps {
namespace {

struct pki_options {
  std::string folder;  ///< empty: <store>/pki
  std::string name, node, out;
  std::vector<std::string> hosts;
  int days = 0;
};

std::string folder_of(const context& ctx, const pki_options& o) {
  return o.folder.empty() ? ctx.store + "/pki" : o.folder;
}

std::string day_of(std::int64_t seconds) {
  const auto when = static_cast<std::time_t>(seconds);
  std::tm parts{};
  gmtime_r(&when, &parts);
  char text[16];
  std::strftime(text, sizeof text, "%Y-%m-%d", &parts);
  return text;
}

json as_json(const pki::issued& one) {
  return {{"serial", one.serial},
          {"kind", pki::to_string(one.kind)},
          {"name", one.name},
          {"expires", day_of(one.expires_at_s)},
          {"revoked", one.revoked}};
}

result<int> init(const context& ctx, const pki_options& o) {
  const std::string folder = folder_of(ctx, o);
  WHORL_TRY(pki::create_authority(folder, o.days));
  if (ctx.as_json)
    print_line({{"authority", pki::authority_file(folder)}});
  else
    std::cout << "certificate authority " << pki::authority_file(folder) << ", for " << o.days
              << " days\n  " << pki::authority_key_file(folder)
              << " signs for anybody: keep it away from the gateway where you can.\n";
  return exit_done;
}

/// What is asked for, by which of its options.
struct wanted {
  pki::certificate_kind kind;
  std::vector<std::string> names;
  std::string folder, file;  ///< where it goes unless told otherwise
};
result<wanted> wanted_of(const pki_options& o, const std::string& folder) {
  using enum pki::certificate_kind;
  if (int{!o.hosts.empty()} + int{!o.node.empty()} + int{!o.name.empty()} != 1)
    return make_error(errc::invalid_input,
                      "name either a principal or, with --host, the hosts of a server, or, with "
                      "--node, a node of the cluster");
  // Principals' and nodes' files stand apart: one that is called "ca" or "crl" must not take the
  // place of the authority's own.
  if (!o.hosts.empty()) return wanted{server, o.hosts, folder, "server"};
  if (!o.node.empty()) return wanted{node, {o.node}, folder + "/nodes", o.node};
  return wanted{client, {o.name}, folder + "/clients", o.name};
}

result<int> issue(const context& ctx, const pki_options& o) {
  const std::string folder = folder_of(ctx, o);
  WHORL_ASSIGN(const wanted what, wanted_of(o, folder));
  if (what.kind == pki::certificate_kind::client) {  // of nobody it would be refused everywhere
    WHORL_ASSIGN(const config settings, read_config(ctx.store + "/whorl.toml"));
    WHORL_TRY(find_principal(settings, o.name));
  }
  const std::string out = o.out.empty() ? what.folder : o.out, base = out + "/" + what.file;
  if (std::filesystem::exists(folder + "/ca.pem") && std::filesystem::exists(out) &&
      std::filesystem::equivalent(out, folder) && what.kind != pki::certificate_kind::server)
    return make_error(errc::invalid_input,
                      out + ": is the authority's own folder: give another to --out");
  WHORL_TRY(storage::make_durable_folder(out));
  WHORL_ASSIGN(const auto made, pki::issue(folder, what.kind, what.names, o.days));
  WHORL_TRY(storage::write_durably(base + ".key", made.key));
  WHORL_TRY(storage::write_durably(base + ".pem", made.certificate));
  if (ctx.as_json) {
    json line = as_json(made.facts);
    line["certificate"] = base + ".pem";
    line["key"] = base + ".key";
    print_line(line);
  } else {
    std::cout << pki::to_string(made.facts.kind) << " certificate " << made.facts.serial << " for "
              << made.facts.name << ", until " << day_of(made.facts.expires_at_s) << "\n  " << base
              << ".pem, " << base << ".key\n";
  }
  return exit_done;
}

result<int> show(const context& ctx, const std::vector<pki::issued>& all) {
  table text({"serial", "kind", "name", "expires", "revoked"});
  json rows = json::array();
  for (const auto& one : all) {
    text.add({one.serial, std::string(pki::to_string(one.kind)), one.name, day_of(one.expires_at_s),
              one.revoked ? "yes" : "-"});
    rows.push_back(as_json(one));
  }
  if (ctx.as_json)
    print_document({{"certificates", rows}});
  else
    text.print(std::cout);
  return exit_done;
}

}  // namespace

void add_pki(CLI::App& app, context& ctx) {
  auto* pki = app.add_subcommand("pki", "a certificate authority of one's own, for `whorl serve`");
  pki->require_subcommand(1);
  const auto o = std::make_shared<pki_options>();
  pki->add_option("--folder", o->folder, "of the authority (default <store>/pki)");
  const std::string examples =
      "Examples:\n  whorl pki init\n  whorl pki issue --host localhost --host 127.0.0.1\n"
      "  whorl pki issue city-police --out keys\n"
      "  whorl pki --folder cluster init\n  whorl pki --folder cluster issue --node node-a\n"
      "  whorl pki list\n  whorl pki revoke city-police";
  pki->footer(examples);
  const auto add = [&](const char* name, const char* what, int days) {
    auto* sub = pki->add_subcommand(name, what);
    sub->footer(examples);
    const auto own = std::make_shared<int>(days);
    if (days > 0)
      sub->add_option("--days", *own, "valid for so many")
          ->check(CLI::Range(1, 36500))
          ->capture_default_str();
    return std::pair(sub, own);
  };
  const auto [first, first_days] = add("init", "make one", 3650);
  on_run(*first, ctx, [&ctx, o, d = first_days] { return o->days = *d, init(ctx, *o); });
  const auto [one, one_days] = add("issue", "a certificate for a principal or a server", 365);
  one->add_option("name", o->name, "the principal of whorl.toml that it acts as");
  one->add_option("--host", o->hosts, "a server's: name or IPv4 address; several allowed");
  one->add_option("--node", o->node, "a node of the cluster, or its exchange");
  one->add_option("--out", o->out,
                  "folder for NAME.pem and NAME.key (default <pki>/clients, of a node <pki>/nodes, "
                  "of a server <pki>)");
  on_run(*one, ctx, [&ctx, o, d = one_days] { return o->days = *d, issue(ctx, *o); });
  const auto listed = add("list", "what was issued", 0).first;
  on_run(*listed, ctx, [&ctx, o]() -> result<int> {
    WHORL_ASSIGN(const auto all, pki::list_issued(folder_of(ctx, *o)));
    return show(ctx, all);
  });
  const auto revoked = add("revoke", "a certificate, or all of a name", 0).first;
  const auto which = std::make_shared<std::string>();
  revoked->add_option("which", *which, "serial, or name")->required();
  on_run(*revoked, ctx, [&ctx, o, which]() -> result<int> {
    WHORL_ASSIGN(const auto gone, pki::revoke(folder_of(ctx, *o), *which));
    return show(ctx, gone);
  });
}

}  // namespace whorl::apps
