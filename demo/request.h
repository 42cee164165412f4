/*
 * demo/request.h - a call with one message in, from its start to its answer.
 *
 * Each function that answers frees the request. Loop thread only.
 */
#ifndef DEMO_REQUEST_H
#define DEMO_REQUEST_H

#include "demo/tickets.h"

#define MESSAGE_MAX ((size_t)100 << 20)

/* Takes over a call; l is NULL where the method needs no login. */
void request_start(struct server *s, struct login *l, struct rpc *rpc,
                   const struct method *m);

void request_fail(struct request *r, grpc_status_code status, const char *text);

/* The others are always true: they end with what an encoder wrote, with an empty message,
 * or with a refusal. */
bool request_reply(struct request *r, enum err_code rc, struct buf *message,
                   const struct err *e);
bool request_reply_empty(struct request *r);
bool request_refuse(struct request *r, const struct refusal *why);

/* The message after the first at which *at lies, 0 at the start, of those collected;
 * borrowed. False at the end. */
bool request_next(const struct request *r, size_t *at, struct bytes *message);

/* A request that cannot be read: gRPC itself answers, before the session is looked at. */
bool request_refuse_message(struct request *r);

#endif
