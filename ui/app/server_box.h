/*
 * ui/app/server_box.h - :server, a box over the table with what is known of its server:
 * the session, versions, memory, who it lets in, its configuration.
 *
 * Part of ui/app, see ui/app/state.h. Loop thread.
 */
#ifndef UI_APP_SERVER_BOX_H
#define UI_APP_SERVER_BOX_H

struct tab;

/* Opens it; what has to be asked for comes into it later. */
void server_box_open(struct tab *t);

#endif
