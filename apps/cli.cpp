#include "apps/cli.hpp"

#include <iostream>

#include "apps/remote.hpp"

namespace whorl::apps {

void on_run(CLI::App& sub, context& ctx, command run) {
  sub.callback([&ctx, &sub, run = std::move(run)] {
    const result<int> outcome = ctx.server.empty() ? run() : run_remote(ctx, sub);
    ctx.code = outcome ? *outcome : fail(ctx, outcome.error());
  });
}

int exit_code_of(errc code) {
  switch (code) {
    case errc::forbidden:
    case errc::not_found:
    case errc::conflict:
    case errc::content_mismatch:
    case errc::overloaded:
    case errc::purged:
    case errc::unsupported:
    case errc::limit_exceeded:
      return exit_refused;
    case errc::invalid_input:
      return exit_usage;
    default:
      return exit_store;
  }
}

int fail(const context& ctx, const error& failure) {
  if (ctx.as_json)
    print_line(
        {{"error", {{"code", to_string(failure.code)}, {"message", printable(failure.message)}}}});
  else
    std::cerr << "whorl: " << failure.message << "\n";
  return exit_code_of(failure.code);
}

void print_line(const json& what) {
  std::cout << what.dump(-1, ' ', false, json::error_handler_t::replace) << std::endl;
}

void print_document(const json& what) {
  std::cout << what.dump(2, ' ', false, json::error_handler_t::replace) << std::endl;
}

std::string printable(std::string_view text) {
  std::string out;
  for (char c : text) out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
  return out;
}

}  // namespace whorl::apps
