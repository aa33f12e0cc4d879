#include "tests/apps/served_world.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>

#include "tests/apps/openapi_check.hpp"

namespace whorl::test {
namespace {

using nlohmann::json;
namespace pki = apps::pki;

const std::vector<std::string> everybody = {
    "city-police", "state-bureau",    "examiner", "operator",     "oversight",
    "sheriff",     "second-examiner", "analyst",  "field-office", "delegate"};
// Of a jurisdiction that is told nothing of immigration (ZZSO00002 in the default configuration).
constexpr const char* sheriff =
    "\n[[principal]]\nname = \"sheriff\"\nrole = \"lea\"\nori = "
    "\"ZZSO00002\"\n"
    "[[principal]]\nname = \"delegate\"\nrole = \"officer_287g\"\nori = \"ZZPD00001\"\n";

}  // namespace

served_world::served_world(const std::vector<std::string>& options)
    : world_(folder_.path(), 20, 10) {
  std::ofstream(world_.store() + "/whorl.toml", std::ios::app) << sheriff;
  REQUIRE(world_.as("", {"pki", "init"}).code == 0);
  REQUIRE(world_.as("", {"pki", "issue", "--host", "localhost", "--host", "127.0.0.1"}).code == 0);
  for (const auto& who : everybody) {
    const outcome made = world_.as("", {"--json", "pki", "issue", who, "--out", keys()});
    REQUIRE(made.code == 0);
    serials_[who] = made.document()["serial"];
  }
  start(options);
}

void served_world::start(const std::vector<std::string>& options) {
  std::vector<std::string> words = {"--store", world_.store(), "--json", "serve", "--port", "0"};
  words.insert(words.end(), options.begin(), options.end());
  server_ = std::make_unique<started_program>(words);
  port_ = server_->first_line()["port"];
  url_ = "https://localhost:" + std::to_string(port_);
}

int served_world::stop() {
  server_->stop(SIGTERM);
  return server_->wait().code;
}

void served_world::kill() {
  server_->stop(SIGKILL);
  CHECK(server_->wait().code == -SIGKILL);
}

http_answer served_world::ask(const std::string& who, const std::string& path,
                              const std::vector<std::string>& more) const {
  std::vector<std::string> words = {"--cacert", pki_folder() + "/ca.pem"};
  if (!who.empty())
    words.insert(words.end(),
                 {"--cert", keys() + "/" + who + ".pem", "--key", keys() + "/" + who + ".key"});
  words.insert(words.end(), more.begin(), more.end());
  words.push_back(url_ + path);
  exchange heard = exchange_of(path, more);
  heard.answer = curl(words);
  if (std::ranges::count(more, "-i") == 0) check_described(heard);  // with its head it is no JSON
  return heard.answer;
}

outcome served_world::client(const std::string& who, std::vector<std::string> words) const {
  words.insert(words.begin(),
               {"--server", url_, "--authority", pki_folder() + "/ca.pem", "--certificate",
                keys() + "/" + who + ".pem", "--key", keys() + "/" + who + ".key"});
  return whorl_program(words);
}

http_answer served_world::book(const std::string& who, const std::string& file) const {
  return ask(who, "/v1/bookings",
             {"--data-binary", "@" + file, "-H", "Content-Type: application/octet-stream"});
}

json served_world::done(const std::string& who, const std::string& booking) const {
  for (int i = 0; i < 3000; ++i) {
    const auto state = ask(who, "/v1/bookings/" + booking);
    REQUIRE(state.status == 200);
    if (state.document()["done"]) return state.document();
  }
  FAIL("the booking was not answered");
  return {};
}

tls_client served_world::connect(const std::string& who) const {
  if (who.empty()) return tls_client(port_);
  const auto text = [&](const char* end) { return to_text(read_file(keys() + "/" + who + end)); };
  const pki::credentials shown{{}, text(".pem"), text(".key")};
  return tls_client(port_, &shown);
}

void served_world::configure(const std::string& from, const std::string& to) const {
  const std::string file = world_.store() + "/whorl.toml";
  std::string text = to_text(read_file(file));
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  write_file(file, to_bytes(text.replace(at, from.size(), to)));
}

std::vector<std::string> files_of(const std::string& folder) {
  std::vector<std::string> out;
  for (const auto& each : std::filesystem::directory_iterator(folder))
    out.push_back(each.path().string());
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace whorl::test
