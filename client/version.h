/*
 * client/version.h - which servers this program can talk to.
 *
 * Protocol: the configuration constant deephaven.version; what Barrage says of viewports
 * changed with 0.37. Pure; any thread.
 */
#ifndef CLIENT_VERSION_H
#define CLIENT_VERSION_H

#include "base/buf.h"
#include "base/err.h"

/* ERR_VERSION, with a message that names both versions, when this one, as in "0.35.3" or
 * "43.0-SNAPSHOT", is known to be too old. What cannot be read is let through: a build of
 * someone's own may call itself anything. */
enum err_code version_check(struct bytes version, struct err *e);

#endif
