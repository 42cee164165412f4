/*
 * ui/app/shares.h - :share and :name: the table of a tab for others, by a link or as a
 * variable of the server.
 *
 * A link changes nothing that others see, and ends with the session; a variable lasts, so
 * it is for --write, and takes no name that is there. Part of ui/app, see ui/app/state.h.
 * Loop thread.
 */
#ifndef UI_APP_SHARES_H
#define UI_APP_SHARES_H

#include "base/buf.h"
#include "base/err.h"

struct sharing; /* opaque: under way */
struct tab;

/* The tab must have a table in sight. What comes of it is said later. */
void shares_share(struct tab *t);
void shares_name(struct tab *t, const char *name);

/* A variable of that name may be made: with --write, a name that code can write and that
 * nothing has which the server lists. ticket gets the variable's; ERR_USAGE says why not.
 */
enum err_code shares_check_name(const struct tab *t, const char *name, struct buf *ticket,
                                struct err *e);

/* Waits no longer for it; accepts NULL. */
void sharing_free(struct sharing *s);

#endif
