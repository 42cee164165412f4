/*
 * demo/written.h - rows that clients write: what is behind an input table.
 *
 * Nothing that was there is forgotten: rows and their cells are kept with the time from
 * which they are true, so that such a table is a function of the time as all others are,
 * and what has been sent of it can be compared with what is true now. That is why there is
 * an end to what it takes. Row ids are as in demo/table.h. Loop thread only.
 */
#ifndef DEMO_WRITTEN_H
#define DEMO_WRITTEN_H

#include "base/err.h"
#include "model/column.h"

#define WRITTEN_MAX 10000 /* rows that are ever put into one table */

struct written; /* opaque */

/* Columns without any slot, and their array, are given. The first n_keys of them tell rows
 * apart; 0: rows are only added. Owned. */
struct written *written_new(struct column **columns, size_t n, size_t n_keys);
void written_free(struct written *w); /* accepts NULL */

size_t written_keys(const struct written *w);

/* Puts in rows, one column of cells for each of the table: behind the others, or in the
 * place of those with the same keys, also where these were taken out. It is so from at_ms
 * on, not before what was written last. ERR_LIMIT: too many rows. */
enum err_code written_add(struct written *w, const struct column *const *cells,
                          int64_t at_ms, struct err *e);

/* Takes out the rows with these keys, one column of cells for each; keys that no row has
 * are passed over. */
void written_delete(struct written *w, const struct column *const *keys, int64_t at_ms);

/* As the functions of struct demo_table. */
int64_t written_size(struct written *w, int64_t at_ms);
int64_t written_id_at(struct written *w, int64_t position, int64_t at_ms);
int64_t written_stamp(const struct written *w, int64_t at_ms);
int64_t written_version(const struct written *w, int64_t id, size_t column, int64_t at_ms);
void written_cell(const struct written *w, int64_t id, size_t column, int64_t at_ms,
                  struct column *out);

#endif
