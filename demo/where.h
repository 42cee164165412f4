/*
 * demo/where.h - the simple forms of the server's filter language: COLUMN OP VALUE,
 * isNull(COLUMN), isNaN(COLUMN), with ! in front of those two, joined by &&.
 *
 * Protocol: UnstructuredFilter. Pure; any thread.
 */
#ifndef DEMO_WHERE_H
#define DEMO_WHERE_H

#include "client/wire/operations.h"

struct where {
    struct wire_condition *conditions; /* all must hold; spans borrow from the texts */
    size_t n;
    struct where_term **terms; /* owned: what the conditions refer to */
    size_t conditions_cap, terms_cap;
};

/* Reads expressions, all of which must hold. ERR_REFUSED says what can be read. Release
 * with where_release(), also after a failure. */
enum err_code where_parse(const struct bytes *texts, size_t n, struct where *out,
                          struct err *e);
void where_release(struct where *w); /* twice is fine */

#endif
