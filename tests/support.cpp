#include "tests/support.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>

namespace whorl::test {

std::optional<std::filesystem::path> data_folder(std::string_view what) {
  const char* set = std::getenv("WHORL_DATA");
  std::filesystem::path folder =
      set != nullptr ? set : std::filesystem::path(WHORL_SOURCE_DIR) / "../shared/data";
  if (std::filesystem::is_directory(folder)) return folder;
  std::cout << "\n*** SKIPPED: " << what << " (no data folder at " << folder.string()
            << "; set WHORL_DATA) ***\n"
            << std::endl;
  return std::nullopt;
}

bool long_run() { return std::getenv("WHORL_LONG") != nullptr; }

std::vector<std::byte> read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  REQUIRE_MESSAGE(in.good(), "cannot read ", path.string());
  std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  return to_bytes(text);
}

void write_file(const std::filesystem::path& path, const std::vector<std::byte>& bytes) {
  std::ofstream out(path, std::ios::binary);
  out.write(reinterpret_cast<const char*>(bytes.data()),
            static_cast<std::streamsize>(bytes.size()));
  REQUIRE_MESSAGE(out.good(), "cannot write ", path.string());
}

std::vector<std::byte> to_bytes(std::string_view text) {
  std::vector<std::byte> bytes(text.size());
  if (!text.empty()) std::memcpy(bytes.data(), text.data(), text.size());
  return bytes;
}

std::string to_text(const std::vector<std::byte>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

temp_folder::temp_folder(const std::filesystem::path& in) {
  std::string pattern = (in / "whorl-XXXXXX").string();
  REQUIRE(mkdtemp(pattern.data()) != nullptr);
  path_ = pattern;
}

temp_folder::~temp_folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace whorl::test
