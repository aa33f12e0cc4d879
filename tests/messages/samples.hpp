// One fixed value of every type that wire encodes, every field set and different: for golden files
// and for tests that damage an encoding byte by byte. A change here needs new golden files.
#pragma once

#include <string>
#include <vector>

#include "messages/cluster.hpp"
#include "messages/exchanges.hpp"
#include "messages/facts.hpp"
#include "messages/replication.hpp"
#include "messages/search.hpp"

namespace whorl::test {

struct named_fact {
  std::string name;  ///< of its golden file
  fact what;
};

/// One of each kind, in the order of the variant.
std::vector<named_fact> sample_facts();
std::vector<probe_print> sample_prints();
biographics sample_biographics();
subject_record sample_record();
subject_record sample_record_with_document();
probe sample_probe();
/// What later versions added to the two, set.
probe sample_exchanged_probe();
fact sample_reordered_answer();
fact sample_case_step();
fact sample_told_release();
fact sample_accepted_of_prison();
round_one_request sample_round_one_request();
round_one_reply sample_round_one_reply();
round_two_request sample_round_two_request();
round_two_reply sample_round_two_reply();
node_report sample_node_report();
node_report sample_numbered_report();
partition_map sample_partition_map();
facts_request sample_facts_request();
facts_request sample_checked_request();
facts_reply sample_facts_reply();
rows_request sample_rows_request();
rows_reply sample_rows_reply();
lease_record sample_lease_record();
succession_record sample_succession_record();
key_page sample_key_page();

}  // namespace whorl::test
