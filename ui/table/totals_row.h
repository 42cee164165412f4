/*
 * ui/table/totals_row.h - totals of the columns of a table, kept current: one row that the
 * server adds up.
 *
 * A table of its own, made by one more step of what the table on the screen is made of, so
 * totals follow its filters; with a stream of its own, so they tick. Loop thread.
 */
#ifndef UI_TABLE_TOTALS_ROW_H
#define UI_TABLE_TOTALS_ROW_H

#include "client/feed.h"
#include "model/totals.h"
#include "ui/widget/info_line.h"

struct totals_row; /* opaque */

/* ctx is the owner's. */
struct totals_row_handler {
    void (*changed)(void *ctx); /* draw again */
    void (*failed)(void *ctx, const struct err *why);
};

/* totals are given, the connection and handler borrowed, options copied. Owned. */
struct totals_row *totals_row_new(struct connection *connection,
                                  const struct stream_options *o, struct total_list *totals,
                                  const struct totals_row_handler *handler, void *ctx);
void totals_row_free(struct totals_row *r); /* accepts NULL */

/* What is added up, to be changed; borrowed. totals_row_take(): the same, owned, for a row
 * that is to be freed. */
struct total_list *totals_row_totals(struct totals_row *r);
struct total_list totals_row_take(struct totals_row *r);

/* Once a frame, when the network may be used: asks for the totals of a table, by its recipe
 * and schema, unless they are there or asked for. The older ones stay until then. */
void totals_row_ask(struct totals_row *r, const struct recipe *table,
                    const struct schema *s);

/* Keeps the totals as they are while the rows above stand, or shows those of now.
 * ERR_LIMIT: there is no memory for it. */
enum err_code totals_row_pause(struct totals_row *r, struct err *e);
void totals_row_resume(struct totals_row *r);

/* Ends its stream, or subscribes again. */
void totals_row_sleep(struct totals_row *r, bool asleep);

/* How many lines they take: none when the server has refused them. */
size_t totals_row_lines(const struct totals_row *r);

/* The total of a column in a line; false when it has none there. */
bool totals_row_value(const struct totals_row *r, const char *column, size_t line,
                      struct value *out);

/* Adds what the total of a column is. */
void totals_row_status(const struct totals_row *r, const char *column,
                       struct info_line *out);

#endif
