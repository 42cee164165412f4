/*
 * base/secret.h - a secret in memory, and what a process that holds one refuses.
 *
 * The text has pages of its own that are not swapped out, in no core, not in a child
 * process, and wiped at the end. Libraries make copies that are out of reach, so the
 * process as a whole is closed as well (secret_guard). A secret never goes into an error
 * text. Any thread.
 */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

struct secret; /* opaque */

/* A copy of text, which the caller wipes. Guards the process. Owned; never NULL. */
struct secret *secret_new(const char *text);
const char *secret_text(const struct secret *s); /* borrowed until it is freed */
void secret_free(struct secret *s);              /* wipes; accepts NULL */

/* From now on until its end the process leaves no core, and no other process of the same
 * user can trace it or read its memory. May be called again and again. */
void secret_guard(void);

#endif
