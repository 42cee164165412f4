/*
 * ui/app/meta.h - :meta: what the server says of a table. Part of ui/app, see
 * ui/app/state.h. Loop thread.
 */
#ifndef UI_APP_META_H
#define UI_APP_META_H

struct tab;

/* Opens a popup. The tab must have a table in sight. */
void meta_show(struct tab *t);

#endif
