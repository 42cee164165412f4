/*
 * base/state_file.h - files that the program keeps for its user from one run to the next.
 *
 * They are in a folder of their own, which only the user can read, and are never half
 * there. Any thread.
 */
#ifndef BASE_STATE_FILE_H
#define BASE_STATE_FILE_H

#include "base/buf.h"

/* $XDG_STATE_HOME/dhview/NAME, by default ~/.local/state/dhview/NAME; NULL when the
 * environment names no such folder. Owned by the caller. */
char *state_file_path(const char *name);

/* The last bytes of a file, at most max, with an end mark; "" when it is missing, is no
 * regular file or cannot be read. Owned by the caller. */
char *state_file_read(const char *path, size_t max);

/* Puts a file with these bytes in its place (mode 0600), and makes the folders (0700). */
enum err_code state_file_replace(const char *path, struct bytes bytes, struct err *e);

#endif
