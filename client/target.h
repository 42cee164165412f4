/*
 * client/target.h - what the user names on the command line: a server, and perhaps a table.
 *
 * Forms: dh+plain://host[:port]/PATH, dh://host[:port]/PATH (TLS), with PATH scope/NAME,
 * app/APP/field/NAME or shared/HEX; and the short host[:port][/NAME], which is plaintext
 * for loopback addresses and "localhost", and TLS for every other (client/rpc/address.h).
 * A link of the web UI, http(s)://host[:port]/…?name=NAME, is plaintext or TLS as it says,
 * with the ports of the web. Percent-escapes are decoded in URIs. Behind either may stand
 * ?op=..., operations on the table (model/recipe_link.h), which are not looked into here.
 * Pure.
 */
#ifndef CLIENT_TARGET_H
#define CLIENT_TARGET_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"

#define TARGET_PORT_PLAIN 10000
#define TARGET_PORT_TLS 443

struct target {
    bool tls;
    char *host; /* owned; IPv6 without brackets; addresses in their usual spelling */
    int port;
    char *name; /* owned; what to call the table on screen, or NULL: no table named */
    struct buf ticket; /* its ticket bytes; empty when no table is named */
    char *ops;         /* owned; "op=...", or NULL: none */
};

/* ERR_USAGE names the part that is wrong; nothing of a text that holds a user name or a ?,
 * and with it perhaps a password or a key, is repeated. A key in a link is refused: it was
 * on the command line. Release with target_release(). */
enum err_code target_parse(const char *text, struct target *out, struct err *e);
void target_release(struct target *t);

/* Names another table of the server: NAME or NAME?op=..., instead of what t names. Errors
 * as target_parse(); t is to be released all the same. */
enum err_code target_set_table(struct target *t, const char *text, struct err *e);

/* Appends the URI of a ticket on a server, "host:port", reached with TLS or not: the
 * inverse of target_parse(). ERR_USAGE for an export, which has no name. */
enum err_code target_uri(bool tls, const char *address, struct bytes ticket,
                         struct buf *out, struct err *e);

/* Both are on one server, reached in one way; what they name there does not count. */
bool target_same_server(const struct target *a, const struct target *b);

#endif
