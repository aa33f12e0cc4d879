#include "apps/files.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace whorl::apps {

namespace fs = std::filesystem;

result<bytes> read_whole(const std::string& file, std::size_t most) {
  std::error_code failure;
  const auto size = fs::file_size(file, failure);
  if (failure) return make_error(errc::not_found, "cannot read " + file + ": " + failure.message());
  if (size > most)
    return make_error(errc::limit_exceeded, file + " has " + std::to_string(size) +
                                                " bytes: at most " + std::to_string(most) +
                                                " are read");
  std::ifstream in(file, std::ios::binary);
  bytes content(size);
  in.read(reinterpret_cast<char*>(content.data()), static_cast<std::streamsize>(size));
  if (!in) return make_error(errc::io, "cannot read " + file);
  return content;
}

status write_whole(const std::string& file, byte_view content) {
  const std::string part = file + ".part";
  std::ofstream out(part, std::ios::binary | std::ios::trunc);
  out.write(reinterpret_cast<const char*>(content.data()),
            static_cast<std::streamsize>(content.size()));
  out.close();
  std::error_code failure;
  if (out) fs::rename(part, file, failure);
  if (!out || failure) return make_error(errc::io, "cannot write " + file);
  return {};
}

result<std::vector<std::string>> expand(const std::vector<std::string>& names,
                                        std::string_view ending) {
  std::vector<std::string> out;
  for (const std::string& name : names) {
    std::error_code failure;
    if (!fs::is_directory(name, failure)) {
      if (!fs::exists(name, failure))
        return make_error(errc::not_found, "no file or folder " + name);
      out.push_back(name);
      continue;
    }
    std::vector<std::string> inside;
    for (const auto& entry : fs::directory_iterator(name, failure))
      if (entry.is_regular_file() && entry.path().string().ends_with(ending))
        inside.push_back(entry.path().string());
    if (failure) return make_error(errc::io, "cannot list " + name + ": " + failure.message());
    std::sort(inside.begin(), inside.end());
    out.insert(out.end(), inside.begin(), inside.end());
  }
  return out;
}

void find_from_file(const std::string& file, std::initializer_list<std::string*> names) {
  const auto folder = std::filesystem::path(file).parent_path();
  for (std::string* name : names)
    if (!name->empty()) *name = (folder / *name).string();
}

}  // namespace whorl::apps
