// Population files (.whorl-people): synthetic or other people on their way into a gallery.
//
//   "whorl-people 1\n"            15 bytes
//   per person: u32 LE length (1 .. limits::person_bytes_max), wire::encode(subject_record)
//   end: u32 0, u64 LE number of people, 32 bytes digest
//
// The digest is a chain: d0 = zeros, d(i+1) = SHA-256(d(i) | encoded person). A file without its
// end, or with another digest, was cut short or changed: the reader says so. Reader and writer
// stream; neither holds more than one person.
#pragma once

#include <cstdint>
#include <fstream>
#include <memory>
#include <optional>
#include <string>

#include "messages/facts.hpp"

namespace whorl::apps {

class population_writer {
 public:
  /// Writes beside `file` (.part) and renames in finish(): a file is whole or absent.
  static result<population_writer> create(const std::string& file);
  status add(const subject_record& person);
  status finish();

 private:
  std::string file_;
  std::ofstream out_;
  std::uint64_t count_ = 0;
  digest chain_{};
};

class population_reader {
 public:
  /// Errors: io, invalid_input (not such a file), unsupported (another version).
  static result<population_reader> open(const std::string& file);
  /// The same from a stream that holds `bytes` in all; `name` stands in errors.
  static result<population_reader> open(std::unique_ptr<std::istream> in, std::uint64_t bytes,
                                        const std::string& name);
  /// The next person; nothing at the end, whose count and digest have then been compared.
  /// Errors: corrupt, naming file and person.
  result<std::optional<subject_record>> next();
  /// After the end.
  const digest& content() const { return chain_; }
  std::uint64_t read_bytes() const { return read_bytes_; }
  std::uint64_t file_bytes() const { return file_bytes_; }

 private:
  error broken(const std::string& why) const;
  bool take(void* to, std::size_t size);

  std::string file_;
  std::unique_ptr<std::istream> in_;
  std::uint64_t count_ = 0, read_bytes_ = 0, file_bytes_ = 0;
  digest chain_{};
};

}  // namespace whorl::apps
