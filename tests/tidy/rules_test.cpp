// Each tidy rule on small bad examples: a rule that cannot fail is no rule.
#include "tests/tidy/rules.hpp"

#include <doctest/doctest.h>

#include "tests/tidy/source_view.hpp"

using namespace whorl::tidy;

TEST_CASE("tidy: includes follow the folders' order") {
  const auto faults = [](std::string_view path, std::string target) {
    return check_includes(path, "#include \"" + target + "\"\n").size();
  };
  CHECK(faults("messages/ids.cpp", "fingerprint/template.hpp") == 1);
  CHECK(faults("fingerprint/a.cpp", "storage/journal.hpp") == 1);
  CHECK(faults("storage/a.cpp", "actors/protocol.hpp") == 1);
  CHECK(faults("actors/a.cpp", "sim/cluster/world.hpp") == 1);
  CHECK(faults("sim/cluster/a.cpp", "apps/serve.hpp") == 1);
  CHECK(faults("storage/a.cpp", "tests/support.hpp") == 1);
  CHECK(faults("tests/apps/a.cpp", "apps/serve.hpp") == 0);
  CHECK(faults("storage/a.cpp", "../actors/a.hpp") == 1);
  CHECK(faults("storage/a.cpp", "fingerprint/matcher.hpp") == 0);
  CHECK(faults("apps/serve.cpp", "sim/cluster/world.hpp") == 0);
  CHECK(faults("tests/actors/a.cpp", "actors/protocol.hpp") == 0);
}

TEST_CASE("tidy: each library has its one folder") {
  const auto faults = [](std::string_view path, std::string target) {
    return check_includes(path, "  #  include <" + target + ">\n").size();
  };
  CHECK(faults("actors/a.cpp", "lmdb.h") == 1);
  CHECK(faults("storage/lmdb.cpp", "lmdb.h") == 0);
  CHECK(faults("storage/a.cpp", "nats/nats.h") == 1);
  CHECK(faults("storage/jetstream/a.cpp", "nats/nats.h") == 0);
  CHECK(faults("messages/digest.cpp", "openssl/sha.h") == 1);
  CHECK(faults("storage/cipher.cpp", "openssl/evp.h") == 0);
  CHECK(faults("storage/a.cpp", "hwy/highway.h") == 1);
  CHECK(faults("fingerprint/a.cpp", "hwy/highway.h") == 0);
  CHECK(faults("storage/a.cpp", "capnp/message.h") == 1);
  CHECK(faults("messages/ids.cpp", "kj/array.h") == 1);
  CHECK(faults("actors/a.cpp", "messages/schema/wire.capnp.h") == 1);
  CHECK(faults("messages/wire_facts.cpp", "messages/schema/facts.capnp.h") == 0);
  CHECK(faults("storage/a.cpp", "caf/all.hpp") == 1);
  CHECK(faults("actors/query_core.cpp", "caf/all.hpp") == 1);
  CHECK(faults("actors/query_actor.cpp", "caf/all.hpp") == 0);
  CHECK(faults("tests/storage/a.cpp", "lmdb.h") == 0);
}

TEST_CASE("tidy: fingerprint is pure") {
  CHECK(check_purity("fingerprint/a.cpp", "#include <chrono>\n").size() == 1);
  CHECK(check_purity("fingerprint/a.hpp", "#include <random>\n").size() == 1);
  CHECK(check_purity("fingerprint/a.cpp", "#include <fstream>\n").size() == 1);
  CHECK(check_purity("fingerprint/a.cpp", "#include <filesystem>\n").size() == 1);
  CHECK(check_purity("fingerprint/a.cpp", "void f() { std::thread t; }\n").size() == 1);
  CHECK(check_purity("fingerprint/accuracy.cpp", "#include <thread>\nstd::thread t;\n").empty());
  CHECK(check_purity("fingerprint/a.cpp", "// std::thread and <chrono> are banned\n").empty());
  CHECK(check_purity("storage/a.cpp", "#include <chrono>\n").empty());
}

TEST_CASE("tidy: clocks are read at the edges alone") {
  const std::string_view bad = "auto t = std::chrono::steady_clock::now();\n";
  CHECK(check_clocks("actors/query_core.cpp", bad, {}).size() == 1);
  CHECK(check_clocks("storage/a.cpp", "int x;\nstd::random_device d;\n", {}).at(0).line == 2);
  CHECK(check_clocks("storage/edge.cpp", bad, {"storage/edge.cpp"}).empty());
  CHECK(check_clocks("apps/serve.cpp", bad, {}).empty());
  CHECK(check_clocks("actors/a.cpp", "// steady_clock::now\nauto s = \"system_clock::now\";", {})
            .empty());
}

TEST_CASE("tidy: long files, lines and functions are found") {
  std::string lines;
  for (int i = 0; i < 401; ++i) lines += "x\n";
  CHECK(check_file_length("a.cpp", lines).at(0).warning);
  for (int i = 0; i < 200; ++i) lines += "x\n";
  CHECK(!check_file_length("a.cpp", lines).at(0).warning);
  CHECK(check_file_length("a.cpp", "x\n").empty());

  CHECK(check_columns("a.cpp", std::string(101, 'x')).size() == 1);
  CHECK(check_columns("a.cpp", std::string(100, 'x')).empty());
  std::string umlauts;
  for (int i = 0; i < 100; ++i) umlauts += "\xC3\xA4";
  CHECK(check_columns("a.cpp", umlauts).empty());
  CHECK(check_columns("a.cpp", "// https://" + std::string(100, 'x')).empty());

  const auto with_body = [](int body) {
    std::string text = "namespace a {\nint f(int x) {\n";
    for (int i = 0; i < body; ++i) text += "  ++x;\n";
    return text + "}\n}\n";
  };
  CHECK(check_function_length("a.cpp", with_body(68)).empty());
  CHECK(check_function_length("a.cpp", with_body(69)).size() == 1);
  CHECK(check_function_length("a.cpp", with_body(69)).at(0).line == 2);
}

TEST_CASE("tidy: the brace counter tells functions from types, tables and namespaces") {
  const auto count = [](std::string_view text) { return functions_of(text).size(); };
  CHECK(count("struct a { int x = 0; };") == 0);
  CHECK(count("constexpr int table[] = {1, 2, 3};") == 0);
  CHECK(count("namespace a { namespace { void f() {} } }") == 1);
  CHECK(count("class a { public: a() : x_{1}, y_{2} { go(); } int f() const { return 1; } };") >=
        2);
  CHECK(count("template <class T> struct a { void f() { if (x) { y(); } } };") == 1);
  CHECK(count("enum class e : int { a, b };") == 0);
  CHECK(count("void f() { const char* s = \"}{\"; char c = '{'; int n = 1'000; /* } */ }") == 1);
  CHECK(count("const char* raw = R\"(void f() { })\";") == 0);
  CHECK(count("#define M() { \\\n  f(); }\nvoid g() {}\n") == 1);
}

TEST_CASE("tidy: mains are thin") {
  std::string text = "int main() {}\n";
  for (int i = 0; i < 100; ++i) text += "x\n";
  CHECK(check_main_length("apps/serve.cpp", text).size() == 1);
  CHECK(check_main_length("actors/serve.cpp", text).empty());
  CHECK(check_main_length("apps/serve.cpp", "int main() {}\n").empty());
}

TEST_CASE("tidy: a header says what it is for and guards itself") {
  CHECK(check_header("a.hpp", "// For this.\n#pragma once\n").empty());
  CHECK(check_header("a.hpp", "#pragma once\n").size() == 1);
  CHECK(check_header("a.hpp", "// For this.\nint x;\n").size() == 1);
  CHECK(check_header("a.cpp", "int x;\n").empty());
}

TEST_CASE("tidy: unfinished work and machine paths are found") {
  CHECK(check_words("a.md",
                    "fine\nTO"
                    "DO: later\n")
            .at(0)
            .line == 2);
  CHECK(check_words("a.cpp",
                    "// FIX"
                    "ME\n")
            .size() == 1);
  CHECK(check_words("a.cpp",
                    "// XX"
                    "X\n")
            .size() == 1);
  CHECK(check_words("a.cpp",
                    "throw \"not "
                    "implemented\";\n")
            .size() == 1);
  CHECK(check_words("a.sh",
                    "cd /wo"
                    "rk/main\n")
            .size() == 1);
  CHECK(check_words("a.sh",
                    "cat \"/ro"
                    "ot/.profile\"\n")
            .size() == 1);
  CHECK(check_words("a.sh",
                    "ls ./wo"
                    "rk/x /tmp/whorl-XXXXXX\n")
            .empty());
}

TEST_CASE("tidy: the README is short and decisions are numbered once") {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "x\n";
  CHECK(check_documents("README.md", text).size() == 1);
  CHECK(check_documents("docs/README.md", text).empty());
  CHECK(check_documents("docs/decisions/choose-caf.md", "").size() == 1);
  CHECK(check_documents("docs/decisions/0001-choose-caf.md", "").empty());
  CHECK(check_decision_numbers({"docs/decisions/0001-a.md", "docs/decisions/0001-b.md"}).size() ==
        1);
  CHECK(check_decision_numbers({"docs/decisions/0001-a.md", "docs/decisions/0002-b.md"}).empty());
}

TEST_CASE("tidy: a source without a test is found, and so is an idle exemption") {
  CHECK(check_tests_exist({"storage/a.cpp"}, {}).size() == 1);
  CHECK(check_tests_exist({"storage/a.cpp", "tests/storage/a_test.cpp"}, {}).empty());
  CHECK(check_tests_exist({"storage/a_b.cpp", "tests/storage/a_test.cpp"}, {}).empty());
  CHECK(check_tests_exist({"storage/ab.cpp", "tests/storage/a_test.cpp"}, {}).size() == 1);
  CHECK(check_tests_exist({"messages/ebts/a.cpp", "tests/messages/a_test.cpp"}, {}).size() == 1);
  CHECK(check_tests_exist({"apps/serve.cpp", "sim/x.cpp"}, {}).empty());
  CHECK(check_tests_exist({"storage/a.cpp"}, {{"storage/a.cpp", ""}}).empty());
  CHECK(check_tests_exist({"storage/a.cpp"}, {{"storage/a.cpp", "tests/no_test.cpp"}}).size() == 1);
  CHECK(check_tests_exist({}, {{"storage/a.cpp", ""}}).size() == 1);
  const std::vector<std::string> both = {"storage/a.cpp", "tests/storage/a_test.cpp"};
  CHECK(check_tests_exist(both, {{"storage/a.cpp", ""}}).size() == 1);
}
