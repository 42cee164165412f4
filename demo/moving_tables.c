/*
 * Tables whose rows come and go: a blink table, and one that grows and shrinks at both
 * ends.
 */
#include <math.h>
#include <stdio.h>

#include "demo/noise.h"
#include "demo/table_defs.h"

/* --- pulse: a blink table --- */

enum { PULSE_TIME, PULSE_SENSOR, PULSE_VALUE, PULSE_UNIT, PULSE_OK };
#define PULSE_BEAT_MS 1000
#define PULSE_MOST 40 /* rows of one beat */

static int64_t pulse_beat(const struct world *w, int64_t at_ms)
{
    (void)w;
    return table_floor_div(at_ms, PULSE_BEAT_MS);
}

static int64_t pulse_size(const struct world *w, int64_t at_ms)
{
    return (int64_t)(noise_hash(w->seed, STREAM_PULSE, (uint64_t)pulse_beat(w, at_ms)) %
                     (PULSE_MOST + 1));
}

static int64_t pulse_id(const struct world *w, int64_t position, int64_t at_ms)
{
    return pulse_beat(w, at_ms) * PULSE_MOST + position;
}

static void pulse_cell(const struct world *w, int64_t id, size_t column, int64_t at_ms,
                       struct column *out)
{
    static const char *const kinds[][2] = {
        {"boiler", "°C"}, {"turbine", "rpm"}, {"intake", "kPa"}, {"grid", "kV"}};
    uint64_t bits = noise_hash(w->seed, STREAM_PULSE + 1, (uint64_t)id);
    const char *const *kind = kinds[bits % COUNT(kinds)];
    char name[32];

    (void)at_ms;
    switch (column) {
    case PULSE_TIME:
        column_push_int(out, table_instant(w, id / PULSE_MOST * PULSE_BEAT_MS));
        break;
    case PULSE_SENSOR:
        (void)snprintf(name, sizeof(name), "%s-%u", kind[0], 1 + (unsigned)(bits >> 8) % 8);
        table_push_text(out, name);
        break;
    case PULSE_VALUE:
        column_push_double(out, table_round(1000 * noise_unit(w->seed, bits, 1), 10));
        break;
    case PULSE_UNIT:
        table_push_text(out, kind[1]);
        break;
    default:
        if (bits >> 61 == 0)
            column_push_null(out);
        else
            column_push_int(out, bits >> 60 != 3);
    }
}

static const struct column_def pulse_columns[] = {{"Time", KIND_INSTANT, 0, ""},
                                                  {"Sensor", KIND_STRING, 0, ""},
                                                  {"Value", KIND_DOUBLE, 0, ""},
                                                  {"Unit", KIND_STRING, 0, ""},
                                                  {"Ok", KIND_BOOL, 0, ""}};

const struct table_def table_pulse = {
    .table = {.name = "pulse",
              .about = "a blink table: rows live for one second",
              .is_blink = true,
              .size = pulse_size,
              .id_at = pulse_id,
              .stamp = pulse_beat,
              .cell = pulse_cell},
    .n_columns = COUNT(pulse_columns),
    COLUMNS(pulse_columns)};

/* --- tide: shrinks and grows at both ends --- */

enum { TIDE_ID, TIDE_NAME, TIDE_DEPTH, TIDE_BAR };
#define TIDE_BEAT_MS 200
#define TIDE_MIDDLE 100000

static int64_t tide_beat(const struct world *w, int64_t at_ms)
{
    (void)w;
    return table_floor_div(at_ms, TIDE_BEAT_MS);
}

/* A wave from 0 to height and back. */
static int64_t tide_wave(int64_t beat, int64_t period, int64_t height)
{
    double angle = 6.283185307179586 * (double)(beat % period) / (double)period;

    return (int64_t)lround(0.5 * (1 - cos(angle)) * (double)height);
}

static int64_t tide_first(const struct world *w, int64_t at_ms)
{
    return TIDE_MIDDLE - tide_wave(tide_beat(w, at_ms), 230, 30);
}

static int64_t tide_size(const struct world *w, int64_t at_ms)
{
    int64_t last = TIDE_MIDDLE + tide_wave(tide_beat(w, at_ms), 150, 200);

    return last - tide_first(w, at_ms);
}

static int64_t tide_id(const struct world *w, int64_t position, int64_t at_ms)
{
    return tide_first(w, at_ms) + position;
}

#define TIDE_BAR "████████████████" /* 16 of 3 bytes: twice the largest depth, and more */

static void tide_cell(const struct world *w, int64_t id, size_t column, int64_t at_ms,
                      struct column *out)
{
    double depth = 4 + 3.5 * noise_curve(w->seed, STREAM_TIDE, (double)id / 8);
    char text[64] = "";

    (void)at_ms;
    switch (column) {
    case TIDE_ID:
        column_push_int(out, id);
        break;
    case TIDE_NAME:
        noise_name(w->seed + STREAM_TIDE, (uint64_t)id, text);
        table_push_text(out, text);
        break;
    case TIDE_DEPTH:
        column_push_double(out, table_round(depth, 100));
        break;
    default:
        (void)snprintf(text, sizeof(text), "%.*s", 3 * (int)(2 * depth), TIDE_BAR);
        table_push_text(out, text);
    }
}

static const struct column_def tide_columns[] = {{"Id", KIND_LONG, 0, ""},
                                                 {"Name", KIND_STRING, 0, ""},
                                                 {"Depth", KIND_DOUBLE, 0, "metres"},
                                                 {"Bar", KIND_STRING, 0, ""}};

const struct table_def table_tide = {.table = {.name = "tide",
                                               .about = "shrinks and grows",
                                               .size = tide_size,
                                               .id_at = tide_id,
                                               .stamp = tide_beat,
                                               .cell = tide_cell},
                                     .n_columns = COUNT(tide_columns),
                                     COLUMNS(tide_columns)};
