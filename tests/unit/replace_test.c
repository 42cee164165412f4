/* A file is written anew as a whole, or stays as it was. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/replace.h"
#include "tests/support/folder.h"
#include "tests/support/text_file.h"

static bool knows_no_unnamed; /* as the file systems do that have no O_TMPFILE */

/* In place of the system's, for what is linked into this program. */
int open(const char *path, int flags, ...)
{
    bool makes = (flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE;
    va_list ap;
    mode_t mode;

    va_start(ap, flags);
    mode = makes ? va_arg(ap, mode_t) : 0;
    va_end(ap);
    if (knows_no_unnamed && (flags & O_TMPFILE) == O_TMPFILE) {
        errno = EOPNOTSUPP;
        return -1;
    }
    return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

static bool gives_nothing_away;

int fchown(int fd, uid_t owner, gid_t group)
{
    if (!gives_nothing_away)
        return (int)syscall(SYS_fchown, fd, owner, group);
    errno = EPERM;
    return -1;
}

static char *at(const char *name)
{
    return mem_printf("%s/%s", group_folder, name);
}

static struct replace *begin(const char *path, const char *text)
{
    struct replace *r = NULL;
    struct err e;

    assert_int_equal(replace_open(path, &r, &e), ERR_OK);
    assert_int_equal(write(replace_fd(r), text, strlen(text)), strlen(text));
    return r;
}

static void put(const char *path, const char *text)
{
    struct err e;

    assert_int_equal(replace_commit(begin(path, text), &e), ERR_OK);
}

static void expect(const char *path, const char *want)
{
    char *text = text_file_read(path);

    assert_string_equal(text, want);
    free(text);
}

/* Entries of the folder, and forgets them. */
static void expect_files(const char *names)
{
    char *line =
        mem_printf("test \"$(cd %s && ls -A | tr '\\n' ' ')\" = '%s'", group_folder, names);
    char *clear = mem_printf("rm -r %s && mkdir %s", group_folder, group_folder);

    assert_int_equal(system(line), 0);
    assert_int_equal(system(clear), 0);
    free(line);
    free(clear);
}

static void what_is_given_up_leaves_the_old_file_alone(void **state)
{
    char *path = at("a.csv");

    (void)state;
    for (int i = 0; i < 2; i++) {
        knows_no_unnamed = i == 1;
        put(path, "old");
        replace_abort(begin(path, "new"));
        expect(path, "old");
        put(path, "new");
        expect(path, "new");
        expect_files("a.csv ");
    }
    free(path);
}

static void the_mode_of_the_old_file_is_kept(void **state)
{
    char *path = at("a.csv");
    struct stat st;

    (void)state;
    put(path, "old");
    assert_int_equal(chmod(path, 0640), 0);
    put(path, "new");
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0640);
    expect_files("a.csv ");
    free(path);
}

static void the_owner_of_the_old_file_is_kept_where_the_system_lets_us(void **state)
{
    char *path = at("a.csv");
    struct stat st;

    (void)state;
    put(path, "old");
    bool given = chown(path, 12345, 12346) == 0; /* only root gives a file away */
    put(path, "new");
    assert_int_equal(stat(path, &st), 0);
    expect_files("a.csv ");
    free(path);
    if (!given)
        skip();
    assert_int_equal(st.st_uid, 12345);
    assert_int_equal(st.st_gid, 12346);
}

static void rights_of_a_group_that_is_not_kept_are_for_no_other_one(void **state)
{
    char *path = at("a.csv");
    struct stat st;

    (void)state;
    put(path, "old");
    assert_int_equal(chmod(path, 06764), 0);
    gives_nothing_away = true;
    put(path, "new");
    gives_nothing_away = false;
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0704);
    expect_files("a.csv ");
    free(path);
}

static void a_link_is_followed_also_to_what_is_not_there_yet(void **state)
{
    char *link = at("link"), *second = at("second"), *end = at("end.csv");
    struct stat st;

    (void)state;
    assert_int_equal(symlink("second", link), 0);
    assert_int_equal(symlink(end, second), 0);
    for (int i = 0; i < 2; i++) {
        put(link, i ? "again" : "first");
        expect(end, i ? "again" : "first");
        assert_int_equal(lstat(link, &st), 0);
        assert_true(S_ISLNK(st.st_mode));
    }
    expect_files("end.csv link second ");
    free(link);
    free(second);
    free(end);
}

static void a_link_in_a_circle_is_refused(void **state)
{
    char *link = at("link");
    struct replace *r;
    struct err e;

    (void)state;
    assert_int_equal(symlink("link", link), 0);
    assert_int_equal(replace_open(link, &r, &e), ERR_IO);
    assert_non_null(strstr(e.msg, strerror(ELOOP)));
    expect_files("link ");
    free(link);
}

/* A process that is killed while it writes. */
static void leave_one(const char *path)
{
    pid_t pid = fork();
    int status;

    assert_true(pid >= 0);
    if (pid == 0) {
        (void)begin(path, "left and longer");
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

static void what_a_killed_process_has_left_is_taken_over(void **state)
{
    char *path = at("a.csv");
    struct replace *other;

    (void)state;
    knows_no_unnamed = true;
    leave_one(path);
    other = begin(path, "other"); /* that is the one which was left */
    leave_one(path);              /* beside one that is being written */
    put(path, "mine");
    expect(path, "mine");
    replace_abort(other);
    put(path, "last");
    expect_files("a.csv ");
    knows_no_unnamed = false;
    free(path);
}

static void what_has_the_name_of_a_temporary_file_and_is_none_is_left_alone(void **state)
{
    char *path = at("a.csv"), *other = at("other"), *linked = at("a.csv.dhview-0.tmp"),
         *fifo = at("a.csv.dhview-1.tmp"), *foreign = at("a.csv.dhview-2.tmp");

    (void)state;
    knows_no_unnamed = true;
    put(other, "mine");
    put(foreign, "theirs");
    assert_int_equal(link(other, linked), 0);
    assert_int_equal(mkfifo(fifo, 0600), 0);
    bool given = chown(foreign, 12345, 12346) == 0; /* only root gives a file away */
    put(path, "new");
    knows_no_unnamed = false;
    expect(path, "new");
    expect(other, "mine");
    if (given)
        expect(foreign, "theirs");
    expect_files(given ? "a.csv a.csv.dhview-0.tmp a.csv.dhview-1.tmp "
                         "a.csv.dhview-2.tmp other "
                       : "a.csv a.csv.dhview-0.tmp a.csv.dhview-1.tmp other ");
    free(path);
    free(other);
    free(linked);
    free(fifo);
    free(foreign);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_given_up_leaves_the_old_file_alone),
        cmocka_unit_test(the_mode_of_the_old_file_is_kept),
        cmocka_unit_test(the_owner_of_the_old_file_is_kept_where_the_system_lets_us),
        cmocka_unit_test(rights_of_a_group_that_is_not_kept_are_for_no_other_one),
        cmocka_unit_test(a_link_is_followed_also_to_what_is_not_there_yet),
        cmocka_unit_test(a_link_in_a_circle_is_refused),
        cmocka_unit_test(what_a_killed_process_has_left_is_taken_over),
        cmocka_unit_test(what_has_the_name_of_a_temporary_file_and_is_none_is_left_alone),
    };

    return cmocka_run_group_tests(tests, folder_setup, folder_teardown);
}
