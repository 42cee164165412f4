/*
 * ui/cli/credentials.h - what lets us in at one server: its options, and where the secret
 * is.
 *
 * A secret that was typed, or came through a descriptor, is held in locked memory for as
 * long as the server is wanted; that of a file or a command is read again for each session,
 * since it may be another one by then. Loop thread.
 */
#ifndef UI_CLI_CREDENTIALS_H
#define UI_CLI_CREDENTIALS_H

#include <uv.h>

#include "base/err.h"
#include "base/secret.h"
#include "ui/cli/options.h"

#define CREDENTIALS_TRIES 3 /* of a secret that is typed */

struct credentials; /* opaque */

/* The command has given a secret (borrowed), or none, and why. */
typedef void credentials_fetched_fn(void *ctx, const char *secret, const struct err *why);

/* Options are borrowed, as is the loop. Owned. */
struct credentials *credentials_new(uv_loop_t *loop, const struct options *o,
                                    credentials_fetched_fn *fetched, void *ctx);
void credentials_free(
    struct credentials *c); /* wipes; accepts NULL; the loop needs one more turn */

const struct options *credentials_options(const struct credentials *c); /* borrowed */

/* The type to log in with; NULL: to be asked of the server. Borrowed. */
const char *credentials_type(const struct credentials *c);

/* A secret comes from a command, whatever the type. */
bool credentials_has_command(const struct credentials *c);

/* What a descriptor gave, or the file's; given, NULL when there is neither. For a
 * connection's read_secret(), with the credentials as context. One that was typed is for
 * connection_give_secret(): when it is refused, another one can be asked for. */
enum err_code credentials_read(void *credentials, struct secret **out, struct err *e);

/* Starts the command, unless it runs; fetched() is called later. */
enum err_code credentials_fetch(struct credentials *c, struct err *e);

/* A secret was typed; how often until it let us in. credentials_hold() copies it. */
unsigned credentials_tries(const struct credentials *c);
void credentials_hold(struct credentials *c, const char *secret);
/* The one that was typed, borrowed until another is or it is forgotten; NULL: none. */
const char *credentials_secret(const struct credentials *c);

void credentials_done(struct credentials *c);   /* it let us in */
void credentials_forget(struct credentials *c); /* it did not: nothing is held any more */

#endif
