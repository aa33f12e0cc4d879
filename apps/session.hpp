// One command's hold on a store: configuration, the principal it acts as, the open store, and the
// node that is started when something must be booked or appended. Closed in order by its
// destructor.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actors/local_node.hpp"
#include "apps/casework/case_board.hpp"
#include "apps/cli.hpp"
#include "apps/config.hpp"
#include "apps/store_journal.hpp"
#include "storage/store.hpp"

namespace whorl::apps {

/// What a process does to the store of one of several exchanges while it holds their lease.
struct exchange_hold {
  std::function<status()> may_append;               ///< whether it still does
  std::vector<storage::append_request> first_rows;  ///< appended before anything is read
};

class session {
 public:
  /// Errors of the configuration, then of the store (storage::open_store). Where whorl.toml has
  /// [exchange] and nothing is held, the store can be read, and refuses every change.
  static result<std::unique_ptr<session>> open(const context& ctx,
                                               const exchange_hold* held = nullptr);
  /// Stops the node and keeps the head of the audit as this command leaves it.
  ~session();

  const config& settings() const { return settings_; }
  const actors::principal& who() const { return who_; }
  storage::store& store() { return *store_; }
  /// Its open cases; one for all that ask.
  case_board& board() { return *board_; }
  std::string default_outbox() const { return store_->folder + "/outbox"; }
  /// Where answers go; to be set before the node starts.
  void set_outbox(std::string folder) { outbox_ = std::move(folder); }

  /// The node is the exchange of the configuration's cluster, if there is one; to be set before
  /// the node starts. Without it a command books by itself.
  /// `is_current`: as exchange_settings says.
  void join_cluster(actors::event_function on_event, std::function<bool()> is_current = {}) {
    is_exchange_ = true;
    on_event_ = std::move(on_event);
    is_current_ = std::move(is_current);
  }
  /// Of a journal on servers: sends again what they lost. To be called now and then by whoever
  /// keeps the session for long; safe beside the node.
  status settle_journal();
  /// Of such a journal: facts that are not known to be with the servers; nothing of any other.
  std::optional<std::uint64_t> journal_open() const;

  /// In place of what whorl.toml says; to be set before the node starts.
  void set_use_index(bool use) { settings_.use_index = use; }

  /// forbidden, with the principals of the configuration that may.
  status require(actors::permission what) const;
  /// Started at the first call.
  result<actors::local_node*> node();
  /// Appends all; the first error is returned.
  status append(std::vector<storage::append_request> batch);
  /// Stops the node and brings every projection to the journal's tail: what a fact erased is
  /// overwritten when this returns, not at the next start. Errors: of catch_up, finish_erasing.
  status settle();
  /// An append of this command's audit row.
  storage::append_request audit(std::string action, std::string object, std::string purpose,
                                std::string detail = {}) const;
  /// Of somebody else's, whom this process serves; stamped with this moment.
  static storage::append_request audit_of(audit_row row);

  storage::gallery_partition& partition_of_subject(gallery_kind gallery, subject_id subject);
  /// The row of an enrolled subject. not_found names the gallery.
  result<storage::subject_row> subject(gallery_kind gallery, subject_id subject);
  /// What was sealed. Errors: purged, corrupt.
  result<biographics> open_biographics(const sealed_payload& sealed) const;

 private:
  session() = default;
  status keep_head() const;
  config settings_;
  actors::principal who_;
  std::unique_ptr<storage::store> store_;
  std::unique_ptr<case_board> board_;
  std::string outbox_;
  std::unique_ptr<actors::local_node> node_;  ///< dies before the store
  bool is_exchange_ = false;
  bool only_reads_ = false;  ///< one of several exchanges, without their lease
  std::function<bool()> is_current_;
  actors::event_function on_event_;
  storage::jetstream::outbox_journal* remote_journal_ = nullptr;  ///< the store's, if it has one
  bool had_node_ = false;  ///< something may have been appended
};

/// Opens a session, asks for the permission (none: nothing is asked), runs.
result<int> with_session(const context& ctx, std::optional<actors::permission> needed,
                         const std::function<result<int>(session&)>& run,
                         const exchange_hold* held = nullptr);

/// The wall clock, read by commands only.
instant wall_now();

}  // namespace whorl::apps
