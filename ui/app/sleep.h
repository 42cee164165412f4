/*
 * ui/app/sleep.h - tabs that nobody looks at.
 *
 * Part of ui/app, see ui/app/state.h. A tab that has not been on the screen for
 * TAB_AWAKE_MS, or while the program is stopped, gives up its streams; what it has made on
 * the server it keeps, and its rows, cursor, columns, marks and pause. Back on the screen
 * it subscribes again, and its rows are marked old until the new ones are there. How many
 * rows it has meanwhile, its server tells by one stream for all that sleep. Loop thread.
 */
#ifndef UI_APP_SLEEP_H
#define UI_APP_SLEEP_H

#include "base/buf.h"
#include "client/connection.h"

struct app;

#define TAB_AWAKE_MS 5000 /* off the screen; time in which its server is not live aside */

void app_sleep_init(struct app *a);

/* To be called when another tab is on the screen, when one has come or gone, and when a
 * server has let us in. Wakes the tab on the screen, and sees to the sleep of the others.
 */
void app_plan_sleep(struct app *a);

/* What a connection says of the rows of tables; ctx is the server. */
void server_rows(void *ctx, struct connection *c, struct bytes ticket, int64_t rows,
                 const struct err *failure);
void server_rows_ended(void *ctx, struct connection *c);

#endif
