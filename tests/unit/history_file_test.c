#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/state_file.h"
#include "ui/widget/history_file.h"

struct fixture {
    char folder[64];
    char *path;
    struct prompt_history *history;
};

static int setup(void **state)
{
    struct fixture *f = MEM_NEW(struct fixture);

    (void)snprintf(f->folder, sizeof(f->folder), "/tmp/history_test.XXXXXX");
    if (!mkdtemp(f->folder))
        return -1;
    f->path = mem_printf("%s/state/dhview/history", f->folder);
    f->history = prompt_history_new();
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    char *inner = mem_printf("%s/state/dhview", f->folder);
    char *outer = mem_printf("%s/state", f->folder);

    (void)unlink(f->path);
    (void)rmdir(f->path);
    (void)rmdir(inner);
    (void)rmdir(outer);
    prompt_history_free(f->history);
    assert_int_equal(rmdir(f->folder), 0); /* nothing else was left behind */
    free(inner);
    free(outer);
    free(f->path);
    free(f);
    return 0;
}

static void add(struct fixture *f, const char *line)
{
    struct err e;

    if (history_file_add(f->path, line, &e) != ERR_OK)
        fail_msg("%s", e.msg);
}

static unsigned mode_of(const char *path)
{
    struct stat st;

    assert_int_equal(stat(path, &st), 0);
    return st.st_mode & 07777;
}

static void lines_come_back_in_order(void **state)
{
    struct fixture *f = *state;

    history_file_load(f->path, f->history);
    assert_int_equal(prompt_history_len(f->history), 0);
    add(f, "50%");
    add(f, "set zone Europe/Vienna");
    add(f, "");
    add(f, "m\xc3\xa9l");
    history_file_load(f->path, f->history);
    assert_int_equal(prompt_history_len(f->history), 3);
    assert_string_equal(prompt_history_line(f->history, 0), "50%");
    assert_string_equal(prompt_history_line(f->history, 2), "m\xc3\xa9l");
}

static void only_the_owner_can_read_them(void **state)
{
    struct fixture *f = *state;
    char *folder = mem_printf("%s/state/dhview", f->folder);

    add(f, "x");
    assert_int_equal(mode_of(f->path), 0600);
    assert_int_equal(mode_of(folder), 0700);
    assert_int_equal(chmod(f->path, 0644), 0);
    add(f, "y");
    assert_int_equal(mode_of(f->path), 0600);
    free(folder);
}

static off_t size_of(const char *path)
{
    struct stat st;

    assert_int_equal(stat(path, &st), 0);
    return st.st_size;
}

static void the_file_does_not_grow_for_ever(void **state)
{
    struct fixture *f = *state;
    off_t most = 0;
    char line[512];
    int n = (int)(HISTORY_FILE_LONG / sizeof(line)) + 2 * PROMPT_HISTORY_MAX;

    for (int i = 0; i < n; i++) {
        (void)snprintf(line, sizeof(line), "line %d %0300d", i, 0);
        add(f, line);
        if (size_of(f->path) > most)
            most = size_of(f->path);
    }
    assert_in_range(most, HISTORY_FILE_LONG - sizeof(line), HISTORY_FILE_LONG);
    history_file_load(f->path, f->history);
    assert_int_equal(prompt_history_len(f->history), PROMPT_HISTORY_MAX);
    assert_string_equal(prompt_history_line(f->history, PROMPT_HISTORY_MAX - 1), line);
}

/* As after a disk was full. */
static void a_line_without_an_end_does_not_take_the_next_along(void **state)
{
    struct fixture *f = *state;
    FILE *file;

    add(f, "x");
    file = fopen(f->path, "a");
    assert_non_null(file);
    assert_int_equal(fwrite("half", 1, 4, file), 4);
    assert_int_equal(fclose(file), 0);
    add(f, "y");
    history_file_load(f->path, f->history);
    assert_string_equal(prompt_history_line(f->history, 2), "y");
}

/* As keys that tmux types into all of its panes. */
static void lines_of_programs_that_run_at_once_are_all_kept(void **state)
{
    enum { PROGRAMS = 3, LINES = 40 };
    struct fixture *f = *state;
    pid_t pids[PROGRAMS];
    char line[64];
    int status;

    for (int p = 0; p < PROGRAMS; p++) {
        pids[p] = fork();
        for (int i = 0; pids[p] == 0 && i < LINES; i++) {
            (void)snprintf(line, sizeof(line), "program %d line %d", p, i);
            if (history_file_add(f->path, line, &(struct err){0}) != ERR_OK)
                _exit(1);
        }
        if (pids[p] == 0)
            _exit(0);
    }
    for (int p = 0; p < PROGRAMS; p++) {
        assert_int_equal(waitpid(pids[p], &status, 0), pids[p]);
        assert_int_equal(status, 0);
    }
    history_file_load(f->path, f->history);
    assert_int_equal(prompt_history_len(f->history), PROGRAMS * LINES);
}

static void a_bad_file_costs_only_its_bad_lines(void **state)
{
    static const char bad[] =
        "good\n\xff\xfe\nwith\ttab\n\x1b[31mred\n\n\xc2\x85x\nlast\nhalf";
    struct fixture *f = *state;
    FILE *file;

    add(f, "x");
    file = fopen(f->path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bad, 1, sizeof(bad) - 1, file), sizeof(bad) - 1);
    assert_int_equal(fclose(file), 0);
    history_file_load(f->path, f->history);
    assert_int_equal(prompt_history_len(f->history), 2);
    assert_string_equal(prompt_history_line(f->history, 0), "good");
    assert_string_equal(prompt_history_line(f->history, 1), "last");
}

static void a_folder_in_the_file_s_place_is_an_error(void **state)
{
    struct fixture *f = *state;
    struct err e;

    add(f, "x");
    assert_int_equal(unlink(f->path), 0);
    assert_int_equal(mkdir(f->path, 0700), 0);
    history_file_load(f->path, f->history);
    assert_int_equal(prompt_history_len(f->history), 0);
    assert_int_equal(history_file_add(f->path, "y", &e), ERR_IO);
    assert_non_null(strstr(e.msg, "history"));
}

static void the_environment_names_the_place(void **state)
{
    char *path;

    (void)state;
    assert_int_equal(setenv("XDG_STATE_HOME", "/a/state", 1), 0);
    path = state_file_path("finds", NULL);
    assert_string_equal(path, "/a/state/dhview/finds");
    free(path);
    assert_int_equal(setenv("XDG_STATE_HOME", "relative", 1), 0);
    assert_int_equal(setenv("HOME", "/b", 1), 0);
    path = state_file_path("finds", NULL);
    assert_string_equal(path, "/b/.local/state/dhview/finds");
    free(path);
    assert_int_equal(unsetenv("XDG_STATE_HOME"), 0);
    assert_int_equal(unsetenv("HOME"), 0);
    assert_null(state_file_path("finds", NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(lines_come_back_in_order, setup, teardown),
        cmocka_unit_test_setup_teardown(only_the_owner_can_read_them, setup, teardown),
        cmocka_unit_test_setup_teardown(the_file_does_not_grow_for_ever, setup, teardown),
        cmocka_unit_test_setup_teardown(lines_of_programs_that_run_at_once_are_all_kept,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(a_line_without_an_end_does_not_take_the_next_along,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(a_bad_file_costs_only_its_bad_lines, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_folder_in_the_file_s_place_is_an_error, setup,
                                        teardown),
        cmocka_unit_test(the_environment_names_the_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
