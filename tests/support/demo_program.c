#include "tests/support/demo_program.h"

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/held_port.h"

#define PROGRAM TEST_BUILD_DIR "/dhview-demo"
#define WAIT_MS 20000
#define OPTIONS_MAX 64

struct demo_program {
    pid_t pid; /* 0: has ended */
    int input; /* held open: its end is the server's */
    char address[64];
    struct held_port port; /* unless the options have another */
    char *hold_file;       /* owned; while it is there the server holds back */
};

static void run(const struct demo_program *d, int input, int output,
                const char *const *options)
{
    char port[16];
    const char *argv[OPTIONS_MAX + 7] = {PROGRAM,      "--with-parent", "--hold-file",
                                         d->hold_file, "--port",        port};

    (void)snprintf(port, sizeof(port), "%d", d->port.number);
    for (size_t i = 0; i < OPTIONS_MAX && options[i]; i++)
        argv[6 + i] = options[i];
    (void)dup2(input, STDIN_FILENO);
    (void)dup2(output, STDOUT_FILENO);
    (void)execv(PROGRAM, (char *const *)(uintptr_t)argv);
    _exit(127);
}

static void read_address(struct demo_program *d, int output)
{
    struct pollfd p = {output, POLLIN, 0};
    ssize_t n = -1;

    if (poll(&p, 1, WAIT_MS) == 1)
        n = read(output, d->address, sizeof(d->address) - 1);
    if (n <= 0)
        fail_msg("dhview-demo does not say where it listens");
    d->address[strcspn(d->address, "\n")] = '\0';
}

struct demo_program *demo_program_start(const char *const *options)
{
    struct demo_program *d = MEM_NEW(struct demo_program);
    static int serial;
    int in[2], out[2];

    d->port = held_port_new();
    d->hold_file = mem_printf("%s/hold.%d.%d", TEST_BUILD_DIR, (int)getpid(), ++serial);
    (void)unlink(d->hold_file);
    assert_int_equal(pipe2(in, O_CLOEXEC), 0);
    assert_int_equal(pipe2(out, O_CLOEXEC), 0);
    d->pid = fork();
    assert_true(d->pid >= 0);
    if (d->pid == 0)
        run(d, in[0], out[1], options);
    (void)close(in[0]);
    (void)close(out[1]);
    d->input = in[1];
    read_address(d, out[0]);
    (void)close(out[0]);
    return d;
}

pid_t demo_program_pid(const struct demo_program *d)
{
    return d->pid;
}

const char *demo_program_address(const struct demo_program *d)
{
    return d->address;
}

void demo_program_reveal(struct demo_program *d)
{
    assert_int_equal(kill(d->pid, SIGUSR1), 0);
}

void demo_program_fault(struct demo_program *d)
{
    assert_int_equal(kill(d->pid, SIGUSR2), 0);
}

void demo_program_hold(struct demo_program *d)
{
    int fd = open(d->hold_file, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

    assert_true(fd >= 0);
    (void)close(fd);
}

void demo_program_let_go(struct demo_program *d)
{
    assert_int_equal(unlink(d->hold_file), 0);
}

void demo_program_kill(struct demo_program *d, int signal)
{
    if (d->pid == 0)
        return;
    (void)kill(d->pid, signal);
    (void)waitpid(d->pid, NULL, 0);
    d->pid = 0;
}

void demo_program_free(struct demo_program *d)
{
    if (!d)
        return;
    demo_program_kill(d, SIGKILL);
    (void)close(d->input);
    held_port_close(&d->port);
    (void)unlink(d->hold_file);
    free(d->hold_file);
    free(d);
}
