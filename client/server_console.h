/*
 * client/server_console.h - runs code on a server, in the language of its console.
 *
 * One command at a time. The console is started with the first command of a session and
 * anew in the next session; what a server has no console for, or does not allow, is told as
 * the end of that command. A server runs the commands of all its users one after another,
 * and none can be stopped: giving one up only means that nobody waits for it here.
 *
 * What a command prints, the server tells by its log alone, together with what everyone
 * else prints. The lines of a command are those whose time lies in its own, by the
 * server's clock. They come within about 100 ms of its end, and are kept until then within
 * bounds. Loop thread.
 *
 * Protocol: deephaven-core console.proto GetConsoleTypes, StartConsole, ExecuteCommand,
 * SubscribeToLogs; ConsoleServiceGrpcImpl.
 */
#ifndef CLIENT_SERVER_CONSOLE_H
#define CLIENT_SERVER_CONSOLE_H

#include "client/code_help.h"
#include "client/connection.h"
#include "model/script.h"

#define CONSOLE_CODE_MAX ((size_t)1 << 20)    /* bytes of one command */
#define CONSOLE_PRINTED_MAX ((size_t)1 << 16) /* bytes that are kept of what it prints */

/* A variable that can be shown, made, changed or removed. */
struct console_change {
    enum field_change change;
    struct bytes name, type; /* "Table", ... */
};

/* How a command went. Spans are borrowed for the callback, and as sent. */
struct console_result {
    struct bytes error; /* what it failed with; empty: it did not */
    const struct console_change *changes;
    size_t n_changes;
    int64_t ns;                    /* how long the server took */
    enum script_language language; /* that it was read in */
    bool anew; /* the console was started for it, and another one had been before */
};

/* What a command has printed beside the lines that are told. */
struct console_left_out {
    bool beginning; /* lines before them, no longer kept */
    size_t bytes;   /* others */
};

/* ctx is the owner's. In either another command may be run, but none may free. */
struct server_console_handler {
    /* The command has ended; or it could not be run, or nobody knows whether it was, and
     * why: then result is NULL. */
    void (*done)(void *ctx, const struct console_result *result, const struct err *why);
    /* After done(): it has printed a line (borrowed, as sent), or, when that is empty, more
     * than is kept. */
    void (*printed)(void *ctx, struct bytes line, const struct console_left_out *left_out);
    /* What it prints cannot be told, or no more, and why. */
    void (*silent)(void *ctx, const struct err *why);
    /* server_console_helped() tells more. */
    void (*helped)(void *ctx);
};

struct server_console; /* opaque */

/* Owned. The connection is borrowed; nothing is asked of it yet. */
struct server_console *server_console_new(struct connection *connection,
                                          const struct server_console_handler *handler,
                                          void *ctx);
/* Gives up what runs, and the console. Accepts NULL. Before connection_close(), not inside
 * a callback. */
void server_console_free(struct server_console *c);

/* Runs code (copied), whose value is printed when it is one expression. ERR_USAGE: another
 * one runs, or it is too long; ERR_LOST: no call can be made now. */
enum err_code server_console_run(struct server_console *c, const char *code, struct err *e);
/* What code is read in; Python until that is known. */
enum script_language server_console_language(const struct server_console *c);

/* Asks how code (copied) that is being typed may go on, for which the console is started if
 * need be; server_console_helped() has what was answered, for that code or code before it.
 * What cannot be asked is not. */
void server_console_help(struct server_console *c, const char *code);
const struct code_help *server_console_helped(const struct server_console *c);

bool server_console_is_running(const struct server_console *c);

/* Waits no longer; done() is not called. The server goes on with it. */
void server_console_give_up(struct server_console *c);

#endif
