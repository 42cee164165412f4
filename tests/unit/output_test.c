/* What was written is taken back, or stays where a disk does not let that be. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/folder.h"
#include "tests/support/text_file.h"
#include "ui/cli/output.h"

static bool keeps_all; /* the disk does: no file gets shorter */

/* In place of the system's, for what is linked into this program. */
int ftruncate(int fd, off_t length)
{
    if (!keeps_all)
        return (int)syscall(SYS_ftruncate, fd, length);
    errno = EIO;
    return -1;
}

struct trial {
    uv_loop_t loop;
    struct output *output;
    char *path;
    int done, failed;
};

static void on_drained(void *ctx)
{
    (void)ctx;
}

/* As the file of a table is given up. */
static void on_failed(void *ctx, const struct err *why)
{
    struct trial *t = ctx;

    assert_non_null(strstr(why->msg, strerror(EIO)));
    t->failed++;
    output_free(t->output);
    t->output = NULL;
}

static void on_done(void *ctx)
{
    ((struct trial *)ctx)->done++;
}

static const struct output_handler handler = {on_drained, on_failed, on_done};

static void put(struct trial *t, const char *text)
{
    struct err e;

    assert_int_equal(output_put(t->output, bytes_of(text), &e), ERR_OK);
}

static void begin(struct trial *t)
{
    struct err e;

    *t = (struct trial){.path = mem_printf("%s/a.csv", group_folder)};
    assert_int_equal(uv_loop_init(&t->loop), 0);
    assert_int_equal(output_open(&t->loop, t->path, &handler, t, &t->output, &e), ERR_OK);
    put(t, "first\n");
}

static void run(struct trial *t)
{
    assert_int_equal(uv_run(&t->loop, UV_RUN_DEFAULT), 0);
}

/* Fails the test unless the file has that text in the end. */
static void end(struct trial *t, const char *want)
{
    char *text;

    output_end(t->output);
    run(t);
    assert_int_equal(t->done, 1);
    assert_int_equal(t->failed, 0);
    text = text_file_read(t->path);
    assert_string_equal(text, want);
    free(text);
}

static void release(struct trial *t)
{
    keeps_all = false;
    output_free(t->output);
    assert_int_equal(uv_loop_close(&t->loop), 0);
    (void)unlink(t->path);
    free(t->path);
}

static void what_is_taken_back_is_not_in_the_file(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct trial t;

        begin(&t);
        if (i == 1) /* all is written */
            run(&t);
        assert_true(output_take_back(t.output));
        assert_int_equal(output_bytes(t.output), 0);
        put(&t, "again\n");
        end(&t, "again\n");
        release(&t);
    }
}

static void what_cannot_be_taken_back_stays_and_nobody_is_told_of_a_fault(void **state)
{
    struct trial t;

    (void)state;
    begin(&t);
    run(&t);
    keeps_all = true;
    assert_false(output_take_back(t.output));
    assert_int_equal(output_bytes(t.output), 6);
    put(&t, "behind\n");
    end(&t, "first\nbehind\n");
    release(&t);
}

static void what_turns_out_to_stay_while_it_is_written_is_a_fault(void **state)
{
    struct trial t;

    (void)state;
    begin(&t);
    keeps_all = true;
    assert_true(output_take_back(t.output));
    put(&t, "again\n");
    run(&t);
    assert_int_equal(t.failed, 1);
    assert_null(t.output);
    release(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_taken_back_is_not_in_the_file),
        cmocka_unit_test(what_cannot_be_taken_back_stays_and_nobody_is_told_of_a_fault),
        cmocka_unit_test(what_turns_out_to_stay_while_it_is_written_is_a_fault),
    };

    return cmocka_run_group_tests(tests, folder_setup, folder_teardown);
}
