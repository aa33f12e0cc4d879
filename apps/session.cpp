#include "apps/session.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <random>

#include "messages/limits.hpp"
#include "messages/wire.hpp"
#include "storage/jetstream/outbox_journal.hpp"

namespace whorl::apps {

instant wall_now() {
  using namespace std::chrono;
  return {duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count()};
}

namespace {

error not_the_exchange() {
  return make_error(errc::conflict,
                    "this store is one of several exchanges ([exchange] in whorl.toml): `whorl "
                    "serve` alone changes it, while it holds the lease; ask with --server");
}

/// The journal of the configuration, appended to by whoever holds the lease.
result<store_journal> journal_of(const std::string& folder, const config& settings,
                                 const exchange_hold* held) {
  if (!settings.exchange) return open_store_journal(folder, settings);
  if (held == nullptr) {
    WHORL_ASSIGN(auto remote, open_remote_journal(*settings.journal,
                                                  []() -> status { return not_the_exchange(); }));
    return store_journal{std::move(remote), nullptr};
  }
  WHORL_ASSIGN(auto out, open_store_journal(folder, settings, held->may_append));
  for (const auto& outcome : out.log->append(held->first_rows))
    if (!outcome) return outcome.error();
  return out;
}

}  // namespace

result<std::unique_ptr<session>> session::open(const context& ctx, const exchange_hold* held) {
  std::unique_ptr<session> out(new session);
  const std::string file = ctx.store + "/whorl.toml";
  // A folder without store: let the store say so, it names the way out.
  if (std::filesystem::exists(ctx.store + "/FORMAT")) {
    WHORL_ASSIGN(out->settings_, read_config(file));
    WHORL_ASSIGN(out->who_, find_principal(out->settings_, ctx.as));
  }
  const bool keyless = !std::filesystem::exists(storage::private_key_file(ctx.store));
  WHORL_ASSIGN(store_journal other, journal_of(ctx.store, out->settings_, held));
  out->remote_journal_ = other.to_settle;
  // A fact whose key is not here would be passed over for ever: who holds no lease applies none.
  out->only_reads_ = out->settings_.exchange && held == nullptr;
  auto opened = storage::open_store(ctx.store, {}, std::move(other.log), !out->only_reads_);
  if (!opened && opened.error().code == errc::corrupt)
    return make_error(errc::corrupt,
                      opened.error().message + "; `whorl scrub` says what can be mended");
  if (!opened) return opened.error();
  out->store_ = *std::move(opened);
  if (out->only_reads_)
    out->store_->keys->watch({[]() -> status { return not_the_exchange(); }, {}});
  out->board_ = std::make_unique<case_board>(*out->store_);
  // A store of before the heads: from now on there is one to compare with.
  if (keyless) WHORL_TRY(out->keep_head());
  out->outbox_ = out->default_outbox();
  return out;
}

status session::settle_journal() {
  if (remote_journal_ == nullptr) return {};
  WHORL_ASSIGN(const std::size_t again, remote_journal_->settle());
  if (again > 0)
    std::cerr << "whorl: the journal's servers had lost " << again
              << " facts; they were sent again\n";
  return {};
}

std::optional<std::uint64_t> session::journal_open() const {
  if (remote_journal_ == nullptr) return std::nullopt;
  return remote_journal_->open_facts();
}

session::~session() {
  if (!had_node_) return;
  node_.reset();
  if (const status settled = settle_journal(); !settled)
    std::cerr << "whorl: what the journal's servers have not confirmed is sent again at the next "
                 "start: "
              << settled.error().message << "\n";
  if (const status kept = keep_head(); !kept)
    std::cerr << "whorl: the audit's head could not be kept: " << kept.error().message << "\n";
}

status session::keep_head() const {
  WHORL_ASSIGN(const auto tail, store_->log->tail(stream_id::audit));
  return store_->signer->keep(tail, wall_now());
}

status session::require(actors::permission what) const {
  auto outcome = actors::require(who_, what);
  if (outcome) return outcome;
  std::string able;
  for (const auto& p : settings_.principals)
    if (actors::allows(p.acts_as, what)) able += (able.empty() ? "--as " : ", --as ") + p.name;
  if (able.empty()) return outcome;
  return make_error(outcome.error().code, outcome.error().message + "; in this store: " + able);
}

result<actors::local_node*> session::node() {
  if (only_reads_) return not_the_exchange();
  if (node_ == nullptr) {
    actors::local_node_settings wanted;
    wanted.modes = settings_.modes;
    wanted.bureaus = settings_.bureaus;
    wanted.cases = std::make_shared<const casework::case_settings>(settings_.cases);
    wanted.outbox_folder = outbox_;
    wanted.threads = settings_.threads;
    wanted.top_k = settings_.top_k;
    wanted.use_index = settings_.use_index;
    wanted.booking_deadline_ms = settings_.booking_deadline_hours * 60 * 60 * 1000;
    wanted.in_flight_max = settings_.in_flight_max;
    if (is_exchange_) wanted.cluster = settings_.cluster;
    if (wanted.cluster) wanted.cluster->on_event = on_event_;
    if (wanted.cluster) wanted.cluster->is_current = is_current_;
    wanted.stall_ms = settings_.stall_seconds * 1000;
    WHORL_ASSIGN(node_, actors::local_node::start(*store_, wanted));
    had_node_ = true;
  }
  return node_.get();
}

status session::append(std::vector<storage::append_request> batch) {
  WHORL_ASSIGN(actors::local_node * running, node());
  for (std::size_t at = 0; at < batch.size();) {  // within the journal's limit of one batch
    const std::size_t end = std::min(batch.size(), at + limits::journal_batch_max);
    std::vector<storage::append_request> part;
    for (; at < end; ++at) part.push_back(std::move(batch[at]));
    for (auto& outcome : running->append(std::move(part)))
      if (!outcome) return outcome.error();
  }
  return {};
}

status session::settle() {
  if (only_reads_) return not_the_exchange();
  node_.reset();
  for (storage::projection* each : store_->projections())
    WHORL_TRY(storage::catch_up(*store_->log, *each));
  for (const gallery_kind gallery : {gallery_kind::criminal, gallery_kind::immigration})
    for (const auto& partition : store_->gallery(gallery)) WHORL_TRY(partition->finish_erasing());
  return {};
}

storage::append_request session::audit(std::string action, std::string object, std::string purpose,
                                       std::string detail) const {
  return audit_of({{},
                   who_.name,
                   std::string(actors::to_string(who_.acts_as)),
                   std::move(action),
                   std::move(object),
                   std::move(purpose),
                   std::move(detail)});
}

storage::append_request session::audit_of(audit_row row) {
  thread_local std::random_device source;
  row.at = wall_now();
  char unique[20];
  std::snprintf(unique, sizeof unique, "%08x%08x", source(), source());
  return {stream_id::audit, "cmd/" + to_string(row.at) + "/" + unique, std::nullopt,
          wire::encode(fact(row))};
}

storage::gallery_partition& session::partition_of_subject(gallery_kind gallery,
                                                          subject_id subject) {
  return *store_->gallery(gallery)[partition_of(subject, store_->partition_count)];
}

result<storage::subject_row> session::subject(gallery_kind gallery, subject_id subject) {
  WHORL_ASSIGN(const auto view, partition_of_subject(gallery, subject).view());
  auto row = view->subject(subject);
  if (!row && row.error().code == errc::not_found)
    return make_error(errc::not_found, "no subject " + to_string(subject) + " in the " +
                                           std::string(to_string(gallery)) + " gallery");
  return row;
}

result<biographics> session::open_biographics(const sealed_payload& sealed) const {
  WHORL_ASSIGN(const bytes plain, store_->keys->open(sealed));
  return wire::decode_biographics(plain);
}

result<int> with_session(const context& ctx, std::optional<actors::permission> needed,
                         const std::function<result<int>(session&)>& run,
                         const exchange_hold* held) {
  auto opened = session::open(ctx, held);
  if (!opened) {
    const int code = fail(ctx, opened.error());
    return opened.error().code == errc::invalid_input ? code : exit_store;
  }
  if (needed) WHORL_TRY((*opened)->require(*needed));
  return run(**opened);
}

}  // namespace whorl::apps
