/*
 * demo/operation_service.h - what makes tables of others, one operation a call or many in a
 * batch, and SeekRow: TableService, and SessionService/ExportFromTicket.
 *
 * Each function answers, or returns false when something that the request refers to is not
 * there yet. Loop thread only.
 */
#ifndef DEMO_OPERATION_SERVICE_H
#define DEMO_OPERATION_SERVICE_H

#include "demo/state.h"

bool serve_export(struct request *r);
bool serve_operation(struct request *r); /* the one of the method */
bool serve_batch(struct request *r);
bool serve_seek(struct request *r);

/* Answers with a table, which is given and becomes an export; the ticket of the result is
 * one that ticket_result() takes. Always true. */
bool operation_reply(struct request *r, struct bytes result, struct selection *made);

#endif
