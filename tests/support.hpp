// What several test programs share: the data folder, temporary folders, whole files.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace whorl::test {

/// The folder of public fingerprints and tables: $WHORL_DATA, else ../shared/data beside the source
/// tree. Where it is absent the caller must return; a loud SKIPPED line naming `what` is printed.
std::optional<std::filesystem::path> data_folder(std::string_view what);

/// True when $WHORL_LONG is set: `script/test --long` runs the full-size versions.
bool long_run();

/// Whole file as bytes; fails the test when it cannot be read.
std::vector<std::byte> read_file(const std::filesystem::path& path);
void write_file(const std::filesystem::path& path, const std::vector<std::byte>& bytes);
std::vector<std::byte> to_bytes(std::string_view text);
std::string to_text(const std::vector<std::byte>& bytes);

/// A fresh folder, removed with everything in it when this object dies.
class temp_folder {
 public:
  explicit temp_folder(const std::filesystem::path& in = std::filesystem::temp_directory_path());
  ~temp_folder();
  temp_folder(const temp_folder&) = delete;
  temp_folder& operator=(const temp_folder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace whorl::test
