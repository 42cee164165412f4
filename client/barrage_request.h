/*
 * client/barrage_request.h - the first message of a DoExchange: what rows of what table.
 *
 * Pure. Protocol: Barrage BarrageSubscriptionRequest, BarrageSnapshotRequest.
 */
#ifndef CLIENT_BARRAGE_REQUEST_H
#define CLIENT_BARRAGE_REQUEST_H

#include "client/wire/wire.h"
#include "model/rowset.h"

#define BARRAGE_DO_EXCHANGE "/arrow.flight.protocol.FlightService/DoExchange"
#define BARRAGE_REQUEST_MAX ((size_t)1 << 20) /* bytes of one request */

/* Appends a request, all of which is set but rows and columns: positions, and schema
 * columns (NULL: all). ERR_LIMIT over BARRAGE_REQUEST_MAX. */
enum err_code barrage_request(const struct wire_subscribe *request,
                              const struct rowset *rows, const struct rowset *columns,
                              struct buf *out, struct err *e);

#endif
