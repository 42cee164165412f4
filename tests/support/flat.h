/*
 * tests/support/flat.h - a small front-to-back flatbuffers writer for hostile and rare
 * input.
 *
 * It writes what the real builders would not: shared tables, wrong numbers, absent slots.
 * Every slot of a table takes eight bytes, so everything is aligned; positions are bytes
 * from the start. Tests only; any thread.
 */
#ifndef TESTS_SUPPORT_FLAT_H
#define TESTS_SUPPORT_FLAT_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

#define FLAT_MAX ((size_t)256 << 20) /* bytes */

/* Starts a buffer; the first table written is its root. Release with buf_release(). */
void flat_init(struct buf *f);

/* A table with the slots that are not '.' in slots, all zero. Returns its position. */
size_t flat_table(struct buf *f, const char *slots);

/* Sets a slot to the low size bytes (1, 2, 4 or 8) of value. */
void flat_scalar(struct buf *f, size_t table, size_t slot, size_t size, int64_t value);

/* Points a slot, or element i of a vector of offsets, at a target that was written later.
 */
void flat_ref(struct buf *f, size_t table, size_t slot, size_t target);
void flat_element(struct buf *f, size_t vector, size_t i, size_t target);

/* A vector of n zeroed elements of size bytes, and a string. Return their positions. */
size_t flat_vector(struct buf *f, size_t n, size_t size);
size_t flat_string(struct buf *f, const char *s);

/* Overwrites size bytes at position at. */
void flat_set(struct buf *f, size_t at, size_t size, int64_t value);

#endif
