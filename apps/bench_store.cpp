#include "apps/bench_store.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <numeric>

#include "apps/bench_pipeline.hpp"
#include "apps/progress.hpp"

namespace whorl::apps {

json times_of(std::vector<double> ms) {
  if (ms.empty()) return nullptr;
  std::ranges::sort(ms);
  const auto rank = [&](double share) {
    const auto at = static_cast<std::size_t>(std::ceil(share * static_cast<double>(ms.size())));
    return ms[std::max<std::size_t>(at, 1) - 1];
  };
  const double mean = std::accumulate(ms.begin(), ms.end(), 0.0) / static_cast<double>(ms.size());
  return {{"p50", rank(0.5)}, {"p95", rank(0.95)}, {"mean", mean}, {"max", ms.back()}};
}

std::string times_words(const json& times) {
  if (times.is_null()) return "-";
  char text[64];
  std::snprintf(text, sizeof text, "%.1f / %.1f", times["p50"].get<double>(),
                times["p95"].get<double>());
  return text;
}

result<json> gallery_facts(storage::store& store) {
  json out = {{"format", storage::store_format_version}, {"partitions", store.partition_count}};
  std::uint64_t enrolled = 0;
  for (gallery_kind kind : {gallery_kind::criminal, gallery_kind::immigration}) {
    std::uint64_t people = 0, sketches = 0, files = 0;
    for (const auto& partition : store.gallery(kind)) {
      WHORL_ASSIGN(const auto view, partition->view());
      const auto stats = view->stats();
      people += view->people(), sketches += stats.sketch_bytes, files += stats.file_bytes;
    }
    enrolled += people;
    out[std::string(to_string(kind))] = {
        {"people", people}, {"sketch_bytes", sketches}, {"file_bytes", files}};
  }
  if (enrolled == 0)
    return make_error(errc::not_found,
                      "nobody is enrolled in " + store.folder +
                          ": `whorl synth people` and `whorl gallery import` make people");
  return out;
}

result<json> await_indexes(const context& ctx, session& s) {
  const double begin = seconds_now();
  WHORL_ASSIGN(actors::local_node * node, s.node());
  const std::uint32_t partitions = s.store().partition_count;
  progress bar("indexes of partitions", 2 * std::uint64_t{partitions}, ctx.quiet || ctx.as_json);
  std::uint64_t done = 0;
  actors::index_size all;
  for (gallery_kind kind : {gallery_kind::criminal, gallery_kind::immigration})
    for (std::uint32_t index = 0; index < partitions; ++index) {
      WHORL_ASSIGN(const actors::index_size one, node->indexed({kind, index}));
      all.segments += one.segments, all.people += one.people;
      bar.at(++done);
    }
  return json{
      {"seconds", seconds_now() - begin}, {"segments", all.segments}, {"people", all.people}};
}

process_use used_so_far() {
  process_use out;
  std::ifstream io("/proc/self/io");
  for (std::string name; io >> name;) {
    std::uint64_t value = 0;
    io >> value;
    if (name == "read_bytes:") out.read_bytes = value;
  }
  rusage use{};
  ::getrusage(RUSAGE_SELF, &use);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  out.processor_s = seconds(use.ru_utime) + seconds(use.ru_stime);
  return out;
}

void add_disposable_flag(CLI::App& sub) {
  const std::string says = "says that the store may be filled with what this makes";
  sub.add_flag("--disposable", says)->required();
}

}  // namespace whorl::apps
