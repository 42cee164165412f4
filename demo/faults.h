/*
 * demo/faults.h - what is to go wrong, and when: a plan that tests write in words.
 *
 * A spec is POINT=ACTION or POINT=ACTION:NUMBER. Points:
 *   message.N   before the N-th message of every DoExchange or DoGet, the schema being 1
 *   login       at every attempt to log in
 * Actions: delay:MS; stall (nothing more is sent); cut (the stream is reset); ok (it ends
 * as if all were well); status:CODE; twice (the message is sent two times); skip (it is not
 * sent); flip:N (N bits of the message are turned over); truncate:BYTES (that many are cut
 * off its end); refuse (login only). Bits are chosen by seed and message, so a failure can
 * be had again. Loop thread only.
 */
#ifndef DEMO_FAULTS_H
#define DEMO_FAULTS_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

enum fault_action {
    FAULT_NONE,
    FAULT_DELAY,
    FAULT_STALL,
    FAULT_CUT,
    FAULT_OK,
    FAULT_STATUS,
    FAULT_TWICE,
    FAULT_SKIP,
    FAULT_FLIP,
    FAULT_TRUNCATE,
    FAULT_REFUSE
};

struct fault {
    uint64_t message; /* 0: login */
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

/* Does FAULT_FLIP or FAULT_TRUNCATE to a message. */
void faults_damage(const struct faults *f, const struct fault *fault, struct buf *message);

#endif
