/*
 * client/upload.h - rows that go to the server and become an export there.
 *
 * An upload is one call of two messages: the schema with the export's id, and the rows.
 * Pure; any thread.
 *
 * Protocol: Arrow Flight DoPut with a descriptor of the path export/ID. protocol: an empty
 * batch makes a table that cannot be read, so there is at least one row.
 */
#ifndef CLIENT_UPLOAD_H
#define CLIENT_UPLOAD_H

#include "base/buf.h"
#include "base/err.h"
#include "model/column.h"

#define UPLOAD_METHOD "/arrow.flight.protocol.FlightService/DoPut"

struct upload_column {
    const char *name, *java_type;
    const struct column *cells; /* all of them have as many, and at least one */
    const char *zone; /* that moments are stored with, by name; NULL: the server's */
};

/* Appends the two messages. ERR_LIMIT when they do not fit. */
enum err_code upload_encode(int32_t export, const struct upload_column *columns, size_t n,
                            struct buf *schema, struct buf *rows, struct err *e);

#endif
