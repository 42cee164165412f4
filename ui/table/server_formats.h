/*
 * ui/table/server_formats.h - how the server wants cells of a table shown, as its
 * formatting columns say, row by row.
 *
 * Patterns are read once and kept, a few of them. One that cannot be read is as none.
 * Loop thread.
 */
#ifndef UI_TABLE_SERVER_FORMATS_H
#define UI_TABLE_SERVER_FORMATS_H

#include "model/formatting.h"
#include "model/value_format.h"
#include "model/window.h"
#include "ui/term/surface.h"

struct server_formats; /* opaque */

/* Owned; NULL, which all below accept: no column of the table formats another, or s, which
 * is not kept, is NULL. */
struct server_formats *server_formats_new(const struct schema *s);
void server_formats_free(struct server_formats *f);

/* Whether they are used at all, which they are at first. True: that is news. */
bool server_formats_use(struct server_formats *f, bool use);

/* Borrowed until the next of these; NULL: nothing is to be formatted. */
const struct formatting *server_formats_columns(const struct server_formats *f);

/* The pattern for the cell of a schema column at a position of w; NULL: none. Borrowed
 * until the next call. */
const struct value_format *server_formats_pattern(struct server_formats *f,
                                                  const struct window *w, size_t column,
                                                  int64_t position);

/* Its colours: those of the cell before those of its row. */
struct tint server_formats_tint(const struct server_formats *f, const struct window *w,
                                size_t column, int64_t position);

#endif
