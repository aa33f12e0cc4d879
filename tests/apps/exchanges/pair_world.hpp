// Three exchanges of one journal in virtual time, from a seed: the production code of the lease
// (lease_keeper), the keys (keyring, key_feed, key_position) and standing by (held_back_journal,
// may_take_over) on threads that run one at a time (turns.hpp), between a bucket, a journal and
// connections that lose and delay. Modelled here, and not the program's own: the servers
// themselves, HTTP, the loop of `whorl serve` and its append behind the fence.
//
//   standing by: takes keys over, applies what it has the keys for -> holds the lease -> a row in
//   each stream -> applies the rest -> books and destroys -> loses the lease: started again
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "apps/exchanges/held_back_journal.hpp"
#include "apps/exchanges/key_feed.hpp"
#include "apps/exchanges/key_position.hpp"
#include "apps/exchanges/lease_keeper.hpp"
#include "storage/coordination.hpp"
#include "storage/journal.hpp"
#include "storage/keyring.hpp"
#include "tests/apps/exchanges/turns.hpp"
#include "tests/support.hpp"

namespace whorl::test {

inline const std::vector<std::string> names{"a", "b", "c"};

/// Each of a thousand; a seed draws how much of it there is.
struct pair_trouble {
  unsigned lost = 0;          ///< requests and answers, each
  std::int64_t late_ms = 20;  ///< at most, each way
  unsigned crash = 0, freeze = 0, stop = 0, cut_off = 0,
           apart = 0;  ///< of one process, at each look
};

class pair_world;

/// A process of an exchange, from its start to its end. Its folder stays.
class exchange_process {
 public:
  exchange_process(pair_world& world, const std::string& name);

  bool acts() const { return acts_; }
  bool has_ended() const { return ended_; }
  void stop() { stop_ = true; }  ///< in order, as by SIGTERM
  apps::exchanges::key_feed* feed() { return feed_.get(); }
  std::uint64_t epoch() const { return lease_->epoch(); }

 private:
  void keep_lease();
  void follow_keys();
  status take_keys(const std::string& from);
  result<key_page> ask_for_keys(const std::string& from);
  void work();
  status stand_by();
  status begin_to_act();
  void act();
  void book();
  void destroy_one();
  status append(stream_id stream, const std::string& message_id);
  status apply(const storage::journal& log);
  void check_keys(const std::string& when);

  pair_world& world_;
  const std::string name_;
  std::unique_ptr<storage::own_keyring> keys_;
  std::unique_ptr<apps::exchanges::lease_keeper> lease_;
  std::unique_ptr<storage::journal> log_;
  apps::exchanges::held_back_journal held_back_;
  std::optional<std::uint64_t> marked_;
  std::array<std::uint64_t, 6> tails_{};
  apps::exchanges::key_position at_;
  std::unique_ptr<apps::exchanges::key_feed> feed_;
  bool acts_ = false, stop_ = false, ended_ = false;
  bool lease_over_ = false, keys_over_ = false;  ///< those threads have ended
};

class pair_world {
 public:
  explicit pair_world(std::uint64_t seed);
  ~pair_world();

  /// Faults for so long; then nothing is lost any more, and all are started again.
  void run(std::int64_t ms);
  void heal();

  /// What was broken, in words, with when; the first ones.
  const std::vector<std::string>& broken() const { return broken_; }
  /// The one that acts, with all others in sync; else why not.
  std::optional<std::string> not_at_rest() const;
  std::size_t bookings() const { return acknowledged_.size(); }
  std::size_t takeovers() const { return takeovers_; }
  std::size_t fenced() const { return fenced_; }

 private:
  friend class exchange_process;
  friend class remote_journal;
  friend class remote_bucket;

  struct booking {
    std::uint64_t number = 0;
    sealed_payload payload;
  };
  struct stream {
    std::vector<fact_record> facts;
    std::map<std::string, std::uint64_t, std::less<>> by_id;
    std::uint64_t epoch = 0;  ///< of whoever has begun to act here last
  };

  const std::string& drawn_victim();
  void trouble_one();
  void freeze_in_append(const std::string& name);
  void end(const std::string& name);
  void start_and_end();
  bool reaches_servers(const std::string& name);
  bool reaches(const std::string& one, const std::string& other);
  /// Half a round trip to the servers; false: lost.
  bool travel(const std::string& name);
  void broke(const std::string& what);
  storage::append_outcome add(stream_id stream, const storage::append_request& what,
                              std::uint64_t epoch);

  temp_folder folder_;
  std::int64_t healed_ms_ = -1;
  std::map<std::string, std::int64_t> cut_off_until_;
  std::map<std::pair<std::string, std::string>, std::int64_t> apart_until_;
  std::map<std::string, std::int64_t> starts_at_;
  std::shared_ptr<storage::coordination> bucket_ = storage::make_coordination_in_memory();
  std::map<stream_id, stream> streams_;
  std::map<std::string, booking> sealed_;  ///< by message id: what a fact holds
  std::map<std::string, std::map<stream_id, std::uint64_t>> applied_;  ///< by store
  std::set<std::uint64_t> acknowledged_, destroying_, destroyed_;
  std::uint64_t incarnations_ = 0, numbers_ = 0;
  std::size_t takeovers_ = 0, fenced_ = 0;
  std::vector<std::string> broken_;
  pair_trouble trouble_;
  std::map<std::string, std::unique_ptr<exchange_process>> processes_;
  turns turns_;  ///< last: its threads end first
};

}  // namespace whorl::test
