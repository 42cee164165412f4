/*
 * A filter, a sort and what can be undone outlive the loss of a server, of a session and of
 * a tab's stream; and nothing is left on the server of operations that were undone or given
 * up.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/mem.h"
#include "client/versions.h"
#include "tests/support/demo_program.h"
#include "tests/support/pty.h"
#include "tests/support/relay.h"
#include "tests/support/sheet.h"
#include "tests/support/site.h"
#include "tests/support/trial.h"

#define HEADER 1 /* its line on the screen */
#define LOST "disconnected: these rows are old"
#define LIVE "● live"

/* Of "billion": those from the first up to the end, the last of them above. */
#define FILTER "&>=1000000 && <lt>900000000<Enter>"
#define EDITED_END INT64_C(900000000)
#define EDITED_ROWS (EDITED_END - 1000000)
#define EDITED_HEADER "Row ▼⌕"
#define AT INT64_C(5000) /* the row with the cursor, in line 12 */
#define AT_KEYS "5000Gzz"
#define AT_LINE 12

static const struct sheet_area cells = {3, 20, 20, 80};

static char *edited_formula(const char *column, int64_t row)
{
    return trial_formula(column, EDITED_END - 1 - row);
}

static void check_edited(struct pty *t)
{
    pty_wait_row(t, 0, LIVE);
    pty_wait_row(t, HEADER, EDITED_HEADER);
    sheet_wait_status(t, AT, EDITED_ROWS);
    sheet_settle(t);
    (void)sheet_check(t, edited_formula);
}

static void edit(struct pty *t)
{
    trial_start(t);
    pty_keys(t, FILTER);
    pty_wait_text(t, " of 899,000,000"); /* so that the sort has an export of its own */
    pty_keys(t, "]");
    pty_wait_row(t, HEADER, EDITED_HEADER);
    pty_keys(t, AT_KEYS);
    check_edited(t);
}

/* Both edits can be undone, and done again. */
static void check_undo(struct pty *t)
{
    pty_keys(t, "UU");
    pty_wait_gone(t, "⌕");
    pty_wait_text(t, " of 1,000,000,000");
    sheet_settle(t);
    (void)sheet_check(t, trial_formula);
    pty_keys(t, "gUgU");
    pty_wait_row(t, HEADER, EDITED_HEADER);
    pty_keys(t, AT_KEYS);
    check_edited(t);
}

static void check_old(struct pty *t)
{
    pty_wait_row(t, 0, LOST);
    pty_wait_row(t, HEADER, EDITED_HEADER);
    sheet_wait_status(t, AT, EDITED_ROWS);
    sheet_sync(t);
    (void)sheet_check_known(t, edited_formula);
    assert_true(sheet_check_old(t, &cells, AT_LINE) > 100);
}

static void
a_server_that_comes_back_shows_the_same_row_of_the_same_filter_and_sort(void **state)
{
    struct site *s = site_new("");
    struct pty *t = trial_view(s->demo, "billion", NULL);

    (void)state;
    edit(t);
    site_kill(s);
    check_old(t);
    site_serve(s, "");
    check_edited(t);
    check_undo(t);
    trial_leave(t);
    site_free(s);
}

static void a_new_session_brings_back_all_edits_and_what_can_be_undone(void **state)
{
    struct demo_program *d = trial_serve("told=lost");
    struct pty *t = trial_view(d, "billion", NULL);

    (void)state;
    edit(t);
    demo_program_fault(d);
    pty_wait_text(t, "connected again, after: the session");
    check_edited(t);
    check_undo(t);
    trial_leave(t);
    demo_program_free(d);
}

/* --- of a tab that is not on the screen --- */

/* A server that is traced, with this option too. */
struct scene {
    struct trial_trace trace;
    char *options; /* owned */
    struct site *site;
    struct pty *t;
};

static struct scene start(const char *spec)
{
    struct scene s;
    char *other;

    trial_trace_start(&s.trace);
    s.options = mem_printf("%s --trace %s", spec, s.trace.path);
    s.site = site_new(s.options);
    other = mem_printf("%s/empty", demo_program_address(s.site->demo));
    s.t = trial_view(s.site->demo, "billion", other);
    free(other);
    return s;
}

static void leave(struct scene *s)
{
    trial_leave(s->t);
    site_free(s->site);
    trial_trace_release(&s->trace);
    free(s->options);
}

/* The other tab is shown until the one with the edits has given up its stream. */
static void let_sleep(struct scene *s)
{
    edit(s->t);
    pty_keys(s->t, "gt");
    pty_wait_row(s->t, 0, "[2 empty]");
    trial_trace_wait_had(s->t, &s->trace, "streams=2 "); /* for seconds only */
    trial_trace_wait_open(s->t, &s->trace, "streams=1 ");
}

static void a_tab_that_slept_has_its_filter_its_sort_and_its_row(void **state)
{
    struct scene s = start("");

    (void)state;
    let_sleep(&s);
    pty_keys(s.t, "gt");
    check_edited(s.t);
    check_undo(s.t);
    leave(&s);
}

static void a_tab_that_slept_while_its_server_was_gone_has_them_too(void **state)
{
    struct scene s = start("");

    (void)state;
    let_sleep(&s);
    site_kill(s.site);
    pty_wait_row(s.t, 0, "billion!");
    pty_wait_gone(s.t, LIVE);
    site_serve(s.site, s.options);
    pty_wait_row(s.t, 0, LIVE);
    pty_keys(s.t, "gt");
    check_edited(s.t);
    check_undo(s.t);
    leave(&s);
}

/* --- what is left on the server --- */

#define ROUNDS 10 /* of six operations */

/* A sort is on, or not, and so many rows are there: a text of the status line. */
static void wait_shown(struct pty *t, const char *rows, bool sorted)
{
    pty_wait_text(t, rows);
    if (sorted)
        pty_wait_row(t, HEADER, "▼");
    else
        pty_wait_gone(t, "▼");
}

static void operate(struct pty *t, int round)
{
    char *filter = mem_printf("&>=%d<Enter>", round);
    char *rows = mem_printf(" of 999,999,%d", 1000 - round);

    pty_keys(t, filter);
    wait_shown(t, rows, false);
    pty_keys(t, "]");
    wait_shown(t, rows, true);
    pty_keys(t, "U");
    wait_shown(t, rows, false);
    pty_keys(t, "gU");
    wait_shown(t, rows, true);
    pty_keys(t, "UU");
    wait_shown(t, " of 1,000,000,000", false);
    free(filter);
    free(rows);
}

static void sixty_operations_end_where_they_began_and_leave_no_export(void **state)
{
    struct scene s = start("");

    (void)state;
    trial_start(s.t);
    trial_trace_wait_open(s.t, &s.trace, "exports=2 ");
    for (int i = 1; i <= ROUNDS; i++)
        operate(s.t, i);
    trial_start(s.t);
    pty_keys(s.t, "U");
    pty_wait_text(s.t, "nothing to undo");
    assert_in_range(trial_trace_open(&s.trace).exports, 2, 2 + VERSIONS_KEPT);
    pty_keys(s.t, "q");
    pty_wait_row(s.t, 0, " empty ");
    pty_wait_gone(s.t, "billion");
    trial_trace_wait_open(s.t, &s.trace, "sessions=1 streams=1 exports=1 ");
    leave(&s);
}

static void
an_operation_that_is_given_up_leaves_no_export_and_the_next_one_works(void **state)
{
    struct trial_trace trace;
    char *options;
    struct demo_program *d;
    struct relay *r;
    struct pty *t;

    (void)state;
    trial_trace_start(&trace);
    options = mem_printf("--trace %s", trace.path);
    d = trial_serve(options);
    r = relay_new(demo_program_address(d));
    t = trial_view_at(relay_address(r), "billion", NULL);
    trial_start(t);
    trial_trace_wait_open(t, &trace, "exports=1 ");
    relay_stall(r);
    pty_keys(t, "&>=5<Enter>");
    pty_wait_text(t, "filter Row >=5: ");
    pty_keys(t, "<Esc>");
    pty_wait_gone(t, "filter Row >=5: ");
    assert_false(pty_has(t, "⌕"));
    relay_flow(r);
    edit(t);
    trial_trace_wait_open(t, &trace, "exports=3 "); /* the source, filtered, and sorted */
    check_undo(t);
    trial_leave(t);
    relay_free(r);
    demo_program_free(d);
    trial_trace_release(&trace);
    free(options);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            a_server_that_comes_back_shows_the_same_row_of_the_same_filter_and_sort),
        cmocka_unit_test(a_new_session_brings_back_all_edits_and_what_can_be_undone),
        cmocka_unit_test(a_tab_that_slept_has_its_filter_its_sort_and_its_row),
        cmocka_unit_test(a_tab_that_slept_while_its_server_was_gone_has_them_too),
        cmocka_unit_test(sixty_operations_end_where_they_began_and_leave_no_export),
        cmocka_unit_test(
            an_operation_that_is_given_up_leaves_no_export_and_the_next_one_works),
    };

    return cmocka_run_group_tests(tests, NULL, trial_tell);
}
