/*
 * Shift data from bytes: a row set to move behind its length, then the moves. What decodes
 * must survive a round trip; moving keys must keep their number and order, and moving them
 * back must give the old set.
 */
#include "client/rowset_codec.h"
#include "tests/fuzz/fuzz.h"

static struct shift *inverse(const struct shift *s)
{
    struct shift *out = shift_new();
    size_t n;
    const struct shift_move *m = shift_moves(s, &n);

    for (size_t i = 0; i < n; i++)
        FUZZ_CHECK(shift_add(out, m[i].first + m[i].delta, m[i].last + m[i].delta,
                             -m[i].delta, NULL) == ERR_OK);
    return out;
}

static void check_round_trip(const struct shift *s)
{
    struct shift *again = NULL;
    struct buf out;
    size_t n;
    size_t k;

    buf_init(&out, (size_t)64 << 20);
    FUZZ_CHECK(shift_encode(s, &out, NULL) == ERR_OK);
    FUZZ_CHECK(shift_decode(buf_bytes(&out), &again, NULL) == ERR_OK);
    const struct shift_move *a = shift_moves(s, &n);
    const struct shift_move *b = shift_moves(again, &k);
    FUZZ_CHECK(n == k);
    for (size_t i = 0; i < n; i++)
        FUZZ_CHECK(a[i].first == b[i].first && a[i].last == b[i].last &&
                   a[i].delta == b[i].delta);
    buf_release(&out);
    shift_free(again);
}

static void check_apply(const struct shift *s, const struct rowset *keys)
{
    struct rowset *moved = NULL;
    struct rowset *back = NULL;
    struct err e = {0};

    if (shift_apply(s, keys, &moved, &e) != ERR_OK) {
        FUZZ_CHECK(moved == NULL && e.msg[0] != '\0');
        return;
    }
    rowset_check(moved);
    FUZZ_CHECK(rowset_count(moved) == rowset_count(keys));
    struct shift *reverse = inverse(s);
    if (shift_apply(reverse, moved, &back, NULL) == ERR_OK)
        FUZZ_CHECK(rowset_count(back) == rowset_count(keys));
    shift_free(reverse);
    rowset_free(moved);
    rowset_free(back);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes in = {data, size};
    struct bytes first = {NULL, 0};
    struct rowset *keys = NULL;
    struct shift *s = NULL;
    struct err e = {0};

    if (!fuzz_message(&in, &first) || rowset_decode(first, &keys, NULL) != ERR_OK)
        keys = rowset_new_range(0, 1000);
    if (shift_decode(in, &s, &e) == ERR_OK) {
        check_round_trip(s);
        check_apply(s, keys);
    } else {
        FUZZ_CHECK(s == NULL && e.msg[0] != '\0');
    }
    shift_free(s);
    rowset_free(keys);
    return 0;
}
