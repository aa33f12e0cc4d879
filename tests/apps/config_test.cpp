#include "apps/config.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <map>

#include "messages/limits.hpp"
#include "tests/allocation_meter.hpp"
#include "tests/support.hpp"

using namespace whorl;
using namespace whorl::apps;

namespace {

std::string name_of(jurisdiction_mode mode) {
  return mode == jurisdiction_mode::full      ? "full"
         : mode == jurisdiction_mode::limited ? "limited"
                                              : "inactive";
}

/// As an operator would write it.
std::string render(const config& c) {
  std::string out = "default_principal = \"" + c.default_principal + "\"\n";
  for (const auto& p : c.principals) {
    out += "[[principal]]\nname = \"" + p.name + "\"\nrole = \"" +
           std::string(actors::to_string(p.acts_as)) + "\"\n";
    if (!p.ori.empty()) out += "ori = \"" + p.ori + "\"\n";
  }
  out += "[jurisdictions]\ndefault_mode = \"" + name_of(c.modes.default_mode) + "\"\n";
  out += "[jurisdictions.by_state]\n";
  for (const auto& [state, mode] : c.modes.by_state)
    out += state + " = \"" + name_of(mode) + "\"\n";
  out += "[jurisdictions.by_ori]\n";
  for (const auto& [ori, mode] : c.modes.by_ori) out += ori + " = \"" + name_of(mode) + "\"\n";
  return out + "[node]\nthreads = " + std::to_string(c.threads) +
         "\nin_flight_max = " + std::to_string(c.in_flight_max) +
         "\ntop_k = " + std::to_string(c.top_k) +
         "\nbooking_deadline_hours = " + std::to_string(c.booking_deadline_hours) + "\n";
}

std::string letters(std::size_t count) {
  return *rc::gen::container<std::string>(count, rc::gen::inRange('A', static_cast<char>('Z' + 1)));
}
jurisdiction_mode any_mode() {
  return static_cast<jurisdiction_mode>(
      *rc::gen::inRange(static_cast<int>(jurisdiction_mode::inactive),
                        static_cast<int>(jurisdiction_mode::full) + 1));
}

config any_config() {
  config c;
  const int count = *rc::gen::inRange(1, 6);
  for (int i = 0; i < count; ++i) {
    actors::principal p;
    p.name = "p" + std::to_string(i) + letters(3);
    p.acts_as = *rc::gen::element(actors::role::lea, actors::role::sib, actors::role::examiner,
                                  actors::role::operator_, actors::role::oversight);
    if (p.acts_as == actors::role::lea) p.ori = letters(9);
    if (p.acts_as == actors::role::sib) p.ori = letters(2);
    c.principals.push_back(p);
  }
  c.default_principal = c.principals[static_cast<std::size_t>(*rc::gen::inRange(0, count))].name;
  c.modes.default_mode = any_mode();
  for (int i = *rc::gen::inRange(0, 4); i > 0; --i) c.modes.by_state[letters(2)] = any_mode();
  for (int i = *rc::gen::inRange(0, 4); i > 0; --i) c.modes.by_ori[letters(9)] = any_mode();
  c.threads = static_cast<std::size_t>(*rc::gen::inRange(0, 1025));
  c.in_flight_max = static_cast<std::size_t>(*rc::gen::inRange(1, 4097));
  c.top_k = static_cast<std::uint32_t>(*rc::gen::inRange(1, 1025));
  c.booking_deadline_hours = *rc::gen::inRange(1, 721);
  return c;
}

error refusal_of(const std::string& text) {
  const auto outcome = parse_config(text, "whorl.toml");
  REQUIRE(!outcome);
  return outcome.error();
}

std::string repeated(std::string_view part, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += part;
  return out;
}

}  // namespace

TEST_CASE("config: what is written out reads back the same") {
  CHECK(rc::check("round trip", [] {
    const config before = any_config();
    const auto after = parse_config(render(before), "whorl.toml");
    RC_ASSERT(after.has_value());
    RC_ASSERT(render(*after) == render(before));
  }));
}

TEST_CASE("config: what whorl init writes is read") {
  const auto c = parse_config(default_config(), "whorl.toml");
  REQUIRE(c);
  CHECK(c->default_principal == "operator");
  CHECK(c->principals.size() == 8);
  CHECK(c->modes.mode_of("ZZSO00002", "20261126") == jurisdiction_mode::limited);
  CHECK(parse_config(render(*c), "whorl.toml").has_value());
}

TEST_CASE("config: rules, cases and the dated log of jurisdictions") {
  const auto with = [](const std::string& more) {
    return parse_config(default_config() + more, "whorl.toml");
  };
  const auto c = with(
      "[[jurisdictions.change]]\nplace = \"ZZSO00003\"\nmode = \"full\"\nfrom = 2027-01-01\n"
      "basis = \"memorandum\"\n");
  REQUIRE_MESSAGE(c.has_value(), c.error().message);
  REQUIRE(c->modes.log.size() == 1);
  CHECK(c->modes.mode_of("ZZSO00003", "20261231") == jurisdiction_mode::inactive);
  CHECK(c->modes.mode_of("ZZSO00003", "20270101") == jurisdiction_mode::full);
  CHECK(c->cases.stale_after_days == 365);
  const auto why = [&](const std::string& more) {
    const auto refused = with(more);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().message.starts_with("whorl.toml:"));
    return refused.error().message;
  };
  const auto sources = with("[jurisdictions.sources]\nZZDC00004 = \"state_prison\"\n");
  REQUIRE_MESSAGE(sources.has_value(), sources.error().message);
  CHECK(sources->modes.source_of("ZZDC00004") == booking_source::state_prison);
  CHECK(sources->modes.source_of("ZZPD00001") == booking_source::jail);
  CHECK(why("[jurisdictions.sources]\nZZDC00004 = \"prison\"\n")
            .find("sources.ZZDC00004: expected \"jail\"") != std::string::npos);
  CHECK(why("[jurisdictions.sources]\nZZ = \"jail\"\n").find("'ZZ' is not an ORI") !=
        std::string::npos);
  CHECK(why("[[jurisdictions.sources]]\n").find("a table of ORIs") != std::string::npos);
  const std::string change = "[[jurisdictions.change]]\nplace = \"ZZ\"\nmode = \"full\"\n";
  CHECK(why(change + "from = 2027-01-01\n").find("basis: missing") != std::string::npos);
  CHECK(why(change + "basis = \"b\"\n").find("from: expected a date") != std::string::npos);
  CHECK(why("[[jurisdictions.change]]\nplace = \"Texas\"\nmode = \"full\"\nfrom = 2027-01-01\n"
            "basis = \"b\"\n")
            .find("neither a state's two letters") != std::string::npos);
  const auto bureau = with("[[state_bureau]]\nstate = \"ZZ\"\ndelay_minutes = 30\n");
  REQUIRE_MESSAGE(bureau.has_value(), bureau.error().message);
  CHECK(bureau->bureaus.at(0).delay_minutes == 30);
  CHECK(why("[[state_bureau]]\nstate = \"ZZ\"\ndelay_minutes = 721\n").find("from 0 to 720") !=
        std::string::npos);
  CHECK(why("[[state_bureau]]\nstate = \"Texas\"\n").find("two letters") != std::string::npos);
  CHECK(why("[[state_bureau]]\nstate = \"ZZ\"\n[[state_bureau]]\nstate = \"ZZ\"\n").find("twice") !=
        std::string::npos);
  // In place of the tables that init writes.
  std::string text = default_config();
  const auto refusal = [&](const std::string& from, const std::string& to) {
    std::string changed = text;
    const std::size_t at = changed.find(from);
    REQUIRE(at != std::string::npos);
    const auto refused = parse_config(changed.replace(at, from.size(), to), "whorl.toml");
    REQUIRE_FALSE(refused.has_value());
    return refused.error().message;
  };
  CHECK(refusal("cannot_receive = []", "cannot_receive = [\"Texas\"]").find("neither") !=
        std::string::npos);
  CHECK(refusal("cannot_receive = []", "cannot_receive = \"TX\"").find("list") !=
        std::string::npos);
  CHECK(refusal("# as_of = 2011-03-02", "as_of = \"2011-03-02\"").find("without quotes") !=
        std::string::npos);
  CHECK(refusal("stale_after_days = 365", "stale_after_days = -1").find("from 0") !=
        std::string::npos);
  CHECK(refusal("files = []", "files = [\"\"]").find("empty") != std::string::npos);
}

TEST_CASE("config: any text is read or refused with the file's name (bytes of all kinds)") {
  CHECK(rc::check("bytes", [](const std::string& text) {
    const auto outcome = parse_config(text, "whorl.toml");
    RC_ASSERT(!outcome);
    RC_ASSERT(outcome.error().message.starts_with("whorl.toml"));
  }));
}

TEST_CASE("config: a file above the limit is refused before it is parsed") {
  const std::string large(limits::config_bytes_max + 1, '#');
  const auto used =
      test::allocated_by([&] { CHECK(refusal_of(large).code == errc::limit_exceeded); });
  CHECK(used.total < 8 * 1024);
}

TEST_CASE("config: deep nesting is refused before it is parsed (keys, tables, arrays, mixed)") {
  const std::size_t deep = 100'000;
  for (const std::string& text :
       {repeated("a.", deep) + "a = 1\n", "[" + repeated("a.", deep) + "a]\nb = 1\n",
        "[[" + repeated("a.", deep) + "a]]\n", "a = " + repeated("[", deep),
        "a = " + repeated("[\n", deep), "a = " + repeated("{a=", deep),
        "# \"\na = [\n" + repeated("{a.a.a.a.a.a.a.a = [\n", deep / 10),
        "\"#\"." + repeated("a.", deep) + "a = 1\n"}) {
    const auto used =
        test::allocated_by([&] { CHECK(refusal_of(text).code == errc::limit_exceeded); });
    CHECK(used.total < 8 * 1024);
  }
}

TEST_CASE("config: nesting up to the limit is read and refused for what it says") {
  const std::string line = repeated("a.", limits::config_nesting_max);
  CHECK(refusal_of(line + "a = 1\n").code == errc::invalid_input);
  CHECK(refusal_of("[" + line + "a]\n" + line + "a = 1\n").code == errc::invalid_input);
  std::string mixed = "a = ";
  for (std::size_t i = 0; i < limits::config_nesting_max / 2; ++i)
    mixed += "[\n{" + repeated("a.", limits::config_nesting_max) + "a = ";
  CHECK(refusal_of(mixed).code == errc::invalid_input);
}

TEST_CASE("config: thousands of agencies fit") {
  std::string text = render(*parse_config(default_config(), "whorl.toml"));
  const auto at = text.find("[node]");
  std::string agencies;
  for (int i = 0; i < 18'000; ++i)
    agencies += "ZZ" + std::to_string(1'000'000 + i) + " = \"limited\"\n";
  text.insert(at, agencies);
  const auto c = parse_config(text, "whorl.toml");
  REQUIRE(c);
  CHECK(c->modes.by_ori.size() == 18'002);
}

TEST_CASE("config: hosts that OSIA answers may go to are a list of texts, none as it comes") {
  const std::string start = default_config().substr(0, default_config().find("[osia]"));
  CHECK(parse_config(default_config(), "f")->callback_hosts.empty());
  CHECK(parse_config(start, "f")->callback_hosts.empty());
  const auto read = parse_config(start + "[osia]\ncallback_hosts = [\"a\", \"b:1\"]\n", "f");
  REQUIRE(read);
  CHECK(read->callback_hosts == std::vector<std::string>{"a", "b:1"});
  for (const char* bad : {"callback_hosts = 7", "callback_hosts = [1]", "callback_hosts = [\"\"]",
                          "callback_host = []"}) {
    const auto refused = parse_config(start + "[osia]\n" + bad + "\n", "f");
    REQUIRE(!refused);
    CHECK(refused.error().message.find("osia.callback_host") != std::string::npos);
  }
}

namespace {

const std::string least_cluster = "[cluster]\nlisten = \"127.0.0.1:7400\"\n";

result<config> with_cluster(const std::string& text) {
  return parse_config(default_config() + text, "whorl.toml");
}

/// Refused, and every word of the error behind its line's number is this.
void refuses_cluster(const std::string& text, const std::string& words) {
  CAPTURE(text);
  const auto outcome = with_cluster(text);
  REQUIRE(!outcome);
  CHECK(outcome.error().code == errc::invalid_input);
  const std::string& said = outcome.error().message;
  CHECK(said.find("whorl.toml:") == 0);
  CHECK(said.substr(said.find(": ") + 2) == words);
}

/// The table that begins so, up to the next empty line.
void uncomment(std::string& text, const std::string& head) {
  std::size_t at = text.find(head);
  REQUIRE(at != std::string::npos);
  const std::size_t end = text.find("\n\n", at);
  for (; at < end; at = text.find('\n', at) + 1) text.replace(at, 2, "  ");
}

config must_parse(const std::string& text) {
  auto c = parse_config(text, "whorl.toml");
  REQUIRE_MESSAGE(c.has_value(), (c ? "" : c.error().message));
  return *std::move(c);
}

}  // namespace

TEST_CASE("config: a store has no cluster as it comes, and one that listens is enough") {
  CHECK_FALSE(with_cluster("")->cluster.has_value());
  const auto c = with_cluster(least_cluster);
  REQUIRE(c);
  REQUIRE(c->cluster.has_value());
  CHECK(c->cluster->address == "127.0.0.1");
  CHECK(c->cluster->port == 7400);
  CHECK(c->cluster->membership.replicas == 2);
  CHECK_FALSE(c->cluster->transport.secured());
  CHECK(with_cluster("[cluster]\nlisten = \"[::1]:0\"\n")->cluster->port == 0);
}

TEST_CASE("config: every key of a cluster") {
  const auto c = with_cluster(least_cluster + R"(replicas = 3
first_nodes = 4
copies_at_once = 5
suspect_ms = 600
dead_seconds = 7
certificate = "c.pem"
key = "k.pem"
authority = "/a.pem"
)");
  REQUIRE(c);
  const actors::exchange_settings& e = *c->cluster;
  CHECK(e.membership.replicas == 3);
  CHECK(e.membership.first_nodes == 4);
  CHECK(e.membership.copies_at_once == 5);
  CHECK(e.membership.live.suspect_ms == 600);
  CHECK(e.membership.live.dead_ms == 7000);
  CHECK(e.transport.certificate == "c.pem");
  CHECK(e.transport.key == "k.pem");
  CHECK(e.transport.authority == "/a.pem");
}

TEST_CASE("config: what whorl init writes of a cluster is right as it stands") {
  std::string text = default_config();
  uncomment(text, "# [cluster]");
  const config parsed = must_parse(text);
  const config* const c = &parsed;
  REQUIRE(c->cluster.has_value());
  const actors::exchange_settings as_it_comes;
  CHECK(c->cluster->membership.replicas == as_it_comes.membership.replicas);
  CHECK(c->cluster->membership.first_nodes == as_it_comes.membership.first_nodes);
  CHECK(c->cluster->membership.copies_at_once == as_it_comes.membership.copies_at_once);
  CHECK(c->cluster->membership.live.suspect_ms == as_it_comes.membership.live.suspect_ms);
  CHECK(c->cluster->membership.live.dead_ms == as_it_comes.membership.live.dead_ms);
  CHECK(c->cluster->transport.secured());
}

TEST_CASE(
    "config: a journal on servers: what whorl init writes is right, and what is wrong is said") {
  std::string text = default_config();
  CHECK_FALSE(must_parse(text).journal.has_value());
  uncomment(text, "# [journal]");
  const config c = must_parse(text);
  REQUIRE(c.journal.has_value());
  CHECK(c.journal->servers.size() == 3);
  CHECK(c.journal->replicas == 3);
  CHECK(c.journal->prefix == "whorl");
  CHECK(c.journal->patience_seconds == journal_config{}.patience_seconds);
  CHECK(c.journal->user == "whorl");
  CHECK(c.journal->password_file == "nats/password");
  refuses_cluster("[journal]\n", "journal.servers: at least one \"tls://host:port\" is expected");
  refuses_cluster("[journal]\nservers = [\"nats://a:4222\"]\npassword_file = \"p\"\n",
                  "journal.servers: expected \"tls://host:port\", not 'nats://a:4222'");
  refuses_cluster("[journal]\npatience_seconds = 0\n",
                  "journal.patience_seconds: expected a whole number from 1 to 600");
  const std::string whom =
      "journal.password_file: either that with user, or credentials_file is "
      "expected";
  refuses_cluster("[journal]\nservers = [\"tls://a:4222\"]\n", whom);
  refuses_cluster(
      "[journal]\nservers = [\"tls://a:4222\"]\npassword_file = \"p\"\ncredentials_file = \"c\"\n",
      whom);
}

TEST_CASE("config: the certificates of a cluster are found from the file's folder") {
  const test::temp_folder folder;
  const std::string file = (folder.path() / "whorl.toml").string();
  const std::string text = default_config() + least_cluster +
                           "certificate = \"c.pem\"\nkey = \"/k.pem\"\nauthority = \"d/a.pem\"\n";
  test::write_file(file, test::to_bytes(text));
  const auto c = read_config(file);
  REQUIRE(c);
  CHECK(c->cluster->transport.certificate == (folder.path() / "c.pem").string());
  CHECK(c->cluster->transport.key == "/k.pem");
  CHECK(c->cluster->transport.authority == (folder.path() / "d/a.pem").string());
}

TEST_CASE("config: errors of a cluster name the key and what is expected") {
  refuses_cluster("[[cluster]]\n", "cluster: expected a table");
  refuses_cluster("[cluster]\n", "cluster.listen: missing; a text in quotes is expected");
  for (const char* bad : {"", "host", ":7400", "host:70000", "host:-1"})
    refuses_cluster("[cluster]\nlisten = \"" + std::string(bad) + "\"\n",
                    "cluster.listen: expected \"address:port\", for example \"127.0.0.1:7400\"");
  refuses_cluster(least_cluster + "copies = 1\n",
                  "cluster.copies: no such key; allowed here: listen, replicas, first_nodes, "
                  "copies_at_once, suspect_ms, dead_seconds, certificate, key, authority");
  struct range {
    const char *key, *low, *high, *words;
  };
  for (const range& each :
       {range{"replicas", "0", "9", "1 to 8"}, range{"first_nodes", "0", "1025", "1 to 1024"},
        range{"copies_at_once", "0", "17", "1 to 16"},
        range{"suspect_ms", "99", "60001", "100 to 60000"},
        range{"dead_seconds", "0", "86401", "1 to 86400"}})
    for (const std::string bad : {each.low, each.high, "\"2\"", "1.5"})
      refuses_cluster(
          least_cluster + each.key + " = " + bad + "\n",
          "cluster." + std::string(each.key) + ": expected a whole number from " + each.words);
  refuses_cluster(least_cluster + "key = 7\n",
                  "cluster.key: expected a text in quotes, at most 1024 bytes");
  refuses_cluster(least_cluster + "suspect_ms = 2000\ndead_seconds = 2\n",
                  "cluster.dead_seconds: expected more than cluster.suspect_ms");
  const std::string together = ": missing; certificate, key and authority are needed together";
  const std::string c = "certificate = \"c\"\n", k = "key = \"k\"\n", a = "authority = \"a\"\n";
  refuses_cluster(least_cluster + k + a, "cluster.certificate" + together);
  refuses_cluster(least_cluster + c + a, "cluster.key" + together);
  refuses_cluster(least_cluster + c + k, "cluster.authority" + together);
}
