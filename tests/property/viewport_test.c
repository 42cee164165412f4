/*
 * The scroll policy against a model of the server, on a virtual clock: random users on
 * random tables over random links, and a page key held down.
 *
 * DHVIEW_ROUNDS sets how many random runs there are, DHVIEW_SEED the first one's seed: a
 * run's seed alone makes the run. One that fails is shortened and printed.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/support/scroll_sim.h"

#define ROUNDS 6000
#define STEPS_MAX 60
#define HUGE_SIZE (INT64_C(1) << 62)

struct program {
    struct sim_config config;
    struct sim_step steps[STEPS_MAX];
    size_t n;
};

static uint64_t number_from(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);

    return text ? strtoull(text, NULL, 10) : otherwise;
}

/* --- random programs --- */

static int64_t below(uint64_t *random, int64_t n)
{
    return (int64_t)(sim_random(random) % (uint64_t)n);
}

static bool one_in(uint64_t *random, int64_t n)
{
    return below(random, n) == 0;
}

static int64_t random_size(uint64_t *random)
{
    switch (below(random, 8)) {
    case 0:
        return below(random, 3);
    case 1:
        return below(random, 40);
    case 2:
        return HUGE_SIZE + below(random, 1000);
    case 3:
        return INT64_MAX - below(random, 3);
    case 4:
        return 1000000000;
    default:
        return below(random, 2000);
    }
}

static void random_screen(uint64_t *random, int64_t *height, size_t *width)
{
    *height = 1 + below(random, 40);
    *width = 1 + (size_t)below(random, 14);
    if (one_in(random, 60)) {
        *height = 1 + below(random, 150);
        *width = 1 + (size_t)below(random, 120);
    }
}

static void random_config(uint64_t *random, struct sim_config *c)
{
    static const size_t columns[] = {1, 3, 12, 12, 40, 40, 300, 9000};
    double round_trip = (double)below(random, 120);
    double up = round_trip * (double)below(random, 101) / 100;

    *c = (struct sim_config){
        .seed = sim_random(random),
        .link = {.up = up,
                 .down = round_trip - up,
                 .jitter = one_in(random, 3) ? (double)below(random, 60) : 0,
                 .service = 0.2 + (double)below(random, 30) / 10,
                 .interval = (double)below(random, 200),
                 .cells = one_in(random, 3) ? 100 + below(random, 3000) : 8192},
        .round_trip = one_in(random, 8) ? -1 : round_trip,
        .table = {.size = random_size(random), .head = sim_random(random)},
        .blink = one_in(random, 8),
        .n_columns = columns[below(random, 8)],
    };
    c->n_frozen = one_in(random, 4) ? (size_t)below(random, (int64_t)c->n_columns) % 4 : 0;
    random_screen(random, &c->height, &c->width);
}

static int64_t random_amount(uint64_t *random)
{
    return one_in(random, 4) ? below(random, 1000) : below(random, 5);
}

/* A step of the table: a blink table only ever has its rows replaced. */
static struct sim_step random_tick(uint64_t *random, const struct sim_config *c)
{
    struct sim_step s = {.kind = STEP_REPLACE, .n = below(random, 200)};

    if (c->blink || one_in(random, 12))
        return s;
    s.kind = STEP_APPEND + (enum sim_step_kind)below(random, STEP_REPLACE - STEP_APPEND);
    s.n = random_amount(random);
    return s;
}

static struct sim_step random_move(uint64_t *random, const struct sim_config *c)
{
    struct sim_step s = {.kind = (enum sim_step_kind)below(random, STEP_REVERSE_ORDER + 1)};
    size_t width;

    switch (s.kind) {
    case STEP_ROWS:
    case STEP_COLUMNS:
        s.n = below(random, 9) - 4;
        break;
    case STEP_PAGES:
        s.n = one_in(random, 2) ? 1 : -1;
        break;
    case STEP_TO:
        s.n = one_in(random, 3) ? 0
                                : (int64_t)(sim_random(random) >> (1 + below(random, 62)));
        break;
    case STEP_COLUMN:
        s.n = below(random, (int64_t)c->n_columns);
        break;
    case STEP_RESIZE:
        random_screen(random, &s.n, &width);
        s.m = (int64_t)width;
        break;
    case STEP_REVERSE_ORDER:
        if (!one_in(random, 4))
            s.kind = STEP_FOLLOW;
        break;
    default:
        break;
    }
    return s;
}

static void add_step(struct program *p, double at, struct sim_step s)
{
    if (p->n < STEPS_MAX) {
        s.at = at;
        p->steps[p->n++] = s;
    }
}

static void random_program(uint64_t seed, struct program *p)
{
    uint64_t random = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
    double at = 0;
    size_t length;

    for (int i = 0; i < 4; i++)
        (void)sim_random(&random);
    p->n = 0;
    random_config(&random, &p->config);
    length = 1 + (size_t)below(&random, STEPS_MAX);
    while (p->n < length) {
        bool tick = one_in(&random, 3);
        struct sim_step s =
            tick ? random_tick(&random, &p->config) : random_move(&random, &p->config);
        bool can_hold =
            s.kind == STEP_ROWS || s.kind == STEP_PAGES || s.kind == STEP_COLUMNS;
        int64_t held = can_hold && one_in(&random, 3) ? 2 + below(&random, 20) : 1;

        at += (double)below(&random, one_in(&random, 3) ? 600 : 40);
        for (int64_t i = 0; i<held; i++, at += held> 1 ? 1000.0 / 30 : 0)
            add_step(p, at, s);
    }
}

/* --- random runs --- */

static bool fails(const struct program *p)
{
    struct sim_result result;

    sim_run(&p->config, p->steps, p->n, &result);
    return result.failure[0] != 0;
}

/* Leaves out each step that is not needed for the failure. */
static void shorten(struct program *p)
{
    size_t before;

    do {
        before = p->n;
        for (size_t i = p->n; i-- > 0;) {
            struct program shorter = *p;

            for (size_t k = i; k + 1 < p->n; k++)
                shorter.steps[k] = p->steps[k + 1];
            shorter.n--;
            if (fails(&shorter))
                *p = shorter;
        }
    } while (p->n < before);
}

static void explain(uint64_t seed, struct program *p)
{
    struct sim_result result;

    shorten(p);
    print_message("DHVIEW_SEED=%" PRIu64 " fails; what is left of it:\n", seed);
    sim_print(&p->config, p->steps, p->n);
    p->config.verbose = true;
    sim_run(&p->config, p->steps, p->n, &result);
    print_message("%s\n", result.failure);
}

static void any_user_on_any_table_sees_only_what_is_there(void **state)
{
    uint64_t seed = number_from("DHVIEW_SEED", 1),
             rounds = number_from("DHVIEW_ROUNDS", ROUNDS);
    uint64_t frames = 0, missing = 0, requests = 0;
    struct program p;

    (void)state;
    print_message("seeds %" PRIu64 " to %" PRIu64 " (DHVIEW_SEED, DHVIEW_ROUNDS)\n", seed,
                  seed + rounds - 1);
    for (uint64_t i = 0; i < rounds; i++) {
        struct sim_result result;

        random_program(seed + i, &p);
        sim_run(&p.config, p.steps, p.n, &result);
        if (result.failure[0])
            explain(seed + i, &p);
        assert_string_equal(result.failure, "");
        frames += result.frames;
        missing += result.missing_frames;
        requests += result.requests;
    }
    print_message("%" PRIu64 " frames, %" PRIu64 " with pending cells, %" PRIu64
                  " requests\n",
                  frames, missing, requests);
    assert_true(frames > rounds && requests <= frames + rounds);
}

/* How many of some random runs a fault fails. */
static int found(enum sim_fault fault)
{
    int n = 0;

    for (uint64_t seed = 1; seed <= 60; seed++) {
        struct program p;

        random_program(seed, &p);
        p.config.fault = fault;
        n += fails(&p);
    }
    return n;
}

static void planted_faults_are_found(void **state)
{
    (void)state;
    assert_int_equal(found(FAULT_NONE), 0);
    assert_true(found(FAULT_ASKED_ROWS) > 0);
    assert_true(found(FAULT_SIDEWAYS) > 0);
    assert_true(found(FAULT_GREEDY) > 0);
    assert_true(found(FAULT_RESTLESS) > 0);
}

static void a_failing_run_is_shortened(void **state)
{
    struct program p;

    (void)state;
    for (uint64_t seed = 1;; seed++) {
        random_program(seed, &p);
        p.config.fault = FAULT_SIDEWAYS;
        if (p.n > 20 && fails(&p))
            break;
        assert_true(seed < 1000);
    }
    shorten(&p);
    print_message("%zu steps left\n", p.n);
    assert_true(p.n <= 6);
    assert_true(fails(&p));
}

/* --- a key held down --- */

#define HELD_STEPS 300
#define HELD_FROM 1000.0
#define KEY_MS (1000.0 / 30)
#define SERVICE_MS 1.5

struct held {
    enum sim_step_kind kind;
    int64_t by;
    int64_t height;
    size_t width;
    double round_trip, jitter;
    double pause; /* between the first step and the second */
};

/* A key held for so many steps in the middle of a large table. count_from: so long after
 * the first of them. */
static struct sim_result hold_for(int n, const struct held *h, enum sim_fault fault,
                                  double count_from)
{
    struct sim_step steps[HELD_STEPS + 2];
    struct sim_config c = {
        .seed = 1,
        .link = {.up = h->round_trip / 2,
                 .down = h->round_trip / 2,
                 .jitter = h->jitter,
                 .service = SERVICE_MS / 2,
                 .interval = 1000,
                 .cells = 8192},
        .round_trip = h->round_trip + h->jitter, /* a middling one */
        .table = {.size = 1000000000},
        .n_columns = 5000,
        .height = h->height,
        .width = h->width,
        .count_from = HELD_FROM + count_from,
        .fault = fault,
    };
    struct sim_result out;

    steps[0] = (struct sim_step){.at = 400, .kind = STEP_TO, .n = 500000000};
    steps[1] = (struct sim_step){.at = 400, .kind = STEP_COLUMN, .n = 2500};
    for (int i = 0; i < n; i++)
        steps[2 + i] =
            (struct sim_step){.at = HELD_FROM + i * KEY_MS + (i > 0 ? h->pause : 0),
                              .kind = h->kind,
                              .n = h->by};
    sim_run(&c, steps, (size_t)n + 2, &out);
    assert_string_equal(out.failure, "");
    return out;
}

static struct sim_result hold(const struct held *h, enum sim_fault fault, double count_from)
{
    return hold_for(HELD_STEPS, h, fault, count_from);
}

static const double round_trips[] = {0, 20, 50, 100};
static const struct held pages[] = {
    {.kind = STEP_PAGES, .by = 1, .height = 19, .width = 8},
    {.kind = STEP_PAGES, .by = -1, .height = 48, .width = 20},
};

static void a_held_page_key_never_waits_after_one_round_trip(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        for (size_t k = 0; k < 4; k++) {
            struct held h = pages[i];
            struct sim_result slow, r;
            double after;

            h.round_trip = round_trips[k];
            after = h.round_trip + SERVICE_MS + KEY_MS;
            slow = hold(&h, FAULT_SLOW, after);
            r = hold(&h, FAULT_NONE, after);
            print_message("%2d x %2zu, %3.0f ms: %d of %d frames with missing cells; "
                          "knowing no speed: %d of %d\n",
                          (int)h.height, h.width, h.round_trip, (int)r.missing_counted,
                          (int)r.frames, (int)slow.missing_counted, (int)slow.frames);
            assert_int_equal(r.missing_counted, 0);
            if (h.round_trip > 0) /* the check can fail */
                assert_true(slow.missing_counted > HELD_STEPS / 4);
        }
    }
}

/* The pause before a held key repeats is longer than a round trip: nothing is ever missing.
 */
static void a_key_that_pauses_before_it_repeats_never_waits(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        for (size_t k = 0; k < 4; k++) {
            struct held h = pages[i];

            h.round_trip = round_trips[k];
            h.pause = 300;
            assert_int_equal(hold(&h, FAULT_NONE, 0).missing_counted, 0);
        }
    }
}

static void a_late_answer_now_and_then_is_made_up_for(void **state)
{
    (void)state;
    for (size_t k = 0; k < 4; k++) {
        struct held h = pages[0];

        h.round_trip = round_trips[k];
        h.jitter = KEY_MS / 2;
        assert_int_equal(
            hold(&h, FAULT_NONE, h.round_trip + SERVICE_MS + 2 * KEY_MS).missing_counted,
            0);
    }
}

static void a_held_key_sideways_never_waits_after_one_round_trip(void **state)
{
    (void)state;
    for (size_t k = 0; k < 4; k++) {
        struct held h = {.kind = STEP_COLUMNS, .by = 1, .height = 48, .width = 20};
        struct sim_result r;

        h.round_trip = round_trips[k];
        r = hold(&h, FAULT_NONE, h.round_trip + SERVICE_MS + KEY_MS);
        print_message("sideways, %3.0f ms: %d missing, %d requests for %d steps\n",
                      h.round_trip, (int)r.missing_counted, (int)r.requests, HELD_STEPS);
        assert_int_equal(r.missing_counted, 0);
        assert_true(r.requests < HELD_STEPS);
    }
}

/* What is sent beyond the pages seen: the way ahead, once, and the columns beside the
 * screen when it has come to rest. */
static void a_long_scroll_costs_little_more_than_its_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        for (size_t k = 0; k < 4; k++) {
            struct held h = pages[i];
            struct sim_result r, none;
            double rows, cells;

            h.round_trip = round_trips[k];
            none = hold_for(0, &h, FAULT_NONE, 0);
            r = hold(&h, FAULT_NONE, 0);
            rows = (double)(r.rows - none.rows) / ((double)h.height * HELD_STEPS);
            cells = (double)(r.cells - none.cells) /
                    ((double)h.height * (double)h.width * HELD_STEPS);
            print_message("%2d x %2zu, %3.0f ms: rows %+.1f %%, cells %+.1f %%\n",
                          (int)h.height, h.width, h.round_trip, 100 * rows - 100,
                          100 * cells - 100);
            assert_true(rows < 1.03);
            assert_true(cells < 1.08);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_user_on_any_table_sees_only_what_is_there),
        cmocka_unit_test(planted_faults_are_found),
        cmocka_unit_test(a_failing_run_is_shortened),
        cmocka_unit_test(a_held_page_key_never_waits_after_one_round_trip),
        cmocka_unit_test(a_key_that_pauses_before_it_repeats_never_waits),
        cmocka_unit_test(a_late_answer_now_and_then_is_made_up_for),
        cmocka_unit_test(a_held_key_sideways_never_waits_after_one_round_trip),
        cmocka_unit_test(a_long_scroll_costs_little_more_than_its_rows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
