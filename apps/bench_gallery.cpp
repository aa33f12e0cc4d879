#include "apps/bench_gallery.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "apps/people.hpp"
#include "fingerprint/stored_entry.hpp"
#include "storage/parallel.hpp"

namespace whorl::apps {
namespace {

using fingerprint::full_slab_bytes;
using fingerprint::slab_people;

constexpr std::size_t header_bytes = 4096;
constexpr std::uint64_t slabs_at_once = 64;

std::string header_of(std::uint64_t seed, std::uint64_t people) {
  return "whorl-slabs 1\nsynthesis " + std::to_string(fingerprint::synthesis_version) + "\nslab " +
         std::to_string(fingerprint::slab_version) + "\nseed " + std::to_string(seed) +
         "\npeople " + std::to_string(people) + "\n";
}

bytes make_entry(std::uint64_t seed, std::uint64_t person) {
  return *fingerprint::build_stored_entry(
      fingerprint::make_impressions(person_of(seed, person), 0));
}

bytes make_slab(std::uint64_t seed, std::uint64_t number, std::uint64_t people) {
  std::vector<bytes> rows;
  const std::uint64_t end = std::min(people, (number + 1) * slab_people);
  for (std::uint64_t i = number * slab_people; i < end; ++i)
    rows.push_back(fingerprint::sketch_row_of(make_entry(seed, i)));
  return fingerprint::build_slab(std::vector<byte_view>(rows.begin(), rows.end()));
}

/// Hands the slabs on in order.
template <class F>
status make_slabs(std::uint64_t seed, std::uint64_t people, const bench_gallery::progress_at& at,
                  const F& take) {
  const std::uint64_t count = (people + slab_people - 1) / slab_people;
  for (std::uint64_t first = 0; first < count; first += slabs_at_once) {
    std::vector<bytes> made(std::min(slabs_at_once, count - first));
    storage::parallel_for(made.size(),
                          [&](std::size_t i) { made[i] = make_slab(seed, first + i, people); });
    for (bytes& slab : made) WHORL_TRY(take(std::move(slab)));
    at(std::min(people, (first + made.size()) * slab_people));
  }
  return {};
}

status write_file(const std::string& file, std::uint64_t seed, std::uint64_t people,
                  const bench_gallery::progress_at& at) {
  const std::string part = file + ".part";
  std::ofstream out(part, std::ios::binary);
  std::string header = header_of(seed, people);
  header.resize(header_bytes);
  out << header;
  WHORL_TRY(make_slabs(seed, people, at, [&](const bytes& slab) -> status {
    out.write(reinterpret_cast<const char*>(slab.data()),
              static_cast<std::streamsize>(slab.size()));
    if (!out) return make_error(errc::io, part + ": cannot be written: is the disk full?");
    return {};
  }));
  out.close();
  std::error_code failed;
  std::filesystem::rename(part, file, failed);
  if (!out || failed) return make_error(errc::io, file + ": cannot be written");
  return {};
}

struct mapping {
  void* at = MAP_FAILED;
  std::size_t size = 0;
  mapping() = default;
  mapping(const mapping&) = delete;
  mapping& operator=(const mapping&) = delete;
  ~mapping() {
    if (at != MAP_FAILED) ::munmap(at, size);
  }
};

result<std::shared_ptr<mapping>> map_file(const std::string& file) {
  const auto mapped = std::make_shared<mapping>();
  const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return make_error(errc::io, file + ": cannot be read");
  struct stat info {};
  if (::fstat(fd, &info) == 0 && info.st_size > 0) {
    mapped->size = static_cast<std::size_t>(info.st_size);
    mapped->at = ::mmap(nullptr, mapped->size, PROT_READ, MAP_SHARED | MAP_POPULATE, fd, 0);
  }
  ::close(fd);
  if (mapped->at == MAP_FAILED) return make_error(errc::io, file + ": cannot be mapped");
  return mapped;
}

/// The number behind the file's "people", where the rest is of these people.
result<std::uint64_t> people_of_file(const std::string& file, byte_view whole, std::uint64_t seed) {
  const auto other =
      make_error(errc::invalid_input, file +
                                          ": holds other people (synthesis, slab version or seed): "
                                          "name another file or delete it");
  if (whole.size() < header_bytes) return other;
  const std::string text(reinterpret_cast<const char*>(whole.data()),
                         ::strnlen(reinterpret_cast<const char*>(whole.data()), header_bytes));
  const auto at = text.rfind("people ");
  if (at == std::string::npos) return other;
  const std::uint64_t people = std::strtoull(text.c_str() + at + 7, nullptr, 10);
  if (text != header_of(seed, people)) return other;
  return people;
}

}  // namespace

result<bench_gallery> bench_gallery::open(const std::string& file, std::uint64_t seed,
                                          std::uint64_t people, const progress_at& at) {
  bench_gallery out;
  out.seed_ = seed;
  if (file.empty()) {
    const auto made = std::make_shared<std::vector<bytes>>();
    WHORL_TRY(make_slabs(seed, people, at, [&](bytes slab) -> status {
      made->push_back(std::move(slab));
      return {};
    }));
    out.people_ = people;
    out.slabs_.assign(made->begin(), made->end());
    out.memory_ = made;
    return out;
  }
  if (!std::filesystem::exists(file)) WHORL_TRY(write_file(file, seed, people, at));
  WHORL_ASSIGN(const auto mapped, map_file(file));
  byte_view rest(static_cast<const std::byte*>(mapped->at), mapped->size);
  WHORL_ASSIGN(out.people_, people_of_file(file, rest, seed));
  if (out.people_ < people)
    return make_error(errc::invalid_input, file + ": holds " + std::to_string(out.people_) +
                                               " people, not " + std::to_string(people) +
                                               ": name another file or delete it");
  for (rest = rest.subspan(header_bytes); !rest.empty();) {
    const byte_view slab = rest.first(std::min(rest.size(), full_slab_bytes));
    WHORL_TRY(fingerprint::check_slab(slab));
    out.slabs_.push_back(slab);
    rest = rest.subspan(slab.size());
  }
  out.memory_ = mapped;
  return out;
}

std::vector<byte_view> bench_gallery::slabs(std::uint64_t people) const {
  const std::uint64_t count = (people + slab_people - 1) / slab_people;
  return {slabs_.begin(), slabs_.begin() + static_cast<std::ptrdiff_t>(
                                               std::min<std::uint64_t>(count, slabs_.size()))};
}

std::vector<fingerprint::print_template> bench_gallery::prints(
    std::uint64_t person, std::uint32_t impression,
    const fingerprint::impression_conditions& conditions) const {
  return fingerprint::make_impressions(person_of(seed_, person), impression, conditions);
}

bytes bench_gallery::entry(std::uint64_t person) const { return make_entry(seed_, person); }

}  // namespace whorl::apps
