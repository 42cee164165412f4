/*
 * client/hits.h - the rows of a table that a condition holds for: how many, and the next
 * one from a row on, forwards or backwards.
 *
 * The server numbers the rows, keeps those that fit, and of these the ones behind (or
 * before) a row; the first of them (or the last) is the hit, and how many there are tells
 * its number among all. All of it leaves in one turn. What fits is kept while the search
 * lasts, so that further hits cost little. Row numbers are only to be had of tables that
 * are static or append-only; of others see client/seek.h. Loop thread.
 *
 * Protocol: deephaven-core, the variable ii of formulas.
 */
#ifndef CLIENT_HITS_H
#define CLIENT_HITS_H

#include "client/feed.h"

struct hits; /* opaque: a search */

struct hit {
    int64_t row;    /* of the table, from 0 */
    int64_t number; /* among the hits, from 1 */
    int64_t count;  /* of all hits; 0: there is none, and the rest means nothing */
    bool wrapped;   /* there was none on that side: it is from the other end */
};

/* What the recipe (copied) makes is searched by a condition (copied). Of each hit the
 * values of n columns (names copied) are wanted, too. changed() is called when hits_take()
 * may know more. The connection and ctx are borrowed. Owned. */
struct hits *hits_new(struct connection *connection, const struct recipe *recipe,
                      const struct condition *c, const char *const *columns, size_t n,
                      void (*changed)(void *ctx), void *ctx);
void hits_free(struct hits *h); /* accepts NULL; not inside changed() */

/* Asks for the hit next to a row, behind it or before it; the newest call wins. A call can
 * be made on the connection. */
enum err_code hits_seek(struct hits *h, int64_t row, bool backward, struct err *e);

bool hits_asks(const struct hits *h); /* an answer is to come */

/* False while the answer is not there, and when none was asked for. Else *out is the hit;
 * or there is an error, which ends the search: e->code is not ERR_OK. Uses the network. */
bool hits_take(struct hits *h, struct hit *out, struct err *e);

/* How many columns were asked for; the name (borrowed for its life) of the i-th, and its
 * value in the hit that was taken last, borrowed until the next call of another function.
 */
size_t hits_columns(const struct hits *h);
const char *hits_column(const struct hits *h, size_t i);
struct value hits_value(const struct hits *h, size_t i);

#endif
