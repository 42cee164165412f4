/*
 * demo/services.h - what each method does.
 *
 * Each function answers, or returns false when something that the request refers to is not
 * there yet. Loop thread only.
 */
#ifndef DEMO_SERVICES_H
#define DEMO_SERVICES_H

#include "demo/request.h"

#define PSK_TYPE "io.deephaven.authentication.psk.PskAuthenticationHandler"

/* ConfigService */
bool serve_authentication(struct request *r);
bool serve_configuration(struct request *r);

/* SessionService; termination is answered when the session or the server ends */
bool serve_close(struct request *r);
bool serve_release(struct request *r);
bool serve_termination(struct request *r);

/* What makes one table of another: TableService, and SessionService/ExportFromTicket */
bool serve_export(struct request *r);
bool serve_fetch(struct request *r);
bool serve_preview(struct request *r);
bool serve_view(struct request *r);

/* TableService/ExportedTableUpdates, and what it says as time goes on */
bool serve_sizes(struct request *r);
void serve_sizes_tick(struct request *r);

/* ApplicationService/ListFields */
bool serve_fields(struct request *r);

#endif
