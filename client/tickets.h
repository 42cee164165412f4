/*
 * client/tickets.h - the bytes that name a table: scope, application, shared and export
 * tickets.
 *
 * Protocol: deephaven-core ScopeTicketHelper, ApplicationTicketHelper, SharedTicketHelper,
 * ExportTicketHelper. Pure, but for what is random.
 */
#ifndef CLIENT_TICKETS_H
#define CLIENT_TICKETS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

#define TICKET_MAX 65536 /* bytes of a ticket accepted or built */
#define EXPORT_TICKET_LEN 5

/* 'e' and the id, little endian. */
void ticket_export(int32_t id, uint8_t out[EXPORT_TICKET_LEN]);
bool is_export_ticket(struct bytes ticket);
bool is_shared_ticket(struct bytes ticket);

/* "s/NAME"; "a/APP/f/FIELD"; 'h' and the bytes that hex spells (ERR_USAGE when it does
 * not). */
enum err_code ticket_scope(const char *name, struct buf *out, struct err *e);
enum err_code ticket_application(const char *app, const char *field, struct buf *out,
                                 struct err *e);
enum err_code ticket_shared(const char *hex, struct buf *out, struct err *e);

/* A shared ticket that nobody can guess, in the form that the web UI gives them, too. */
#define SHARED_TICKET_LEN 18
enum err_code ticket_new_shared(uint8_t out[SHARED_TICKET_LEN], struct err *e);

#endif
