#include "apps/population.hpp"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <string_view>

#include "messages/limits.hpp"
#include "messages/wire.hpp"
#include "storage/keyring.hpp"

namespace whorl::apps {
namespace {

constexpr std::string_view magic = "whorl-people 1\n";
constexpr std::string_view magic_name = "whorl-people ";

void put(std::ofstream& out, std::uint64_t value, std::size_t size) {
  char text[8];
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>(value >> (8 * i) & 0xff);
  out.write(text, static_cast<std::streamsize>(size));
}

std::uint64_t number_of(const unsigned char* at, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = size; i-- > 0;) value = value << 8 | at[i];
  return value;
}

digest chained(const digest& before, byte_view person) {
  bytes both(before.begin(), before.end());
  both.insert(both.end(), person.begin(), person.end());
  return storage::sha256(both);
}

}  // namespace

result<population_writer> population_writer::create(const std::string& file) {
  population_writer w;
  w.file_ = file;
  w.out_.open(file + ".part", std::ios::binary | std::ios::trunc);
  w.out_ << magic;
  if (!w.out_) return make_error(errc::io, "cannot write " + file);
  return w;
}

status population_writer::add(const subject_record& person) {
  const bytes encoded = wire::encode(person);
  put(out_, encoded.size(), 4);
  out_.write(reinterpret_cast<const char*>(encoded.data()),
             static_cast<std::streamsize>(encoded.size()));
  if (!out_) return make_error(errc::io, "cannot write " + file_ + ": is the disk full?");
  chain_ = chained(chain_, encoded);
  ++count_;
  return {};
}

status population_writer::finish() {
  put(out_, 0, 4);
  put(out_, count_, 8);
  out_.write(reinterpret_cast<const char*>(chain_.data()),
             static_cast<std::streamsize>(chain_.size()));
  out_.close();
  std::error_code failure;
  if (out_) std::filesystem::rename(file_ + ".part", file_, failure);
  if (!out_ || failure)
    return make_error(errc::io, "cannot write " + file_ + ": is the disk full?");
  return {};
}

result<population_reader> population_reader::open(const std::string& file) {
  auto in = std::make_unique<std::ifstream>(file, std::ios::binary);
  std::error_code failure;
  const std::uint64_t bytes = std::filesystem::file_size(file, failure);
  if (!*in || failure) return make_error(errc::io, "cannot read " + file);
  return open(std::move(in), bytes, file);
}

result<population_reader> population_reader::open(std::unique_ptr<std::istream> in,
                                                  std::uint64_t bytes, const std::string& file) {
  population_reader r;
  r.file_ = file;
  r.in_ = std::move(in);
  r.file_bytes_ = bytes;
  char head[magic.size()];
  if (!r.take(head, sizeof head) || std::memcmp(head, magic_name.data(), magic_name.size()) != 0)
    return make_error(errc::invalid_input,
                      file + " is no population file: it must begin with 'whorl-people'");
  if (std::string_view(head, sizeof head) != magic)
    return make_error(errc::unsupported,
                      file + " is a population file of another version; this program reads 1");
  return r;
}

bool population_reader::take(void* to, std::size_t size) {
  in_->read(static_cast<char*>(to), static_cast<std::streamsize>(size));
  read_bytes_ += static_cast<std::uint64_t>(in_->gcount());
  return static_cast<std::size_t>(in_->gcount()) == size;
}

error population_reader::broken(const std::string& why) const {
  return make_error(errc::corrupt, file_ + ", after person " + std::to_string(count_) + ": " + why);
}

result<std::optional<subject_record>> population_reader::next() {
  unsigned char head[4];
  if (!take(head, sizeof head))
    return broken("the file ends without its end mark: it was cut short");
  const std::uint64_t size = number_of(head, 4);
  if (size > limits::person_bytes_max)
    return broken("a person of " + std::to_string(size) + " bytes is too large: at most " +
                  std::to_string(limits::person_bytes_max));
  if (size > file_bytes_ - std::min(read_bytes_, file_bytes_))  // before room is made for it
    return broken("the file ends inside a person: it was cut short");
  if (size == 0) {
    unsigned char tail[40];
    if (!take(tail, sizeof tail)) return broken("the end mark was cut short");
    if (number_of(tail, 8) != count_ || std::memcmp(tail + 8, chain_.data(), chain_.size()) != 0)
      return broken("the digest at the end disagrees: the file was changed");
    return std::optional<subject_record>{};
  }
  bytes encoded(size);
  if (!take(encoded.data(), size)) return broken("the file ends inside a person: it was cut short");
  auto person = wire::decode_subject_record(encoded);
  if (!person) return broken(person.error().message);
  chain_ = chained(chain_, encoded);
  ++count_;
  return std::optional<subject_record>(*std::move(person));
}

}  // namespace whorl::apps
