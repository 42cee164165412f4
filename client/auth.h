/*
 * client/auth.h - how a login header is made: type, user, secret.
 *
 * The credentials of one session. The type is named by the user, or chosen from the
 * handlers that the server lists. A header can be made again until auth_forget() wipes the
 * secret, which the session does as soon as a header is made. Secrets never go into an
 * error text. Loop thread.
 *
 * Protocol: the header "authorization: TYPE[ PAYLOAD]" on the first call; the types of
 * Anonymous, PskAuthenticationHandler and BasicAuthMarshaller (RFC 7617).
 */
#ifndef CLIENT_AUTH_H
#define CLIENT_AUTH_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"

struct auth_options {
    const char *type;   /* "anonymous", "psk", "basic", "mtls", "oidc", another type's name,
                           or NULL: chosen later from what the server lists */
    const char *user;   /* for basic; NULL otherwise */
    const char *secret; /* key or password, or NULL */
    bool secret_comes;  /* none is here yet, but it is to go with any type */
    bool secret_allowed; /* the way to the server keeps a secret, or the user wants it so */
    const char *address; /* for the error when it is not allowed */
};

struct auth; /* opaque */

/* Owned. Strings are copied. ERR_USAGE when the options contradict each other or would send
 * a secret in plain text. */
enum err_code auth_new(const struct auth_options *o, struct auth **out, struct err *e);
void auth_free(struct auth *a); /* wipes; accepts NULL */

/* The type is known. If it is not, auth_choose() takes one from the server's list of
 * handlers (class names): anonymous where it is offered and no secret was given. ERR_AUTH
 * names the list when nothing in it is known here. */
bool auth_has_type(const struct auth *a);
enum err_code auth_choose(struct auth *a, struct bytes handlers, struct err *e);

/* A type that is not known here, without a secret: whether it needs one only the server
 * knows. */
bool auth_is_bare(const struct auth *a);

/* There is one that the header will carry, or would if it may go there. */
bool auth_has_secret(const struct auth *a);
enum err_code auth_refuse_plaintext(const struct auth *a, struct err *e); /* ERR_USAGE */

/* Adds to an error what to type for each of the server's handlers. */
void auth_tell_handlers(struct bytes handlers, struct err *e);

/* The type needs a secret and there is none; auth_set_secret() takes it (copied), or says
 * what is wrong with it (ERR_USAGE). */
bool auth_wants_secret(const struct auth *a);
enum err_code auth_set_secret(struct auth *a, const char *secret, struct err *e);

/* The header's value; owned, to be released with auth_wipe(). Only with a type, and when no
 * secret is wanted. */
char *auth_header(const struct auth *a);

void auth_forget(struct auth *a); /* wipes the secret */

/* Wipes and frees *s, and makes it NULL. */
void auth_wipe(char **s);

/* gRPC takes no other bytes in a header (protocol: HTTP/2 field values). */
bool auth_is_header_text(struct bytes text);

#endif
