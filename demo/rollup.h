/*
 * demo/rollup.h - a table put together level by level: what is made of all rows, of those
 * of each group, of the groups in these, and so on. Protocol: Rollup of
 * hierarchicaltable.proto. Loop thread only.
 */
#ifndef DEMO_ROLLUP_H
#define DEMO_ROLLUP_H

#include "client/wire/hierarchy.h"
#include "demo/selection.h"

#define ROLLUP_NAMES_MAX 8 /* columns to group by */

/* *out is owned by the caller, a table of TABLE_TREE. Errors as of aggregate(), and
 * ERR_REFUSED for a table that changes and for what is too large. */
enum err_code rollup(const struct wire_rollup *asked, const struct selection *source,
                     const struct world *w, struct selection *out, struct err *e);

#endif
