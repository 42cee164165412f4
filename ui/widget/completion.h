/*
 * ui/widget/completion.h - completes what is typed from a list of names.
 *
 * Case is ignored. Names that start with what was typed come first, then those that have it
 * anywhere; in either part the source's order holds. Each step puts the next match into the
 * place of what was typed, and after the last comes what was typed again. Pure; loop
 * thread.
 */
#ifndef UI_WIDGET_COMPLETION_H
#define UI_WIDGET_COMPLETION_H

#include <stdbool.h>
#include <stddef.h>

/* Name i, or NULL when there are no more; copied. */
typedef const char *completion_source(const void *ctx, size_t i);

struct completion; /* opaque */

struct completion *completion_new(void);    /* owned; nothing typed, no names */
void completion_free(struct completion *c); /* accepts NULL */

/* What is typed now (copied) and where names come from: looks for matches anew. source NULL
 * ends a completion. */
void completion_set(struct completion *c, completion_source *source, const void *ctx,
                    const char *typed);

/* How many names match what was typed, and the i-th of them, borrowed. */
size_t completion_count(const struct completion *c);
const char *completion_match(const struct completion *c, size_t i);

/* Which match stands there now; completion_count(): what was typed. */
size_t completion_at(const struct completion *c);

/* The text for the next match, or with back the one before; borrowed. What was typed when
 * nothing matches. */
const char *completion_step(struct completion *c, bool back);

#endif
