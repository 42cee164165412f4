/*
 * Answers of the services, and requests to them. The first byte chooses the message;
 * borrowed spans must lie in the input or be empty.
 */
#include "client/wire/partitions.h"
#include "client/wire/wire.h"
#include "tests/fuzz/fuzz.h"

static void inside(struct bytes in, struct bytes part)
{
    if (part.len == 0)
        return;
    FUZZ_CHECK(part.data >= in.data && part.len <= in.len);
    FUZZ_CHECK((size_t)(part.data - in.data) <= in.len - part.len);
    fuzz_touch(part);
}

static void check_fields(struct bytes in)
{
    struct wire_field_info *list = NULL;
    enum wire_field_change last = WIRE_FIELD_REMOVED;
    size_t n = 0;

    if (wire_fields_decode(in, &list, &n, NULL) != ERR_OK) {
        FUZZ_CHECK(list == NULL && n == 0);
        return;
    }
    FUZZ_CHECK((list == NULL) == (n == 0));
    for (size_t i = 0; i < n; i++) {
        const struct wire_field_info *f = &list[i];

        FUZZ_CHECK(f->change == last || last == WIRE_FIELD_REMOVED ||
                   (last == WIRE_FIELD_CREATED && f->change == WIRE_FIELD_UPDATED));
        last = f->change;
        inside(in, f->ticket);
        inside(in, f->type);
        inside(in, f->name);
        inside(in, f->description);
        inside(in, f->app_name);
        inside(in, f->app_id);
    }
    free(list);
}

static void check_created(struct bytes in)
{
    struct wire_table_created t = {0};
    struct bytes message;

    if (wire_table_created_decode(in, &t, NULL) != ERR_OK)
        return;
    inside(in, t.error_info);
    inside(in, t.schema_header);
    inside(in, t.ticket);
    if (wire_unwrap_message(t.schema_header, &message, NULL) == ERR_OK)
        inside(in, message);
}

static void check_size(struct bytes in)
{
    struct wire_table_size m = {0};

    if (wire_table_size_decode(in, &m, NULL) != ERR_OK)
        return;
    inside(in, m.ticket);
    inside(in, m.failure);
}

static void check_termination(struct bytes in)
{
    struct wire_termination t = {0};

    if (wire_termination_decode(in, &t, NULL) == ERR_OK)
        inside(in, t.reason);
}

static void check_constants(struct bytes in)
{
    struct wire_constant *list = NULL;
    size_t n = 0;

    if (wire_constants_decode(in, &list, &n, NULL) != ERR_OK)
        return;
    for (size_t i = 0; i < n; i++) {
        inside(in, list[i].key);
        inside(in, list[i].value);
    }
    free(list);
}

static void check_constant(struct bytes in)
{
    struct bytes value = {NULL, 0};
    bool found = false;
    enum err_code rc =
        wire_constant_decode(in, "http.session.durationMs", &value, &found, NULL);

    if (rc == ERR_OK && found)
        inside(in, value);
    FUZZ_CHECK(rc == ERR_OK || !found);
    check_constants(in);
}

/* What a FlightData holds is written and read again, to the same. */
static void check_flight(struct bytes in)
{
    struct wire_flight_data once = {0};
    struct wire_flight_data twice = {0};
    struct buf out;

    if (wire_flight_data_decode(in, &once, NULL) != ERR_OK)
        return;
    inside(in, once.data_header);
    inside(in, once.app_metadata);
    inside(in, once.data_body);
    buf_init(&out, in.len + 64);
    FUZZ_CHECK(wire_flight_data_encode(&once, &out, NULL) == ERR_OK);
    FUZZ_CHECK(wire_flight_data_decode(buf_bytes(&out), &twice, NULL) == ERR_OK);
    FUZZ_CHECK(bytes_equal(once.data_header, twice.data_header));
    FUZZ_CHECK(bytes_equal(once.app_metadata, twice.app_metadata));
    FUZZ_CHECK(bytes_equal(once.data_body, twice.data_body));
    buf_release(&out);
}

static void check_completion(struct bytes in)
{
    struct wire_code_response r = {0};

    if (wire_code_response_decode(in, &r, NULL) != ERR_OK)
        return;
    inside(in, r.signature);
    for (size_t i = 0; i < r.n; i++)
        inside(in, r.items[i].text);
    free(r.items);
}

static void check_console(struct bytes in)
{
    struct wire_command_result r = {0};
    struct wire_log_line line = {0};
    struct wire_heap heap = {0};
    struct bytes language = {NULL, 0};

    if (wire_command_result_decode(in, &r, NULL) == ERR_OK) {
        inside(in, r.error);
        inside(in, r.changes);
        check_fields(r.changes);
    }
    if (wire_log_line_decode(in, &line, NULL) == ERR_OK) {
        inside(in, line.level);
        inside(in, line.message);
    }
    if (wire_console_types_decode(in, &language, NULL) == ERR_OK)
        inside(in, language);
    (void)wire_heap_decode(in, &heap, NULL);
    check_completion(in);
}

/* What a server reads of its clients; operations are for operations_fuzz. */
static void check_requests(struct bytes in)
{
    struct wire_export_request m;
    struct bytes ticket = {NULL, 0}, other = {NULL, 0};
    int32_t id = 0;

    if (wire_export_request_decode(in, &m, NULL) == ERR_OK) {
        inside(in, m.source);
        inside(in, m.result);
    }
    if (wire_release_decode(in, &ticket, NULL) == ERR_OK)
        inside(in, ticket);
    if (wire_ticket_decode(in, &ticket, NULL) == ERR_OK)
        inside(in, ticket);
    if (wire_flight_export_decode(in, &id, NULL) == ERR_OK)
        FUZZ_CHECK(id > 0);
    if (wire_input_request_decode(in, &ticket, &other, NULL) == ERR_OK) {
        inside(in, ticket);
        inside(in, other);
    }
    if (wire_merge_decode(in, &ticket, &other, NULL) == ERR_OK) {
        inside(in, ticket);
        inside(in, other);
    }
    if (wire_fetch_object_decode(in, &ticket, &other, NULL) == ERR_OK) {
        inside(in, ticket);
        inside(in, other);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const checks[])(struct bytes) = {
        check_fields, check_created,  check_termination, check_constant,
        check_flight, check_requests, check_size,        check_console};
    struct bytes in = {data, size};
    size_t which = fuzz_byte(&in) % (sizeof(checks) / sizeof(checks[0]));

    checks[which](in);
    return 0;
}
