/*
 * demo/tickets.h - what a ticket stands for: exports of a login, tables of the scope, and
 * the errors of everything else, worded as a real server does.
 *
 * Protocol: ticket formats and the errors of their resolvers. Loop thread only.
 */
#ifndef DEMO_TICKETS_H
#define DEMO_TICKETS_H

#include "demo/state.h"

enum resolved { RESOLVED, NOT_YET, REFUSED };

#define EXPORT_TICKET_LEN 5
#define REFUSAL_MAX 512

struct refusal {
    grpc_status_code status;
    char text[REFUSAL_MAX];
};

/* Writes why; always REFUSED. */
enum resolved __attribute__((format(printf, 3, 4)))
ticket_refusal(struct refusal *why, grpc_status_code status, const char *fmt, ...);

/* The table that a ticket stands for, *out owned by the caller when RESOLVED. NOT_YET: an
 * export that nobody has defined so far. what: how the request calls the ticket. */
enum resolved ticket_resolve(const struct server *s, struct login *l, struct bytes ticket,
                             const char *what, struct selection *out, struct refusal *why);

/* The partitioned table that it names, or NULL; borrowed. Such a one is no table for
 * ticket_resolve(). */
const struct demo_table *ticket_parts(const struct server *s, struct bytes ticket);

bool ticket_is_export(struct bytes ticket);

/* The ticket of an export; borrowed from room. */
struct bytes ticket_of_export(int32_t id, uint8_t room[EXPORT_TICKET_LEN]);

/* A source that can be read as one. Any other is refused before the result is defined, so
 * that its id can be used again. */
bool ticket_is_table(struct bytes ticket);

/* The id that a ticket names as a result; false when that is refused. */
bool ticket_result(struct login *l, struct bytes ticket, int32_t *id, struct refusal *why);

#define HEX_MAX 100 /* bytes of a ticket that an error spells out */

/* The first bytes of something, as hexadecimal digits. */
struct hex {
    char text[2 * HEX_MAX + 1];
};

struct hex ticket_hex(struct bytes b);

#endif
