/*
 * demo/upload_service.h - rows that a client sends and that become an export.
 *
 * Protocol: Arrow Flight DoPut with a descriptor of the path export/ID. Loop thread only.
 */
#ifndef DEMO_UPLOAD_SERVICE_H
#define DEMO_UPLOAD_SERVICE_H

#include "demo/state.h"

bool serve_put(struct request *r); /* as in struct method */

#endif
