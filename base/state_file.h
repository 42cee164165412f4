/*
 * base/state_file.h - files that the program keeps for its user from one run to the next.
 *
 * They are in a folder of their own, which only the user can read, and are never half
 * there. Any thread.
 */
#ifndef BASE_STATE_FILE_H
#define BASE_STATE_FILE_H

#include "base/buf.h"

/* $XDG_STATE_HOME/dhview/NAME, by default ~/.local/state/dhview/NAME; NULL, ERR_IO, when
 * the environment names no such folder. Owned by the caller; e may be NULL. */
char *state_file_path(const char *name, struct err *e);

/* The last bytes of a file, at most max, with an end mark; "" when it is missing, is no
 * regular file or cannot be read. Owned by the caller. */
char *state_file_read(const char *path, size_t max);

/* Who reads a file of the folder of path in order to change it does so between these two,
 * so that programs that run at once lose nothing of each other's. Another one is waited for
 * 200 ms at most, and a file system that has no locks does without: a lost line is less
 * than a screen that stands still. Makes the folders; gives what state_file_unlock() takes.
 */
int state_file_lock(const char *path);
void state_file_unlock(int lock);

/* Puts a file with these bytes in its place (mode 0600; see base/replace), and makes the
 * folders (0700). A link is followed, also one to what is not there yet. The disk is not
 * waited for. */
enum err_code state_file_replace(const char *path, struct bytes bytes, struct err *e);

/* Adds a line (without its end) behind what the file has; makes file and folders as above.
 * *size: the file's bytes then. What is not written whole is taken back. */
enum err_code state_file_append(const char *path, const char *line, size_t *size,
                                struct err *e);

#endif
