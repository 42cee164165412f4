/*
 * demo/fault/trace.h - a record of the viewports that clients ask for, and of what they
 * have open, for tests to read.
 *
 * One line each: "request ms=M table=T width=W rows=R columns=C reverse=0", W being the
 * number of columns of the view that it is asked of, C those of the table, and sets written
 * "0-9,20", or "none"; and, whenever any of it has changed, "open sessions=N streams=N
 * exports=N counters=N". Loop thread only.
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

/* All over the sessions that are alive: streams of DoExchange or DoGet, exports neither
 * released nor failed, streams of ExportedTableUpdates. */
struct trace_counts {
    size_t sessions, streams, exports, counters;
};

/* Writes *now unless it is *before, which becomes it. */
void trace_open(FILE *out, const struct trace_counts *now, struct trace_counts *before);

#endif
