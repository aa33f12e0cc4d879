#include "apps/remote.hpp"

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <random>
#include <thread>

#include "apps/casework/step_words.hpp"
#include "apps/client/answer.hpp"
#include "apps/cluster_words.hpp"
#include "apps/files.hpp"
#include "apps/progress.hpp"
#include "apps/review_list.hpp"
#include "apps/table.hpp"
#include "messages/limits.hpp"

namespace whorl::apps {
namespace {

using client::column;
using client::escaped;
using client::remote_answer;

constexpr auto look_every = std::chrono::milliseconds(200);
/// A booking that does not move for so long is left to the gateway.
constexpr auto patience = std::chrono::minutes(10);

std::string random_id() {
  std::random_device source;
  char text[20];
  std::snprintf(text, sizeof text, "%08x%08x", source(), source());
  return text;
}

class remote_run {
 public:
  remote_run(const context& ctx, const CLI::App& sub, client::remote& server)
      : ctx_(ctx), sub_(sub), server_(server) {}

  result<int> bookings() {
    return list("/v1/bookings?limit=" + most(), "bookings",
                {{"booking", "booking"},
                 {"agency", "ori"},
                 {"TCN", "tcn"},
                 {"accepted", "accepted_at"},
                 {"criminal", "criminal_search"},
                 {"immigration", "immigration_search"}});
  }
  result<int> cases() {
    return list("/v1/cases?limit=" + most(), "cases",
                {{"case", "case"},
                 {"opened", "opened_at"},
                 {"level", "level"},
                 {"state", "state"},
                 {"last step", "last_step"},
                 {"booking", "booking"}});
  }
  result<int> one_case() {
    WHORL_ASSIGN(const json whole, get("/v1/cases/" + escaped(text("id"))));
    if (ctx_.as_json) return shown(whole);
    std::cout << "case " << client::cell(whole, "case") << ", booking "
              << client::cell(whole, "booking") << ", " << client::cell(whole, "ori")
              << "\n  person  " << client::cell(whole, "name_given") << "\n  offence "
              << client::cell(whole, "offence") << "\n  state   "
              << client::cell(whole, "now.state") << ", level " << client::cell(whole, "now.level")
              << "\n\n";
    print(whole["events"], {{"when", "at"},
                            {"step", "step"},
                            {"level", "level"},
                            {"rules", "rule_set"},
                            {"by", "by"},
                            {"code", "code"},
                            {"why", "reason"}});
    return exit_done;
  }
  result<int> queue() {
    WHORL_ASSIGN(const json whole,
                 get("/v1/queues/" + escaped(text("queue")) + "?limit=" + most()));
    if (ctx_.as_json) return shown(whole);
    print(whole["cases"], {{"case", "case"},
                           {"agency", "ori"},
                           {"level", "level"},
                           {"state", "state"},
                           {"due", "due"},
                           {"taken up by", "assignee"}});
    std::cout << "\n" << whole["waiting"] << " wait, " << whole["overdue"] << " overdue\n";
    return exit_done;
  }
  result<int> reviews() {
    WHORL_ASSIGN(const json whole, get("/v1/reviews?limit=" + most()));
    if (ctx_.as_json) return shown(whole);
    print_reviews(whole, ctx_.quiet);
    return exit_done;
  }
  result<int> review() {
    const bool same = sub_.count("--same") > 0;
    if (same == (sub_.count("--different") > 0)) return same_or_different();
    json body = {{"gallery", text("--gallery")},
                 {"decision", same ? "same" : "different"},
                 {"reason", text("--reason")}};
    if (sub_.count("--subject") > 0) body["subject"] = text("--subject");
    WHORL_ASSIGN(const json whole,
                 post("/v1/bookings/" + escaped(text("booking")) + "/review", body));
    if (ctx_.as_json) return shown(whole);
    if (!ctx_.quiet) std::cout << reviewed_words(whole) << "\n";
    return exit_done;
  }
  result<int> rules() {
    return list("/v1/rules", "rules",
                {{"version", "version"},
                 {"in force from", "effective"},
                 {"criteria", "criteria"},
                 {"title", "title"}});
  }
  result<int> audit() {
    return list("/v1/audit?limit=" + most() + given("--object", "object"), "audit",
                {{"when", "at"},
                 {"who", "principal"},
                 {"role", "role"},
                 {"did", "action"},
                 {"to", "object"},
                 {"why", "purpose"},
                 {"detail", "detail"}});
  }
  result<int> who_saw() {
    return list("/v1/subjects/" + escaped(text("subject")) + "/sights", "sights",
                {{"when", "at"},
                 {"who", "who"},
                 {"role", "role"},
                 {"did", "did"},
                 {"object", "object"},
                 {"through", "through"},
                 {"purpose", "purpose"},
                 {"rule", "detail"}});
  }
  result<int> report() {
    WHORL_ASSIGN(const json whole, get("/v1/report?by=" + text("--by") + given("--from", "from") +
                                       given("--to", "to")));
    if (ctx_.as_json) return shown(whole);
    print(whole["jurisdictions"], {{"jurisdiction", "jurisdiction"},
                                   {"submissions", "submissions"},
                                   {"matches", "matches"},
                                   {"cases", "cases"},
                                   {"detained", "detained"},
                                   {"citizens", "citizens_matched"},
                                   {"false per 10,000", "false_matches_per_10000_searches"}});
    return exit_done;
  }
  result<int> cluster() {
    WHORL_ASSIGN(const json whole, get("/v1/cluster"));
    if (ctx_.as_json) return shown(whole);
    print_cluster(whole);
    return exit_done;
  }
  result<int> order() {
    json body = {{"order", sub_.get_name()}};
    for (const char* member : {"node", "partition", "from", "to"})
      if (const auto* given = sub_.get_option_no_throw(member))
        body[member] = given->as<std::string>();
    WHORL_ASSIGN(const json whole, post("/v1/cluster/orders", body));
    if (ctx_.as_json) return shown(whole);
    if (!ctx_.quiet) std::cout << client::cell(whole, "ordered") << ": ordered\n";
    return exit_done;
  }
  result<int> ready() {
    WHORL_ASSIGN(const json whole, get("/health/ready"));
    if (ctx_.as_json) return shown(whole);
    std::cout << ctx_.server << ": ready\n";
    return exit_done;
  }
  result<int> step() {
    json body = {{"step", text("step")}};
    for (const auto& [option, member] :
         {std::pair("--reason", "reason"), std::pair("--code", "code"),
          std::pair("--about", "about_at")})
      if (sub_.count(option) > 0) body[member] = text(option);
    if (sub_.count("--offence") > 0) {
      WHORL_ASSIGN(const offence charge, parse_offence(text("--offence")));
      body["offence"] = {{"code", charge.code},
                         {"class", to_string(charge.kind)},
                         {"disposition", to_string(charge.disposition)}};
      if (charge.sentence_days >= 0) body["offence"]["sentence_days"] = charge.sentence_days;
      if (!charge.count.empty()) body["offence"]["count"] = charge.count;
    }
    // So that a request whose answer was lost can be sent again.
    body["request"] = sub_.count("--request") > 0 ? text("--request") : random_id();
    WHORL_ASSIGN(const json whole, post("/v1/cases/" + escaped(text("case")) + "/steps", body));
    if (ctx_.as_json) return shown(whole);
    if (!ctx_.quiet)
      std::cout << text("case") << ": " << text("step") << " by " << client::cell(whole, "by")
                << (whole.contains("now") ? "; the case is " + client::cell(whole, "now.state")
                                          : std::string())
                << "\n";
    return exit_done;
  }
  result<int> book();

 private:
  std::string text(const char* option) const { return sub_.get_option(option)->as<std::string>(); }
  std::string most() const { return text("--limit"); }
  std::string given(const char* option, const char* parameter) const {
    return sub_.count(option) == 0 ? std::string()
                                   : std::string("&") + parameter + "=" + escaped(text(option));
  }

  /// Throttled or overloaded: asked again when the gateway says so, a few times.
  template <class Ask>
  result<remote_answer> asked(Ask ask) {
    for (int tried = 0;; ++tried) {
      WHORL_ASSIGN(remote_answer answer, ask());
      const auto wait = client::wait_before_retry(answer, tried);
      if (!wait) return answer;
      if (!ctx_.quiet)
        std::cerr << "whorl: " << ctx_.server << " is busy (" << answer.status << "), again in "
                  << *wait << " s\n";
      std::this_thread::sleep_for(std::chrono::seconds(*wait));
    }
  }
  result<json> get(const std::string& path) {
    WHORL_ASSIGN(const remote_answer answer, asked([&] { return server_.get(path); }));
    return client::document_of(answer);
  }
  result<json> post(const std::string& path, const json& body) {
    const std::string words = body.dump(-1, ' ', false, json::error_handler_t::replace);
    WHORL_ASSIGN(const remote_answer answer, asked([&] {
                   return server_.post(path, std::as_bytes(std::span(words)), "application/json");
                 }));
    return client::document_of(answer);
  }
  int shown(const json& whole) const {
    print_document(whole);
    return exit_done;
  }
  static void print(const json& rows, const std::vector<column>& columns) {
    std::vector<std::string> heads;
    for (const column& c : columns) heads.emplace_back(c.head);
    table out(std::move(heads));
    for (const json& row : rows) {
      std::vector<std::string> cells;
      for (const column& c : columns) cells.push_back(client::cell(row, c.member));
      out.add(std::move(cells));
    }
    out.print(std::cout);
  }
  result<int> list(const std::string& path, const char* member,
                   const std::vector<column>& columns) {
    WHORL_ASSIGN(const json whole, get(path));
    if (ctx_.as_json) return shown(whole);
    print(whole[member], columns);
    return exit_done;
  }

  result<json> hand_in(const std::string& file);
  result<json> finished(const std::string& booking);
  status save_answers(const std::string& booking, const json& answers, const std::string& folder);

  const context& ctx_;
  const CLI::App& sub_;
  client::remote& server_;
};

/// One file, and its answers as the gateway shows them.
result<json> remote_run::hand_in(const std::string& file) {
  WHORL_ASSIGN(const bytes content, read_whole(file, limits::transaction_bytes_max));
  const bool is_json = file.ends_with(".json");
  WHORL_ASSIGN(const remote_answer taken, asked([&] {
                 return server_.post("/v1/bookings", content,
                                     is_json ? "application/json" : "application/octet-stream");
               }));
  return client::document_of(taken);
}

result<json> remote_run::finished(const std::string& booking) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (true) {
    WHORL_ASSIGN(const json state, get("/v1/bookings/" + booking));
    if (state.value("done", false)) return get("/v1/bookings/" + booking + "/answers");
    if (std::chrono::steady_clock::now() > deadline)
      return make_error(errc::unavailable,
                        booking + " is accepted and not answered yet: ask for it later");
    std::this_thread::sleep_for(look_every);
  }
}

status remote_run::save_answers(const std::string& booking, const json& answers,
                                const std::string& folder) {
  std::filesystem::create_directories(folder);
  for (const json& message : answers["sent"]) {
    const std::string number = client::cell(message, "message");
    WHORL_ASSIGN(const remote_answer body, asked([&] {
                   return server_.get("/v1/bookings/" + booking + "/messages/" + number);
                 }));
    if (body.status != 200) return client::error_of(body);
    WHORL_TRY(write_whole(folder + "/" + booking + "_" + number + ".eft",
                          std::as_bytes(std::span(body.body))));
  }
  return {};
}

result<int> remote_run::book() {
  if (sub_.count("files") == 0)
    return make_error(errc::invalid_input,
                      "no file is given: a gateway finishes by itself what was left open");
  WHORL_ASSIGN(const auto files, expand(sub_.get_option("files")->as<std::vector<std::string>>()));
  const std::string answers = sub_.count("--answers") > 0 ? text("--answers") : std::string();
  table out({"file", "booking", "criminal gallery", "immigration gallery", "answers sent"});
  progress bar("booked and answered", files.size(), ctx_.quiet || ctx_.as_json);
  bool refused = false;
  std::uint64_t done = 0;
  for (const std::string& file : files) {
    const std::string name = printable(std::filesystem::path(file).filename().string());
    const auto taken = hand_in(file);
    if (!taken && taken.error().code == errc::unavailable) return taken.error();
    if (!taken) {
      refused = true;
      if (ctx_.as_json)
        print_line({{"event", "refused"},
                    {"file", name},
                    {"code", to_string(taken.error().code)},
                    {"message", printable(taken.error().message)}});
      else
        std::cerr << "refused " << name << ": " << taken.error().message << "\n";
    } else {
      const std::string booking = client::cell(*taken, "booking");
      WHORL_ASSIGN(const json shown, finished(booking));
      if (!answers.empty()) WHORL_TRY(save_answers(booking, shown, answers));
      if (ctx_.as_json) print_line({{"event", "answered"}, {"file", name}, {"answers", shown}});
      std::string sent;
      for (const json& m : shown["sent"])
        sent += (sent.empty() ? "" : ", ") + client::cell(m, "kind");
      out.add({name, booking, client::cell(shown, "criminal.decision"),
               client::cell(shown, "immigration.decision"), sent});
    }
    bar.at(++done);
  }
  if (!ctx_.as_json && !ctx_.quiet) out.print(std::cout);
  return refused ? exit_refused : exit_done;
}

struct form {
  const char* command;
  result<int> (remote_run::*run)();
};
constexpr form forms[] = {
    {"whorl status", &remote_run::ready},
    {"whorl book", &remote_run::book},
    {"whorl bookings", &remote_run::bookings},
    {"whorl cases", &remote_run::cases},
    {"whorl case", &remote_run::one_case},
    {"whorl queue", &remote_run::queue},
    {"whorl step", &remote_run::step},
    {"whorl reviews", &remote_run::reviews},
    {"whorl review", &remote_run::review},
    {"whorl rules list", &remote_run::rules},
    {"whorl report", &remote_run::report},
    {"whorl audit list", &remote_run::audit},
    {"whorl who-saw", &remote_run::who_saw},
    {"whorl audit who-saw", &remote_run::who_saw},
    {"whorl cluster status", &remote_run::cluster},
    {"whorl cluster drain", &remote_run::order},
    {"whorl cluster undrain", &remote_run::order},
    {"whorl cluster move", &remote_run::order},
    {"whorl cluster forget", &remote_run::order},
    {"whorl cluster rebalance", &remote_run::order},
};

std::string full_name(const CLI::App& sub) {
  return sub.get_parent() == nullptr ? sub.get_name()
                                     : full_name(*sub.get_parent()) + " " + sub.get_name();
}

}  // namespace

result<int> run_remote(const context& ctx, const CLI::App& sub) {
  const std::string name = full_name(sub);
  std::string list;
  for (const form& f : forms) {
    list += (list.empty() ? "" : ", ") + std::string(f.command).substr(6);
    if (name != f.command) continue;
    WHORL_ASSIGN(const auto server,
                 client::remote::make({ctx.server, ctx.certificate, ctx.key, ctx.authority}));
    remote_run run(ctx, sub, *server);
    return (run.*f.run)();
  }
  return make_error(errc::invalid_input,
                    name.substr(std::min<std::size_t>(6, name.size())) +
                        " works on a store, not with --server; these do: " + list);
}

}  // namespace whorl::apps
