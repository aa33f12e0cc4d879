// Every explicit limit on what comes from outside or is held inside, in one place.
#pragma once

#include <cstddef>
#include <cstdint>

namespace whorl::limits {

/// Largest transaction file accepted, bytes. The largest real sample is 2.4 MB.
inline constexpr std::size_t transaction_bytes_max = 8u << 20;
/// Records in one transaction: CNT of ANSI/NIST-ITL counts with two digits, plus room.
inline constexpr std::size_t transaction_records_max = 256;
/// Fields in one record; Type-2 user fields go up to 999.
inline constexpr std::size_t record_fields_max = 1024;
/// Subfields in one field and items in one subfield (255 minutiae with 12 items fit).
inline constexpr std::size_t field_subfields_max = 4096;
/// Minutiae in one print: the count is one byte in ISO 19794-2:2005 and ANSI 378-2004.
inline constexpr std::size_t minutiae_max = 255;
/// Fewest minutiae of a print that is searched; below, the finger is treated as missing.
inline constexpr std::size_t minutiae_min = 6;
/// Views (prints) in one ISO or ANSI template record.
inline constexpr std::size_t template_views_max = 176;
inline constexpr std::size_t template_bytes_max = 64u << 10;
/// What another system keeps with an enrolled record, bytes.
inline constexpr std::size_t record_document_bytes_max = 128u << 10;
/// Fingers of one probe or enrolled person.
inline constexpr std::size_t fingers_max = 10;

/// One Cap'n Proto message, bytes; CAF messages stay below 10 MiB.
inline constexpr std::size_t wire_bytes_max = 8u << 20;
/// Traversal limit of the reader, in words of 8 bytes (amplification guard).
inline constexpr std::uint64_t wire_traversal_words_max = 4u << 20;
inline constexpr int wire_nesting_max = 16;

/// Partitions of one gallery.
inline constexpr std::uint32_t partitions_max = 1024;
/// Of one cluster: nodes, replicas of a partition, and the length of a node's name, bytes.
inline constexpr std::size_t nodes_max = 1024;
inline constexpr std::uint32_t replicas_max = 8;
/// Nodes named for one partition while all its replicas move at once.
inline constexpr std::size_t placed_nodes_max = 2 * replicas_max;
inline constexpr std::size_t node_name_max = 64;
/// Exchanges of one store; bytes of a key; keys of one page from one exchange to another, and
/// changes that one may be behind before it lists all keys again.
inline constexpr std::size_t exchanges_max = 8;
inline constexpr std::size_t key_bytes = 32;
inline constexpr std::size_t key_page_keys_max = 8192;
inline constexpr std::size_t key_changes_kept_max = 262'144;
/// One piece of a replica's copy, or of the facts it follows: bytes beyond its first row or fact,
/// rows, facts; the bytes of a row's key are LMDB's limit.
inline constexpr std::size_t replicated_bytes_max = 2u << 20;
inline constexpr std::size_t copied_rows_max = 65'536;
inline constexpr std::size_t replicated_facts_max = 1024;
inline constexpr std::size_t stored_key_max = 511;
/// Copies of partitions that are being sent at once.
inline constexpr std::size_t copies_max = 16;
/// Coarse candidates one partition returns, and the query keeps after the global cut.
inline constexpr std::uint32_t coarse_candidates_max = 1024;
/// Candidates listed in a decision.
inline constexpr std::size_t decided_candidates_max = 20;
/// Bookings accepted and not yet answered, per node; one more is refused as overloaded.
inline constexpr std::size_t bookings_in_flight_max = 64;
/// Accepted bookings that state bureaus forward later; one more is refused as overloaded.
inline constexpr std::size_t bookings_held_max = 65'536;
/// Bookings that the journal may take yet, after their sender was refused.
inline constexpr std::size_t bookings_in_doubt_max = 4096;
/// Handed in and not yet answered, per node, in submissions and in bytes: one more is refused as
/// overloaded. Eight of the largest, or a few thousand usual ones' worth of bytes.
inline constexpr std::size_t submissions_waiting_max = 256;
inline constexpr std::size_t submission_bytes_waiting_max = 64u << 20;
/// Of them, copies of one booking that wait for the first to be accepted.
inline constexpr std::size_t copies_waiting_max = 16;
/// Submissions one caller of a node has on their way at once.
inline constexpr std::size_t submissions_ahead_max = 32;
/// Aliases of one booked person; EBTS 2.019 allows ten.
inline constexpr std::size_t aliases_max = 64;
/// Facts and bytes of one group commit; what is more becomes another.
inline constexpr std::size_t journal_batch_max = 1024;
inline constexpr std::size_t journal_batch_bytes_max = 32u << 20;
/// Facts and bytes that a producer keeps in case the cluster loses what it acknowledged; beyond,
/// overloaded. Kept five minutes each, the first is 870 facts a second.
inline constexpr std::size_t outbox_facts_max = 262'144;
inline constexpr std::size_t outbox_bytes_max = 2u << 30;
/// Key and value of the cluster's bucket, bytes.
inline constexpr std::size_t bucket_key_max = 128;
inline constexpr std::size_t bucket_value_max = 1u << 20;
/// Payloads and bytes sealed with one sync.
inline constexpr std::size_t seal_batch_max = 256;
inline constexpr std::size_t seal_batch_bytes_max = 32u << 20;
/// Probes a shard keeps prepared: a little more than the bookings under way.
inline constexpr std::size_t probes_prepared_max = 2 * bookings_in_flight_max;
/// Scans of one partition that wait for its projection; one more is answered as missing.
inline constexpr std::size_t scans_parked_max = 1024;
/// Of them, how many share one pass over a partition.
inline constexpr std::size_t scan_batch_max = 32;
/// Sketches a replica looks at before others have their turn on its thread: about 10 ms.
inline constexpr std::size_t scan_turn_sketches = 16'384;
/// Facts of "bookings" a notification turn reads, messages a dispatcher's turn delivers, facts of
/// one read at start.
inline constexpr std::uint64_t notification_turn_max = 256;
inline constexpr std::size_t dispatcher_turn_max = 64;
inline constexpr std::uint64_t recovery_read_max = 256;
/// Bytes of transaction files one batch of `whorl book` holds, beyond its first file.
inline constexpr std::size_t book_batch_bytes_max = 32u << 20;
/// Length of names, ids and reasons typed by people, bytes.
inline constexpr std::size_t text_max = 1024;

/// The configuration file, bytes: 18,000 agencies with a mode of their own take 400 KB.
inline constexpr std::size_t config_bytes_max = 1u << 20;
/// Dots or open brackets of one line of it, and brackets left open over lines. Each can open a
/// table in a table, and the reader of TOML goes down one call a table.
inline constexpr std::size_t config_nesting_max = 16;
/// Steps of one case; those that end it, hold it or protect the person, and the exchange's own, are
/// taken beyond that. Remarks (notes, notices) do not count among them; of one person on one case.
inline constexpr std::size_t case_steps_max = 1000;
inline constexpr std::size_t case_remarks_max = 50;
/// Sent by a client with a step, so that it is taken once; and an offence's count, bytes.
inline constexpr std::size_t step_request_max = 64;
inline constexpr std::size_t offence_count_max = 16;
/// A rule-set's file (bytes), criteria and categories.
inline constexpr std::size_t rule_file_bytes_max = 256u << 10;
inline constexpr std::size_t rule_criteria_max = 256;
/// One person of a population file, encoded, bytes.
inline constexpr std::size_t person_bytes_max = 1u << 20;

/// The HTTP gateway: bytes of a request's target and of its head, connections, those of them that
/// have shown no certificate of ours, bytes of bodies that are being received at once (beyond, 503
/// before anything is read), bytes thrown away after a refusal, and senders whose rate is kept.
inline constexpr std::size_t http_target_bytes_max = 2048;
inline constexpr std::size_t http_head_bytes_max = 16u << 10;
inline constexpr std::size_t http_connections_max = 4096;
inline constexpr std::size_t http_strangers_max = 1024;
inline constexpr std::size_t http_strangers_per_address_max = 256;
inline constexpr std::size_t http_body_bytes_waiting_max = 64u << 20;
inline constexpr std::size_t http_thrown_away_bytes_max = 64u << 20;
inline constexpr std::size_t http_senders_max = 4096;
/// Bytes of a token; connections on which a booking's progress is followed.
inline constexpr std::size_t http_token_bytes_max = 2048;
inline constexpr std::size_t http_streams_max = 256;
/// Steps of cases that wait to be taken.
inline constexpr std::size_t http_steps_waiting_max = 64;
/// Requests that wait for each thread beside the connections' (large JSON, pages, what reads all).
inline constexpr std::size_t http_aside_max = 64;
/// Bytes of one answer that the program takes as a client.
inline constexpr std::size_t http_answer_bytes_max = 64u << 20;
/// Rows of one listing.
inline constexpr std::size_t http_rows_max = 1000;

/// The OSIA interface: bytes of a person's or encounter's id, candidates of one identification,
/// rows of a page, encounters of one person, and deletions after which a person's id can be taken
/// anew.
inline constexpr std::size_t osia_id_bytes_max = 128;
inline constexpr long osia_candidates_max = 64;
inline constexpr long osia_page_max = 1000;
inline constexpr std::size_t osia_encounters_max = 256;
inline constexpr unsigned osia_generations_max = 64;
/// Bytes of a request's body, JSON levels in it, requests that wait to be worked on (one more is
/// refused as overloaded) and their bytes, tasks that are kept, and the bytes of what they
/// answered.
inline constexpr std::size_t osia_body_bytes_max = 2u << 20;
inline constexpr std::size_t osia_nesting_max = 32;
inline constexpr std::size_t osia_requests_waiting_max = 256;
inline constexpr std::size_t osia_waiting_bytes_max = 16u << 20;
inline constexpr std::size_t osia_tasks_max = 1024;
inline constexpr std::size_t osia_answer_bytes_max = 64u << 20;
inline constexpr std::int64_t osia_task_kept_ms = 60 * 60 * 1000;
/// A callback: bytes of its URL, deliveries that are tried, and how long each may take.
inline constexpr std::size_t osia_callback_bytes_max = 1024;
inline constexpr int osia_deliveries_max = 3;
inline constexpr long osia_delivery_ms = 10'000;

}  // namespace whorl::limits
