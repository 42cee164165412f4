/*
 * model/writer.h - rows as text that the next program reads: csv, tsv, json lines.
 *
 * Values are written whole, as the server has them: all digits of numbers, times in ISO
 * 8601 with nine digits, instants in UTC with a Z. Lists are JSON arrays, byte[] is a list
 * of numbers.
 *   csv, tsv: a header, then a line for each row, ended by a line feed. Null is empty and
 *     unquoted, an empty text is "". What has a quote, the separator or a line end in it
 *     is quoted, with quotes doubled (RFC 4180).
 *   json: an object for each row, on a line of its own. What JSON has no number for is the
 *     text "NaN", "Infinity", "-Infinity"; bytes that are no UTF-8 become U+FFFD.
 * What is written goes on in pieces of some 64 KiB: memory does not grow with the rows.
 * Loop thread.
 */
#ifndef MODEL_WRITER_H
#define MODEL_WRITER_H

#include "model/flat.h"

enum writer_format { WRITER_CSV, WRITER_TSV, WRITER_JSON };

struct writer_options {
    enum writer_format format;
    bool no_header; /* csv, tsv */
};

/* Takes all bytes, or fails with a reason. */
struct writer_sink {
    enum err_code (*write)(void *ctx, struct bytes text, struct err *e);
    void *ctx; /* borrowed for the life of the writer */
};

struct writer; /* opaque */

struct writer *writer_new(const struct writer_options *o, const struct writer_sink *sink);
void writer_free(struct writer *w); /* accepts NULL; what was not ended is not whole */

/* Each gives the first error of the sink, or ERR_LIMIT for a number of more than
 * BIGNUM_EXACT_MAX bytes; after it nothing is written any more. */

/* Once, first of all: the names of the columns, copied. */
enum err_code writer_header(struct writer *w, const char *const *names, size_t n,
                            struct err *e);

/* That many rows of each column, in the order of the names; any number of times. */
enum err_code writer_batch(struct writer *w, const struct flat *columns, uint64_t rows,
                           struct err *e);

/* A change to a row as a line of JSON, whatever the format:
 * {"op":OP,"row":N,"values":{...}} with N counted from 1; row < 0: none. at[c] is the row
 * in columns[c] that has the value of the column of that name, WRITER_NONE: it is left out.
 * columns NULL: no values. */
#define WRITER_NONE UINT64_MAX
enum err_code writer_change(struct writer *w, const char *op, int64_t row,
                            const struct flat *columns, const uint64_t *at, struct err *e);

/* Everything has gone to the sink. */
enum err_code writer_end(struct writer *w, struct err *e);

#endif
