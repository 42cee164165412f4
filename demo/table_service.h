/*
 * demo/table_service.h - TableService/ExportedTableUpdates: the sizes of a session's
 * tables.
 *
 * Loop thread only.
 */
#ifndef DEMO_TABLE_SERVICE_H
#define DEMO_TABLE_SERVICE_H

#include "demo/state.h"

/* Answers with the first of them, and with what it says as time goes on. Always true. */
bool serve_sizes(struct request *r);
void serve_sizes_tick(struct request *r);

#endif
