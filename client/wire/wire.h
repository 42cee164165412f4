/*
 * client/wire/wire.h - the C face of every protobuf and flatbuffers message.
 *
 * One encode or decode function per message; the C++ behind it knows nothing of sessions or
 * tables. Decoders verify before they read: a flatbuffer is checked whole, and no length,
 * offset or count from the wire is trusted. Every failure, also an exception, is ERR_PROTO
 * with a message that names the part; sizes over a limit are ERR_LIMIT. "Borrowed" spans
 * point into the message given to the decoder. Encoders append to a struct buf. Pure; any
 * thread.
 *
 * Protocol: Arrow Flight.proto, Arrow Message.fbs / Schema.fbs, barrage Barrage.fbs,
 * deephaven-core session.proto, config.proto, application.proto, table.proto, ticket.proto.
 */
#ifndef CLIENT_WIRE_WIRE_H
#define CLIENT_WIRE_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#include "base/buf.h"
#include "base/err.h"

/* --- Arrow Flight --- */

/* Flight.proto FlightData; spans are borrowed, empty when absent. */
struct wire_flight_data {
    struct bytes data_header;  /* bare Arrow Message flatbuffer */
    struct bytes app_metadata; /* Barrage wrapper */
    struct bytes data_body;
    struct bytes descriptor; /* a FlightDescriptor: where an upload goes */
};
enum err_code wire_flight_data_decode(struct bytes in, struct wire_flight_data *out,
                                      struct err *e);

/* Appends a FlightData with the parts that are not empty, in the order 1, 2, 3, 1000. */
enum err_code wire_flight_data_encode(const struct wire_flight_data *in, struct buf *out,
                                      struct err *e);

/* Appends the FlightDescriptor of an upload that makes an export of that id. */
enum err_code wire_flight_export_encode(int32_t id, struct buf *out, struct err *e);

/* The id in such a FlightDescriptor (dhview-demo); ERR_PROTO for any other. */
enum err_code wire_flight_export_decode(struct bytes in, int32_t *id, struct err *e);

/* --- Arrow IPC --- */

/* Arrow Message.fbs MessageHeader, same numbers. */
enum wire_header {
    WIRE_HEADER_NONE = 0,
    WIRE_HEADER_SCHEMA = 1,
    WIRE_HEADER_DICTIONARY = 2,
    WIRE_HEADER_BATCH = 3,
    WIRE_HEADER_TENSOR = 4,
    WIRE_HEADER_SPARSE = 5
};

/* Arrow Schema.fbs Type, same numbers; anything else a server may send is kept as its
 * number. */
enum wire_type {
    WIRE_TYPE_NONE = 0,
    WIRE_TYPE_NULL = 1,
    WIRE_TYPE_INT = 2,
    WIRE_TYPE_FLOAT = 3,
    WIRE_TYPE_BINARY = 4,
    WIRE_TYPE_UTF8 = 5,
    WIRE_TYPE_BOOL = 6,
    WIRE_TYPE_DECIMAL = 7,
    WIRE_TYPE_DATE = 8,
    WIRE_TYPE_TIME = 9,
    WIRE_TYPE_TIMESTAMP = 10,
    WIRE_TYPE_INTERVAL = 11,
    WIRE_TYPE_LIST = 12,
    WIRE_TYPE_STRUCT = 13,
    WIRE_TYPE_UNION = 14,
    WIRE_TYPE_FIXED_BINARY = 15,
    WIRE_TYPE_FIXED_LIST = 16,
    WIRE_TYPE_MAP = 17,
    WIRE_TYPE_DURATION = 18,
    WIRE_TYPE_LARGE_BINARY = 19,
    WIRE_TYPE_LARGE_UTF8 = 20,
    WIRE_TYPE_LARGE_LIST = 21,
    WIRE_TYPE_RUN_END = 22,
    WIRE_TYPE_BINARY_VIEW = 23,
    WIRE_TYPE_UTF8_VIEW = 24,
    WIRE_TYPE_LIST_VIEW = 25,
    WIRE_TYPE_LARGE_LIST_VIEW = 26
};

struct wire_pair {
    struct bytes key;   /* borrowed */
    struct bytes value; /* borrowed */
};

/* One field of a schema. Fields lie in pre-order: a field's children follow it. */
struct wire_field {
    struct bytes name; /* borrowed */
    int type;          /* enum wire_type, or a number not known here */
    int bit_width;     /* INT: bits; DECIMAL: bits; FIXED_BINARY: bytes; FIXED_LIST: items;
                          TIME: bits; FLOAT: 16, 32 or 64; else 0 */
    bool is_signed;    /* INT */
    int unit;  /* TIME, TIMESTAMP, DURATION: 0 s, 1 ms, 2 us, 3 ns; DATE: 0 day, 1 ms;
                  INTERVAL: 0 year-month, 1 day-time, 2 month-day-nano;
                  UNION: 0 sparse, 1 dense */
    int scale; /* DECIMAL: digits behind the point, may be negative */
    struct bytes zone; /* TIMESTAMP, when it is encoded: empty for none. Not decoded */
    bool nullable;
    bool dictionary;   /* dictionary-encoded */
    size_t n_children; /* direct children */
    size_t first_pair; /* metadata: pairs[first_pair .. first_pair + n_pairs - 1] */
    size_t n_pairs;
};

struct wire_schema {
    struct wire_field *fields; /* pre-order */
    size_t n_fields;
    struct wire_pair *pairs; /* fields' metadata */
    size_t n_pairs;
    struct wire_pair *table_pairs; /* schema-level metadata */
    size_t n_table_pairs;
    size_t n_columns; /* top-level fields */
};

struct wire_node {
    int64_t length;
    int64_t null_count;
};

struct wire_buffer {
    int64_t offset; /* bytes from the start of the body */
    int64_t length; /* bytes, includes padding */
};

/* A record batch header; offsets and lengths have not been compared with any body yet. */
struct wire_batch {
    int64_t length; /* rows */
    struct wire_node *nodes;
    size_t n_nodes;
    struct wire_buffer *buffers;
    size_t n_buffers;
    bool compressed;
};

#define WIRE_MAX_FIELDS 1000000 /* fields, children included, accepted in one schema */
#define WIRE_MAX_DEPTH 32       /* nesting of fields accepted */

/* Bytes of names and metadata accepted in one schema. Its fields may all name the same long
 * text, which each of them would copy. */
#define WIRE_MAX_TEXT ((size_t)64 << 20)

/* A verified Arrow Message of metadata version 5: kind, and the one header that goes with
 * it. Counts, lengths and offsets are not negative; units are those listed above. Release
 * with wire_message_release(); the spans inside borrow from the message bytes or from copy.
 */
struct wire_message {
    enum wire_header header;
    int64_t body_length;
    struct wire_schema schema; /* WIRE_HEADER_SCHEMA */
    struct wire_batch batch;   /* WIRE_HEADER_BATCH */
    uint8_t *copy; /* owned: the aligned copy that the spans borrow from, or NULL when they
                      borrow from the bytes given */
};

/* On failure *out is empty and may be released. */
enum err_code wire_message_decode(struct bytes in, struct wire_message *out, struct err *e);
void wire_message_release(struct wire_message *m); /* twice is fine */

/* Strips the IPC encapsulation (ff ff ff ff, int32 length) from the schema of an
 * ExportedTableCreationResponse; *out is borrowed from in. */
enum err_code wire_unwrap_message(struct bytes in, struct bytes *out, struct err *e);

/* The other direction, as a server sends it. wire_schema_encode() appends a schema Message;
 * fields lie in pre-order as above, dictionaries and types that are not in the list above
 * are ERR_PROTO. wire_batch_encode() appends a RecordBatch Message for a body of so many
 * bytes; what it says is not compared with any body. */
enum err_code wire_schema_encode(const struct wire_schema *in, struct buf *out,
                                 struct err *e);
enum err_code wire_batch_encode(const struct wire_batch *in, int64_t body_length,
                                struct buf *out, struct err *e);

/* Appends a message in IPC encapsulation, padded to 8 bytes. */
enum err_code wire_wrap_message(struct bytes message, struct buf *out, struct err *e);

/* --- Barrage --- */

/* Barrage.fbs BarrageMessageType, same numbers. */
enum wire_barrage {
    WIRE_BARRAGE_NONE = 0,
    WIRE_BARRAGE_SUBSCRIPTION = 5,
    WIRE_BARRAGE_UPDATE = 6,
    WIRE_BARRAGE_SNAPSHOT = 7
};

/* A span that may be absent, which differs from present and empty. */
struct wire_opt {
    struct bytes bytes; /* borrowed */
    bool present;
};

/* Barrage.fbs BarrageUpdateMetadata. Row sets, shifts and bitsets are still encoded. */
struct wire_update {
    int64_t first_seq, last_seq;
    bool is_snapshot;
    struct wire_opt viewport;
    bool reverse;
    struct wire_opt columns;
    struct wire_opt added, removed, shift, included;
    struct wire_opt *modified; /* one per column, owned by the struct */
    size_t n_modified;
    bool has_modified; /* mod_column_nodes present */
    int64_t table_size;
    uint8_t *copy; /* owned: the aligned copy that the spans borrow from */
};

/* Reads app_metadata: checks the "dphn" magic and the type, verifies the payload and
 * decodes it. Sets of modified rows that share their bytes are ERR_PROTO. *has is false,
 * and nothing is decoded, when in is empty, has another magic, or is a message of another
 * type. Release with wire_update_release(); on failure, and when *has is false, *out is
 * empty and may be released. */
enum err_code wire_update_decode(struct bytes in, struct wire_update *out, bool *has,
                                 struct err *e);
void wire_update_release(struct wire_update *u); /* twice is fine */

/* Appends the wrapper of an update as a server sends it; copy is not read. */
enum err_code wire_update_encode(const struct wire_update *in, struct buf *out,
                                 struct err *e);

/* Barrage.fbs BarrageSubscriptionRequest / BarrageSnapshotRequest with their options. Spans
 * are row set and bitset bytes. */
struct wire_subscribe {
    enum wire_barrage type; /* WIRE_BARRAGE_SUBSCRIPTION or WIRE_BARRAGE_SNAPSHOT */
    struct bytes ticket;
    struct wire_opt columns;  /* absent: all */
    struct wire_opt viewport; /* absent: a full subscription */
    bool reverse;
    bool deephaven_nulls;
    int32_t interval_ms; /* subscriptions only; 0: the server's */
    int32_t batch_size;
    int32_t max_message_size;
    int64_t list_limit; /* preview_list_length_limit; 0: none */
    uint8_t *copy;      /* decoded ones only: owned, the spans borrow from it */
};

/* Appends the Barrage wrapper, ready to be a FlightData's app_metadata. */
enum err_code wire_subscribe_encode(const struct wire_subscribe *in, struct buf *out,
                                    struct err *e);

/* Reads such a wrapper, the way a server does. Anything but a verified request of one of
 * the two types is ERR_PROTO, and so is columns_as_list, which has no place in the struct.
 * A ticket that is absent comes as an empty one. On failure *out is empty and may be
 * released. */
enum err_code wire_subscribe_decode(struct bytes in, struct wire_subscribe *out,
                                    struct err *e);
void wire_subscribe_release(struct wire_subscribe *s); /* decoded ones; twice is fine */

/* --- Deephaven services --- */

/* ticket.proto Ticket bytes wherever a ticket is asked for below. */

/* table.proto ExportedTableCreationResponse. */
struct wire_table_created {
    bool success;
    bool is_static;
    int64_t size;               /* rows; INT64_MIN: not coalesced */
    struct bytes error_info;    /* borrowed */
    struct bytes schema_header; /* borrowed; encapsulated, see wire_unwrap_message */
    struct bytes ticket;        /* borrowed; result ticket, empty when none */
    int32_t offset;             /* without one: of the operation in its batch */
};
enum err_code wire_table_created_decode(struct bytes in, struct wire_table_created *out,
                                        struct err *e);

/* table.proto ExportedTableUpdateMessage. */
struct wire_table_size {
    struct bytes ticket;  /* borrowed, empty when absent */
    int64_t size;         /* rows; -1: of a table that had failed before */
    struct bytes failure; /* borrowed; empty: none */
};
enum err_code wire_table_size_decode(struct bytes in, struct wire_table_size *out,
                                     struct err *e);

/* console.proto LogSubscriptionRequest for the lines of n levels (0: of all) later than a
 * time in microseconds since 1970, those that the server still has included. */
enum err_code wire_log_request_encode(const char *const *levels, size_t n, int64_t after_us,
                                      struct buf *out, struct err *e);

/* console.proto LogSubscriptionData: one line. */
struct wire_log_line {
    int64_t time_us;             /* since 1970, of the server's clock */
    struct bytes level, message; /* borrowed */
};
enum err_code wire_log_line_decode(struct bytes in, struct wire_log_line *out,
                                   struct err *e);

/* console.proto GetConsoleTypesResponse: the first language, which is the one that the
 * server's variables are of; borrowed, empty when it has no console. */
enum err_code wire_console_types_decode(struct bytes in, struct bytes *first,
                                        struct err *e);

enum err_code wire_start_console_encode(struct bytes ticket, struct bytes language,
                                        struct buf *out, struct err *e);
enum err_code wire_command_encode(struct bytes console, struct bytes code, struct buf *out,
                                  struct err *e);

/* console.proto GetHeapInfoResponse, in bytes. */
struct wire_heap {
    int64_t max, total, free; /* free: of total */
};
enum err_code wire_heap_decode(struct bytes in, struct wire_heap *out, struct err *e);

/* console.proto AutoCompleteRequest about one document of a console: its text is this now
 * (the first time it is opened), or a question about a place in it. Lines and characters
 * count from 0. */
enum wire_code_ask {
    WIRE_CODE_OPEN,
    WIRE_CODE_CHANGE,
    WIRE_CODE_ITEMS,
    WIRE_CODE_SIGNATURE
};
struct wire_code_request {
    struct bytes console, language; /* borrowed */
    int32_t version;                /* of the text */
    enum wire_code_ask ask;
    struct bytes text;       /* OPEN, CHANGE: the whole of it */
    int32_t id;              /* ITEMS, SIGNATURE: for the answer */
    int32_t line, character; /* likewise */
};
enum err_code wire_code_request_encode(const struct wire_code_request *in, struct buf *out,
                                       struct err *e);

/* console.proto AutoCompleteResponse. items is an array of n owned by the caller, who frees
 * it with free(), NULL when there are none; ERR_LIMIT above WIRE_MAX_ITEMS. An item stands
 * for text in the place of what lies between two characters of lines. */
#define WIRE_MAX_ITEMS 10000
struct wire_code_item {
    int32_t line, start, end_line, end;
    struct bytes text; /* borrowed */
};
struct wire_code_response {
    int32_t id;
    struct wire_code_item *items;
    size_t n;
    struct bytes signature; /* borrowed; empty: none */
};
enum err_code wire_code_response_decode(struct bytes in, struct wire_code_response *out,
                                        struct err *e);

/* console.proto ExecuteCommandResponse. */
struct wire_command_result {
    struct bytes error;       /* borrowed; empty: none */
    struct bytes changes;     /* borrowed; of variables, for wire_fields_decode() */
    int64_t start_ns, end_ns; /* since 1970, of the server's clock */
};
enum err_code wire_command_result_decode(struct bytes in, struct wire_command_result *out,
                                         struct err *e);

/* inputtable.proto AddTableRequest and DeleteTableRequest, which are alike: tickets of the
 * input table, and of the rows. */
enum err_code wire_input_request_encode(struct bytes table, struct bytes rows,
                                        struct buf *out, struct err *e);

/* The same as it is read (dhview-demo); spans borrow from in. */
enum err_code wire_input_request_decode(struct bytes in, struct bytes *table,
                                        struct bytes *rows, struct err *e);

/* inputtable.proto InputTableValidationErrorList in the details of a google.rpc.Status, as
 * it comes in the trailer grpc-status-details-bin: its first error. */
struct wire_input_error {
    struct bytes message; /* borrowed; empty: there is no such list */
    struct bytes column;  /* likewise; empty: of no one column */
    int64_t row;          /* of those that were sent, -1: of none */
};
enum err_code wire_input_error_decode(struct bytes in, struct wire_input_error *out,
                                      struct err *e);

/* session.proto ReleaseRequest and the request of CloseSession (HandshakeRequest). */
enum err_code wire_release_encode(struct bytes ticket, struct buf *out, struct err *e);

/* session.proto ExportRequest, and PublishRequest, which has the same fields: ticket.proto
 * bytes, borrowed, empty when absent. */
struct wire_export_request {
    struct bytes source;
    struct bytes result;
};
enum err_code wire_export_request_encode(const struct wire_export_request *in,
                                         struct buf *out, struct err *e);
enum err_code wire_close_session_encode(struct buf *out, struct err *e);

/* session.proto TerminationNotificationResponse. */
struct wire_termination {
    bool abnormal;
    struct bytes reason; /* borrowed */
};
enum err_code wire_termination_decode(struct bytes in, struct wire_termination *out,
                                      struct err *e);

/* config.proto ConfigurationConstantsResponse / AuthenticationConstantsResponse: the string
 * value of one key, borrowed; *found is false when the key is not there. */
enum err_code wire_constant_decode(struct bytes in, const char *key, struct bytes *value,
                                   bool *found, struct err *e);

/* All of them, in their order: *out is an array of *n owned by the caller, who frees it
 * with free(), and NULL when there are none; texts are borrowed, and empty where there is
 * no string. ERR_LIMIT above WIRE_MAX_CONSTANTS. */
#define WIRE_MAX_CONSTANTS 10000
struct wire_constant {
    struct bytes key, value;
};
enum err_code wire_constants_decode(struct bytes in, struct wire_constant **out, size_t *n,
                                    struct err *e);

/* application.proto FieldsChangeUpdate. */
enum wire_field_change { WIRE_FIELD_CREATED, WIRE_FIELD_UPDATED, WIRE_FIELD_REMOVED };

struct wire_field_info {
    enum wire_field_change change;
    struct bytes ticket, type, name, description, app_name, app_id; /* borrowed */
};

/* In the order to apply them: removed, created, updated. *out is an array of *n owned by
 * the caller, who frees it with free(), and NULL when there are none; ERR_LIMIT above
 * WIRE_MAX_LISTED entries. */
#define WIRE_MAX_LISTED 1000000
enum err_code wire_fields_decode(struct bytes in, struct wire_field_info **out, size_t *n,
                                 struct err *e);

/* --- Deephaven services, the server's side --- */

enum err_code wire_export_request_decode(struct bytes in, struct wire_export_request *out,
                                         struct err *e);

enum err_code wire_heap_encode(const struct wire_heap *in, struct buf *out, struct err *e);

/* console.proto LogSubscriptionData; time in microseconds since 1970. */
enum err_code wire_log_line_encode(int64_t time_us, const char *level, struct bytes message,
                                   struct buf *out, struct err *e);

/* session.proto ReleaseRequest; Flight.proto Ticket. Borrowed, empty when absent. */
enum err_code wire_release_decode(struct bytes in, struct bytes *ticket, struct err *e);
enum err_code wire_ticket_decode(struct bytes in, struct bytes *ticket, struct err *e);

enum err_code wire_table_created_encode(const struct wire_table_created *in,
                                        struct buf *out, struct err *e);

/* table.proto ExportedTableUpdateMessage; failure may be empty. */
enum err_code wire_table_size_encode(struct bytes ticket, int64_t size,
                                     struct bytes failure, struct buf *out, struct err *e);

enum err_code wire_termination_encode(const struct wire_termination *in, struct buf *out,
                                      struct err *e);

/* ConfigurationConstantsResponse or AuthenticationConstantsResponse of n keys with string
 * values. */
enum err_code wire_constants_encode(const struct wire_pair *constants, size_t n,
                                    struct buf *out, struct err *e);

/* FieldsChangeUpdate of n entries, each in the list that its change names. */
enum err_code wire_fields_encode(const struct wire_field_info *in, size_t n,
                                 struct buf *out, struct err *e);

#ifdef __cplusplus
}
#endif

#endif
