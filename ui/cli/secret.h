/*
 * ui/cli/secret.h - secrets read from files. Any thread.
 */
#ifndef UI_CLI_SECRET_H
#define UI_CLI_SECRET_H

#include "base/err.h"
#include "base/secret.h"

#define SECRET_MAX 4096 /* bytes */

/* Reads the first line of a file that only its owner can read (mode 0600 or less). Owned.
 * ERR_USAGE when others may read it, naming the mode, or when it is no regular file, is
 * empty, longer than SECRET_MAX or holds a NUL byte; ERR_IO when it cannot be read. */
enum err_code secret_read_file(const char *path, struct secret **out, struct err *e);

#endif
