/*
 * ui/cli/connect.h - from the words of the command line to a connection.
 *
 * Loop thread.
 */
#ifndef UI_CLI_CONNECT_H
#define UI_CLI_CONNECT_H

#include <signal.h>

#include "client/connection.h"
#include "client/target.h"
#include "ui/cli/config.h"
#include "ui/cli/credentials.h"

/* What text names: a target, or a connection of the config file, alone or with a table
 * behind a "/", which *named is then (borrowed from the file), else NULL. */
enum err_code connect_target(const struct config *config, const char *text,
                             struct target *out, struct config_connection **named,
                             struct err *e);

/* Starts gRPC and its thread; signals stay with the threads of the caller, but for those in
 * `open`, which may be NULL. */
struct pump *connect_pump(uv_loop_t *loop, void (*open)(sigset_t *set));

/* A connection to the server of a target, let in by the credentials; what all servers share
 * is in `all`. ERR_USAGE when options contradict each other. */
enum err_code connect_start(uv_loop_t *loop, struct pump *pump, const struct target *t,
                            const struct options *all, struct credentials *credentials,
                            struct connection **out, struct err *e);

/* As connection_name_err(). Of a host that cannot be reached the connection of the config
 * file is named that may have been meant. */
void connect_name_err(const struct config *config, const struct connection *c,
                      struct err *e);

#endif
