/*
 * Row sets and column bitsets from bytes: what decodes must survive a round trip, and the
 * encoder must not need more bytes than it read. First byte: which of the two.
 */
#include <string.h>

#include "client/rowset_codec.h"
#include "tests/fuzz/fuzz.h"

#define ENCODED_MAX ((size_t)64 << 20)

static void check_rowset(struct bytes in)
{
    struct rowset *once = NULL;
    struct rowset *twice = NULL;
    struct err e = {0};
    struct buf out;

    if (rowset_decode(in, &once, &e) != ERR_OK) {
        FUZZ_CHECK(once == NULL && e.msg[0] != '\0');
        return;
    }
    rowset_check(once);
    buf_init(&out, ENCODED_MAX);
    FUZZ_CHECK(rowset_encode(once, &out, &e) == ERR_OK);
    FUZZ_CHECK(rowset_decode(buf_bytes(&out), &twice, &e) == ERR_OK);
    FUZZ_CHECK(rowset_equal(once, twice));
    buf_release(&out);
    rowset_free(once);
    rowset_free(twice);
}

static void check_bitset(struct bytes in, size_t limit)
{
    struct rowset *once = NULL;
    struct rowset *twice = NULL;
    struct err e = {0};
    struct buf out;

    FUZZ_CHECK(bitset_decode(in, limit, &once, &e) == ERR_OK || e.msg[0] != '\0');
    if (!once)
        return;
    rowset_check(once);
    FUZZ_CHECK(rowset_last(once) < (int64_t)limit);
    for (size_t i = 0; i < limit && i < 8 * in.len; i++)
        FUZZ_CHECK(rowset_has(once, (int64_t)i) == (in.data[i / 8] >> (i % 8) & 1));
    buf_init(&out, ENCODED_MAX);
    FUZZ_CHECK(bitset_encode(once, &out, &e) == ERR_OK);
    FUZZ_CHECK(out.len <= in.len);
    FUZZ_CHECK(bitset_decode(buf_bytes(&out), limit, &twice, &e) == ERR_OK);
    FUZZ_CHECK(rowset_equal(once, twice));
    buf_release(&out);
    rowset_free(once);
    rowset_free(twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes in = {data, size};
    uint8_t first = fuzz_byte(&in);

    if (first & 1)
        check_bitset(in, (size_t)(first >> 1) * 16);
    else
        check_rowset(in);
    return 0;
}
