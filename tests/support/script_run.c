#include "tests/support/script_run.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/text_file.h"

struct script_run script_run(const char *folder, const char *format, ...)
{
    char *out = mem_printf("%s/out", folder), *err = mem_printf("%s/err", folder);
    char *line, *command;
    struct script_run r;
    va_list ap;
    int status;

    va_start(ap, format);
    line = mem_vprintf(format, ap);
    va_end(ap);
    command = mem_printf("W='%s'; dhview() { " TEST_BUILD_DIR
                         "/dhview \"$@\"; }; { %s\n} > '%s' 2> '%s' < /dev/null",
                         folder, line, out, err);
    status = system(command);
    assert_true(WIFEXITED(status));
    r = (struct script_run){text_file_read(out), text_file_read(err), WEXITSTATUS(status)};
    free(line);
    free(command);
    free(out);
    free(err);
    return r;
}

void script_run_release(struct script_run *r)
{
    free(r->out);
    free(r->err);
}

void script_expect(const char *folder, const char *line, int status, const char *out,
                   const char *err)
{
    struct script_run r = script_run(folder, "%s", line);

    assert_string_equal(r.err, err);
    assert_string_equal(r.out, out);
    assert_int_equal(r.status, status);
    script_run_release(&r);
}

int script_start(const char *folder, const char *options)
{
    char *command =
        mem_printf("exec " TEST_BUILD_DIR "/dhview %s > '%s/out' 2> '%s/err' < /dev/null",
                   options, folder, folder);
    char *out = mem_printf("%s/out", folder);
    pid_t pid;

    text_file_write(out, "", 0600); /* what another one has printed does not count */
    pid = fork();
    if (pid == 0) {
        (void)execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    assert_true(pid > 0);
    free(out);
    free(command);
    return pid;
}

void script_wait(const char *folder, const char *text)
{
    const struct timespec pause = {.tv_nsec = 20000000};
    char *path = mem_printf("%s/out", folder), *found = text_file_read(path);

    for (int i = 0; i < 1000 && strcmp(found, text) != 0; i++) {
        (void)nanosleep(&pause, NULL);
        free(found);
        found = text_file_read(path);
    }
    assert_string_equal(found, text);
    free(found);
    free(path);
}

int script_stop(int pid, int signal)
{
    int status;

    if (signal)
        assert_int_equal(kill(pid, signal), 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
