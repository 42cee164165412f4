/*
 * ui/app/server.h - one server as the application sees it: connecting, asking for its
 * secret, telling its tabs what happens to it, closing.
 *
 * Part of ui/app, see ui/app/state.h. What several tabs look at on one server they share:
 * connection, login, and the list of what it offers. Servers know nothing of each other;
 * one that is gone touches no tab but its own. Loop thread.
 */
#ifndef UI_APP_SERVER_H
#define UI_APP_SERVER_H

#include "client/connection.h"
#include "ui/cli/config.h"
#include "ui/cli/credentials.h"
#include "ui/widget/link_text.h"

struct app;
struct tab;

/* A process that is to stop waits for its servers: ui/app/suspend. */
enum parting { PARTING_NOT, PARTING_ASKED, PARTING_ANSWERED };

/* A connection, and what the application shows of it. */
struct app_server {
    struct app *app; /* borrowed */
    struct connection *connection;
    struct credentials *credentials;
    struct console_run *console_run; /* what was run there; NULL: nothing was yet */
    struct err told;                 /* why it is lost, to its tabs; ERR_OK: nothing yet */
    double shown_round_trip;         /* ms in the tab line; < 0: none yet */
    bool leaving;                    /* no tab shows it; it is told goodbye */
    enum parting parting;            /* of the last time that the process was to stop */
    uv_timer_t goodbye;
};

/* Its session of the moment; borrowed for one turn of the loop. */
struct session *server_session(const struct app_server *s);

/* The round trip for the tab line, < 0: none yet. It is the first one that was measured
 * until a key takes over a newer one that is clearly another: a screen that nobody touches
 * is not painted for it. */
double server_round_trip_ms(struct app_server *s);
void server_take_round_trip(struct app_server *s);

/* What the tab line says of it at now_ms. */
struct link server_link(const struct app_server *s, uint64_t now_ms);

/* Starts the thread that all servers share. */
void app_network_start(struct app *a);

/* The server of a target (borrowed) and, if it is not NULL, with the login of a connection
 * in the config file, which is connected to when no tab is of it; it then
 * has a limited time to let us in. Borrowed until its last tab is closed. */
enum err_code app_server_of(struct app *a, const struct target *t,
                            struct config_connection *named, struct app_server **out,
                            struct err *e);

/* Gives the sessions of servers that no tab is of any more back, and ends their connections
 * in a while. */
void app_leave_servers(struct app *a);

/* Opens what its tabs show and what is not open yet, as far as calls can be made. A command
 * that is to print its secret is run once more where it has failed and a tab still waits.
 */
void server_open_tabs(struct app_server *s);

/* Logs in with what the user typed and closes the question. What cannot be sent, such as a
 * key in plain text to another host, fails the tabs of this server. */
void server_give_secret(struct app_server *s, const char *secret);

/* Says which server an error is about; messages of our own checks name it already. Accepts
 * NULL. */
void server_name_err(const struct app_server *s, struct err *e);

/* tab_fail() for what has failed with its server, which is named so. */
void server_fail_tab(struct tab *t, const struct err *why);

/* Gives the sessions back, for which the loop runs a moment, and ends all connections. No
 * tab may be left, and the terminal should be the user's again already. */
void app_network_end(struct app *a);

#endif
