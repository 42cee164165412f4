/*
 * tests/fuzz/fuzz.h - what all fuzz targets share: the entry point, a check, an input cut
 * up.
 *
 * A target is one <name>_fuzz.c that defines LLVMFuzzerTestOneInput. It is linked either
 * with libFuzzer (scripts/fuzz) or with replay_main.c, which runs it over the files under
 * corpus/<name> and regress/<name>. Tests only; one thread.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* An assertion that no build switches off. */
#define FUZZ_CHECK(cond)                                                                   \
    do {                                                                                   \
        if (!(cond)) {                                                                     \
            fprintf(stderr, "%s:%d: broken: %s\n", __FILE__, __LINE__, #cond);             \
            abort();                                                                       \
        }                                                                                  \
    } while (0)

/* The first byte of *in, taken off; 0 when nothing is left. */
static inline uint8_t fuzz_byte(struct bytes *in)
{
    if (in->len == 0)
        return 0;
    in->len--;
    return *in->data++;
}

/* The first n bytes of *in, or what is left, taken off. */
static inline struct bytes fuzz_span(struct bytes *in, size_t n)
{
    struct bytes out = {in->data, n < in->len ? n : in->len};

    if (out.len > 0)
        in->data += out.len;
    in->len -= out.len;
    return out;
}

/* The next message of a run of them, each behind its length in four bytes, little-endian;
 * false at the end. The last one may be cut short. */
static inline bool fuzz_message(struct bytes *in, struct bytes *out)
{
    if (in->len < 4)
        return false;
    size_t n = bytes_u32(in->data);

    in->data += 4;
    in->len -= 4;
    *out = fuzz_span(in, n);
    return true;
}

/* A copy in memory of exactly its size, so that a read past the end is seen. Owned. */
static inline uint8_t *fuzz_exact(struct bytes in)
{
    return mem_dup(in.data, in.len);
}

/* The bytes as a C string, up to the first NUL. Owned. */
static inline char *fuzz_string(struct bytes in)
{
    return in.len ? mem_strndup((const char *)in.data, in.len) : mem_strdup("");
}

/* Reads every byte of a span that a decoder gave out. */
static inline void fuzz_touch(struct bytes b)
{
    volatile uint8_t sum = 0;

    for (size_t i = 0; i < b.len; i++)
        sum = (uint8_t)(sum ^ b.data[i]);
}

/* Length of the UTF-8 sequence that p starts with, 0 when a terminal must not get
 * it. */
static inline size_t fuzz_printable(const uint8_t *p, size_t len)
{
    uint32_t code = p[0];
    size_t n = code < 0x80 ? 1 : code < 0xc2 ? 0 : code < 0xe0 ? 2 : code < 0xf0 ? 3 : 4;

    if (n == 0 || n > len || code > 0xf4)
        return 0;
    if (n > 1)
        code &= 0x7fU >> n;
    for (size_t i = 1; i < n; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
        code = code << 6 | (p[i] & 0x3f);
    }
    if (code < 0x20 || (code >= 0x7f && code < 0xa0) || code > 0x10ffff ||
        (code >= 0xd800 && code < 0xe000) || (n == 3 && code < 0x800) ||
        (n == 4 && code < 0x10000))
        return 0;
    return n;
}

/* Printable UTF-8 from end to end; with ascii nothing else than ASCII. */
static inline void fuzz_check_text(const char *text, size_t len, bool ascii)
{
    for (size_t i = 0; i < len;) {
        size_t n = fuzz_printable((const uint8_t *)text + i, len - i);

        FUZZ_CHECK(n > 0);
        FUZZ_CHECK(!ascii || n == 1);
        i += n;
    }
}

#endif
