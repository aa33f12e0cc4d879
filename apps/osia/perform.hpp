// One call of an operation, done: what is answered and what the audit is to hold of it. Blocks.
#pragma once

#include "apps/osia/changes.hpp"
#include "apps/osia/operations.hpp"
#include "apps/osia/search.hpp"

namespace whorl::apps::osia {

struct call {
  asked_path where;
  json body;  ///< null for an operation without one
  author by;
};

struct answer {
  unsigned status = 200;
  std::optional<json> body;
  std::vector<storage::append_request> audit;  ///< durable before the answer goes out
};

class performer {
 public:
  performer(storage::store& store, actors::local_node& node, const surroundings& from)
      : people_(store), changes_(store, node, from), node_(node), from_(from) {}

  /// All operations but those on tasks; of a call that passed `check`. Errors become the
  /// operation's statuses (errors.hpp).
  result<answer> operator()(const call& what);

  /// What can be told wrong before any work: ids, the body's form, the gallery. The same errors.
  static status check(const call& what);

 private:
  result<answer> create(const call& what);
  result<answer> update(const call& what);
  result<answer> change(const call& what);
  result<answer> read(const call& what);
  result<answer> templates(const call& what);
  result<answer> search(const call& what);
  result<answer> verify_person(const call& what);
  result<answer> verify_bio(const call& what);
  result<answer> list(const call& what);
  result<std::vector<probe_print>> probe_of(const call& what, std::optional<subject_id>& whose);
  void note(answer& to, const call& what, const std::string& action, const std::string& object,
            const std::string& purpose, const std::string& detail = {});

  people people_;
  changes changes_;
  actors::local_node& node_;
  surroundings from_;
};

}  // namespace whorl::apps::osia
