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

#include "ui/cli/secret.h"

static char path[] = "/tmp/dhview-secret-XXXXXX";

static int setup(void **state)
{
    int fd;

    (void)state;
    strcpy(path + sizeof(path) - 7, "XXXXXX");
    fd = mkstemp(path);
    return fd < 0 ? -1 : close(fd);
}

static int teardown(void **state)
{
    (void)state;
    return unlink(path);
}

static void fill(const char *data, size_t n, mode_t mode)
{
    FILE *f = fopen(path, "w");

    assert_non_null(f);
    assert_int_equal(fwrite(data, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(chmod(path, mode), 0);
}

static void expect(const char *data, const char *secret)
{
    struct secret *got = NULL;

    fill(data, strlen(data), 0600);
    assert_int_equal(secret_read_file(path, &got, NULL), ERR_OK);
    assert_string_equal(secret_text(got), secret);
    secret_free(got);
}

static void expect_fault(const char *data, size_t n, mode_t mode, const char *part)
{
    struct secret *got = NULL;
    struct err e;

    fill(data, n, mode);
    assert_int_equal(secret_read_file(path, &got, &e), ERR_USAGE);
    assert_null(got);
    assert_non_null(strstr(e.msg, part));
    assert_null(strstr(e.msg, "s3cret"));
}

static void the_first_line_is_the_secret(void **state)
{
    (void)state;
    expect("s3cret\n", "s3cret");
    expect("s3cret", "s3cret");
    expect("s3cret\r\nmore\n", "s3cret");
    expect(" with blanks \n", " with blanks ");
}

static void files_that_others_can_use_are_refused(void **state)
{
    (void)state;
    expect_fault("s3cret\n", 7, 0644, "mode 0644");
    expect_fault("s3cret\n", 7, 0640, "expected mode 0600");
    expect_fault("s3cret\n", 7, 0602, "mode 0602");
}

static void what_is_no_secret_is_refused(void **state)
{
    (void)state;
    expect_fault("", 0, 0600, "empty");
    expect_fault("\ns3cret\n", 8, 0600, "empty");
    expect_fault("s3cret\0x\n", 9, 0600, "NUL");
}

static void length_is_limited(void **state)
{
    char *big = malloc(SECRET_MAX + 2);
    struct secret *got = NULL;

    (void)state;
    assert_non_null(big);
    memset(big, 'k', SECRET_MAX + 2);
    big[SECRET_MAX] = '\n';
    fill(big, SECRET_MAX + 1, 0600);
    assert_int_equal(secret_read_file(path, &got, NULL), ERR_OK);
    assert_int_equal(strlen(secret_text(got)), SECRET_MAX);
    secret_free(got);
    big[SECRET_MAX] = 'k';
    expect_fault(big, SECRET_MAX + 1, 0600, "at most 4096");
    expect_fault(big, SECRET_MAX + 2, 0600, "at most 4096");
    free(big);
}

static void only_regular_files_are_read(void **state)
{
    struct secret *got = NULL;
    struct err e;

    (void)state;
    assert_int_equal(secret_read_file("/tmp", &got, &e), ERR_USAGE);
    assert_non_null(strstr(e.msg, "regular file"));
    assert_int_equal(secret_read_file("/nonexistent/file", &got, &e), ERR_IO);
    assert_non_null(strstr(e.msg, "/nonexistent/file"));
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkfifo(path, 0600), 0); /* must not hang */
    assert_int_equal(secret_read_file(path, &got, &e), ERR_USAGE);
}

#define WITH_FILE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FILE(the_first_line_is_the_secret),
        WITH_FILE(files_that_others_can_use_are_refused),
        WITH_FILE(what_is_no_secret_is_refused),
        WITH_FILE(length_is_limited),
        WITH_FILE(only_regular_files_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
