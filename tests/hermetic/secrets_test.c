/* What of a secret can be seen from outside the viewer that holds it: nothing. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/certs.h"
#include "tests/support/demo_program.h"
#include "tests/support/folder.h"
#include "tests/support/pty.h"
#include "tests/support/text_file.h"
#include "tests/support/viewer.h"

#define DHVIEW TEST_BUILD_DIR "/dhview"
#define KEY "OpenSesame-41c7e2"
#define NOBODY 65534

static char folder[] = "/tmp/dhview-secrets-XXXXXX";
static struct demo_program *with_key, *without;

static char *path_of(const char *name)
{
    return mem_printf("%s/%s", folder, name);
}

static char *make_file(const char *name, const char *content, mode_t mode)
{
    char *path = path_of(name);

    text_file_write(path, content, mode);
    return path;
}

static struct pty *view(const struct demo_program *d, const char *option, const char *value)
{
    char *target = mem_printf("%s/billion", demo_program_address(d));
    const char *const argv[] = {target, option, value, NULL};
    struct pty *t = pty_start(&(struct pty_options){.argv = argv, .split_stderr = true});

    free(target);
    return t;
}

/* --- ways of a key to the viewer --- */

enum way { TYPED, FROM_FILE, FROM_COMMAND, FROM_DESCRIPTOR, FROM_CONFIG, WAYS };

static void write_config(const char *target, const char *file)
{
    char *dir = path_of("dhview");
    char *text = mem_printf("[connection \"vault\"]\ntarget = %s\n"
                            "secret-command = cat %s\n",
                            target, file);

    assert_true(mkdir(dir, 0700) == 0 || errno == EEXIST);
    free(make_file("dhview/config", text, 0600));
    free(text);
    free(dir);
}

/* Once the rows are there: the key has been used. */
static struct pty *view_by(enum way way, const char *log)
{
    char *file = path_of("key"), *config = mem_printf("XDG_CONFIG_HOME=%s", folder);
    char *target = mem_printf("%s/billion", demo_program_address(with_key));
    char *command = mem_printf("cat %s", file);
    char *line =
        mem_printf("exec " DHVIEW " %s --log %s --secret-fd 7 7<%s", target, log, file);
    const char *const argv[WAYS][8] = {
        [TYPED] = {target, "--log", log},
        [FROM_FILE] = {target, "--log", log, "--secret-file", file},
        [FROM_COMMAND] = {target, "--log", log, "--secret-command", command},
        [FROM_DESCRIPTOR] = {"-c", line},
        [FROM_CONFIG] = {"vault", "--log", log},
    };
    struct pty *t;

    write_config(target, file);
    t = pty_start(
        &(struct pty_options){.program = way == FROM_DESCRIPTOR ? "/bin/sh" : NULL,
                              .argv = argv[way],
                              .env = (const char *const[]){config, NULL},
                              .split_stderr = true});
    if (way == TYPED) {
        pty_wait_text(t, "key for ");
        pty_keys(t, KEY "<Enter>");
    }
    pty_wait_text(t, " row 1 of 1,000,000,000");
    free(line);
    free(command);
    free(target);
    free(config);
    free(file);
    return t;
}

/* --- looking in --- */

static bool can_read(pid_t pid, const char *name)
{
    char *path = mem_printf("/proc/%d/%s", (int)pid, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    char byte;
    bool ok = fd >= 0 && read(fd, &byte, 1) == 1;

    if (fd >= 0)
        (void)close(fd);
    free(path);
    return ok;
}

/* By a process that is not its parent. */
static bool can_trace(pid_t pid)
{
    int status;
    pid_t tracer = fork();

    if (tracer == 0) {
        bool ok = ptrace(PTRACE_ATTACH, pid, NULL, NULL) == 0;

        if (ok) {
            (void)waitpid(pid, NULL, __WALL);
            (void)ptrace(PTRACE_DETACH, pid, NULL, NULL);
        }
        _exit(ok ? 0 : 1);
    }
    assert_int_equal(waitpid(tracer, &status, 0), tracer);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void check_closed(struct pty *t)
{
    assert_false(can_read(pty_pid(t), "environ"));
    assert_false(can_read(pty_pid(t), "mem"));
    assert_false(can_read(pty_pid(t), "auxv"));
    assert_false(can_trace(pty_pid(t)));
}

static void who_holds_no_secret_can_be_looked_into(void **state)
{
    struct pty *t = view(without, NULL, NULL);

    (void)state;
    pty_wait_text(t, " row 1 of 1,000,000,000");
    assert_true(can_read(pty_pid(t), "environ")); /* what the refusals below are worth */
    viewer_leave(t);
}

static void check_arguments(const struct pty *t)
{
    char *path = mem_printf("/proc/%d/cmdline", (int)pty_pid(t)), text[4096];
    FILE *f = fopen(path, "r");
    size_t n;

    assert_non_null(f);
    n = fread(text, 1, sizeof(text), f);
    (void)fclose(f);
    assert_true(n > 0);
    assert_null(memmem(text, n, KEY, strlen(KEY)));
    free(path);
}

static void who_holds_a_key_can_not(void **state)
{
    char *log = path_of("log");

    (void)state;
    for (enum way way = TYPED; way < WAYS; way++) {
        struct pty *t = view_by(way, log);

        check_closed(t);
        check_arguments(t);
        viewer_leave(t);
    }
    free(log);
}

static bool is_closed(struct pty *t, void *ctx)
{
    (void)ctx;
    return !can_read(pty_pid(t), "environ");
}

static void who_waits_for_a_command_to_print_it_can_not(void **state)
{
    struct pty *t = view(with_key, "--secret-command", "sleep 300");

    (void)state;
    pty_wait(t, is_closed, NULL, "the process closed");
    pty_wait_text(t, "connecting");
    check_closed(t);
    viewer_leave(t);
}

static void who_holds_the_key_of_a_certificate_can_not(void **state)
{
    struct cert *c = cert_new(folder, &(struct cert_options){.name = "alice"});
    struct pty *t = pty_dhview("dh://localhost:9/scope/t", "--ca", c->file, "--cert",
                               c->file, "--key", c->key_file, NULL);

    (void)state;
    pty_wait_text(t, "no server there");
    check_closed(t);
    pty_keys(t, "Q");
    assert_int_equal(pty_wait_exit(t), 0);
    pty_free(t);
    cert_free(c);
}

static void who_asks_for_a_key_can_not_from_the_first_letter_on(void **state)
{
    struct pty *t = view(with_key, NULL, NULL);

    (void)state;
    pty_wait_text(t, "key for ");
    check_closed(t);
    pty_keys(t, KEY "<Enter>");
    pty_wait_text(t, " row 1 of 1,000,000,000");
    check_closed(t);
    viewer_leave(t);
}

/* --- what it leaves --- */

/* The soft limit of a process's cores in bytes; -1: none. */
static long core_limit(pid_t pid)
{
    char *path = mem_printf("/proc/%d/limits", (int)pid), line[256], soft[32] = "";
    FILE *f = fopen(path, "r");

    assert_non_null(f);
    while (fgets(line, sizeof(line), f) &&
           sscanf(line, "Max core file size %31s", soft) != 1)
        continue;
    (void)fclose(f);
    free(path);
    assert_true(*soft);
    return strcmp(soft, "unlimited") == 0 ? -1 : strtol(soft, NULL, 10);
}

static void a_crash_leaves_no_core(void **state)
{
    char *file = make_file("key", KEY "\n", 0600);
    char *core = path_of("core");
    struct rlimit most;
    struct pty *t;

    (void)state;
    assert_int_equal(getrlimit(RLIMIT_CORE, &most), 0);
    most.rlim_cur = most.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_CORE, &most), 0);
    assert_int_equal(chdir(folder), 0);
    t = view(with_key, "--secret-file", file);
    pty_wait_text(t, " row 1 of 1,000,000,000");
    assert_int_equal(core_limit(pty_pid(t)), 0);
    pty_kill(t, SIGABRT);
    assert_int_equal(pty_wait_exit(t), -SIGABRT);
    pty_check_restored(t);
    pty_free(t);
    assert_int_equal(access(core, F_OK), -1);
    free(core);
    free(file);
}

static mode_t mode_of(const char *path)
{
    struct stat st;

    assert_int_equal(stat(path, &st), 0);
    return st.st_mode & 07777;
}

static void a_log_is_for_its_owner_alone(void **state)
{
    char *old = make_file("old-log", "a line\n", 0644), *new = path_of("new-log");
    const char *const paths[] = {old, new};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct pty *t = view(without, "--log", paths[i]);

        pty_wait_text(t, " row 1 of 1,000,000,000");
        assert_int_equal(mode_of(paths[i]), 0600);
        viewer_leave(t);
    }
    free(old);
    free(new);
}

/* Files below a folder that hold the key, a line each; owned. */
static char *files_with_key(const char *where)
{
    char *command = mem_printf("grep -rlF -e '" KEY "' %s", where);
    FILE *f = popen(command, "r");
    char text[1024];
    size_t n;

    assert_non_null(f);
    n = fread(text, 1, sizeof(text) - 1, f);
    text[n] = '\0';
    (void)pclose(f); /* 1: there are none */
    free(command);
    return mem_strdup(text);
}

static void no_log_trace_or_history_holds_the_key(void **state)
{
    char *log = path_of("log"), *file = path_of("key");
    char *expected = mem_printf("%s\n", file); /* where it is from, and nowhere else */

    (void)state;
    for (enum way way = TYPED; way < WAYS; way++) {
        struct pty *t = view_by(way, log);
        const uint8_t *out;
        char *found;
        size_t n;

        out = pty_output(t, &n);
        assert_null(memmem(out, n, KEY, strlen(KEY)));
        assert_null(strstr(pty_stderr(t), KEY));
        pty_keys(t, ":last-row<Enter>:open me:" KEY "@localhost:1/t<Enter>");
        pty_wait_text(t, "no user names in a target");
        found = files_with_key(pty_home(t));
        assert_string_equal(found, "");
        free(found);
        viewer_leave(t);
        assert_true(mode_of(log) == 0600);
        found = files_with_key(folder);
        assert_string_equal(found, expected);
        free(found);
    }
    free(expected);
    free(file);
    free(log);
}

/* --- the group --- */

/* The system lets its administrator look into everything, and that is no fault. */
static bool become_nobody(void)
{
    if (geteuid() != 0)
        return true;
    return setgroups(0, NULL) == 0 && setgid(NOBODY) == 0 && setuid(NOBODY) == 0;
}

static int set_up(void **state)
{
    char *file, *trace;

    (void)state;
    folder_make(folder);
    file = make_file("key", KEY "\n", 0600);
    trace = path_of("trace");
    with_key = demo_program_start(
        (const char *const[]){"--psk-file", file, "--trace", trace, NULL});
    without = demo_program_start((const char *const[]){NULL});
    free(trace);
    free(file);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    demo_program_free(with_key);
    demo_program_free(without);
    folder_remove(folder);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_holds_no_secret_can_be_looked_into),
        cmocka_unit_test(who_holds_a_key_can_not),
        cmocka_unit_test(who_waits_for_a_command_to_print_it_can_not),
        cmocka_unit_test(who_holds_the_key_of_a_certificate_can_not),
        cmocka_unit_test(who_asks_for_a_key_can_not_from_the_first_letter_on),
        cmocka_unit_test(a_crash_leaves_no_core),
        cmocka_unit_test(a_log_is_for_its_owner_alone),
        cmocka_unit_test(no_log_trace_or_history_holds_the_key),
    };

    if (!become_nobody() || access(DHVIEW, X_OK) != 0) {
        print_message("needs a user without privileges who can run %s\n", DHVIEW);
        return 77;
    }
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
