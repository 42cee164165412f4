/*
 * demo/outgoing.h - one update on its way out, cut into messages as they can be sent.
 *
 * Cells are computed when their message is, so that an update of any size takes little
 * memory. Additions come first, then modifications; the metadata rides on the first
 * message. Protocol: Barrage BarrageUpdateMetadata, one logical update = several
 * FlightData. Loop thread only.
 */
#ifndef DEMO_OUTGOING_H
#define DEMO_OUTGOING_H

#include "base/buf.h"
#include "demo/selection.h"
#include "demo/viewport_rows.h"

struct outgoing_options {
    bool deephaven_nulls;
    int32_t batch_rows;  /* rows in a batch; <= 0: as many as fit */
    int64_t list_limit;  /* items of a list, from its end when negative; 0: all */
    int32_t max_message; /* bytes of a message with more than one row; <= 0: the most */
};

/* What the next update says; sets are borrowed. */
struct outgoing_update {
    int64_t at_ms;
    bool is_snapshot;
    const struct rowset *viewport; /* effective, or NULL */
    bool reverse;
    const struct rowset *columns; /* effective, or NULL: all */

    /* Viewport streams: indexes. */
    const struct viewport_rows *after; /* NULL: row keys, see below */
    const struct viewport_delta *delta;
    bool has_modified; /* compare with the cells as they were at before_ms */
    int64_t before_ms;
    int64_t table_size;

    /* Snapshots and DoGet: keys, which are positions. */
    const struct rowset *keys; /* those whose data is sent */
};

struct outgoing; /* opaque */

/* Owned. View and world are borrowed. */
struct outgoing *outgoing_new(const struct selection *view, const struct world *w,
                              const struct outgoing_options *o,
                              const struct outgoing_update *u);
void outgoing_free(struct outgoing *o); /* accepts NULL */

/* Appends the next message to out; *done tells that it was the last. */
enum err_code outgoing_next(struct outgoing *o, struct buf *out, bool *done, struct err *e);

#endif
