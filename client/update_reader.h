/*
 * client/update_reader.h - the messages of one DoExchange or DoGet stream, joined into
 * updates.
 *
 * The first message is the schema; after it each update comes as one or more record
 * batches, the first of which carries the metadata: batches of added rows until all have
 * come, then batches of modified rows (protocol: Barrage BarrageUpdateMetadata,
 * deephaven-core BarrageMessageWriterImpl). Only columns effective for an update are
 * decoded, whatever data a message holds for the others. After an error the reader refuses
 * everything. Loop thread only.
 */
#ifndef CLIENT_UPDATE_READER_H
#define CLIENT_UPDATE_READER_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "model/replica.h"

#define UPDATE_MAX_CELLS ((uint64_t)16 << 20) /* cells and list items in one update */

struct update_reader; /* opaque */

/* What one message completed; both NULL when more must come. */
struct update_reader_out {
    struct schema *schema; /* owned by the caller; the reader and all columns borrow its
                              types, so it lives until the reader is freed */
    struct update *update; /* owned by the caller */
};

/* mode is that of the replica the updates are for; deephaven_nulls as asked of the server
 * (never on DoGet). Owned by the caller. */
struct update_reader *update_reader_new(enum replica_mode mode, bool deephaven_nulls);
void update_reader_free(struct update_reader *r); /* accepts NULL */

/* Takes the bytes of one FlightData message. out is written in every case. ERR_PROTO names
 * what cannot be read; ERR_MISFIT (see replica_apply()) when the table is said to have a
 * negative number of rows; ERR_LIMIT when an update has more than UPDATE_MAX_CELLS. */
enum err_code update_reader_feed(struct update_reader *r, struct bytes flight_data,
                                 struct update_reader_out *out, struct err *e);

#endif
