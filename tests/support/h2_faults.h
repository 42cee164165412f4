/*
 * tests/support/h2_faults.h - what is to go wrong below gRPC, and when: a plan for a relay.
 *
 * A plan is a list of steps. A step waits for its point, which counts only once all steps
 * before it have happened, then says its frames to the viewer and sets what becomes of the
 * bytes that follow. A relay with a server passes on all that no step forbids; one without
 * says only what the plan does, and agrees to the viewer's SETTINGS. "The subscription" is
 * the first stream of a connection on which a Barrage request goes up. Frames keep their
 * order and are passed on whole; what is left out or put in is not made up for in the
 * windows of flow control. Tests only.
 */
#ifndef TESTS_SUPPORT_H2_FAULTS_H
#define TESTS_SUPPORT_H2_FAULTS_H

#include <stdatomic.h>

#include "tests/support/h2.h"
#include "tests/support/relay.h"

enum h2_when {
    H2_NEVER,      /* ends the list */
    H2_ON_OPEN,    /* the viewer has connected */
    H2_ON_CALL,    /* headers of its number-th call, 1 the first, before they go up */
    H2_ON_REQUEST, /* the first request of the subscription, before it goes up */
    H2_ON_HEADERS, /* the server's headers of the subscription have gone down */
    H2_ON_MESSAGE, /* half of the number-th message of the subscription has gone down */
    H2_ON_FIRE     /* relay_fire() */
};

enum h2_then {
    H2_PASS,    /* bytes are passed on as before */
    H2_HOLD,    /* nothing more of the subscription goes down, all else does */
    H2_STALL,   /* nothing goes down */
    H2_DRIP,    /* one byte each second goes down */
    H2_END,     /* nothing goes down, and the viewer reads an end */
    H2_END_UP,  /* nothing goes up, and the server reads an end */
    H2_END_BOTH /* both; the connection stays half open as long as one side likes */
};

#define H2_THE_STREAM UINT32_MAX /* of the subscription, or at H2_ON_CALL of that call */
#define H2_SAY_MAX 3
#define H2_STEPS_MAX 3

struct h2_say {
    uint8_t type, flags;
    uint32_t stream;
    const void *payload; /* NULL with n above 0: zeros */
    size_t n;
};

struct h2_step {
    enum h2_when when;
    unsigned number;
    struct h2_say say[H2_SAY_MAX]; /* in this order; n_say of them */
    size_t n_say;
    struct h2_say flood; /* afterwards, as fast as it is taken, for flood_ms; DATA with a
                            payload keeps to the viewer's windows */
    int flood_ms;        /* 0: nothing */
    enum h2_then then;
    unsigned drop; /* 1 << type for each kind of frame of the server to be left out */
};

struct h2_plan {
    struct h2_step step[H2_STEPS_MAX];
    bool once;        /* on the first connection only; others are passed on as they are */
    atomic_bool left; /* the viewer has ended a stream that was flooded with DATA */
    /* what came of it; to be looked at after relay_free */
    size_t happened;  /* steps, over all connections */
    uint64_t flooded; /* frames */
    bool alone;       /* no server: h2_faults_relay() sets it */
};

/* A payload and its length, from a string; frames that are said; plans of one step. */
#define H2_BYTES(bytes) (bytes), sizeof(bytes) - 1
#define H2_SAY(...) .say = {{__VA_ARGS__}}, .n_say = 1
#define H2_PLAN(...)                                                                       \
    {                                                                                      \
        .step = { {__VA_ARGS__} }                                                          \
    }
#define H2_OPENED(...) H2_PLAN(.when = H2_ON_OPEN, __VA_ARGS__)
#define H2_FIRED(...) H2_PLAN(.when = H2_ON_FIRE, __VA_ARGS__)

/* Header fields that need no table (protocol: RFC 7541, 6.2.2): one of no meaning. */
#define H2_FIELD                                                                           \
    "\x00\x01"                                                                             \
    "a"                                                                                    \
    "\x01"                                                                                 \
    "b"

/* Borrows the plan until relay_free. upstream NULL: no server. */
struct relay *h2_faults_relay(const char *upstream, struct h2_plan *plan);

#endif
