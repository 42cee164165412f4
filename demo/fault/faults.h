/*
 * demo/fault/faults.h - what is to go wrong, and when: a plan that tests write in words.
 *
 * A spec is POINT=ACTION or POINT=ACTION:NUMBER. Points:
 *   message.N   at the N-th message of every DoExchange or DoGet, the schema being 1
 *   first.N     the same of the very first one only, in place of what message.N plans
 *   request.N   at the N-th subscription request of every DoExchange, from the second on
 *   call.N      at the N-th call that carries a login, over all sessions; a viewer makes
 *               one every few seconds by itself
 *   stream.N    at the N-th DoExchange or DoGet, over all sessions
 *   time.MS     that long after the start, once
 *   told        whenever the process gets SIGUSR2
 *   login       at every attempt to log in
 *   names       in the list of tables
 *   version     in what the server says of its version
 * Actions at a message: delay:MS; hold (it is not sent while the file of --hold-file is
 * there); stall (nothing more is sent); cut (the stream is reset); ok (it ends as if all
 * were well); status:CODE; text:BYTES (a status with a hostile text of that length);
 * unexplained (a status with an id that the log knows nothing of); twice (the message is
 * sent two times); skip (it is not sent); flip:N (N bits of the message are turned over);
 * truncate:BYTES (that many are cut off its end); flood:MS (updates as fast as they can be
 * sent, for so long); and the lies of demo/fault/damage.h. At a request: delay:MS and hold
 * (that one, and with it those that follow, is looked at later); skip. At a call or a
 * stream: stall; status:CODE; text:BYTES; at a call also lost (its session has ended). At
 * a time, or when told: lost (all sessions end, and the server says so where it does);
 * terminate:BYTES (TerminationNotification with a hostile reason); still (no table but
 * those with rows of the moment changes by itself any more). At login: refuse. At names:
 * hostile (tables that attack a terminal); huge:N (tables with a text of N bytes, and with
 * a list of N numbers). At version: old (0.35.3). Bits are chosen by seed and message, so
 * a failure can be had again. Loop thread only.
 */
#ifndef DEMO_FAULT_FAULTS_H
#define DEMO_FAULT_FAULTS_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

enum fault_point {
    FAULT_AT_LOGIN,
    FAULT_AT_MESSAGE,
    FAULT_AT_FIRST,
    FAULT_AT_REQUEST,
    FAULT_AT_CALL,
    FAULT_AT_STREAM,
    FAULT_AT_TIME,
    FAULT_AT_TOLD,
    FAULT_AT_NAMES,
    FAULT_AT_VERSION
};

enum fault_action {
    FAULT_NONE,
    FAULT_DELAY,
    FAULT_HOLD,
    FAULT_STALL,
    FAULT_CUT,
    FAULT_OK,
    FAULT_STATUS,
    FAULT_TEXT,
    FAULT_UNEXPLAINED,
    FAULT_TWICE,
    FAULT_SKIP,
    FAULT_FLIP,
    FAULT_TRUNCATE,
    FAULT_FLOOD,
    FAULT_REFUSE,
    FAULT_LOST,
    FAULT_STILL,
    FAULT_TERMINATE,
    FAULT_HOSTILE,
    FAULT_HUGE,
    FAULT_OLD,
    /* demo/fault/damage.h */
    FAULT_NARROW,
    FAULT_DICTIONARY,
    FAULT_RUNS,
    FAULT_MODS,
    FAULT_ROWS,
    FAULT_NODE,
    FAULT_OFFSET,
    FAULT_LENGTH,
    FAULT_BODY,
    FAULT_DESCEND,
    FAULT_BEYOND,
    FAULT_ADDED,
    FAULT_RANGES,
    FAULT_REMOVED,
    FAULT_SIZE,
    FAULT_GARBLE,
    FAULT_PAD
};

struct fault {
    enum fault_point point;
    uint64_t message; /* which message, request, call, stream or ms; 0: no number */
    enum fault_action action;
    int64_t number;
};

#define FAULTS_MAX 32

struct faults {
    uint64_t seed;
    struct fault list[FAULTS_MAX];
    size_t n;
};

/* ERR_USAGE names what cannot be read. */
enum err_code faults_add(struct faults *f, const char *spec, struct err *e);

/* The fault planned there, or one of FAULT_NONE. message 0: login. */
struct fault faults_at(const struct faults *f, uint64_t message);
struct fault faults_find(const struct faults *f, enum fault_point point, uint64_t which);

/* Does FAULT_FLIP or FAULT_TRUNCATE to a message. */
void faults_damage(const struct faults *f, const struct fault *fault, struct buf *message);

/* Text of so many bytes with all that a terminal must never be sent: escape sequences, OSC
 * 52, C1 and C0 controls, overrides of the writing direction. Owned by the caller. */
char *faults_hostile_text(size_t n);

#endif
