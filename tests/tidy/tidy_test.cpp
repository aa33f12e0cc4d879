// The tidy rules over the whole source tree. Add an exemption only with its reason beside it.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <iostream>

#include "tests/support.hpp"
#include "tests/tidy/rules.hpp"

namespace {

using namespace whorl::tidy;
namespace fs = std::filesystem;

/// Files that may read a clock or the machine's randomness, besides apps/ and tests/.
const std::vector<std::string_view> clock_files = {
    "actors/local_node.cpp",  // puts a node together and hands it the machine's clock
};

/// Sources without a test of their own or of their family.
/// The shells in actors/ decide nothing: a whole node and the simulation run them. The rest are
/// parts of something that is tested as a whole, at the interface its users see.
const std::vector<exemption> untested = {
    {"actors/casework/case_settings.cpp", "tests/actors/casework/histories_test.cpp"},
    {"actors/casework/transitions.cpp", "tests/actors/casework/lifecycle_test.cpp"},
    {"actors/cluster/cluster_node.cpp", "tests/cluster/failures_test.cpp"},
    {"actors/cluster/cluster_supervisor_actor.cpp", "tests/cluster/failures_test.cpp"},
    {"actors/cluster/connector_actor.cpp", "tests/cluster/failures_test.cpp"},
    {"actors/cluster/fan_out_actor.cpp", "tests/cluster/same_answers_test.cpp"},
    {"actors/cluster/feed_actor.cpp", "tests/cluster/failures_test.cpp"},
    {"actors/cluster/keeper_actor.cpp", "tests/cluster/failures_test.cpp"},
    {"actors/cluster/member_actor.cpp", "tests/cluster/failures_test.cpp"},
    {"actors/cluster/own_shard_actor.cpp", "tests/cluster/failures_test.cpp"},
    {"actors/cluster/port_actor.cpp", "tests/cluster/failures_test.cpp"},
    {"actors/cluster/transport.cpp", "tests/cluster/failures_test.cpp"},
    {"actors/follower_actor.cpp", "tests/actors/node_test.cpp"},
    {"actors/gateway_actor.cpp", "tests/actors/node_test.cpp"},
    {"actors/indexer_actor.cpp", "tests/actors/partition_index_test.cpp"},
    {"actors/journal_actor.cpp", "tests/actors/node_test.cpp"},
    {"actors/local_node.cpp", "tests/actors/node_test.cpp"},
    {"actors/notification_actor.cpp", "tests/actors/node_test.cpp"},
    {"actors/projector_actor.cpp", "tests/actors/node_test.cpp"},
    {"actors/query_actor.cpp", "tests/actors/patience_test.cpp"},
    {"actors/replica_actor.cpp", "tests/actors/node_test.cpp"},
    {"actors/responses_core.cpp", "tests/actors/notification_core_test.cpp"},
    {"actors/settings/toml_reader.cpp", "tests/apps/config_test.cpp"},
    {"actors/shard_actor.cpp", "tests/actors/patience_test.cpp"},
    {"actors/vault_actor.cpp", "tests/actors/node_test.cpp"},
    {"fingerprint/cylinder_kernels.cpp", "tests/fingerprint/cylinders_test.cpp"},
    {"fingerprint/pair_picture.cpp", "tests/fingerprint/explain_test.cpp"},
    {"fingerprint/svg.cpp", "tests/fingerprint/explain_test.cpp"},
    {"fingerprint/evaluate.cpp", "tests/fingerprint/accuracy_test.cpp"},
    {"fingerprint/evaluate_triangle.cpp", "tests/fingerprint/fidelity_test.cpp"},
    {"fingerprint/overlap.cpp", "tests/fingerprint/matcher_test.cpp"},
    {"fingerprint/popcount_kernels.cpp", "tests/fingerprint/coarse_test.cpp"},
    {"fingerprint/precise.cpp", "tests/fingerprint/matcher_test.cpp"},
    {"fingerprint/print_pool.cpp", "tests/fingerprint/accuracy_test.cpp"},
    {"fingerprint/prepared_probe.cpp", "tests/fingerprint/matcher_test.cpp"},
    {"fingerprint/rigid_fit.cpp", "tests/fingerprint/alignment_test.cpp"},
    {"fingerprint/template_decode.cpp", "tests/fingerprint/iso_template_test.cpp"},
    {"fingerprint/template_encode.cpp", "tests/fingerprint/iso_template_test.cpp"},
    {"messages/planted_bug.cpp", "tests/planted/planted_test.cpp"},
    {"messages/ebts/content.cpp", "tests/messages/ebts/reader_test.cpp"},
    {"messages/ebts/field_writer.cpp", "tests/messages/ebts/builders_test.cpp"},
    {"messages/ebts/place.cpp", "tests/messages/ebts/reader_test.cpp"},
    {"messages/ebts/shape.cpp", "tests/messages/ebts/reader_test.cpp"},
    {"messages/ebts/tagged_reader.cpp", "tests/messages/ebts/reader_test.cpp"},
    {"messages/ebts/transaction.cpp", "tests/messages/ebts/reader_test.cpp"},
    {"storage/audit_key.cpp", "tests/storage/audit_head_test.cpp"},
    {"storage/audit_store.cpp", "tests/storage/ledgers_test.cpp"},
    {"storage/case_store.cpp", "tests/storage/ledgers_test.cpp"},
    {"storage/outbox_store.cpp", "tests/storage/ledgers_test.cpp"},
    {"storage/gallery_records.cpp", "tests/storage/gallery_partition_test.cpp"},
    {"storage/gallery_view.cpp", "tests/storage/gallery_partition_test.cpp"},
    {"storage/health.cpp", "tests/apps/doctor_test.cpp"},
    {"storage/health_contents.cpp", "tests/apps/doctor_test.cpp"},
    {"storage/projection_base.cpp", "tests/storage/booking_store_test.cpp"},
    {"storage/jetstream/append_batch.cpp", "tests/storage/jetstream/journal_jetstream_test.cpp"},
    {"storage/jetstream/nats_link.cpp", "tests/storage/jetstream/connection_test.cpp"},
    {"storage/jetstream/outbox_queue.cpp", "tests/storage/jetstream/outbox_journal_test.cpp"},
    {"storage/jetstream/questions.cpp", "tests/storage/jetstream/journal_jetstream_test.cpp"},
    {"storage/jetstream/streams.cpp", "tests/storage/jetstream/journal_jetstream_test.cpp"},
};

bool is_source(const fs::path& path) {
  const std::string extension = path.extension().string();
  static const std::vector<std::string> known = {".cpp", ".hpp", ".capnp", ".py", ".sh"};
  return std::find(known.begin(), known.end(), extension) != known.end();
}

/// Scripts carry no extension: script/* and .ci/run.
bool is_script(const std::string& path) {
  return (path.starts_with("script/") || path.starts_with(".ci/")) && !path.ends_with(".cmake");
}

/// The project's files, relative to the tree; nothing that is built, fetched or hidden.
std::vector<std::string> project_files() {
  const fs::path root = WHORL_SOURCE_DIR;
  std::vector<std::string> found;
  for (const char* folder : {"messages", "fingerprint", "storage", "actors", "sim", "apps", "tests",
                             "script", "docs", ".ci"}) {
    if (!fs::is_directory(root / folder)) continue;
    for (auto it = fs::recursive_directory_iterator(root / folder);
         it != fs::recursive_directory_iterator(); ++it) {
      const std::string name = it->path().filename().string();
      const bool foreign = name == "node_modules" || name == "__pycache__" || name == "golden";
      if (it->is_directory() && (name.starts_with(".") || foreign)) it.disable_recursion_pending();
      if (it->is_regular_file()) found.push_back(fs::relative(it->path(), root).generic_string());
    }
  }
  for (const char* file : {"README.md", "CONTRIBUTING.md", "CMakeLists.txt"}) {
    if (fs::is_regular_file(root / file)) found.emplace_back(file);
  }
  std::sort(found.begin(), found.end());
  return found;
}

void report(const violations& found) {
  for (const violation& v : found) {
    const std::string place = v.path + (v.line > 0 ? ":" + std::to_string(v.line) : "");
    if (v.warning) {
      std::cout << "tidy warning: " << place << ": " << v.what << "\n";
    } else {
      FAIL_CHECK(place << ": " << v.what);
    }
  }
}

std::string text_of(const std::string& path) {
  return whorl::test::to_text(whorl::test::read_file(fs::path(WHORL_SOURCE_DIR) / path));
}

template <class Rule>
void over_sources(Rule rule) {
  for (const std::string& path : project_files()) {
    if (is_source(path) || is_script(path)) report(rule(path, text_of(path)));
  }
}

}  // namespace

TEST_CASE("tidy: the tree is found") { CHECK(project_files().size() > 50); }

TEST_CASE("tidy: the tree's includes follow the folders' order") { over_sources(check_includes); }

TEST_CASE("tidy: the tree's pure folder is pure") { over_sources(check_purity); }

TEST_CASE("tidy: the tree reads clocks and machine randomness at its edges alone") {
  over_sources([](std::string_view path, std::string_view text) {
    return check_clocks(path, text, clock_files);
  });
}

TEST_CASE("tidy: the tree's files, lines, functions and mains are short enough") {
  over_sources(check_file_length);
  over_sources(check_columns);
  over_sources(check_function_length);
  over_sources(check_main_length);
}

TEST_CASE("tidy: the tree's headers say what they are for") { over_sources(check_header); }

TEST_CASE("tidy: the tree holds no unfinished work and no machine's paths") {
  for (const std::string& path : project_files()) {
    const bool text = path.ends_with(".md") || path.ends_with("CMakeLists.txt");
    if (is_source(path) || is_script(path) || text) report(check_words(path, text_of(path)));
  }
}

TEST_CASE("tidy: the tree's sources have tests") {
  report(check_tests_exist(project_files(), untested));
}

TEST_CASE("tidy: the tree's documents are short, named and numbered") {
  const std::vector<std::string> files = project_files();
  for (const std::string& path : files) {
    if (path.ends_with(".md")) report(check_documents(path, text_of(path)));
  }
  report(check_decision_numbers(files));
}
