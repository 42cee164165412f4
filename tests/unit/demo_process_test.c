/*
 * The demo server as a program: it says where it listens, and ends when it is told to, when
 * its input ends and when its parent dies by whatever signal.
 */
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define PROGRAM TEST_BUILD_DIR "/dhview-demo"
#define WAIT_MS 20000

struct demo {
    pid_t pid;  /* our child: the server, or the parent of the server */
    int input;  /* its standard input, held open */
    int output; /* its standard output; ends when the server does */
};

static void run_demo(int input, int output)
{
    (void)dup2(input, STDIN_FILENO);
    (void)dup2(output, STDOUT_FILENO);
    (void)execl(PROGRAM, PROGRAM, "--with-parent", (char *)NULL);
    _exit(127);
}

/* Starts the server, with a process in between when it is to be orphaned. */
static struct demo start(bool orphan)
{
    int in[2], out[2];
    struct demo d;

    assert_int_equal(pipe2(in, O_CLOEXEC), 0);
    assert_int_equal(pipe2(out, O_CLOEXEC), 0);
    d.pid = fork();
    assert_true(d.pid >= 0);
    if (d.pid == 0) {
        if (!orphan || fork() == 0)
            run_demo(in[0], out[1]);
        (void)close(out[1]);
        for (;;)
            (void)pause();
    }
    (void)close(in[0]);
    (void)close(out[1]);
    d.input = in[1];
    d.output = out[0];
    return d;
}

/* Bytes of the next read, 0 at the end. */
static ssize_t read_output(const struct demo *d, char *text, size_t size)
{
    struct pollfd p = {d->output, POLLIN, 0};

    if (poll(&p, 1, WAIT_MS) != 1)
        fail_msg("nothing from the server in %d ms", WAIT_MS);
    return read(d->output, text, size);
}

static void wait_ready(const struct demo *d)
{
    char text[64] = "";

    assert_true(read_output(d, text, sizeof(text) - 1) > 0);
    assert_memory_equal(text, "127.0.0.1:", strlen("127.0.0.1:"));
    assert_true(atoi(text + strlen("127.0.0.1:")) > 0);
}

static void wait_gone(const struct demo *d)
{
    char text[64];

    assert_int_equal(read_output(d, text, sizeof(text)), 0);
}

static void finish(const struct demo *d, bool exited)
{
    int status;

    assert_int_equal(waitpid(d->pid, &status, 0), d->pid);
    if (exited) {
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 0);
    }
    (void)close(d->output);
}

static void it_ends_on_signals(void **state)
{
    static const int signals[] = {SIGTERM, SIGINT};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct demo d = start(false);

        wait_ready(&d);
        assert_int_equal(kill(d.pid, signals[i]), 0);
        wait_gone(&d);
        finish(&d, true);
        (void)close(d.input);
    }
}

static void it_ends_with_its_input(void **state)
{
    struct demo d = start(false);

    (void)state;
    wait_ready(&d);
    (void)close(d.input);
    wait_gone(&d);
    finish(&d, true);
}

static void it_ends_when_its_parent_is_killed(void **state)
{
    struct demo d = start(true);

    (void)state;
    wait_ready(&d);
    assert_int_equal(kill(d.pid, SIGKILL), 0); /* its input stays open: we hold it */
    wait_gone(&d);
    finish(&d, false);
    (void)close(d.input);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_ends_on_signals),
        cmocka_unit_test(it_ends_with_its_input),
        cmocka_unit_test(it_ends_when_its_parent_is_killed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
