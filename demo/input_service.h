/*
 * demo/input_service.h - writing into input tables.
 *
 * Protocol: InputTableService of inputtable.proto. Loop thread only.
 */
#ifndef DEMO_INPUT_SERVICE_H
#define DEMO_INPUT_SERVICE_H

#include "demo/state.h"

/* As in struct method. */
bool serve_add(struct request *r);
bool serve_delete(struct request *r);
void serve_write_tick(struct request *r);

#endif
