/*
 * ui/cli/secret.h - secrets read from files and descriptors. Any thread.
 */
#ifndef UI_CLI_SECRET_H
#define UI_CLI_SECRET_H

#include <stddef.h>

#include "base/err.h"
#include "base/secret.h"

#define SECRET_MAX 4096              /* bytes */
#define SECRET_ROOM (SECRET_MAX + 4) /* for one line, "\r\n" and an end mark */

/* Reads the first line of a file that only its owner can read (mode 0600 or less). Owned.
 * ERR_USAGE when others may read it, naming the mode, or when it is no regular file, is
 * empty, longer than SECRET_MAX or holds a NUL byte; ERR_IO when it cannot be read. */
enum err_code secret_read_file(const char *path, struct secret **out, struct err *e);

/* The same of what a descriptor gives, a pipe for example, which may wait. Closes it when
 * it gave one. */
enum err_code secret_read_fd(int fd, struct secret **out, struct err *e);

/* The first of len bytes of lines, which is cut off in buf; the caller wipes that. Only the
 * end of the line goes, not blanks before it. Owned. ERR_USAGE as above. */
enum err_code secret_first_line(char buf[SECRET_ROOM], size_t len, struct secret **out,
                                struct err *e);

#endif
