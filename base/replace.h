/*
 * base/replace.h - a file that is written anew as a whole, or stays as it was.
 *
 * What is written has no name, or a temporary one next to the file where the file system
 * knows no other way, until replace_commit(): it is on the disk then, and takes the place
 * of what had the name before in one step, with its mode and (where the system lets us) its
 * owner; without what its group may do where that group could not be kept. A process that
 * is killed in between leaves nothing behind, or that one temporary file, which the next
 * one that writes this file takes over. A link is followed, also one to what is not there
 * yet; what is no regular file, such as a terminal or /dev/null, is written as it is; a
 * named pipe must have its reader. Any thread.
 */
#ifndef BASE_REPLACE_H
#define BASE_REPLACE_H

#include "base/err.h"

struct replace; /* opaque */

/* Owned. ERR_IO, naming the path and the system's reason, when nothing can be written
 * there. */
enum err_code replace_open(const char *path, struct replace **out, struct err *e);

int replace_fd(const struct replace *r); /* borrowed: where to write */

/* What was written is the file now. On ERR_IO the old one is still there. Frees r in every
 * case. */
enum err_code replace_commit(struct replace *r, struct err *e);

/* Likewise, but the disk is not waited for: when the machine stops, it may be the old one,
 * or what a file system makes of one that was not yet written. */
enum err_code replace_commit_soon(struct replace *r, struct err *e);

/* Nothing was written. Accepts NULL. */
void replace_abort(struct replace *r);

#endif
