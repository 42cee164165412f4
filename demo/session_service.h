/*
 * demo/session_service.h - SessionService, ConfigService and ApplicationService, and how
 * much memory the server has.
 *
 * Each function answers, or returns false when something that the request refers to is not
 * there yet. Loop thread only.
 */
#ifndef DEMO_SESSION_SERVICE_H
#define DEMO_SESSION_SERVICE_H

#include "demo/state.h"

#define PSK_TYPE "io.deephaven.authentication.psk.PskAuthenticationHandler"

/* ConfigService */
bool serve_authentication(struct request *r);
bool serve_configuration(struct request *r);

/* ConsoleService/GetHeapInfo: always the same */
bool serve_heap(struct request *r);

/* SessionService; termination is answered when the session or the server ends */
bool serve_close(struct request *r);
bool serve_release(struct request *r);
bool serve_termination(struct request *r);

/* ApplicationService/ListFields; fields_tell_late() tells a request that is open of the
 * tables that are late, if it is one of these. */
bool serve_fields(struct request *r);
void fields_tell_late(struct request *r);

#endif
