/* Where a secret may come from, against a server that asks for a key. */
#include <setjmp.h>
#include <signal.h>
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
#include "tests/support/demo_program.h"
#include "tests/support/folder.h"
#include "tests/support/pty.h"
#include "tests/support/script_run.h"
#include "tests/support/text_file.h"

#define KEY "OpenSesame-41c7e2"
#define WRONG "WrongKey-7f3a9"
#define ROWS " row 1 of 1,000,000,000"

static char folder[] = "/tmp/dhview-logins-XXXXXX";
static struct demo_program *demo;
static char *target, *key_file;

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

static struct pty *run(const char *const *argv)
{
    char *config = mem_printf("XDG_CONFIG_HOME=%s", folder);
    const char *const env[] = {config, NULL};
    struct pty *t = pty_start(
        &(struct pty_options){.argv = argv, .env = env, .cols = 160, .split_stderr = true});

    free(config);
    return t;
}

#define RUN(...) run((const char *const[]){__VA_ARGS__, NULL})

static bool holds(const void *data, size_t n, const char *secret)
{
    return memmem(data, n, secret, strlen(secret)) != NULL;
}

static void check_without(const struct pty *t, const char *secret)
{
    size_t n;
    const uint8_t *out = pty_output(t, &n);

    assert_false(holds(out, n, secret));
    assert_false(holds(pty_stderr(t), strlen(pty_stderr(t)), secret));
}

static void check_argument_without(const struct pty *t, const char *secret)
{
    static const char *const names[] = {"cmdline", "environ"};
    char data[4096];

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        char *path = mem_printf("/proc/%d/%s", (int)pty_pid(t), names[i]);
        FILE *f = fopen(path, "r");

        free(path);
        if (!f)
            continue; /* closed to us, as it should be */
        assert_false(holds(data, fread(data, 1, sizeof(data), f), secret));
        (void)fclose(f);
    }
}

static void leave(struct pty *t)
{
    pty_wait_text(t, ROWS);
    check_argument_without(t, KEY);
    pty_keys(t, "Q");
    assert_int_equal(pty_wait_exit(t), 0);
    pty_check_restored(t);
    pty_check_output(t);
    assert_string_equal(pty_stderr(t), "");
    check_without(t, KEY);
    pty_free(t);
}

/* Ended with the code and one line that holds text. */
static void check_end(struct pty *t, int code, const char *text)
{
    int got = pty_wait_exit(t);

    if (got != code || !strstr(pty_stderr(t), text))
        fail_msg("code %d, expected %d with \"%s\", found \"%s\"", got, code, text,
                 pty_stderr(t));
    pty_check_restored(t);
    pty_check_output(t);
    check_without(t, KEY);
    check_without(t, WRONG);
    pty_free(t);
}

/* --- the prompt --- */

static void a_mistyped_key_is_asked_for_again(void **state)
{
    struct pty *t = RUN(target);

    (void)state;
    pty_wait_text(t, "key for 127.0.0.1:");
    pty_keys(t, WRONG "<Enter>");
    pty_wait_text(t, "refused, try 2 of 3: key for 127.0.0.1:");
    pty_keys(t, KEY "<Enter>");
    leave(t);
}

static void the_third_wrong_key_is_the_last(void **state)
{
    struct pty *t = RUN(target);

    (void)state;
    pty_wait_text(t, "key for 127.0.0.1:");
    pty_keys(t, WRONG "<Enter>");
    pty_wait_text(t, "try 2 of 3");
    pty_keys(t, WRONG "<Enter>");
    pty_wait_text(t, "try 3 of 3");
    pty_keys(t, WRONG "<Enter>");
    check_end(t, 3,
              "not allowed in: Authentication details invalid; this server takes "
              "--auth psk");
}

static void a_refused_login_names_what_the_server_takes(void **state)
{
    char *wrong = make_file("wrong", WRONG "\n", 0600);
    static const char said[] = "not allowed in: Authentication details invalid; this "
                               "server takes --auth psk";

    (void)state;
    check_end(RUN(target, "--auth", "anonymous"), 3, said);
    check_end(RUN(target, "--secret-file", wrong), 3, said);
    check_end(RUN(demo_program_address(demo), "--secret-file", wrong), 3, said);
    free(wrong);
}

static void a_type_that_the_server_does_not_know_is_told_what_it_does(void **state)
{
    char *line = mem_printf("dhview --list --auth=bogus %s", target);
    char *err = mem_printf("dhview: %s: not allowed in: Authentication details invalid; "
                           "this server takes --auth psk\n",
                           demo_program_address(demo));

    (void)state;
    script_expect(folder, line, 3, "", err);
    free(line);
    free(err);
}

static void a_user_is_asked_for_a_password(void **state)
{
    struct pty *t = RUN(target, "--user", "alice");

    (void)state;
    pty_wait_text(t, "password of alice at 127.0.0.1:");
    pty_keys(t, "<C-c>");
    check_end(t, 130, "interrupted");
}

/* --- a command --- */

static void a_command_gives_the_key(void **state)
{
    char *command = mem_printf("echo noise >&2; cat %s; echo more; exit 0", key_file);

    (void)state;
    leave(RUN(target, "--secret-command", command));
    leave(RUN(target, "--auth", "psk", "--secret-command", command));
    free(command);
    command = mem_printf("cat %s; sleep 300 >&2 & exit 0", key_file); /* it holds a pipe */
    leave(RUN(target, "--secret-command", command));
    free(command);
}

static void a_command_that_fails_is_told_with_its_words(void **state)
{
    (void)state;
    check_end(
        RUN(target, "--secret-command", "echo gone: no key >&2; echo two >&2; exit 3"), 1,
        "secret-command: exit status 3: gone: no key\n");
    check_end(RUN(target, "--secret-command", "echo " KEY "; echo is " KEY " >&2; exit 1"),
              1, "secret-command: exit status 1\n");
    check_end(RUN(target, "--secret-command", "kill -9 $$"), 1,
              "secret-command: ended by signal 9");
    check_end(RUN(target, "--secret-command", "/no/such/program"), 1, "exit status 127: ");
    check_end(RUN(target, "--secret-command", "true"), 1,
              "secret-command: expected a secret, found an empty line");
    check_end(RUN(target, "--secret-command", "yes | tr -d '\\n' | head -c 100000"), 1,
              "secret-command: expected at most 4096 bytes in a line");
    check_end(RUN(target, "--secret-command", "echo " WRONG), 3, "not allowed in");
    check_end(RUN(target, "--auth", "anonymous", "--secret-command", "true"), 2,
              "takes no secret");
}

static bool is_gone(struct pty *t, void *pid_file)
{
    FILE *f = fopen(pid_file, "r");
    long pid = 0;
    int n;

    (void)t;
    if (!f)
        return false;
    n = fscanf(f, "%ld", &pid);
    (void)fclose(f);
    return n == 1 && kill((pid_t)pid, 0) != 0;
}

static void write_config(const char *text, mode_t mode);

static void a_target_opened_after_a_command_has_failed_runs_it_again(void **state)
{
    char *lock = path_of("unlocked");
    char *text = mem_printf("[connection \"late\"]\n"
                            "target = %s\n"
                            "secret-command = test -e %s && cat %s\n",
                            target, lock, key_file);
    struct pty *t;

    (void)state;
    write_config(text, 0600);
    t = RUN(target, "late", "--secret-file", key_file);
    pty_wait_text(t, ROWS);
    pty_keys(t, "gt");
    pty_wait_text(t, "not opened");
    pty_wait_text(t, "secret-command: exit status 1");
    free(make_file("unlocked", "", 0600));
    pty_keys(t, ":open late<Enter>");
    leave(t);
    free(text);
    free(lock);
}

static void a_reload_runs_a_command_again_that_failed_for_the_next_session(void **state)
{
    struct demo_program *own =
        demo_program_start((const char *const[]){"--psk-file", key_file, NULL});
    const char *port = strrchr(demo_program_address(own), ':') + 1;
    char *lock = make_file("unlocked", "", 0600);
    char *text = mem_printf("[connection \"late\"]\n"
                            "target = %s/billion\n"
                            "secret-command = test -e %s && cat %s\n",
                            demo_program_address(own), lock, key_file);
    struct demo_program *again;
    struct pty *t;

    (void)state;
    write_config(text, 0600);
    t = RUN("late");
    pty_wait_text(t, ROWS);
    assert_int_equal(unlink(lock), 0);
    demo_program_kill(own, SIGKILL);
    again = demo_program_start(
        (const char *const[]){"--psk-file", key_file, "--port", port, NULL});
    pty_wait_text(t, "secret-command: exit status 1");
    pty_wait_text(t, "signed out: these rows are old");
    free(make_file("unlocked", "", 0600));
    pty_keys(t, "<C-r>");
    pty_wait_text(t, "● live");
    leave(t);
    demo_program_free(again);
    demo_program_free(own);
    free(text);
    free(lock);
}

static void a_command_that_waits_stops_no_key_and_ends_with_us(void **state)
{
    char *pid_file = path_of("pid");
    char *command = mem_printf("sleep 300 & echo $! >%s; wait", pid_file);
    struct pty *t = RUN(target, "--secret-command", command);
    struct pty *other = RUN(target, "--secret-file", key_file);

    (void)state;
    pty_wait_text(t, "connecting");
    pty_keys(t, "?");
    pty_wait_text(t, "row up");
    while (access(pid_file, F_OK) != 0)
        pty_wait_quiet(t, 10);
    pty_keys(t, "qQ");
    assert_int_equal(pty_wait_exit(t), 0);
    pty_check_restored(t);
    pty_wait(other, is_gone, pid_file, "the end of the command");
    leave(other);
    pty_free(t);
    free(command);
    free(pid_file);
}

/* --- other logins --- */

/* A viewer of a server that takes this header alone. */
static struct demo_program *serve_login(const char *header, char **table)
{
    char *path = make_file("login", header, 0600);
    struct demo_program *d =
        demo_program_start((const char *const[]){"--login-file", path, NULL});

    free(path);
    *table = mem_printf("%s/billion", demo_program_address(d));
    return d;
}

static void a_password_of_any_letters_logs_in(void **state)
{
    char *file = make_file("password", "p\xc3\xa4ssword:1 \r\nmore\n", 0600), *table;
    struct demo_program *d =
        serve_login("Basic YWxpY2U6cMOkc3N3b3JkOjEg\n", &table); /* with its blank */
    struct pty *t;

    (void)state;
    leave(RUN(table, "--user", "alice", "--secret-file", file));
    t = RUN(table, "-u", "alice");
    pty_wait_text(t, "password of alice at ");
    pty_keys(t, "p\xc3\xa4ssword:1<Enter>");
    pty_wait_text(t, "refused, try 2 of 3: password of alice at ");
    pty_keys(t, "p\xc3\xa4ssword:1 <Enter>");
    leave(t);
    check_end(RUN(table, "-u", "bob", "-s", file), 3,
              "this server takes --auth TYPE (demo.FileHandler)");
    check_end(RUN(table), 3,
              "a login has to be named; this server takes --auth TYPE (demo.FileHandler)");
    demo_program_free(d);
    free(table);
    free(file);
}

static void any_type_takes_a_payload_or_none(void **state)
{
    char *table;
    struct demo_program *d = serve_login("trial.Token eyJh.1\n", &table);

    (void)state;
    leave(RUN(table, "--auth", "trial.Token", "--secret-command", "echo eyJh.1"));
    free(make_file("login", "trial.Bare\n", 0600));
    leave(RUN(table, "--auth", "trial.Bare"));
    demo_program_free(d);
    free(table);
}

static void a_type_that_is_refused_without_a_payload_asks_for_one(void **state)
{
    char *table;
    struct demo_program *d = serve_login("trial.Token eyJh.1\n", &table);
    struct pty *t = RUN(table, "--auth", "trial.Token");

    (void)state;
    pty_wait_text(t, "refused without a secret: key for 127.0.0.1:");
    pty_keys(t, WRONG "<Enter>");
    pty_wait_text(t, "refused, try 2 of 3: key for 127.0.0.1:");
    pty_keys(t, "eyJh.1<Enter>");
    leave(t);
    t = RUN(table, "--auth", "trial.Token");
    pty_wait_text(t, "refused without a secret");
    pty_keys(t, WRONG "<Enter>");
    pty_wait_text(t, "try 2 of 3");
    pty_keys(t, WRONG "<Enter>");
    pty_wait_text(t, "try 3 of 3");
    pty_keys(t, WRONG "<Enter>");
    check_end(t, 3, "not allowed in");
    demo_program_free(d);
    free(table);
}

static void client_certificates_belong_to_tls(void **state)
{
    (void)state;
    check_end(RUN(target, "--auth", "mtls"), 2, "--auth mtls needs --cert FILE and --key");
    check_end(RUN(target, "--cert", "/c", "--key", "/k"), 2,
              "a client certificate is for TLS, which dh://127.0.0.1 would ask for");
}

/* --- another session --- */

/* All sessions of the server end when it is told. */
#define LOSS "told=lost"

/* Once for each viewer. */
static void lose(struct demo_program *d, struct pty *t)
{
    pty_wait_text(t, ROWS);
    demo_program_fault(d);
    pty_wait_text(t, "connected again, after: the session");
    pty_wait_text(t, "● live");
}

static void what_was_typed_logs_in_again_by_itself(void **state)
{
    struct demo_program *d = demo_program_start(
        (const char *const[]){"--psk-file", key_file, "--fault", LOSS, NULL});
    char *table = mem_printf("%s/billion", demo_program_address(d));
    char *login = make_file("login", "trial.Token " KEY "\n", 0600);
    struct pty *t = RUN(table);

    (void)state;
    pty_wait_text(t, "key for ");
    pty_keys(t, KEY "<Enter>");
    lose(d, t);
    leave(t);
    demo_program_free(d);
    free(table);
    d = demo_program_start(
        (const char *const[]){"--login-file", login, "--fault", LOSS, NULL});
    table = mem_printf("%s/billion", demo_program_address(d));
    t = RUN(table, "--auth", "trial.Token");
    pty_wait_text(t, "refused without a secret: key for ");
    pty_keys(t, KEY "<Enter>");
    lose(d, t);
    leave(t);
    demo_program_free(d);
    free(table);
    free(login);
}

static void a_password_that_is_another_by_then_is_asked_for(void **state)
{
    char *login = make_file("login", "Basic YTpvbmU=\n", 0600), *table; /* a:one */
    struct demo_program *d = demo_program_start(
        (const char *const[]){"--login-file", login, "--fault", LOSS, NULL});
    struct pty *t;

    (void)state;
    table = mem_printf("%s/billion", demo_program_address(d));
    t = RUN(table, "--user", "a");
    pty_wait_text(t, "password of a at ");
    pty_keys(t, "one<Enter>");
    pty_wait_text(t, ROWS);
    free(make_file("login", "Basic YTp0d28=\n", 0600)); /* a:two */
    demo_program_fault(d);
    pty_wait_text(t, "password of a at "); /* over the old rows */
    assert_true(pty_has(t, ROWS));
    pty_keys(t, "two<Enter>");
    pty_wait_gone(t, "these rows are old");
    leave(t);
    demo_program_free(d);
    free(table);
    free(login);
}

static void a_token_is_had_anew_from_its_command(void **state)
{
    char *login = make_file("login", "trial.Token one\n", 0600);
    char *token = make_file("token", "one\n", 0600), *command, *table;
    struct demo_program *d = demo_program_start(
        (const char *const[]){"--login-file", login, "--fault", LOSS, NULL});
    struct pty *t;

    (void)state;
    table = mem_printf("%s/billion", demo_program_address(d));
    command = mem_printf("cat %s", token);
    t = RUN(table, "--auth", "trial.Token", "--secret-command", command);
    pty_wait_text(t, ROWS);
    free(make_file("login", "trial.Token two\n", 0600));
    free(make_file("token", "two\n", 0600));
    lose(d, t);
    leave(t);
    demo_program_free(d);
    free(command);
    free(table);
    free(token);
    free(login);
}

/* --- a descriptor --- */

static struct pty *run_shell(const char *line)
{
    const char *const argv[] = {"-c", line, NULL};

    return pty_start(&(struct pty_options){
        .program = "/bin/sh", .argv = argv, .cols = 160, .split_stderr = true});
}

static void a_descriptor_gives_the_key(void **state)
{
    char *line = mem_printf("exec " TEST_BUILD_DIR "/dhview %s --secret-fd 7 7<%s", target,
                            key_file);

    (void)state;
    leave(run_shell(line));
    free(line);
    line = mem_printf("{ cat %s; sleep 300; } | exec " TEST_BUILD_DIR
                      "/dhview %s --secret-fd 0",
                      key_file, target); /* the writer stays: one line is enough */
    struct pty *t = run_shell(line);
    pty_wait_text(t, ROWS);
    pty_keys(t, "Q");
    pty_wait_gone(t, ROWS);
    check_without(t, KEY);
    pty_free(t);
    free(line);
    check_end(RUN(target, "--secret-fd", "77"), 1, "--secret-fd 77: Bad file descriptor");
}

/* --- the config file --- */

static void write_config(const char *text, mode_t mode)
{
    char *dir = path_of("dhview");

    assert_true(mkdir(dir, 0700) == 0 || access(dir, X_OK) == 0);
    free(dir);
    free(make_file("dhview/config", text, mode));
}

static void a_connection_is_opened_by_its_name(void **state)
{
    char *text = mem_printf("[connection \"vault\"]\n"
                            "target = %s\n"
                            "secret-command = cat %s\n"
                            "[connection \"shut\"]\n"
                            "target = %s\n"
                            "secret-command = echo " WRONG "\n",
                            demo_program_address(demo), key_file, target);
    struct pty *t;

    (void)state;
    write_config(text, 0600);
    leave(RUN("vault/billion"));
    t = RUN("vault/ships?op=head,2");
    pty_wait_text(t, " row 1 of 2 ");
    pty_keys(t, "Q");
    assert_int_equal(pty_wait_exit(t), 0);
    pty_free(t);
    t = RUN("vault");
    pty_wait_text(t, "billion");
    pty_keys(t, ":open vault/billion<Enter>");
    leave(t);
    check_end(RUN("shut"), 3, "not allowed in");
    leave(RUN("shut", "--secret-file", key_file)); /* goes before the file's */
    t = RUN("vault/billion", "shut"); /* a login of its own at the same server */
    pty_wait_text(t, ROWS);
    pty_keys(t, "gt");
    pty_wait_text(t, "not allowed in");
    pty_keys(t, "gt");
    leave(t);
    free(text);
}

static void what_is_wrong_with_it_is_told(void **state)
{
    char *text = mem_printf("[connection \"vault\"]\ntarget = %s\nusr = " WRONG "\n"
                            "[connection \"good\"]\ntarget = %s\nsecret-file = %s\n"
                            "[connection \"empty\"]\nuser = a\n"
                            "[connection \"bad\"]\ntarget = me:" WRONG "@h\n",
                            target, target, key_file);
    char *where = mem_printf("%s/dhview/config:3: unknown key \"usr\"", folder);
    struct pty *t;

    (void)state;
    write_config(text, 0600);
    check_end(RUN("vault"), 2, where);
    check_end(RUN("empty"), 2, "connection \"empty\": it has no target");
    check_end(RUN("bad"), 2, "connection \"bad\": no user names in a target");
    t = RUN("good"); /* the rest counts, and the fault is told */
    pty_wait_text(t, ":3: unknown key \"usr\"");
    leave(t);
    write_config(text, 0644);
    check_end(RUN("good"), 2, "others can use it (mode 0644), expected mode 0600");
    free(where);
    free(text);
}

/* --- the group --- */

static int set_up(void **state)
{
    (void)state;
    folder_make(folder);
    key_file = make_file("key", KEY "\n", 0600);
    demo = demo_program_start((const char *const[]){"--psk-file", key_file, NULL});
    target = mem_printf("%s/billion", demo_program_address(demo));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    demo_program_free(demo);
    folder_remove(folder);
    free(target);
    free(key_file);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mistyped_key_is_asked_for_again),
        cmocka_unit_test(the_third_wrong_key_is_the_last),
        cmocka_unit_test(a_refused_login_names_what_the_server_takes),
        cmocka_unit_test(a_type_that_the_server_does_not_know_is_told_what_it_does),
        cmocka_unit_test(a_user_is_asked_for_a_password),
        cmocka_unit_test(a_command_gives_the_key),
        cmocka_unit_test(a_command_that_fails_is_told_with_its_words),
        cmocka_unit_test(a_target_opened_after_a_command_has_failed_runs_it_again),
        cmocka_unit_test(a_reload_runs_a_command_again_that_failed_for_the_next_session),
        cmocka_unit_test(a_command_that_waits_stops_no_key_and_ends_with_us),
        cmocka_unit_test(a_password_of_any_letters_logs_in),
        cmocka_unit_test(any_type_takes_a_payload_or_none),
        cmocka_unit_test(a_type_that_is_refused_without_a_payload_asks_for_one),
        cmocka_unit_test(client_certificates_belong_to_tls),
        cmocka_unit_test(what_was_typed_logs_in_again_by_itself),
        cmocka_unit_test(a_password_that_is_another_by_then_is_asked_for),
        cmocka_unit_test(a_token_is_had_anew_from_its_command),
        cmocka_unit_test(a_descriptor_gives_the_key),
        cmocka_unit_test(a_connection_is_opened_by_its_name),
        cmocka_unit_test(what_is_wrong_with_it_is_told),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
