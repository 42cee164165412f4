/* Rows that :w writes of tables of the real server, as pyarrow reads them back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/pty.h"
#include "tests/support/script_run.h"
#include "tests/support/server.h"
#include "tests/support/viewer.h"

#define MESSAGE_ROW 23

static void write_as(struct pty *t, const char *name, const char *ending, const char *said)
{
    char *keys = mem_printf(":w --shown ~/%s.%s<Enter>", name, ending);
    char *text = mem_printf("%s.%s: %s, ", name, ending, said);

    pty_keys(t, keys);
    pty_wait_row(t, MESSAGE_ROW, text);
    free(keys);
    free(text);
}

/* In all formats; read back they are the same, and have that many rows and columns. */
static void expect_written(struct pty *t, const char *name, const char *said,
                           const char *rows_columns)
{
    static const char *const endings[] = {"arrow", "csv", "tsv", "json"};
    struct script_run r;

    for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++)
        write_as(t, name, endings[i], said);
    r = script_run(pty_home(t),
                   TEST_SOURCE_DIR "/build/venv/bin/python " TEST_SOURCE_DIR
                                   "/tests/e2e/read_back.py %s %s",
                   pty_home(t), name);
    if (r.status != 0 || strncmp(r.out, rows_columns, strlen(rows_columns)) != 0)
        fail_msg("%s: expected %s, found %s%s", name, rows_columns, r.out, r.err);
    script_run_release(&r);
}

static void columns_as_shown_are_read_back_equal_in_every_format(void **state)
{
    struct pty *t = viewer_open("types", &viewer_small);

    (void)state;
    pty_keys(t, "-g>"); /* without What; Short before Byte */
    pty_wait_text(t, "Short");
    expect_written(t, "shown", "9 rows", "ok 9 ");
    viewer_leave(t);
}

static void what_is_filtered_sorted_and_cut_is_read_back_equal(void **state)
{
    struct pty *t = viewer_open("small", &viewer_small);

    (void)state;
    pty_keys(t, "&>990<Enter>");
    pty_wait_text(t, "row 1 of 9  ");
    pty_keys(t, "]");
    pty_wait_text(t, "I ▼");
    pty_keys(t, ":head 3<Enter>");
    pty_wait_text(t, "row 1 of 3  ");
    pty_keys(t, ":select S, I<Enter>");
    pty_wait_text(t, "col 2/2");
    expect_written(t, "part", "3 rows", "ok 3 2\n");
    viewer_leave(t);
}

/* Far below what the screen shows, which goes on as it is. */
static void a_value_that_the_wire_cannot_carry_is_written_as_text(void **state)
{
    struct script_run r;
    struct pty *t;

    (void)state;
    server_control(
        "make script_write 20000 update Z=java.time.ZonedDateTime.of(ii < 15000 ? "
        "2024 : 9999,12,31,0,0,0,0,java.time.ZoneOffset.UTC); N=ii");
    t = viewer_open("script_write", &viewer_small);
    pty_wait_text(t, " 9\u2502 2024-12-31 00:00:00");
    write_as(t, "far", "csv", "20,000 rows");
    pty_keys(t, ":w ~/all.arrow<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "all.arrow: 20,000 rows, ");
    r = script_run(pty_home(t),
                   "cut -d , -f 1 <$W/far.csv | sort -u; wc -l <$W/far.csv; tail "
                   "-n 1 $W/far.csv; ls $W | grep -c tmp");
    assert_string_equal(r.out, "2024-12-31T00:00Z\n9999-12-31T00:00Z\nZ\n20001\n"
                               "9999-12-31T00:00Z,19999\n0\n");
    script_run_release(&r);
    pty_keys(t, "99G");
    pty_wait_text(t, " 99\u2502 2024-12-31 00:00:00");
    pty_wait_text(t, "live");
    viewer_leave(t);
    server_control("forget script_write");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_as_shown_are_read_back_equal_in_every_format),
        cmocka_unit_test(what_is_filtered_sorted_and_cut_is_read_back_equal),
        cmocka_unit_test(a_value_that_the_wire_cannot_carry_is_written_as_text),
    };

    server_require();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
