/*
 * base/buf.h - a borrowed span of bytes, and a byte buffer that has a maximum from birth.
 *
 * struct bytes never owns. struct buf owns its memory and refuses to grow past max with
 * ERR_LIMIT, so what a peer sends can never exhaust memory. Any thread.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct bytes {
    const uint8_t *data; /* borrowed; may be NULL only when len is 0 */
    size_t len;
};

struct buf {
    uint8_t *data;
    size_t len;
    size_t cap;
    size_t max;  /* bytes; len never exceeds it */
    bool secret; /* what it held is wiped wherever it was */
};

/* A span over the bytes of a C string, without its end mark. */
struct bytes bytes_of(const char *s);
bool bytes_equal(struct bytes a, struct bytes b);

/* The bytes up to the first that is 0, as a C string; owned. */
char *bytes_text(struct bytes b);

/* Value of a hex digit, or -1. */
int hex_digit(char c);

/* Little-endian reads; the caller has checked that the bytes are there. */
uint16_t bytes_u16(const uint8_t *p);
uint32_t bytes_u32(const uint8_t *p);
uint64_t bytes_u64(const uint8_t *p);
int64_t bytes_signed(const uint8_t *p, uint64_t width); /* of 1, 2, 4 or 8 bytes */

/* An empty buffer that never holds more than max bytes; release with buf_release. */
void buf_init(struct buf *b, size_t max);
/* The same for a key or a password: memory it leaves is wiped first. */
void buf_init_secret(struct buf *b, size_t max);
void buf_release(struct buf *b);
void buf_clear(struct buf *b); /* keeps the memory */

/* Appends n bytes; ERR_LIMIT and no change when that would pass max. */
enum err_code buf_append(struct buf *b, const void *data, size_t n, struct err *e);

/* The same for a C string, without its end mark. */
enum err_code buf_append_text(struct buf *b, const char *text, struct err *e);

/* Appends what there is room for of n bytes. */
void buf_append_fitting(struct buf *b, const void *data, size_t n);

/* Borrowed: valid until b next changes. */
struct bytes buf_bytes(const struct buf *b);

#endif
