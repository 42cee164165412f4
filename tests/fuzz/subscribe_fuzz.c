/*
 * app_metadata of a client, as a server reads it: what decodes is encoded and decoded
 * again, to the same request.
 */
#include "client/wire/wire.h"
#include "tests/fuzz/fuzz.h"

static bool same_opt(const struct wire_opt *a, const struct wire_opt *b)
{
    return a->present == b->present && bytes_equal(a->bytes, b->bytes);
}

static bool same(const struct wire_subscribe *a, const struct wire_subscribe *b)
{
    return a->type == b->type && bytes_equal(a->ticket, b->ticket) &&
           same_opt(&a->columns, &b->columns) && same_opt(&a->viewport, &b->viewport) &&
           a->reverse == b->reverse && a->deephaven_nulls == b->deephaven_nulls &&
           a->batch_size == b->batch_size && a->max_message_size == b->max_message_size &&
           a->list_limit == b->list_limit &&
           (a->type != WIRE_BARRAGE_SUBSCRIPTION || a->interval_ms == b->interval_ms);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *copy = fuzz_exact((struct bytes){data, size});
    struct wire_subscribe once = {0};
    struct wire_subscribe twice = {0};
    struct err e = {0};
    struct buf out;
    enum err_code rc = wire_subscribe_decode((struct bytes){copy, size}, &once, &e);

    free(copy);
    if (rc != ERR_OK) {
        FUZZ_CHECK(e.code == rc && e.msg[0] != '\0' && once.copy == NULL);
        wire_subscribe_release(&once);
        return 0;
    }
    buf_init(&out, 2 * size + 4096);
    FUZZ_CHECK(wire_subscribe_encode(&once, &out, &e) == ERR_OK);
    FUZZ_CHECK(wire_subscribe_decode(buf_bytes(&out), &twice, &e) == ERR_OK);
    FUZZ_CHECK(same(&once, &twice));
    buf_release(&out);
    wire_subscribe_release(&once);
    wire_subscribe_release(&once);
    wire_subscribe_release(&twice);
    return 0;
}
