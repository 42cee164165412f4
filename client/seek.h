/*
 * client/seek.h - the next row with a value, of tables whose rows cannot be numbered.
 *
 * The server looks for it from row to row, around the end; it does not tell how many there
 * are. It can do so for a value, or a part of a text, in one column, and below 2^31 rows.
 * On a column that the table is sorted by it ignores that a part or any case was meant.
 * Loop thread.
 *
 * Protocol: deephaven-core table.proto SeekRow.
 */
#ifndef CLIENT_SEEK_H
#define CLIENT_SEEK_H

#include "client/session.h"
#include "model/condition.h"

#define SEEK_ROWS_MAX ((int64_t)INT32_MAX)

/* Whether it can look for what a condition holds for; is_sorted: the table is sorted by the
 * column. why, if not NULL, is set to the reason, static. */
bool seek_can(const struct condition *c, const char *java_type, bool is_sorted,
              int64_t rows, const char **why);

/* row: of the table, -1: there is none. why (borrowed for the callback) is NULL, or
 * tells why it is not known. */
typedef void seek_fn(void *ctx, int64_t row, const struct err *why);

struct seek; /* opaque: under way */

/* The session is SESSION_READY; table is a ticket; both and the condition are borrowed for
 * the call. Owned until fn was called, or until seek_drop(). */
enum err_code seek_start(struct session *session, struct bytes table,
                         const struct condition *c, int64_t row, bool backward, seek_fn *fn,
                         void *ctx, struct seek **out, struct err *e);
void seek_drop(struct seek *s); /* accepts NULL */

#endif
