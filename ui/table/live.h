/*
 * ui/table/live.h - what moves in a table: marks of changed cells, rates, and the paused
 * picture.
 *
 * Takes in every update of a window and tells whether the screen may look different for it.
 * What changes on the screen is marked, and marks go with their rows when an update moves
 * those.
 * While paused it shows a copy of the cells that were held, of at most a viewport's size,
 * and counts what passes by ("12+" where another stream has taken over: it is not known
 * what passed between the two). Times are milliseconds of a clock that never goes back.
 * Loop thread.
 */
#ifndef UI_TABLE_LIVE_H
#define UI_TABLE_LIVE_H

#include "base/err.h"
#include "model/window.h"
#include "ui/table/grid.h"
#include "ui/table/ticks.h"

struct live; /* opaque */

struct live *live_new(void); /* owned */
void live_free(struct live *l);

/* To be called once after each update that the window's replica applied, and may be called
 * in between. True when the grid, which shows the window or the paused picture, may have to
 * be drawn: false for a change of cells that are not on it. */
bool live_update(struct live *l, const struct window *w, const struct grid *g,
                 uint64_t now);

/* Another table may be shown: what was seen of the old one is no longer compared with, and
 * a paused picture of it goes, whose columns may be others. */
void live_forget(struct live *l);

/* Keeps a picture of what w holds, which is ready; ERR_LIMIT: there is no memory for it. */
enum err_code live_pause(struct live *l, const struct window *w, struct err *e);

/* Goes on, and marks the cells that were held and differ now, wherever their rows are. */
void live_resume(struct live *l, const struct window *w, uint64_t now);
bool live_paused(const struct live *l);

/* What is to be shown when w is what is held: w, or the paused picture, borrowed until
 * live_resume() or live_forget(). */
struct window live_window(const struct live *l, const struct window *w);

const struct ticks *live_ticks(const struct live *l); /* borrowed for ever */

/* Adds rates, FOLLOW and the pause. */
void live_status(const struct live *l, bool following, uint64_t now, struct info_line *out);

/* When what is shown next changes by itself, or TICKS_NEVER. */
uint64_t live_next(const struct live *l, const struct grid *g, uint64_t now);

#endif
