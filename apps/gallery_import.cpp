// whorl gallery import: people in bulk, straight into the partitions of a gallery.
#include <algorithm>
#include <filesystem>
#include <future>
#include <iostream>
#include <memory>

#include "apps/cli.hpp"
#include "apps/files.hpp"
#include "apps/people.hpp"
#include "apps/population.hpp"
#include "apps/progress.hpp"
#include "apps/session.hpp"
#include "apps/table.hpp"
#include "apps/template_folder.hpp"
#include "messages/wire.hpp"
#include "storage/parallel.hpp"

namespace whorl::apps {
namespace {

/// A transaction writes a page of the index for nearly each person: the more people, the fewer of
/// these, and the fewer waits for the disk. Some 150 MB at a time.
constexpr std::size_t batch_people = 8192;

struct import_options {
  std::string gallery;
  std::vector<std::string> files;
  bool folders = false;
  int impression = 1;
};

/// Takes people, hands them to their partitions in batches. A person who is there already with the
/// same content is passed over: an import that was cut short is finished by running it again.
class importer {
 public:
  importer(session& s, gallery_kind gallery) : session_(s), gallery_(gallery) {}
  status add(subject_record person) {
    waiting_.push_back(std::move(person));
    return waiting_.size() < batch_people ? status{} : flush();
  }
  /// What was added so far is in the gallery.
  status finish();
  std::uint64_t imported() const { return imported_; }
  std::uint64_t passed_over() const { return passed_over_; }

 private:
  /// One batch is imported while the next is read.
  status flush();
  status settle() { return under_way_.valid() ? under_way_.get() : status{}; }
  status import_batch(std::vector<subject_record> batch);
  status import_into(storage::gallery_partition& partition,
                     const std::vector<subject_record>& people,
                     std::atomic<std::uint64_t>& fresh) const;

  session& session_;
  gallery_kind gallery_;
  std::vector<subject_record> waiting_;
  std::atomic<std::uint64_t> imported_ = 0, passed_over_ = 0;
  std::future<status> under_way_;  ///< last: ends before what it uses
};

status importer::import_into(storage::gallery_partition& partition,
                             const std::vector<subject_record>& people,
                             std::atomic<std::uint64_t>& fresh) const {
  std::vector<subject_record> wanted;
  {
    WHORL_ASSIGN(const auto view, partition.view());
    for (const auto& person : people) {
      const auto row = view->subject(person.subject);
      if (!row && row.error().code != errc::not_found) return row.error();
      if (!row) {
        wanted.push_back(person);
        continue;
      }
      WHORL_ASSIGN(const bytes kept, session_.store().keys->open(row->record));
      if (kept != wire::encode(person))
        return make_error(errc::conflict,
                          "subject " + to_string(person.subject) +
                              " is in the gallery with other content: give the people "
                              "another register or seed");
    }
  }
  fresh += wanted.size();
  return wanted.empty() ? status{} : partition.import(wanted, wall_now());
}

status importer::finish() {
  WHORL_TRY(flush());
  return settle();
}

status importer::flush() {
  WHORL_TRY(settle());
  under_way_ = std::async(std::launch::async, [this, batch = std::move(waiting_)]() mutable {
    return import_batch(std::move(batch));
  });
  waiting_.clear();
  return {};
}

status importer::import_batch(std::vector<subject_record> batch) {
  auto& partitions = session_.store().gallery(gallery_);
  std::vector<std::vector<subject_record>> by_partition(partitions.size());
  const std::size_t people = batch.size();
  for (auto& person : batch)
    by_partition[partition_of(person.subject, static_cast<std::uint32_t>(partitions.size()))]
        .push_back(std::move(person));
  std::vector<status> outcomes(partitions.size());
  std::atomic<std::uint64_t> fresh{0};
  storage::parallel_for(partitions.size(), [&](std::size_t i) {
    if (!by_partition[i].empty()) outcomes[i] = import_into(*partitions[i], by_partition[i], fresh);
  });
  for (auto& outcome : outcomes) WHORL_TRY(std::move(outcome));
  imported_ += fresh;
  passed_over_ += people - fresh;
  return {};
}

result<digest> import_population(importer& into, const std::string& file, bool quiet) {
  WHORL_ASSIGN(auto reader, population_reader::open(file));
  progress bar("importing " + file, reader.file_bytes() >> 10, quiet);
  for (;;) {
    WHORL_ASSIGN(auto person, reader.next());
    if (!person) break;
    WHORL_TRY(into.add(std::move(*person)));
    bar.at(reader.read_bytes() >> 10);
  }
  WHORL_TRY(into.finish());
  return reader.content();
}

/// Real prints have no names of people: the record says where they came from.
result<digest> import_folder(importer& into, const std::string& folder, int impression) {
  WHORL_ASSIGN(const auto files, read_template_folder(folder));
  const auto people = people_of(files, impression);
  if (people.empty())
    return make_error(errc::invalid_input,
                      folder + " has no impression " + std::to_string(impression));
  bytes all;
  for (const auto& [name, prints] : people) {
    std::string label = std::filesystem::path(folder).filename().string() + "," + name;
    std::replace(label.begin(), label.end(), '_', '-');
    for (char& c : label) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    const auto mark = storage::sha256(std::as_bytes(std::span(label)));
    std::uint64_t id = 0;
    for (std::size_t i = 0; i < 8; ++i) id = id << 8 | std::to_integer<std::uint64_t>(mark[i]);
    subject_record person{{id}, prints, {}};
    person.who.name = label.substr(0, 30);
    const bytes encoded = wire::encode(person);
    all.insert(all.end(), encoded.begin(), encoded.end());
    WHORL_TRY(into.add(std::move(person)));
  }
  WHORL_TRY(into.finish());
  return storage::sha256(all);
}

result<int> run(const context& ctx, session& s, const import_options& o) {
  WHORL_ASSIGN(const gallery_kind gallery, parse_gallery_kind(o.gallery));
  WHORL_ASSIGN(const auto files, o.folders ? result<std::vector<std::string>>(o.files)
                                           : expand(o.files, ".whorl-people"));
  for (const std::string& file : files) {
    importer into(s, gallery);
    const auto content = o.folders ? import_folder(into, file, o.impression)
                                   : import_population(into, file, ctx.quiet || ctx.as_json);
    if (!content)
      return make_error(content.error().code,
                        content.error().message + "; " + with_commas(into.imported()) +
                            " people were imported before; run it again when mended");
    const gallery_imported fact_of_it{into.imported(), *content, wall_now(), s.who().name};
    storage::append_request audit = s.audit(
        "gallery import", std::string(to_string(gallery)), "bulk load",
        file + ": " + std::to_string(into.imported()) + " people, " + storage::hex(*content));
    std::vector<storage::append_request> batch;
    if (into.imported() > 0)
      batch.push_back(
          {stream_of(gallery), audit.message_id, std::nullopt, wire::encode(fact(fact_of_it))});
    batch.push_back(std::move(audit));
    WHORL_TRY(s.append(std::move(batch)));
    if (ctx.as_json)
      print_line({{"event", "imported"},
                  {"gallery", to_string(gallery)},
                  {"file", file},
                  {"people", into.imported()},
                  {"already_there", into.passed_over()}});
    else if (!ctx.quiet)
      std::cout << to_string(gallery) << ": " << with_commas(into.imported()) << " people from "
                << file
                << (into.passed_over() > 0
                        ? ", " + with_commas(into.passed_over()) + " were there already"
                        : "")
                << "\n";
  }
  return exit_done;
}

}  // namespace

void add_gallery_import(CLI::App& gallery, context& ctx) {
  auto* sub =
      gallery.add_subcommand("import", "people in bulk: population files or folders of templates");
  const auto o = std::make_shared<import_options>();
  sub->add_option("gallery", o->gallery, "criminal or immigration")->required();
  sub->add_option("files", o->files, ".whorl-people files or folders of them")->required();
  sub->add_flag("--person-from-folder", o->folders,
                "folders hold FINGER_IMPRESSION.iso (the folder is one person) or "
                "PERSON-FINGER_IMPRESSION.iso");
  sub->add_option("--impression", o->impression, "which impression of the templates is enrolled")
      ->capture_default_str();
  sub->footer(
      "Examples:\n  whorl gallery import criminal people.whorl-people\n"
      "  whorl gallery import immigration --person-from-folder --impression 1 prints/fvc2002_db1b");
  on_run(*sub, ctx, [&ctx, o] {
    return with_session(ctx, actors::permission::manage_gallery,
                        [&](session& s) { return run(ctx, s, *o); });
  });
}

}  // namespace whorl::apps
