/*
 * ui/cli/config.h - the config file: connections by name.
 *
 *     [connection "prod"]
 *     target = dh://demo.example/scope/trades
 *     user = alice
 *     secret-command = pass show dhview/prod
 *
 * Keys are "target" and the options that have to do with logging in and TLS, by the names
 * they have on the command line. A line that is wrong spoils its own connection and is told
 * by file and line; the rest counts. Who reads the file learns no secret from it, but who
 * can change it says what is run: a connection that names secrets is refused when others
 * can use the file. Loop thread.
 */
#ifndef UI_CLI_CONFIG_H
#define UI_CLI_CONFIG_H

#include "ui/cli/options.h"

struct config_connection {
    char *name, *target;
    struct options options; /* only those of a connection count */
    struct err fault;       /* of the first wrong line; code ERR_OK: there is none */
};

struct config {
    char *path;
    struct config_connection *connections;
    size_t n, cap;
    struct err fault; /* the first one in the whole file */
};

/* $XDG_CONFIG_HOME/dhview/config, by default ~/.config/dhview/config; NULL when the
 * environment names no such folder. Owned. */
char *config_path(void);

/* Reads it (path is given; NULL or no such file: nothing). Zero-initialised before. */
void config_read(struct config *c, char *path);
void config_release(struct config *c);

/* The connection that text names, alone or before a "/"; NULL: none. Borrowed. */
struct config_connection *config_find(const struct config *c, const char *text);

/* Options of a connection that were given on the command line go before the file's. */
void config_override(struct config_connection *c, const struct options *given);

#endif
