/*
 * tests/unit/stand_in/session.h - stands in for client/session and client/connection in a
 * program that is linked with it: what is sent is kept, and the test answers as it likes,
 * also in ways that no server should.
 *
 * There is one session, always ready, of a connection that is NULL. One thread.
 */
#ifndef TESTS_UNIT_STAND_IN_SESSION_H
#define TESTS_UNIT_STAND_IN_SESSION_H

#include "client/session.h"

/* Another session begins; the calls of the one before are forgotten. */
void stand_in_begin(void);

/* Of the present one. */
struct session *stand_in_session(void);
uint32_t stand_in_epoch(void);

/* The newest call that is open, and how many there were, of a method ("DoPut"; NULL: of
 * any). The test fails where none is open. */
struct session_call *stand_in_call(const char *method);
size_t stand_in_count(const char *method);

/* How many exports were released. */
size_t stand_in_released(void);

/* How many messages were sent with a call, and whether they hold a text. */
size_t stand_in_messages(const struct session_call *c);
bool stand_in_was_sent(const struct session_call *c, const char *text);

/* A message (given) comes, as far as its first n bytes are; the call ends with a gRPC
 * status. */
void stand_in_comes(struct session_call *c, struct buf message);
void stand_in_comes_cut(struct session_call *c, struct bytes message, size_t n);
void stand_in_ends(struct session_call *c, int status);

/* A unary call is answered (reply is given), or fails. */
void stand_in_replies(struct session_call *c, struct buf reply);
void stand_in_refuses(struct session_call *c, enum err_code code);

#endif
