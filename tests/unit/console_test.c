/*
 * Code of a server's console and its completion, beside a session that is stood in for.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <uv.h>

#include "base/mem.h"
#include "client/backoff.h"
#include "client/server_console.h"
#include "tests/unit/stand_in/session.h"
#include "ui/app/code_lines.h"

#define UNIMPLEMENTED 12
#define UNAVAILABLE 14

/* --- messages of a server --- */

static void put_varint(struct buf *out, uint64_t v)
{
    do {
        uint8_t byte = (uint8_t)((v & 0x7f) | (v > 0x7f ? 0x80 : 0));

        buf_append_fitting(out, &byte, 1);
        v >>= 7;
    } while (v > 0);
}

static void put_number(struct buf *out, unsigned field, int64_t v)
{
    put_varint(out, field << 3);
    put_varint(out, (uint64_t)v);
}

static void put_bytes(struct buf *out, unsigned field, struct bytes b)
{
    put_varint(out, field << 3 | 2);
    put_varint(out, b.len);
    buf_append_fitting(out, b.data, b.len);
}

static void put_text(struct buf *out, unsigned field, const char *text)
{
    put_bytes(out, field, bytes_of(text));
}

/* A message as a field of another one; released. */
static void put_inner(struct buf *out, unsigned field, struct buf *inner)
{
    put_bytes(out, field, buf_bytes(inner));
    buf_release(inner);
}

static struct buf message_new(void)
{
    struct buf b;

    buf_init(&b, SIZE_MAX);
    return b;
}

/* What a proposal takes the place of, and its text. */
struct item {
    int32_t line, start, end_line, end;
    const char *text;
};

static void put_place(struct buf *out, unsigned field, int32_t line, int32_t character)
{
    struct buf place = message_new();

    put_number(&place, 1, line);
    put_number(&place, 2, character);
    put_inner(out, field, &place);
}

static struct buf items_of(int32_t id, const struct item *items, size_t n)
{
    struct buf message = message_new(), list = message_new();

    for (size_t i = 0; i < n; i++) {
        struct buf range = message_new(), edit = message_new(), item = message_new();

        put_place(&range, 1, items[i].line, items[i].start);
        put_place(&range, 2, items[i].end_line, items[i].end);
        put_inner(&edit, 1, &range);
        put_text(&edit, 2, items[i].text);
        put_inner(&item, 9, &edit);
        put_inner(&list, 1, &item);
    }
    put_inner(&message, 1, &list);
    put_number(&message, 2, id);
    return message;
}

static struct buf signature_of(int32_t id, const char *label)
{
    struct buf message = message_new(), list = message_new(), one = message_new();

    put_text(&one, 1, label);
    put_inner(&list, 1, &one);
    put_inner(&message, 4, &list);
    put_number(&message, 2, id);
    return message;
}

#define NONSENSE "\xff\xff\xff" /* no message of any kind */

static struct buf nonsense(void)
{
    struct buf b = message_new();

    buf_append_fitting(&b, NONSENSE, strlen(NONSENSE));
    return b;
}

/* --- completion --- */

static uint64_t now_ms;

/* In place of the one of libuv. */
uint64_t uv_hrtime(void)
{
    return now_ms * 1000000;
}

static int n_changed;

static void on_changed(void *ctx)
{
    (void)ctx;
    n_changed++;
}

static struct code_help *help_new(void)
{
    stand_in_begin();
    n_changed = 0;
    return code_help_new(on_changed, NULL);
}

static void type(struct code_help *h, const char *code)
{
    code_help_ask(h,
                  &(struct code_place){stand_in_session(), stand_in_epoch(),
                                       bytes_of("console"), bytes_of("python")},
                  code);
}

static struct session_call *stream(void)
{
    return stand_in_call("AutoCompleteStream");
}

static size_t count_streams(void)
{
    return stand_in_count("AutoCompleteStream");
}

static const char *proposed(const struct code_help *h, size_t i)
{
    const struct code_proposal *p = code_help_proposal(h, i);

    return p ? p->text : NULL;
}

static void answers_count_by_what_they_are_to_and_in_any_order(void **state)
{
    static const struct item other = {0, 0, 0, 2, "other"}, mine = {0, 0, 0, 2, "f_mine"};
    struct code_help *h = help_new();

    (void)state;
    type(h, "f(");
    assert_true(stand_in_was_sent(stream(), "f("));
    stand_in_comes(stream(), items_of(0, &other, 1));
    stand_in_comes(stream(), items_of(7, &other, 1));
    stand_in_comes(stream(), items_of(INT32_MIN, &other, 1));
    stand_in_comes(stream(), message_new()); /* answers nothing */
    assert_int_equal(n_changed, 0);
    stand_in_comes(stream(), signature_of(2, "f(x)"));
    stand_in_comes(stream(), signature_of(2, "twice(y)"));
    assert_string_equal(code_help_signature(h, bytes_of("f(")), "f(x)");
    assert_null(code_help_proposal(h, 0));
    stand_in_comes(stream(), items_of(1, &mine, 1));
    stand_in_comes(stream(), items_of(1, &other, 1));
    assert_string_equal(proposed(h, 0), "f_mine");
    assert_null(code_help_proposal(h, 1));
    assert_string_equal(code_help_line(h), "f(");
    assert_int_equal(n_changed, 2);
    assert_int_equal(count_streams(), 1);
    code_help_free(h);
}

static void of_texts_that_wait_only_the_newest_is_asked_about(void **state)
{
    struct code_help *h = help_new();

    (void)state;
    type(h, "first");
    type(h, "second");
    type(h, "third");
    assert_int_equal(stand_in_messages(stream()), 3); /* a text and two questions */
    stand_in_comes(stream(), items_of(1, NULL, 0));
    assert_int_equal(stand_in_messages(stream()), 3);
    stand_in_comes(stream(), signature_of(2, ""));
    assert_int_equal(stand_in_messages(stream()), 6);
    assert_true(stand_in_was_sent(stream(), "third"));
    assert_false(stand_in_was_sent(stream(), "second"));
    code_help_free(h);
}

static void proposals_for_other_places_are_left_out(void **state)
{
    static const struct item items[] = {
        {1, 2, 1, 4, "fits"},
        {1, 2, 1, 4, ""},
        {0, 2, 0, 4, "another line"},
        {1, 2, 2, 4, "ends in another line"},
        {-1, 2, 1, 4, "no line"},
        {1, 2, 1, 3, "ends before"},
        {1, 2, 1, 5, "ends behind"},
        {1, -3, 1, 4, "begins before"},
        {1, 5, 1, 4, "begins behind"},
        {1, INT32_MAX, 1, 4, "begins far behind"},
        {INT32_MIN, INT32_MIN, INT32_MIN, INT32_MIN, "nowhere"},
        {1, 4, 1, 4, "\x1b]0;x\x07"},
    };
    struct code_help *h = help_new();

    (void)state;
    type(h, "a\n\u00e4.\u20acb"); /* characters of one, two and three bytes */
    stand_in_comes(stream(), items_of(1, items, sizeof(items) / sizeof(*items)));
    assert_string_equal(proposed(h, 0), "fits");
    assert_int_equal(code_help_proposal(h, 0)->from, 3);
    assert_string_equal(proposed(h, 1),
                        "\x1b]0;x\x07"); /* as sent: who shows it cleans it */
    assert_int_equal(code_help_proposal(h, 1)->from, 7);
    assert_null(code_help_proposal(h, 2));
    code_help_free(h);
}

/* Each beginning of an answer is read, or ends the stream; nothing is read behind it. */
static void an_answer_that_is_cut_anywhere_does_no_harm(void **state)
{
    static const struct item items[] = {{0, 0, 0, 2, "abc"}, {0, 0, 0, 2, "abd"}};
    struct buf whole = items_of(1, items, 2);

    (void)state;
    for (size_t n = 0; n < whole.len; n++) {
        struct code_help *h = help_new();

        type(h, "ab");
        stand_in_comes_cut(stream(), buf_bytes(&whole), n);
        if (code_help_proposal(h, 1)) /* the id comes last */
            fail_msg("whole after %zu of %zu bytes", n, whole.len);
        code_help_free(h);
    }
    buf_release(&whole);
}

static void a_stream_that_ended_is_opened_anew_for_the_next_text(void **state)
{
    static const struct item item = {0, 0, 0, 2, "abc"};
    struct code_help *h = help_new();

    (void)state;
    type(h, "ab");
    stand_in_comes(stream(), items_of(1, &item, 1));
    stand_in_ends(stream(), UNAVAILABLE);
    assert_null(code_help_proposal(h, 0)); /* what was told is forgotten */
    type(h, "ab");
    assert_int_equal(count_streams(), 2);
    stand_in_comes(stream(), items_of(3, &item, 1));
    assert_string_equal(proposed(h, 0), "abc");
    stand_in_comes(stream(), nonsense());
    type(h, "ab");
    assert_int_equal(count_streams(), 3);
    code_help_free(h);
}

static void after_two_streams_without_an_answer_the_next_session_is_asked(void **state)
{
    struct code_help *h = help_new();

    (void)state;
    type(h, "ab");
    stand_in_ends(stream(), UNAVAILABLE);
    type(h, "abc");
    stand_in_comes(stream(), nonsense());
    type(h, "abcd");
    assert_int_equal(count_streams(), 2);
    stand_in_begin();
    type(h, "ab");
    stand_in_ends(stream(), UNAVAILABLE);
    type(h, "abc"); /* nothing of the last session counts */
    assert_int_equal(count_streams(), 2);
    code_help_free(h);
}

static void a_question_without_an_answer_holds_up_no_other(void **state)
{
    struct code_help *h = help_new();

    (void)state;
    type(h, "ab");
    stand_in_comes(stream(), items_of(1, NULL, 0)); /* and no signature */
    now_ms += 9000;
    type(h, "abc");
    assert_int_equal(count_streams(), 1);
    now_ms += 2000;
    type(h, "abcd");
    assert_int_equal(count_streams(), 2);
    assert_true(stand_in_was_sent(stream(), "abcd"));
    code_help_free(h);
}

static void where_there_is_no_completion_nothing_is_asked_twice(void **state)
{
    struct code_help *h = help_new();

    (void)state;
    type(h, "ab");
    stand_in_ends(stream(), UNIMPLEMENTED);
    type(h, "abc");
    assert_int_equal(count_streams(), 1);
    stand_in_begin();
    type(h, "abc");
    assert_int_equal(count_streams(), 1);
    code_help_free(h);
}

static void a_text_that_is_too_long_is_not_asked_about(void **state)
{
    struct code_help *h = help_new();
    char *code = mem_calloc(1, CODE_HELP_MAX + 2);

    (void)state;
    memset(code, 'a', CODE_HELP_MAX + 1);
    type(h, code);
    assert_int_equal(stand_in_count(NULL), 0);
    type(h, code + 1);
    assert_int_equal(count_streams(), 1);
    free(code);
    code_help_free(h);
}

static void a_signature_is_of_its_own_call_alone(void **state)
{
    struct code_help *h = help_new();

    (void)state;
    type(h, "f(1, g(2), ");
    stand_in_comes(stream(), items_of(1, NULL, 0));
    stand_in_comes(stream(), signature_of(2, "f(x, y)"));
    assert_string_equal(code_help_signature(h, bytes_of("f(")), "f(x, y)");
    assert_string_equal(code_help_signature(h, bytes_of("f(1, g(")), "");
    assert_string_equal(code_help_signature(h, bytes_of("g(")), "");
    assert_string_equal(code_help_signature(h, (struct bytes){0}), "");
    type(h, "f(1, g(2), h");
    stand_in_comes(stream(), items_of(3, NULL, 0));
    stand_in_comes(stream(), signature_of(4, ""));
    assert_string_equal(code_help_signature(h, bytes_of("f(")), "");
    type(h, "over"); /* a hint where no call is */
    stand_in_comes(stream(), items_of(5, NULL, 0));
    stand_in_comes(stream(), signature_of(6, "over(x)"));
    assert_string_equal(code_help_signature(h, (struct bytes){0}), "");
    code_help_free(h);
}

/* --- the console --- */

static struct {
    int done, silent, helped;
    struct err why;         /* of the last; ERR_OK: a result */
    char error[64];         /* of the result */
    size_t n_changes;       /* likewise */
    char printed[256];      /* lines */
    size_t left_out;        /* bytes */
    bool beginning_is_gone; /* of what is printed */
} told;

static void on_done(void *ctx, const struct console_result *r, const struct err *why)
{
    (void)ctx;
    told.done++;
    told.why = why ? *why : (struct err){0};
    if (r) {
        memcpy(told.error, r->error.data ? r->error.data : (const uint8_t *)"",
               r->error.len);
        told.n_changes = r->n_changes;
    }
}

static void on_printed(void *ctx, struct bytes line,
                       const struct console_left_out *left_out)
{
    size_t n = strlen(told.printed);

    (void)ctx;
    (void)snprintf(told.printed + n, sizeof(told.printed) - n, "%.*s;", (int)line.len,
                   (const char *)line.data);
    told.left_out = left_out->bytes;
    told.beginning_is_gone = left_out->beginning;
}

static void on_silent(void *ctx, const struct err *why)
{
    (void)ctx;
    (void)why;
    told.silent++;
}

static void on_helped(void *ctx)
{
    (void)ctx;
    told.helped++;
}

static struct server_console *console_new(void)
{
    static const struct server_console_handler handler = {on_done, on_printed, on_silent,
                                                          on_helped};

    stand_in_begin();
    memset(&told, 0, sizeof(told));
    return server_console_new(NULL, &handler, NULL);
}

static struct buf languages(const char *first)
{
    struct buf b = message_new();

    put_text(&b, 1, first);
    return b;
}

/* Answers what leads to a console of that language. */
static void start_console(const char *language)
{
    stand_in_replies(stand_in_call("GetConsoleTypes"), languages(language));
    stand_in_replies(stand_in_call("StartConsole"), message_new());
}

static void run(struct server_console *c, const char *code)
{
    struct err e;

    if (server_console_run(c, code, &e) != ERR_OK)
        fail_msg("%s", e.msg);
}

#define MS INT64_C(1000000) /* nanoseconds */

static struct buf result_of(const char *error, int64_t start_ns, int64_t end_ns)
{
    struct buf b = message_new();

    put_text(&b, 1, error);
    put_number(&b, 3, start_ns);
    put_number(&b, 4, end_ns);
    return b;
}

static void logged(int64_t us, const char *text)
{
    struct buf b = message_new();

    put_number(&b, 1, us);
    put_text(&b, 2, "STDOUT");
    put_text(&b, 3, text);
    stand_in_comes(stand_in_call("SubscribeToLogs"), b);
}

static void an_answer_that_cannot_be_read_leaves_completion_on(void **state)
{
    struct server_console *c = console_new();

    (void)state;
    server_console_help(c, "ab");
    stand_in_replies(stand_in_call("GetConsoleTypes"), nonsense());
    now_ms += BACKOFF_STREAM_MAX_MS;
    server_console_help(c, "abc");
    stand_in_replies(stand_in_call("GetConsoleTypes"), languages("python"));
    stand_in_refuses(stand_in_call("StartConsole"), ERR_LOST);
    now_ms += BACKOFF_STREAM_MAX_MS;
    server_console_help(c, "abcd");
    start_console("python");
    assert_true(stand_in_was_sent(stream(), "abcd"));
    run(c, "1");
    stand_in_replies(stand_in_call("ExecuteCommand"),
                     languages(NONSENSE)); /* an error that is told */
    assert_string_equal(told.error, NONSENSE);
    run(c, "2");
    stand_in_replies(stand_in_call("ExecuteCommand"), nonsense());
    assert_int_equal(told.why.code, ERR_PROTO);
    stand_in_comes(stream(), items_of(1, NULL, 0));
    stand_in_comes(stream(), signature_of(2, ""));
    server_console_help(c, "later");
    assert_true(stand_in_was_sent(stream(), "later"));
    assert_int_equal(told.helped, 2);
    server_console_free(c);
}

static void a_server_without_a_console_is_asked_once_in_a_session(void **state)
{
    struct server_console *c = console_new();

    (void)state;
    server_console_help(c, "ab");
    stand_in_replies(stand_in_call("GetConsoleTypes"), message_new());
    server_console_help(c, "abc");
    assert_int_equal(stand_in_count(NULL), 1);
    assert_int_equal(told.done, 0); /* nobody waits */
    stand_in_begin();
    server_console_help(c, "abc");
    stand_in_replies(stand_in_call("GetConsoleTypes"), languages("python"));
    stand_in_refuses(stand_in_call("StartConsole"), ERR_REFUSED);
    server_console_help(c, "abcd");
    assert_int_equal(stand_in_count(NULL), 2);
    run(c, "1"); /* who runs code is told again */
    stand_in_replies(stand_in_call("GetConsoleTypes"), message_new());
    assert_int_equal(told.why.code, ERR_REFUSED);
    server_console_free(c);
}

static void a_console_that_cannot_be_had_is_not_asked_for_with_each_key(void **state)
{
    struct server_console *c = console_new();

    (void)state;
    for (int i = 0; i < 20; i++) {
        server_console_help(c, "ab");
        stand_in_refuses(stand_in_call("GetConsoleTypes"), ERR_SERVER);
        server_console_help(c, "abc");
        now_ms += BACKOFF_MIN_MS - 1;
        server_console_help(c, "abcd");
        assert_int_equal(stand_in_count(NULL), 1);
        run(c, "1"); /* is no mere help */
        stand_in_refuses(stand_in_call("GetConsoleTypes"), ERR_SERVER);
        stand_in_begin();
        now_ms += BACKOFF_STREAM_MAX_MS;
    }
    server_console_free(c);
}

static void another_session_is_asked_at_once_where_the_last_one_failed(void **state)
{
    struct server_console *c = console_new();

    (void)state;
    server_console_help(c, "ab");
    stand_in_refuses(stand_in_call("GetConsoleTypes"), ERR_SERVER);
    server_console_help(c, "abc");
    assert_int_equal(stand_in_count(NULL), 1);
    stand_in_begin();
    server_console_help(c, "abc");
    start_console("python");
    assert_true(stand_in_was_sent(stream(), "abc"));
    server_console_free(c);
}

static void what_was_typed_before_a_failure_is_not_asked_about_later(void **state)
{
    struct server_console *c = console_new();

    (void)state;
    server_console_help(c, "old");
    stand_in_refuses(stand_in_call("GetConsoleTypes"), ERR_SERVER);
    run(c, "1");
    start_console("python");
    assert_int_equal(count_streams(), 0);
    server_console_give_up(c);
    stand_in_begin();
    server_console_help(c, "old");
    run(c, "1");
    server_console_give_up(c);
    run(c, "2");
    start_console("python");
    assert_int_equal(count_streams(), 0);
    server_console_free(c);
}

static void a_command_goes_on_with_the_console_that_help_has_begun(void **state)
{
    struct server_console *c = console_new();

    (void)state;
    server_console_help(c, "ab");
    run(c, "6 * 7");
    server_console_help(c, "abc");
    start_console("python");
    assert_int_equal(stand_in_count("GetConsoleTypes"), 1);
    assert_true(
        stand_in_was_sent(stand_in_call("ExecuteCommand"), "print(repr(v)))((\n6 * 7\n))"));
    assert_true(stand_in_was_sent(stream(), "abc"));
    server_console_give_up(c);
    assert_false(server_console_is_running(c));
    run(c, "8"); /* by the same console */
    assert_int_equal(stand_in_count("StartConsole"), 1);
    server_console_free(c);
}

static void lines_are_told_by_their_times_before_and_behind_the_answer(void **state)
{
    struct server_console *c = console_new();

    (void)state;
    run(c, "f()");
    start_console("python");
    logged(999, "before");
    logged(1000, "first");
    logged(-1, "never");
    logged(3001, "of another");
    stand_in_replies(stand_in_call("ExecuteCommand"), result_of("", 1 * MS + 5, 3 * MS));
    assert_int_equal(told.done, 1);
    assert_string_equal(told.printed, "first;");
    logged(2000, "late");
    logged(999, "before");
    logged(3000, "last");
    assert_string_equal(told.printed, "first;late;last;");
    stand_in_comes(stand_in_call("SubscribeToLogs"), nonsense());
    assert_int_equal(told.silent, 1);
    run(c, "g()"); /* which opens it again */
    assert_int_equal(stand_in_count("SubscribeToLogs"), 2);
    stand_in_ends(stand_in_call("SubscribeToLogs"), UNAVAILABLE);
    assert_int_equal(told.silent, 2);
    server_console_free(c);
}

static void times_that_make_no_sense_take_no_line(void **state)
{
    struct server_console *c = console_new();

    (void)state;
    run(c, "f()");
    start_console("python");
    logged(1, "a");
    stand_in_replies(stand_in_call("ExecuteCommand"), result_of("", INT64_MAX, INT64_MIN));
    logged(2, "b");
    assert_int_equal(told.done, 1);
    assert_string_equal(told.printed, "");
    server_console_free(c);
}

static void an_answer_whose_changes_are_cut_is_no_result(void **state)
{
    struct server_console *c = console_new();
    struct buf change = message_new(), changes = message_new(), answer = message_new();

    (void)state;
    put_text(&change, 2, "t");
    put_inner(&changes, 1, &change);
    put_bytes(&answer, 2, (struct bytes){changes.data, changes.len - 1});
    run(c, "f()");
    start_console("python");
    stand_in_replies(stand_in_call("ExecuteCommand"), answer);
    assert_int_equal(told.why.code, ERR_PROTO);
    assert_false(server_console_is_running(c));
    answer = message_new();
    put_inner(&answer, 2, &changes);
    run(c, "f()");
    stand_in_replies(stand_in_call("ExecuteCommand"), answer);
    assert_int_equal(told.why.code, ERR_OK);
    assert_int_equal(told.n_changes, 1);
    server_console_free(c);
}

/* --- lines that code may become --- */

static size_t n_columns, n_looked; /* that tables have; how often they were looked for */

static void add(struct code_names *names, const char *name)
{
    MEM_GROW(names->list, names->cap, names->n + 1);
    names->list[names->n++] = mem_strdup(name);
}

void code_names_add_columns(struct code_names *names, const struct tab *t, const char *code,
                            const char *begin)
{
    (void)t;
    (void)code;
    n_looked++;
    for (size_t i = 0; i < n_columns; i++)
        add(names, begin);
}

void code_names_add_variables(struct code_names *names, const struct tab *t,
                              const char *begin)
{
    (void)t;
    assert_string_equal(begin, "tra");
    add(names, "trades");
}

static const char *line(struct code_lines *l, const struct server_console *c, size_t i)
{
    return code_lines_at(l, c, NULL, i);
}

static void columns_are_looked_for_once_for_a_text(void **state)
{
    struct server_console *c = console_new();
    struct code_lines l = {0};
    size_t n = 0;

    (void)state;
    n_columns = 1000;
    n_looked = 0;
    code_lines_type(&l, c, "x = 1", "t.where(\"Co");
    for (int twice = 0; twice < 2; twice++)
        for (n = 0; line(&l, c, n); n++)
            ;
    assert_int_equal(n, n_columns);
    assert_int_equal(n_looked, 1);
    code_lines_type(&l, c, "x = 1", "t.where(\"Col");
    (void)line(&l, c, 0);
    assert_int_equal(n_looked, 2);
    code_lines_release(&l);
    server_console_free(c);
}

static void variables_are_proposed_where_the_server_proposes_none(void **state)
{
    struct server_console *c = console_new();
    struct code_lines l = {0};

    (void)state;
    code_lines_type(&l, c, NULL, "f(tra");
    assert_null(line(&l, c, 0)); /* Python, as far as is known */
    start_console("groovy");
    assert_string_equal(line(&l, c, 0), "f(trades");
    assert_null(line(&l, c, 1));
    code_lines_type(&l, c, NULL, "x.tra");
    assert_null(line(&l, c, 0));
    code_lines_type(&l, c, NULL, "f('tra"); /* a string has columns */
    n_columns = 0;
    assert_null(line(&l, c, 0));
    code_lines_type(&l, c, NULL, "f(");
    assert_null(line(&l, c, 0));
    code_lines_release(&l);
    server_console_free(c);
}

static void a_hint_is_of_the_function_whose_arguments_are_typed(void **state)
{
    struct server_console *c = console_new();
    struct code_lines l = {0};

    (void)state;
    code_lines_type(&l, c, NULL, "f(");
    start_console("python");
    stand_in_comes(stream(), items_of(1, NULL, 0));
    stand_in_comes(stream(), signature_of(2, "f(x, y)"));
    assert_string_equal(code_lines_hint(&l, c), "f(x, y)");
    code_lines_type(&l, c, NULL, "f(\"a)\", [1, ");
    assert_string_equal(code_lines_hint(&l, c), "f(x, y)");
    code_lines_type(&l, c, NULL, "f(g(");
    assert_string_equal(code_lines_hint(&l, c), "");
    code_lines_type(&l, c, NULL, "f(1)");
    assert_string_equal(code_lines_hint(&l, c), "");
    code_lines_type(&l, c, NULL, "h(");
    assert_string_equal(code_lines_hint(&l, c), "");
    code_lines_release(&l);
    assert_string_equal(code_lines_hint(&l, c), "");
    server_console_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_count_by_what_they_are_to_and_in_any_order),
        cmocka_unit_test(of_texts_that_wait_only_the_newest_is_asked_about),
        cmocka_unit_test(proposals_for_other_places_are_left_out),
        cmocka_unit_test(an_answer_that_is_cut_anywhere_does_no_harm),
        cmocka_unit_test(a_stream_that_ended_is_opened_anew_for_the_next_text),
        cmocka_unit_test(after_two_streams_without_an_answer_the_next_session_is_asked),
        cmocka_unit_test(a_question_without_an_answer_holds_up_no_other),
        cmocka_unit_test(where_there_is_no_completion_nothing_is_asked_twice),
        cmocka_unit_test(a_text_that_is_too_long_is_not_asked_about),
        cmocka_unit_test(a_signature_is_of_its_own_call_alone),
        cmocka_unit_test(an_answer_that_cannot_be_read_leaves_completion_on),
        cmocka_unit_test(a_server_without_a_console_is_asked_once_in_a_session),
        cmocka_unit_test(a_console_that_cannot_be_had_is_not_asked_for_with_each_key),
        cmocka_unit_test(another_session_is_asked_at_once_where_the_last_one_failed),
        cmocka_unit_test(what_was_typed_before_a_failure_is_not_asked_about_later),
        cmocka_unit_test(a_command_goes_on_with_the_console_that_help_has_begun),
        cmocka_unit_test(lines_are_told_by_their_times_before_and_behind_the_answer),
        cmocka_unit_test(times_that_make_no_sense_take_no_line),
        cmocka_unit_test(an_answer_whose_changes_are_cut_is_no_result),
        cmocka_unit_test(columns_are_looked_for_once_for_a_text),
        cmocka_unit_test(variables_are_proposed_where_the_server_proposes_none),
        cmocka_unit_test(a_hint_is_of_the_function_whose_arguments_are_typed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
