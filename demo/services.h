/*
 * demo/services.h - the methods that there are. Loop thread only.
 */
#ifndef DEMO_SERVICES_H
#define DEMO_SERVICES_H

#include "demo/state.h"

/* Serves a call of whatever method; takes rpc over. */
void serve(struct server *s, struct rpc *rpc);

#endif
