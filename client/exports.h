/*
 * client/exports.h - names of what a session makes on its server: export ids, each with the
 * session's epoch.
 *
 * An id means something in one session alone: in the next one the same number is another
 * table. So it travels with the epoch of its session, and one of another epoch gives no
 * ticket, can not be released, and counts as not made. Pure; loop thread.
 *
 * Protocol: deephaven-core ExportTicketHelper; ids are never reused in a session, not even
 * after their release.
 */
#ifndef CLIENT_EXPORTS_H
#define CLIENT_EXPORTS_H

#include <stdbool.h>
#include <stdint.h>

#include "client/tickets.h"

/* Zero-initialised: none. Copied freely. */
struct export_id {
    int32_t id; /* 0: none */
    uint32_t epoch;
};

/* Those of one session. */
struct exports {
    uint32_t epoch;
    int32_t last; /* given; 0: none yet */
};

/* The next one, or none (id 0) when all are used up. */
struct export_id exports_next(struct exports *x);

/* It was given by these. */
bool exports_have(const struct exports *x, struct export_id id);

/* Its ticket, borrowed from `room`; empty when exports_have() does not hold. */
struct bytes exports_ticket(const struct exports *x, struct export_id id,
                            uint8_t room[EXPORT_TICKET_LEN]);

#endif
