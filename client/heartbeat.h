/*
 * client/heartbeat.h - whether the link to a server is alive: when to ask, and what silence
 * means.
 *
 * A table may be quiet for ever, and so may a dead link. So a call of our own asks
 * whenever the last one was answered HEARTBEAT_ASK_MS ago, also while rows come: a link may
 * stall in one direction alone. No HTTP/2 pings are sent, since a peer with gRPC's default
 * policy ends a quiet connection for them (GOAWAY "too_many_pings").
 *
 * Pure: times come in as milliseconds of a clock that never goes back. Zero-initialised is
 * one that has never asked and owes no answer. Loop thread.
 */
#ifndef CLIENT_HEARTBEAT_H
#define CLIENT_HEARTBEAT_H

#include <stdbool.h>
#include <stdint.h>

#define HEARTBEAT_ASK_MS 4000
#define HEARTBEAT_SILENT_MS 3000   /* no answer: the user is told */
#define HEARTBEAT_LOST_MS 8000     /* and nothing at all has come: the link is dead */
#define HEARTBEAT_ONE_WAY_MS 20000 /* the same while rows still come */
#define HEARTBEAT_STOPPED_MS 500   /* late by more: the program was stopped */

struct heartbeat {
    uint64_t asked_ms;    /* when the call left that is not answered; 0: none is */
    uint64_t answered_ms; /* when the last one was */
    uint64_t heard_ms;    /* when anything came last */
    uint64_t planned_ms;  /* what heartbeat_next_ms() said last */
};

enum heartbeat_link {
    HEARTBEAT_WELL,
    HEARTBEAT_SLOW,   /* rows come, but no answer for HEARTBEAT_SILENT_MS */
    HEARTBEAT_SILENT, /* nothing has come for so long, though we ask */
    HEARTBEAT_LOST
};

/* Something came; a call of ours leaves; it has been answered, or has failed. */
void heartbeat_heard(struct heartbeat *h, uint64_t now_ms);
void heartbeat_asked(struct heartbeat *h, uint64_t now_ms);
void heartbeat_answered(struct heartbeat *h, uint64_t now_ms);

/* To be called when the time of heartbeat_next_ms() has come. What came while the program
 * was stopped has not been read yet: silence counts from now on then. */
void heartbeat_wake(struct heartbeat *h, uint64_t now_ms);

bool heartbeat_due(const struct heartbeat *h, uint64_t now_ms); /* it is time to ask */
enum heartbeat_link heartbeat_link(const struct heartbeat *h, uint64_t now_ms);

/* Since when what heartbeat_link() tells lasts: the question of SLOW, the last sign of life
 * of SILENT and LOST. */
uint64_t heartbeat_since_ms(const struct heartbeat *h, uint64_t now_ms);

/* When heartbeat_due() or heartbeat_link() is another by itself; noted for
 * heartbeat_wake(). */
uint64_t heartbeat_next_ms(struct heartbeat *h, uint64_t now_ms);

#endif
