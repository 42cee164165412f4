/*
 * ui/table/table_copy.h - cells of a table as text, for another program.
 *
 * What is selected, else the current cell. Values are whole, as the server has them; one
 * cell alone is its text and nothing else, more are written by model/writer, which quotes
 * them where it must. The line end after the last row is left out: who pastes into a shell
 * does not want to run it. Loop thread.
 */
#ifndef UI_TABLE_TABLE_COPY_H
#define UI_TABLE_TABLE_COPY_H

#include "model/writer.h"
#include "ui/table/table_view.h"

struct table_copy {
    enum writer_format format;
    bool rows;            /* whole rows of what is selected */
    int64_t count;        /* rows from the current one on, where nothing is selected */
    bool names, no_cells; /* the names of the columns go before; nothing comes after */
    const struct draw_env *shown; /* cells as they are shown with that; NULL: as they are */
    size_t max;                   /* bytes of text that are taken, */
    const char *too_much;         /* and what is said of more */
    uint64_t number;              /* the caller's own, to tell copies apart */
};

/* text: as it was wished for, borrowed; what: "3 rows x 2 columns". Or why there is none.
 * False: it went nowhere. */
typedef bool table_copy_fn(void *ctx, const struct table_copy *wish, struct bytes text,
                           const char *what, const struct err *why);

/* Has fn called: at once when all of it is here, else when it was fetched, which may be
 * when the table is looked at again; of a table the newest call wins. The selection ends
 * with a text that went somewhere. */
void table_copy_start(struct table_view *t, const struct table_copy *wish,
                      table_copy_fn *fn, void *ctx);

/* Adds the text of one value (null has none), as when its cell is copied. False: it is too
 * long. */
bool table_copy_value(const struct value *v, struct buf *out);

#endif
