/*
 * ui/app/server.h - one server: the way to it, from the first byte to the goodbye.
 *
 * Part of ui/app, see ui/app/state.h. What several tabs look at on one server they share:
 * connection, login, and the list of what it offers. Servers know nothing of each other;
 * one that is gone touches no tab but its own. Loop thread.
 */
#ifndef UI_APP_SERVER_H
#define UI_APP_SERVER_H

#include <uv.h>

#include "client/fields.h"
#include "client/rpc/channel.h"
#include "client/session.h"
#include "client/target.h"
#include "ui/widget/tab_line.h"

struct app;

struct app_server {
    struct app *app;      /* borrowed */
    struct target target; /* its table is that of the first tab */
    struct channel *channel;
    struct session *session;
    enum link_state link;
    uv_timer_t connect;
    bool wants_secret;       /* the user is to be asked, when one of its tabs is shown */
    struct fields *fields;   /* what it offers: ui/app/tables; NULL: not asked yet */
    bool fields_ended;       /* the list is no longer kept current */
    double shown_round_trip; /* ms in the tab line; 0: none yet */
};

/* Starts the thread that all servers share. */
void app_network_start(struct app *a);

/* The server of a target (given, also after an error), which is connected to when no tab
 * has named it before; it then has a limited time to let us in. Borrowed until the end of
 * the program. */
enum err_code app_server_of(struct app *a, struct target *t, struct app_server **out,
                            struct err *e);

/* Opens what its tabs show and what is not open yet, as far as calls can be made. */
void server_open_tabs(struct app_server *s);

/* Logs in with what the user typed and closes the question. What cannot be sent, such as a
 * key in plain text to another host, fails the tabs of this server. */
void server_give_secret(struct app_server *s, const char *secret);

/* Says which server an error is about; messages of our own checks name it already. Accepts
 * NULL. */
void server_name_err(const struct app_server *s, struct err *e);

/* Gives the sessions back, for which the loop runs a moment, and ends all connections. No
 * tab may be left, and the terminal should be the user's again already. */
void app_network_end(struct app *a);

#endif
