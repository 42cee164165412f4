/*
 * client/lag_policy.h - how late the picture of a table is, and how often updates are
 * asked for on a link that cannot bring them all.
 *
 * A server sends every update, however slowly the link takes them: what does not get
 * through waits, and the picture falls behind without an end. How far tells only an answer
 * on the stream itself, since it comes behind all that waits: the viewport is sent again as
 * a probe, soon and often while updates come, now and then on a quiet stream (which also
 * keeps proxies from closing it). A picture that is LAG_LATE_MS late gets another stream,
 * what waited in the old one is thrown away with it, and less often an update: the ladder
 * is 1, 2, 5 and 10 s. When the picture has been current for a minute, the step is taken
 * back; for twice as long each time that did not do.
 *
 * Pure: times come in as milliseconds of a clock that never goes back. Zero-initialised is
 * one that has no stream. Loop thread.
 *
 * Protocol: a viewport request that changes nothing is answered by a snapshot without rows,
 * in order with the updates; the interval is fixed for a stream's life.
 */
#ifndef CLIENT_LAG_POLICY_H
#define CLIENT_LAG_POLICY_H

#include <stdbool.h>
#include <stdint.h>

#define LAG_LATE_MS 2000   /* from here on the user is told, and the rate is lowered */
#define LAG_BEHIND_MS 400  /* what waits would delay the answer to a key */
#define LAG_HEAVY_MS 1000  /* between probes where the link may be full, or is behind */
#define LAG_BUSY_MS 5000   /* where a few updates come */
#define LAG_QUIET_MS 25000 /* on a stream that brings nothing */
#define LAG_HOLD_MS 60000  /* current for so long: the rate is raised again */
#define LAG_HOLD_MAX_MS 960000
#define LAG_ANEW_MS 20000 /* late by so much at the last step: another stream, as slow */
#define LAG_NEVER UINT64_MAX

struct lag {
    bool running;         /* there is a stream to be probed */
    bool busy, heavy;     /* it brought updates since the last answer, and many bytes */
    uint64_t answered_ms; /* when that came, or the stream began */
    uint64_t probed_ms;   /* when the probe left that is not answered; 0: none is */
    uint64_t trip_ms;     /* what the way there and back takes by itself */
    uint64_t age_ms;      /* as the last answer told */
    int32_t least_ms;     /* between updates, by the ladder; 0: as wanted */
    uint64_t current_ms;  /* the picture has been current since */
    uint64_t raised_ms;   /* when a step was taken back; 0: none was */
    uint64_t hold_ms;     /* how long it must have been current for that; 0: LAG_HOLD_MS */
    uint64_t planned_ms;  /* what lag_next_ms() said last */
};

enum lag_step { LAG_STAY, LAG_PROBE, LAG_SLOWER, LAG_FASTER };

/* A stream has brought what was asked of it; the stream is over. */
void lag_began(struct lag *p, uint64_t now_ms);
void lag_over(struct lag *p);

/* The user wants another rate: what the link was found to bring counts no more. */
void lag_forget(struct lag *p);

/* An update came; answer: a snapshot, which only answers bring; heavy: since the last
 * answer so much has come that the link may be full. */
void lag_update(struct lag *p, bool answer, bool heavy, uint64_t now_ms);

/* A probe leaves; trip_ms is what an answer takes that waits for nothing (< 0: not known).
 */
void lag_probed(struct lag *p, double trip_ms, uint64_t now_ms);

/* By how much the picture is late, at least. */
uint64_t lag_late_ms(const struct lag *p, uint64_t now_ms);
bool lag_is_behind(const struct lag *p, uint64_t now_ms);

/* What is to be done now; interval_ms (0: the server's own) is what the user wants. After
 * SLOWER and FASTER lag_change() takes the step, and a stream with at least least_ms
 * between updates is to replace this one. True: least_ms is another. */
enum lag_step lag_next(const struct lag *p, int32_t interval_ms, uint64_t now_ms);
bool lag_change(struct lag *p, enum lag_step step, int32_t interval_ms, uint64_t now_ms);

/* When lag_next() is to be asked again if nothing comes, or LAG_NEVER; noted. And to be
 * called then: an answer that came while the program was stopped has not been read yet. */
uint64_t lag_next_ms(struct lag *p, int32_t interval_ms);
void lag_wake(struct lag *p, uint64_t now_ms);

/* When lag_late_ms() is another number of seconds by itself, from LAG_LATE_MS on. */
uint64_t lag_late_next_ms(const struct lag *p, uint64_t now_ms);

#endif
