/*
 * demo/fault/trace.h - a record of the viewports that clients ask for, for tests to read.
 *
 * One line each: "request ms=M table=T width=W rows=R columns=C reverse=0", W being the
 * number of columns of the view that it is asked of, C those of the table, and sets written
 * "0-9,20", or "none". Loop thread only.
 */
#ifndef DEMO_FAULT_TRACE_H
#define DEMO_FAULT_TRACE_H

#include <stdio.h>

#include "demo/selection.h"
#include "model/rowset.h"

/* columns: of the view. */
void trace_request(FILE *out, int64_t at_ms, const struct selection *v,
                   const struct rowset *viewport, const struct rowset *columns,
                   bool reverse);

#endif
