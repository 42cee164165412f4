/*
 * ui/app/server.h - the way to the server, from the first byte to the goodbye.
 *
 * Part of ui/app, see ui/app/state.h. Loop thread.
 */
#ifndef UI_APP_SERVER_H
#define UI_APP_SERVER_H

#include "base/err.h"

struct app;

void app_server_init(struct app *a);

/* Starts pump, channel and session to the target; app_wait_for_connection() then says how
 * long it may take. What was started is ended by app_server_end() also after an error. */
enum err_code app_server_start(struct app *a, struct err *e);

/* From now on the server has a limited time to let us in, or the program ends. */
void app_wait_for_connection(struct app *a);

/* Logs in with what the user typed; the question stays open when it cannot be sent. */
void app_give_secret(struct app *a, const char *secret);

/* Says which server an error is about; messages of our own checks name it already. */
void app_name_server(const struct app *a, struct err *e);

/* Gives the session back, for which the loop runs a moment, and ends channel and pump. No
 * view may be left, and the terminal should be the user's again already. */
void app_server_end(struct app *a);

#endif
