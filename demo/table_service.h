/*
 * demo/table_service.h - TableService, and ExportFromTicket, which makes a table of
 * another as well.
 *
 * Each function answers, or returns false when something that the request refers to is not
 * there yet. Loop thread only.
 */
#ifndef DEMO_TABLE_SERVICE_H
#define DEMO_TABLE_SERVICE_H

#include "demo/state.h"

/* What makes one table of another: TableService, and SessionService/ExportFromTicket */
bool serve_export(struct request *r);
bool serve_fetch(struct request *r);
bool serve_preview(struct request *r);
bool serve_view(struct request *r);

/* TableService/ExportedTableUpdates, and what it says as time goes on */
bool serve_sizes(struct request *r);
void serve_sizes_tick(struct request *r);

#endif
