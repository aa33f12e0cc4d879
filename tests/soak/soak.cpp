// whorl_soak: books synthetic people on a real node over a real store, on and on, and samples what
// the process holds whenever nothing is in flight. Ends with a verdict: own memory, descriptors,
// threads and reader slots must be flat. The store itself grows with its facts, on disk and in the
// mapped pages (RssFile); the process's own memory (RssAnon) must not.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include "actors/local_node.hpp"
#include "apps/people.hpp"
#include "tests/soak/judge.hpp"
#include "tests/soak/process_usage.hpp"

namespace {

using namespace whorl;
using namespace whorl::soak;
using clock_type = std::chrono::steady_clock;

struct options {
  long seconds = 0;         ///< 0: by count
  long bookings = 600;      ///< used when seconds is 0
  long sample_every = 500;  ///< bookings between two samples
  long people = 60;         ///< of each gallery; as many unknown ones are booked besides
  long pace = 25;  ///< bookings a second at most, so that an hour fits a small disk; 0: any
  std::string csv;
};

template <class T>
T must(result<T> outcome, const char* what) {
  if (!outcome) {
    std::cerr << "soak: " << what << ": " << outcome.error().message << "\n";
    std::exit(2);
  }
  return *std::move(outcome);
}
void must(const status& outcome, const char* what) {
  if (outcome) return;
  std::cerr << "soak: " << what << ": " << outcome.error().message << "\n";
  std::exit(2);
}

constexpr std::uint64_t seed = 20;
constexpr const char* agency = "WH0000001";
constexpr std::string_view tcn_of_plan = "SOAK000000000000";

struct folder_of_run {
  std::filesystem::path path;
  folder_of_run() {
    std::string name = (std::filesystem::temp_directory_path() / "whorl-soak-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) std::exit(2);
    path = name;
  }
  ~folder_of_run() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
};

class soak_run {
 public:
  explicit soak_run(options o) : options_(std::move(o)), began_(clock_type::now()) {}

  int run() {
    prepare();
    actors::local_node_settings settings;
    settings.modes.default_mode = jurisdiction_mode::full;
    settings.outbox_folder = (folder_.path / "answers").string();
    node_ = must(actors::local_node::start(*store_, settings), "starting the node");
    long next_sample = 0;
    while (!over()) {
      book_batch();
      if (static_cast<long>(handed_in_) < next_sample) continue;
      next_sample += options_.sample_every;
      take_sample();
    }
    take_sample();
    return tell();
  }

 private:
  bool over() const {
    if (options_.seconds == 0) return static_cast<long>(handed_in_) >= options_.bookings;
    return elapsed() >= static_cast<double>(options_.seconds);
  }
  double elapsed() const {
    return std::chrono::duration<double>(clock_type::now() - began_).count();
  }

  void prepare() {
    const std::string store = (folder_.path / "store").string();
    must(storage::create_store(store, 2), "making the store");
    store_ = must(storage::open_store(store), "opening the store");
    for (long i = 0; i < options_.people; ++i)
      for (gallery_kind g : {gallery_kind::criminal, gallery_kind::immigration}) {
        const subject_record record = apps::record_of(seed, static_cast<std::uint64_t>(i), 0, "");
        auto& home = store_->gallery(g)[partition_of(record.subject, 2)];
        must(home->import(std::span(&record, 1), instant{}), "importing");
      }
    for (long i = 0; i < 2 * options_.people; ++i) {  // the second half is unknown
      apps::booking_plan plan;
      plan.people_seed = seed;
      plan.index = static_cast<std::uint64_t>(i);
      plan.ori = agency;
      plan.tcn = tcn_of_plan;
      plan.date = "20260105";
      // Unknown people are searched and forgotten, but for a few that are enrolled: the galleries
      // stay as they are, so that the last sample's searches cost what the first one's did.
      plan.retained = i < options_.people || i % 10 == 0;
      plans_.push_back(must(apps::booking_file_of(plan), "making a booking"));
    }
  }

  /// The plan's transaction under a control number of its own; the length stays.
  bytes transaction(std::uint64_t number) const {
    bytes out = plans_[number % plans_.size()];
    std::string tcn = std::to_string(number);
    tcn = std::string(tcn_of_plan.substr(0, tcn_of_plan.size() - tcn.size())) + tcn;
    const auto* first = reinterpret_cast<const std::byte*>(tcn_of_plan.data());
    const auto at = std::search(out.begin(), out.end(), first, first + tcn_of_plan.size());
    std::copy_n(reinterpret_cast<const std::byte*>(tcn.data()), tcn.size(), at);
    return out;
  }

  /// New bookings, repeats of earlier ones, other content under a used number, and garbage.
  void book_batch() {
    std::vector<actors::submission> batch;
    const actors::principal by{"desk", actors::role::lea, agency};
    for (int i = 0; i < 24; ++i) batch.push_back({by, transaction(next_++)});
    batch.push_back(batch[3]);
    batch.push_back(batch.back());
    if (next_ > 1000) batch.push_back({by, transaction(next_ - 1000)});
    batch.push_back(batch[5]);
    batch.back().transaction.back() = std::byte{'x'};
    batch.push_back({by, bytes(4096, std::byte{0x1d})});
    node_->submit_all(batch, [&](std::size_t, const result<actors::submitted>& reply) {
      ++handed_in_;
      if (!reply) ++refused_;
      if (reply && reply->duplicate) ++repeated_;
      if (reply && !reply->duplicate) ++accepted_;
    });
    if (options_.pace <= 0) return;
    const double due = static_cast<double>(handed_in_) / static_cast<double>(options_.pace);
    if (due > elapsed())
      std::this_thread::sleep_for(std::chrono::duration<double>(due - elapsed()));
  }

  /// When nothing is in flight, so that samples can be compared.
  void take_sample() {
    must(node_->drain(), "draining");
    std::error_code ignored;  // the agencies fetch their answers
    for (const auto& answer :
         std::filesystem::directory_iterator(folder_.path / "answers", ignored))
      answers_ += std::filesystem::remove(answer.path(), ignored) ? 1 : 0;
    samples_.push_back({elapsed(), handed_in_, usage_now((folder_.path / "store").string())});
    if (options_.csv.empty()) return;
    std::FILE* out = std::fopen(options_.csv.c_str(), samples_.size() == 1 ? "w" : "a");
    if (out == nullptr) return;
    if (samples_.size() == 1)
      std::fprintf(out, "seconds,handed_in,rss_anon_kb,rss_file_kb,fds,threads,disk_kb,slots\n");
    const sample& s = samples_.back();
    std::fprintf(out, "%.1f,%llu,%lld,%lld,%lld,%lld,%lld,%lld\n", s.seconds,
                 static_cast<unsigned long long>(s.bookings),
                 static_cast<long long>(s.held.anon_kb), static_cast<long long>(s.held.file_kb),
                 static_cast<long long>(s.held.fds), static_cast<long long>(s.held.threads),
                 static_cast<long long>(s.held.disk_kb),
                 static_cast<long long>(s.held.reader_slots));
    std::fclose(out);
  }

  int tell() const {
    const verdict v = judge(samples_);
    std::cout << "soak: " << static_cast<long>(elapsed()) << " s, " << handed_in_
              << " handed in: " << accepted_ << " accepted, " << repeated_ << " repeats, "
              << refused_ << " refused; " << answers_ << " answers\n"
              << "soak: judged the last three quarters of " << samples_.size() << " samples\n"
              << "soak: own memory " << v.anon_first_kb << " to " << v.anon_last_kb << " kB, peak "
              << v.anon_peak_kb << " kB, trend " << static_cast<long>(v.anon_slope_kb)
              << " kB over the part, " << v.anon_kb_per_1000_bookings << " kB per 1,000\n"
              << "soak: descriptors " << v.fds_min << " to " << v.fds_max << ", threads "
              << v.threads_min << " to " << v.threads_max << ", reader slots " << v.slots_first
              << " to " << v.slots_last << "\n"
              << "soak: store " << samples_.front().held.disk_kb << " to "
              << samples_.back().held.disk_kb << " kB on disk\n";
    for (const std::string& c : v.complaints) std::cout << "soak: NOT FLAT: " << c << "\n";
    const bool all_answered = accepted_ == store_->bookings->count();
    if (!all_answered) std::cout << "soak: bookings accepted and stored differ\n";
    if (v.complaints.empty() && all_answered) std::cout << "soak: flat\n";
    return v.complaints.empty() && all_answered ? 0 : 1;
  }

  options options_;
  clock_type::time_point began_;
  folder_of_run folder_;
  std::unique_ptr<storage::store> store_;
  std::unique_ptr<actors::local_node> node_;
  std::vector<bytes> plans_;
  std::vector<sample> samples_;
  std::uint64_t next_ = 1, handed_in_ = 0, accepted_ = 0, repeated_ = 0, refused_ = 0, answers_ = 0;
};

}  // namespace

int main(int count, char** arguments) {
  options o;
  for (int i = 1; i + 1 < count; i += 2) {
    const std::string name = arguments[i];
    if (name == "--csv") {
      o.csv = arguments[i + 1];
      continue;
    }
    long* number = name == "--seconds"        ? &o.seconds
                   : name == "--bookings"     ? &o.bookings
                   : name == "--sample-every" ? &o.sample_every
                   : name == "--people"       ? &o.people
                   : name == "--pace"         ? &o.pace
                                              : nullptr;
    if (number == nullptr) {
      std::cerr << "usage: whorl_soak [--seconds N | --bookings N] [--sample-every BOOKINGS] "
                   "[--people N] [--pace BOOKINGS_A_SECOND] [--csv FILE]\n";
      return 2;
    }
    *number = std::strtol(arguments[i + 1], nullptr, 10);
  }
  return soak_run(o).run();
}
