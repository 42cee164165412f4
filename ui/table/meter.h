/*
 * ui/table/meter.h - how link and terminal are doing: rates, delays, ages.
 *
 * Takes in totals that only grow, at a time that is given, and tells what they come to.
 * Pure; zero-initialised is a fresh one. Loop thread.
 */
#ifndef UI_TABLE_METER_H
#define UI_TABLE_METER_H

#include "ui/table/rate.h"
#include "ui/widget/pager.h"

struct meter_totals {
    uint64_t updates;         /* of the table, since it was opened */
    uint64_t bytes;           /* from the server for it */
    uint64_t resubscriptions; /* streams of it started anew by themselves */
    uint64_t frames;          /* drawn */
    uint64_t dropped;         /* that were due while the terminal was behind */
    uint64_t terminal_bytes;  /* written to it */
};

struct meter {
    struct meter_totals last;
    struct rate updates, bytes, frames, terminal;
    bool heard; /* something came from the server */
    uint64_t heard_ms;
};

/* Totals as they are at now_ms (of a clock that never goes back). Smaller ones than before
 * start anew, as when another table is opened. */
void meter_take(struct meter *m, const struct meter_totals *totals, uint64_t now_ms);

/* Milliseconds since the server was last heard of; false when it never was. */
bool meter_age(const struct meter *m, uint64_t now_ms, uint64_t *ms);

struct meter_link {
    double round_trip_ms; /* smallest of the last few; < 0: not measured */
    double newest_ms;
};

/* Adds all there is to say. */
void meter_fill(const struct meter *m, const struct meter_link *link, uint64_t now_ms,
                struct pager *p);

#endif
