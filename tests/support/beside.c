#include "tests/support/beside.h"

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define PROGRAM TEST_BUILD_DIR "/dhview-demo"
#define START_MS 20000

void beside_start(struct beside *d, const char *const *options)
{
    const char *argv[16] = {PROGRAM, "--interval-ms", "200", "--rate", "20"};
    int out[2];
    size_t n = 5;

    while (*options)
        argv[n++] = *options++;
    assert_int_equal(pipe2(out, O_CLOEXEC), 0);
    d->pid = fork();
    assert_true(d->pid >= 0);
    if (d->pid == 0) {
        (void)dup2(out[1], STDOUT_FILENO);
        (void)execv(PROGRAM, (char *const *)argv);
        _exit(127);
    }
    (void)close(out[1]);
    struct pollfd p = {out[0], POLLIN, 0};
    if (poll(&p, 1, START_MS) != 1 || read(out[0], d->address, sizeof(d->address) - 1) <= 0)
        fail_msg("the demo server does not start");
    d->address[strcspn(d->address, "\n")] = '\0';
    (void)close(out[0]);
}

void beside_stop(struct beside *d)
{
    int status;

    if (d->pid <= 0)
        return;
    (void)kill(d->pid, SIGTERM);
    assert_int_equal(waitpid(d->pid, &status, 0), d->pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* The line that both have next, after what only one has; both ends when there is none. */
static void resync(const struct observer *a, const struct observer *b, size_t *i, size_t *j)
{
    for (size_t skip = 1; skip < a->n - *i + b->n - *j; skip++) {
        for (size_t k = 0; k <= skip; k++) {
            size_t x = *i + k, y = *j + skip - k;

            if (x < a->n && y < b->n && strcmp(a->lines[x], b->lines[y]) == 0) {
                *i = x;
                *j = y;
                return;
            }
        }
    }
    *i = a->n;
    *j = b->n;
}

static size_t print_differences(const struct observer *a, const struct observer *b)
{
    size_t i = 0, j = 0, differences = 0;

    while (i < a->n || j < b->n) {
        size_t from_i = i, from_j = j;

        if (i < a->n && j < b->n && strcmp(a->lines[i], b->lines[j]) == 0) {
            i++;
            j++;
            continue;
        }
        if (i > 0)
            print_message("  after: %s\n", a->lines[i - 1]);
        resync(a, b, &i, &j);
        for (; from_i < i; from_i++, differences++)
            print_message("%s: %s\n", a->name, a->lines[from_i]);
        for (; from_j < j; from_j++, differences++)
            print_message("%s: %s\n", b->name, b->lines[from_j]);
    }
    return differences;
}

void beside_compare(struct observer *real, struct observer *demo)
{
    size_t differences = print_differences(real, demo);

    if (getenv("DHVIEW_CONFORMANCE_SHOW")) {
        for (size_t i = 0; i < real->n; i++)
            print_message("| %s\n", real->lines[i]);
    }
    print_message("%zu lines compared\n", real->n);
    observer_free(real);
    observer_free(demo);
    if (differences > 0)
        fail_msg("%zu lines differ", differences);
}
