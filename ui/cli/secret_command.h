/*
 * ui/cli/secret_command.h - one run of a command that prints a secret.
 *
 * The command is run by sh -c in a session of its own: it has no terminal to spoil, and
 * goes with all that it started when it is cancelled before it ends. Its standard input is
 * empty; the first line of its standard output is the secret. The loop never waits for it.
 * Loop thread.
 */
#ifndef UI_CLI_SECRET_COMMAND_H
#define UI_CLI_SECRET_COMMAND_H

#include <uv.h>

#include "base/err.h"
#include "base/secret.h"

#define SECRET_COMMAND_MAX_S 60 /* it may ask its user for something */

struct secret_command; /* opaque */

/* The run is over, and the object gone: the secret is given; or why there is none, with the
 * command's status and the first line of its standard error. */
typedef void secret_command_fn(void *ctx, struct secret *secret, const struct err *why);

/* Borrowed until fn is called or it is cancelled. fn is never called from inside. ERR_IO
 * when nothing can be started. */
enum err_code secret_command_start(uv_loop_t *loop, const char *command,
                                   secret_command_fn *fn, void *ctx,
                                   struct secret_command **out, struct err *e);

/* Kills it; fn is not called. The loop needs one more turn. Accepts NULL. */
void secret_command_cancel(struct secret_command *c);

#endif
