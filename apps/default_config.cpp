// What `whorl init` writes.
#include "apps/config.hpp"

namespace whorl::apps {
namespace {

constexpr const char* commented_defaults =
    R"(# whorl: who acts, which jurisdiction is how far activated, and the node's numbers.
# Everything here is about synthetic people and agencies that do not exist.

default_principal = "operator"

# role: lea (books for its own ORI), sib (books for every ORI of its state), examiner (decides
# reviews, confirms prints), analyst (answers status queries), field_officer (works the cases of its
# state), officer_287g (an agency's, trained for the immigration side), operator (galleries and
# store), oversight (reads cases and the audit)
# protected_records: one of those who see the cases of victims, witnesses and protected people; to
# everybody else they are not there
[[principal]]
name = "operator"
role = "operator"

[[principal]]
name = "state-bureau"
role = "sib"
ori = "ZZ"

[[principal]]
name = "city-police"
role = "lea"
ori = "ZZPD00001"

[[principal]]
name = "examiner"
role = "examiner"
protected_records = true

[[principal]]
name = "second-examiner"
role = "examiner"

[[principal]]
name = "analyst"
role = "analyst"
protected_records = true

[[principal]]
name = "field-office"
role = "field_officer"
ori = "ZZ"
protected_records = true

[[principal]]
name = "oversight"
role = "oversight"
protected_records = true

# inactive: criminal search only, the prints never reach the immigration gallery
# limited: both are searched, the agency is not told about the immigration side
# full: both are searched, the agency is told
[jurisdictions]
default_mode = "inactive"

[jurisdictions.by_state]
ZZ = "full"

[jurisdictions.by_ori]
ZZSO00002 = "limited"
ZZSO00003 = "inactive"

# The dated log of what was agreed: the newest change that has begun counts, of an agency before its
# state's. `whorl jurisdictions` shows it.
# [[jurisdictions.change]]
# place = "ZZSO00003"
# mode = "full"
# from = 2027-01-01
# basis = "memorandum of agreement of 2026-12-01"

# Agencies that are no jails: state_prison, probation or parole. Whoever is on probation or parole
# is in nobody's custody, so that no detainer can be issued.
# [jurisdictions.sources]
# ZZDC00004 = "state_prison"

# Time zones of agencies whose state has two, or of a whole state; else that of most of its people.
# By it a detainer's 48 hours end; what was told of one stands, whatever is written here later.
# [jurisdictions.time_zones]
# ZZSO00002 = "America/Denver"

[node]
threads = 0                  # workers of searches; 0: one a core
in_flight_max = 64           # bookings under way at once
top_k = 64                   # candidates that are matched precisely
use_index = true             # of partitions of 65,536 people and more; false: look at everybody
booking_deadline_hours = 24  # then a booking ends with an error answer
stall_seconds = 60           # a command that waits gives up when nothing moves for so long
retention_days = 30          # after its last answer a booking's data are destroyed; -1: never
purge_every_hours = 24       # so often `whorl serve` looks for what is due; 0: `whorl purge` alone

# Where answers of asynchronous OSIA calls may be sent, "host" or "host:port"; none: nowhere.
[osia]
callback_hosts = []

# Rule-sets give cases their level (docs/RULES.md). files: your own, below this folder, beside those
# that come with the program. as_of: the rules of that day instead of today's.
[rules]
files = []
# as_of = 2011-03-02

# What a state's bureau does with bookings of its agencies: without a rule it forwards them at once.
# [[state_bureau]]
# state = "ZZ"
# delay_minutes = 30         # accepted, and searched so much later
# rejects = "send them through the bureau"   # what agencies hand in by themselves; empty: nothing

# Facts stand in three copies on nats-servers (JetStream) in place of this store's folder journal/:
# to be decided before the first booking (docs/CLUSTER.md). Files are found from this folder.
# [journal]
# servers = ["tls://nats-1:4222", "tls://nats-2:4222", "tls://nats-3:4222"]
# replicas = 3
# prefix = "whorl"           # of the streams' names
# patience_seconds = 30      # of a command, while the servers have no leader
# authority = "nats/ca.pem"
# certificate = "nats/exchange.pem"
# key = "nats/exchange.key"
# user = "whorl"
# password_file = "nats/password"         # or credentials_file

# This store's `whorl serve` is the exchange of a cluster: nodes (`whorl node`) hold replicas of its
# partitions and answer searches (docs/CLUSTER.md). Files are found from this folder.
# [cluster]
# listen = "127.0.0.1:7400"  # the cluster's own interface
# replicas = 2               # of each partition
# first_nodes = 1            # that are waited for before partitions are placed
# copies_at_once = 2         # to and from one node
# suspect_ms = 1000          # without a sign of life: not searched
# dead_seconds = 30          # without a sign of life: its replicas are placed elsewhere
# certificate = "cluster/exchange.pem"    # `whorl pki --folder cluster issue --node exchange`
# key = "cluster/exchange.key"
# authority = "cluster/ca.pem"

# A second machine that takes over: two stores, each with its own `whorl serve` and this table, over
# one [journal]; one of them acts, the other stands by (docs/CLUSTER.md).
# [exchange]
# name = "exchange-a"        # of its certificate: `whorl pki issue --node exchange-a`
# lease_seconds = 20         # without a sign of life: the other may take over
# certificate = "pki/nodes/exchange-a.pem"
# key = "pki/nodes/exchange-a.key"
# authority = "pki/ca.pem"
# [[exchange.peer]]
# name = "exchange-b"
# url = "https://exchange-b.example:8443"

[cases]
stale_after_days = 365       # an older status record asks for an interview before a detainer
cannot_receive = []          # states and agencies that cannot receive second responses
criminal_examiners = 1       # that must find the same before a review is decided: 1 to 3
immigration_examiners = 1    # and in the other gallery; what it opens is confirmed by one more
disagreement_hours = 24      # a review that examiners disagree on is overdue after so long
)";

}  // namespace

std::string default_config() { return commented_defaults; }

}  // namespace whorl::apps
