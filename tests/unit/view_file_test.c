/* The file of saved views: written, read again, and damaged. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/folder.h"
#include "tests/support/text_file.h"
#include "ui/app/view_file.h"

#define TABLE "dh+plain://localhost:10000/scope/trades"

static char folder[] = "/tmp/dhview-views-XXXXXX";
static char *path;

static void put(const char *table, const char *name, const char *what)
{
    struct err e = {.msg = ""};

    if (saved_views_put(table, name, what, &e) != ERR_OK)
        fail_msg("%s", e.msg);
}

static void views_come_back_by_table_and_name(void **state)
{
    struct saved_views s = {0};
    struct stat st;

    (void)state;
    put(TABLE, "mine, \n100%", ",?op=reverse,0,0");
    put(TABLE, "other", ",,0,0");
    put("dh://h/scope/t", "other", ",,1,0");
    put(TABLE, "other", ",,2,0"); /* in place of the one before */
    saved_views_read(&s);
    assert_int_equal(s.n, 3);
    assert_non_null(saved_views_find(&s, TABLE, "mine, \n100%"));
    assert_non_null(strstr(saved_views_find(&s, TABLE, "other")->line, ",,2,0"));
    assert_non_null(strstr(saved_views_find(&s, "dh://h/scope/t", "other")->line, ",,1,0"));
    assert_null(saved_views_find(&s, TABLE, "none"));
    saved_views_release(&s);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}

static void one_is_dropped_and_the_others_stay(void **state)
{
    struct saved_views s = {0};
    bool there;

    (void)state;
    put(TABLE, "a", ",,0,0");
    put(TABLE, "b", ",,0,0");
    assert_int_equal(saved_views_drop(TABLE, "a", &there, NULL), ERR_OK);
    assert_true(there);
    assert_int_equal(saved_views_drop(TABLE, "a", &there, NULL), ERR_OK);
    assert_false(there);
    saved_views_read(&s);
    assert_null(saved_views_find(&s, TABLE, "a"));
    assert_non_null(saved_views_find(&s, TABLE, "b"));
    saved_views_release(&s);
}

static void a_damaged_line_costs_that_line(void **state)
{
    struct saved_views s = {0};

    (void)state;
    text_file_write(path, "nonsense\n,\n,%4\n,a\n,a,%zz,\n\n" TABLE "\n,t,good,,0,0\n,,\n",
                    0600);
    saved_views_read(&s);
    assert_non_null(saved_views_find(&s, "t", "good"));
    assert_null(saved_views_find(&s, "a", ""));
    saved_views_release(&s);
}

static void a_link_into_another_folder_stays_one(void **state)
{
    char *store = mem_printf("%s/store", folder), *text;
    struct stat st;

    (void)state;
    put(TABLE, "a", ",,0,0");
    assert_int_equal(rename(path, store), 0);
    assert_int_equal(symlink(store, path), 0);
    put(TABLE, "b", ",,0,0");
    assert_int_equal(lstat(path, &st), 0);
    assert_true(S_ISLNK(st.st_mode));
    text = text_file_read(store);
    assert_non_null(strstr(text, ",b,"));
    free(text);
    assert_int_equal(unlink(store), 0); /* where it leads need not be there */
    put(TABLE, "c", ",,0,0");
    assert_int_equal(lstat(path, &st), 0);
    assert_true(S_ISLNK(st.st_mode));
    assert_int_equal(lstat(store, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    free(store);
}

static void a_pipe_in_the_file_s_place_is_an_error(void **state)
{
    struct err e = {.msg = ""};
    struct stat st;
    int fd;

    (void)state;
    assert_int_equal(mkfifo(path, 0640), 0);
    fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(saved_views_put(TABLE, "a", ",,0,0", &e), ERR_IO);
    assert_non_null(strstr(e.msg, strerror(EINVAL)));
    assert_int_equal(fstat(fd, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0640);
    (void)close(fd);
}

static void a_file_that_cannot_be_written_is_an_error(void **state)
{
    struct err e = {.msg = ""};

    (void)state;
    assert_int_equal(setenv("XDG_STATE_HOME", "/proc/no", 1), 0);
    assert_int_equal(saved_views_put(TABLE, "a", ",,0,0", &e), ERR_IO);
    assert_non_null(strstr(e.msg, "/proc/no"));
    assert_int_equal(setenv("XDG_STATE_HOME", folder, 1), 0);
}

static int set_up(void **state)
{
    (void)state;
    (void)unlink(path);
    return 0;
}

static int make_folder(void **state)
{
    (void)state;
    folder_make(folder);
    path = mem_printf("%s/dhview/views", folder);
    return setenv("XDG_STATE_HOME", folder, 1);
}

static int remove_folder(void **state)
{
    (void)state;
    folder_remove(folder);
    free(path);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(views_come_back_by_table_and_name, set_up),
        cmocka_unit_test_setup(one_is_dropped_and_the_others_stay, set_up),
        cmocka_unit_test_setup(a_damaged_line_costs_that_line, set_up),
        cmocka_unit_test_setup(a_link_into_another_folder_stays_one, set_up),
        cmocka_unit_test_setup(a_pipe_in_the_file_s_place_is_an_error, set_up),
        cmocka_unit_test(a_file_that_cannot_be_written_is_an_error),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
