/*
 * client/input_change.h - rows put into an input table, or taken out of it.
 *
 * The rows are uploaded to an export. What a table with keys has under theirs is copied
 * beside it before it is written to: that tells which rows are there, gives an edit the
 * values of the other columns, and takes the change back. All of it lies on the server, so
 * that also values keep what the wire does not carry, and is gone with the session.
 *
 * One that is told as failed was not written; what is not known, because the link was lost
 * meanwhile, is said so. Loop thread.
 *
 * Protocol: deephaven-core inputtable.proto AddTableToInputTable,
 * DeleteTableFromInputTable; Arrow Flight DoPut; table.proto WhereIn, NaturalJoin,
 * Snapshot.
 */
#ifndef CLIENT_INPUT_CHANGE_H
#define CLIENT_INPUT_CHANGE_H

#include "client/connection.h"
#include "model/schema.h"

#define INPUT_UPLOAD_MAX ((size_t)16 << 20) /* bytes of the rows of one change */

enum input_job {
    INPUT_INSERT,  /* rows whose keys are not there; any, where there are no keys */
    INPUT_REPLACE, /* rows that may take the place of others with their keys */
    INPUT_EDIT,    /* keys and some other columns: what rows that are there become */
    INPUT_DELETE   /* keys alone */
};

/* Columns of the table, with as many slots each (at least one). Borrowed. zone is that of
 * ZonedDateTimes, but for keys: those are in the server's own. */
struct input_rows {
    const struct schema_column *const *columns;
    struct column *const *cells;
    size_t n;         /* columns */
    const char *zone; /* a name; NULL: the server's own */
};

struct input_options {
    enum input_job job;
    struct bytes table;          /* ticket of the input table, or of rows kept of it */
    const struct schema *schema; /* of that */
    struct input_rows rows;
};

/* How it went; borrowed for the callback. */
struct input_result {
    int64_t rows;          /* written, deleted, or back as they were */
    int64_t replaced;      /* of those written: in the place of others */
    const struct err *why; /* it was not; NULL: it was */
    bool unknown;          /* of why: nobody knows whether it was */
};

struct input_change; /* opaque */

/* May not free it. */
typedef void input_change_fn(void *ctx, struct input_change *c,
                             const struct input_result *r);

/* Everything in o is used in the call, the connection borrowed. fn is called once, later.
 * Owned. ERR_LOST without a session that is SESSION_READY; ERR_LIMIT for too many rows. */
enum err_code input_change_start(struct connection *connection,
                                 const struct input_options *o, input_change_fn *fn,
                                 void *ctx, struct input_change **out, struct err *e);

/* It was not made, or was taken back, or the server has refused to. */
bool input_change_is_over(const struct input_change *c);

/* It was made, and there is a way back as long as its session lives. */
bool input_change_can_undo(const struct input_change *c);

/* Takes a change back that was made: what was there before is there again. fn is called
 * once more; where it tells a failure, there is a way back still, unless the server has
 * refused it. ERR_USAGE where there is none: a table without keys; ERR_SESSION: its session
 * is over; ERR_LOST as above. */
enum err_code input_change_undo(struct input_change *c, struct err *e);

/* Waits for nothing any more, and lets go of what was kept. Accepts NULL. Before
 * connection_close(). */
void input_change_free(struct input_change *c);

#endif
