#include "tests/tidy/rules.hpp"

#include <algorithm>
#include <map>
#include <regex>
#include <set>

#include "tests/tidy/source_view.hpp"

namespace whorl::tidy {
namespace {

bool is_cpp(std::string_view path) { return path.ends_with(".cpp") || path.ends_with(".hpp"); }

std::string_view folder_of(std::string_view path) { return path.substr(0, path.find('/')); }

std::string_view file_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

violation at(std::string_view path, std::size_t line, std::string what) {
  return {std::string(path), line, std::move(what), false};
}

/// Which of the project's folders a folder may include; tests are nobody's to include, and apps the
/// tests' alone (its parsers of outside bytes are fuzzed and tested as functions).
const std::map<std::string_view, std::set<std::string_view>>& directions() {
  static const std::map<std::string_view, std::set<std::string_view>> allowed = {
      {"messages", {"messages"}},
      {"fingerprint", {"fingerprint", "messages"}},
      {"storage", {"storage", "fingerprint", "messages"}},
      {"actors", {"actors", "storage", "fingerprint", "messages"}},
      {"sim", {"sim", "actors", "storage", "fingerprint", "messages"}},
      {"apps", {"apps", "sim", "actors", "storage", "fingerprint", "messages"}},
      {"tests", {"tests", "apps", "sim", "actors", "storage", "fingerprint", "messages"}}};
  return allowed;
}

/// Why `path` may not include `target` of another project; empty when it may.
std::string library_fault(std::string_view path, std::string_view target) {
  const std::string_view folder = folder_of(path);
  if (folder == "tests") return {};
  if (target.starts_with("capnp/") || target.starts_with("kj/") || target.ends_with(".capnp.h")) {
    return path.starts_with("messages/wire") ? "" : "only messages/wire* reads Cap'n Proto";
  }
  if (target == "lmdb.h") return folder == "storage" ? "" : "only storage/ includes lmdb.h";
  if (target.starts_with("nats/")) {
    return path.starts_with("storage/jetstream/") ? "" : "only storage/jetstream/ includes NATS";
  }
  if (target.starts_with("hwy/")) {
    return folder == "fingerprint" ? "" : "only the kernels of fingerprint/ include Highway";
  }
  if (target.starts_with("openssl/")) {
    return folder == "storage" || path.starts_with("apps/pki/") || path == "apps/http/server.cpp" ||
                   path.starts_with("apps/http/tls_stream")
               ? ""
               : "only storage/, apps/pki/ and apps/http's server and tls_stream include OpenSSL";
  }
  if (target.starts_with("caf/")) {
    if (file_name(path).find("_core.") != std::string_view::npos) {
      return "a core decides without CAF: keep it in the shell beside";
    }
    return folder == "actors" || folder == "sim" || folder == "apps"
               ? ""
               : "CAF stands in actors/ and above alone";
  }
  return {};
}

/// a/b_c.cpp is tested by tests/a/b_c_test.cpp, or with its family by tests/a/b_test.cpp.
bool tested_by_family(std::string_view path, const std::set<std::string_view>& present) {
  std::string stem(path.substr(0, path.size() - 4));
  while (true) {
    if (present.contains("tests/" + stem + "_test.cpp")) return true;
    const std::size_t cut = stem.rfind('_');
    if (cut == std::string::npos || cut < stem.rfind('/')) return false;
    stem.resize(cut);
  }
}

/// Appends a violation for each match of `pattern` in the code, comments and literals left out.
void find_in_code(std::string_view path, std::string_view text, const std::regex& pattern,
                  const std::string& what, violations& found) {
  const std::string code = code_only(text);
  for (std::sregex_iterator it(code.begin(), code.end(), pattern), end; it != end; ++it) {
    found.push_back(at(path, line_at(code, static_cast<std::size_t>(it->position())),
                       "`" + it->str() + "`: " + what));
  }
}

}  // namespace

violations check_includes(std::string_view path, std::string_view text) {
  violations found;
  if (!is_cpp(path)) return found;
  const auto allowed = directions().find(folder_of(path));
  for (const include_line& line : includes_of(text)) {
    const std::string_view other = folder_of(line.target);
    if (line.target.starts_with("..")) {
      found.push_back(at(path, line.line, "include by the path from the source tree's root"));
    } else if (allowed != directions().end() && directions().contains(other) &&
               other != line.target && !allowed->second.contains(other)) {
      found.push_back(at(path, line.line,
                         std::string(allowed->first) + "/ may not include " + std::string(other) +
                             "/ (" + line.target + ")"));
    }
    const std::string fault = library_fault(path, line.target);
    if (!fault.empty()) found.push_back(at(path, line.line, line.target + ": " + fault));
  }
  return found;
}

violations check_purity(std::string_view path, std::string_view text) {
  violations found;
  if (folder_of(path) != "fingerprint" || !is_cpp(path)) return found;
  // Measuring accuracy compares millions of pairs: the one place that may use every core.
  const bool accuracy =
      file_name(path).starts_with("accuracy") || file_name(path).starts_with("evaluate");
  for (const include_line& line : includes_of(text)) {
    static const std::set<std::string_view> banned = {"chrono", "random", "fstream", "filesystem",
                                                      "ctime"};
    if (banned.contains(line.target) || (line.target == "thread" && !accuracy)) {
      found.push_back(at(path, line.line, "fingerprint/ is pure: no <" + line.target + ">"));
    }
  }
  static const std::regex threads(R"(\bstd::(jthread|thread|async)\b)");
  if (!accuracy) {
    find_in_code(path, text, threads,
                 "fingerprint/ starts no threads (accuracy* and evaluate* may)", found);
  }
  return found;
}

violations check_clocks(std::string_view path, std::string_view text,
                        const std::vector<std::string_view>& allowed) {
  violations found;
  if (!is_cpp(path) || folder_of(path) == "apps" || folder_of(path) == "tests") return found;
  if (std::find(allowed.begin(), allowed.end(), path) != allowed.end()) return found;
  static const std::regex clocks(
      R"(\b(steady_clock::now|system_clock::now|high_resolution_clock::now|gettimeofday)"
      R"(|clock_gettime|random_device)\b)");
  find_in_code(path, text, clocks, "time and chance are handed in, so that runs repeat", found);
  return found;
}

violations check_file_length(std::string_view path, std::string_view text) {
  const std::size_t lines = lines_of(text).size();
  if (lines <= file_lines_wanted) return {};
  violation fault = at(path, 0, std::to_string(lines) + " lines: one idea a file");
  fault.warning = lines <= file_lines_max;
  return {fault};
}

violations check_columns(std::string_view path, std::string_view text) {
  violations found;
  std::size_t number = 0;
  for (const std::string_view line : lines_of(text)) {
    ++number;
    // Bytes 10xxxxxx continue a UTF-8 character.
    const auto columns =
        static_cast<std::size_t>(std::count_if(line.begin(), line.end(), [](char c) {
          return (static_cast<unsigned>(c) & 0xC0) != 0x80;
        }));
    if (columns <= line_columns_max || line.find("https://") != std::string_view::npos) continue;
    found.push_back(at(path, number, std::to_string(columns) + " columns"));
  }
  return found;
}

violations check_function_length(std::string_view path, std::string_view text) {
  violations found;
  if (!is_cpp(path)) return found;
  const auto lines = lines_of(text);
  for (const function_span& span : functions_of(text)) {
    if (span.lines() <= function_lines_max) continue;
    // A contract's template is a container of subcases, each short: doctest has no other form for
    // it.
    if (lines[span.first_line - 1].starts_with("TEST_CASE_TEMPLATE_DEFINE")) continue;
    found.push_back(at(path, span.first_line,
                       "a function of " + std::to_string(span.lines()) + " lines: at most 70"));
  }
  return found;
}

violations check_main_length(std::string_view path, std::string_view text) {
  const bool main = folder_of(path) == "apps" && path.ends_with(".cpp") &&
                    code_only(text).find("int main(") != std::string::npos;
  const std::size_t lines = lines_of(text).size();
  if (!main || lines <= main_lines_max) return {};
  return {at(path, 0, std::to_string(lines) + " lines: a main is thin, at most 100")};
}

violations check_header(std::string_view path, std::string_view text) {
  violations found;
  if (!path.ends_with(".hpp")) return found;
  if (!text.starts_with("//")) found.push_back(at(path, 1, "open with what the header is for"));
  if (text.find("#pragma once\n") == std::string_view::npos) {
    found.push_back(at(path, 0, "no #pragma once"));
  }
  return found;
}

violations check_words(std::string_view path, std::string_view text) {
  // Put together from parts, so that this file does not find itself.
  static const std::regex unfinished(
      "\\b(TO"
      "DO|FIX"
      "ME|XX"
      "X|not "
      "implemented)\\b");
  static const std::regex machine(
      "(^|[^A-Za-z0-9_.}/-])/(wo"
      "rk|ro"
      "ot|ho"
      "me/[a-z]+)/");
  violations found;
  std::size_t number = 0;
  for (const std::string_view line : lines_of(text)) {
    ++number;
    if (std::regex_search(line.begin(), line.end(), unfinished)) {
      found.push_back(at(path, number, "unfinished work: do it or record it as an issue"));
    }
    if (std::regex_search(line.begin(), line.end(), machine)) {
      found.push_back(at(path, number, "a path of one machine"));
    }
  }
  return found;
}

violations check_documents(std::string_view path, std::string_view text) {
  static const std::regex numbered(R"(docs/decisions/\d{4}-[a-z0-9-]+\.md)");
  violations found;
  const std::size_t lines = lines_of(text).size();
  if (path == "README.md" && lines > readme_lines_max) {
    found.push_back(at(path, 0, std::to_string(lines) + " lines: under 100"));
  }
  if (path.starts_with("docs/decisions/") && path != "docs/decisions/README.md" &&
      !std::regex_match(path.begin(), path.end(), numbered)) {
    found.push_back(at(path, 0, "a decision is named NNNN-what-was-decided.md"));
  }
  return found;
}

violations check_tests_exist(const std::vector<std::string>& paths,
                             const std::vector<exemption>& exemptions) {
  const std::set<std::string_view> present(paths.begin(), paths.end());
  static const std::set<std::string_view> tested = {"messages", "fingerprint", "storage", "actors"};
  violations found;
  for (const std::string& path : paths) {
    if (!path.ends_with(".cpp") || !tested.contains(folder_of(path))) continue;
    const auto exempt = std::find_if(exemptions.begin(), exemptions.end(),
                                     [&](const exemption& e) { return e.source == path; });
    const bool has_test = tested_by_family(path, present);
    if (exempt == exemptions.end() && !has_test) {
      const std::string stem = path.substr(0, path.size() - 4);
      found.push_back(at(path, 0, "no tests/" + stem + "_test.cpp"));
    }
    if (exempt != exemptions.end() && has_test) {
      found.push_back(at(path, 0, "has a test now: remove its exemption"));
    }
  }
  for (const exemption& e : exemptions) {
    if (!present.contains(e.source)) found.push_back(at(e.source, 0, "exempt, but gone"));
    if (!e.covered_by.empty() && !present.contains(e.covered_by)) {
      found.push_back(at(e.source, 0, "covered by a missing " + std::string(e.covered_by)));
    }
  }
  return found;
}

violations check_decision_numbers(const std::vector<std::string>& paths) {
  static const std::string_view folder = "docs/decisions/";
  std::map<std::string, std::string> holders;
  violations found;
  for (const std::string& path : paths) {
    if (!path.starts_with(folder) || path.ends_with("/README.md")) continue;
    const std::string number = path.substr(folder.size(), 4);
    const auto [holder, fresh] = holders.emplace(number, path);
    if (!fresh) found.push_back(at(path, 0, "number taken by " + holder->second));
  }
  return found;
}

}  // namespace whorl::tidy
