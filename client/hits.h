/*
 * client/hits.h - the rows of a table that a condition holds for: how many, and the next
 * one from a row on, forwards or backwards.
 *
 * The server numbers the rows and keeps those that fit; of these, the ones behind (or
 * before) a row; the first of them (or the last) is the hit, and how many there are tells
 * its number among all. All of it leaves in one turn. What fits is kept while the search
 * lasts, so that further hits cost little. Row numbers are only to be had of tables that
 * are static or append-only: of any other the server makes a copy first, which has its rows
 * as of that moment, and the columns that are looked at. Loop thread.
 *
 * Protocol: deephaven-core, the variable ii of formulas; table.proto SnapshotTable.
 */
#ifndef CLIENT_HITS_H
#define CLIENT_HITS_H

#include "client/feed.h"

struct hits; /* opaque: a search */

/* What is looked for; borrowed. */
struct hits_wish {
    const struct recipe *recipe; /* what it makes is searched */
    const struct condition *condition;
    const char *const *columns; /* those that the condition looks at; at least one */
    size_t n;
    bool of_copy; /* a copy is searched, the same by all calls: for one hit */
};

struct hit {
    int64_t row;    /* of the table, from 0 */
    int64_t number; /* among the hits, from 1 */
    int64_t count;  /* of all hits; 0: there is none, and the rest means nothing */
    bool wrapped;   /* there was none on that side: it is from the other end */
};

/* changed() is called when hits_take() may know more. The connection, on which a call can
 * be made, and ctx are borrowed. Owned. */
struct hits *hits_new(struct connection *connection, const struct hits_wish *wish,
                      void (*changed)(void *ctx), void *ctx);
void hits_free(struct hits *h); /* accepts NULL; not inside changed() */

/* Asks for the hit next to a row, behind it or before it; the newest call wins. The session
 * is SESSION_READY. */
enum err_code hits_seek(struct hits *h, int64_t row, bool backward, struct err *e);

bool hits_asks(const struct hits *h); /* an answer is to come */

/* False while the answer is not there, and when none was asked for. Else *out is the hit;
 * or there is an error, which ends the search: e->code is not ERR_OK. Uses the network. */
bool hits_take(struct hits *h, struct hit *out, struct err *e);

/* The hit that was taken last has the values of the first columns of the wish: how many,
 * the name (borrowed for its life) of the i-th, and its value, borrowed until the next call
 * of another function. */
size_t hits_columns(const struct hits *h);
const char *hits_column(const struct hits *h, size_t i);
struct value hits_value(const struct hits *h, size_t i);

/* Asks for the values of the columns behind these, of which hits_columns() counts from
 * then on; hits_take() gives the same hit once they are there. False: there are no more, or
 * they cannot be asked for. */
bool hits_more(struct hits *h);

#endif
