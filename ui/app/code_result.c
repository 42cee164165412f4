#include "ui/app/code_result.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define NAMES_MAX 5   /* variables that are named in a line */
#define SHOWN_MAX 200 /* bytes of a name; a table of a longer one is not offered */
#define NUL_MARK "␀"  /* in place of a NUL, which would end a text */
#define NS_PER_TENTH INT64_C(100000000)
#define TABLE_TYPE "Table"
#define ANEW "a new console: a server that was restarted has lost its variables"

void code_result_release(struct code_result *r)
{
    for (size_t i = 0; i < r->n_tables; i++)
        free(r->tables[i]);
    free(r->tables);
    free(r->code);
    free(r->changes);
    free(r->error);
    free(r->error_part);
    buf_release(&r->printed);
    *r = (struct code_result){0};
}

void code_result_begin(struct code_result *r, const char *code)
{
    code_result_release(r);
    r->code = mem_strdup(code);
    r->changes = mem_strdup("");
    /* Each byte may be a line of its own, and a mark. */
    buf_init(&r->printed, (strlen(NUL_MARK) + 1) * CONSOLE_PRINTED_MAX);
}

/* --- texts of the server --- */

static void add_text(struct buf *out, struct bytes in)
{
    while (in.len > 0) {
        size_t n = strnlen((const char *)in.data, in.len);

        buf_append_fitting(out, in.data, n);
        if (n < in.len) {
            buf_append_fitting(out, NUL_MARK, strlen(NUL_MARK));
            n++;
        }
        in = (struct bytes){in.data + n, in.len - n};
    }
}

/* At most the first max bytes; owned. */
static char *text_of(struct bytes in, size_t max)
{
    struct buf b;
    char *out;

    in.len = in.len < max ? in.len : max;
    buf_init(&b, strlen(NUL_MARK) * max);
    add_text(&b, in);
    out = mem_strndup(b.len > 0 ? (const char *)b.data : "", b.len);
    buf_release(&b);
    return out;
}

/* --- the answer --- */

static void add_table(struct code_result *r, struct bytes name)
{
    if (name.len > SHOWN_MAX)
        return;
    MEM_GROW(r->tables, r->tables_cap, r->n_tables + 1);
    r->tables[r->n_tables++] = text_of(name, SHOWN_MAX);
}

void code_result_offer(struct code_result *r, const char *name)
{
    add_table(r, bytes_of(name));
    mem_addf(&r->changes, "%s%s is a table", *r->changes ? "; " : "", name);
}

static void name_change(char **text, const char *what, size_t n,
                        const struct console_change *f)
{
    char *name;

    if (n > NAMES_MAX)
        return;
    name = text_of(f->name, n < NAMES_MAX ? SHOWN_MAX : 0);
    if (n == 0)
        mem_addf(text, "%s%s ", **text ? "; " : "", what);
    mem_addf(text, "%s%s%s", n > 0 ? ", " : "", name,
             n == NAMES_MAX || f->name.len > SHOWN_MAX ? "..." : "");
    free(name);
}

static void add_changes(struct code_result *r, const struct console_result *result,
                        enum field_change change, const char *what)
{
    size_t n = 0;

    for (size_t i = 0; i < result->n_changes; i++) {
        const struct console_change *f = &result->changes[i];

        if (f->change != change)
            continue;
        name_change(&r->changes, what, n++, f);
        if (change != FIELD_REMOVED && bytes_equal(f->type, bytes_of(TABLE_TYPE)))
            add_table(r, f->name);
    }
}

void code_result_take(struct code_result *r, const struct console_result *result)
{
    struct bytes part = script_error_part(result->error);
    char *error;

    r->ns = result->ns;
    r->anew = result->anew;
    r->has_value = script_is_expression(result->language, r->code);
    add_changes(r, result, FIELD_CREATED, "made");
    add_changes(r, result, FIELD_UPDATED, "changed");
    add_changes(r, result, FIELD_REMOVED, "removed");
    if (part.len == 0)
        return;
    error = text_of(part, CONSOLE_PRINTED_MAX);
    r->error = script_error_line(result->language, r->code, bytes_of(error));
    r->error_part = script_error_text(result->language, r->code, bytes_of(error));
    if (part.len > CONSOLE_PRINTED_MAX)
        mem_addf(&r->error_part, "... and %zu bytes more\n",
                 part.len - CONSOLE_PRINTED_MAX);
    free(error);
}

/* --- what was printed --- */

void code_result_printed(struct code_result *r, struct bytes line,
                         const struct console_left_out *left_out)
{
    r->left_out = *left_out;
    if (line.len == 0)
        return;
    add_text(&r->printed, line);
    if (line.data[line.len - 1] != '\n')
        buf_append_fitting(&r->printed, "\n", 1);
}

static size_t count_lines(struct bytes text)
{
    size_t n = 0;

    for (size_t i = 0; i < text.len; i++)
        n += text.data[i] == '\n';
    return n;
}

static struct bytes first_line(struct bytes text)
{
    const uint8_t *end = text.len > 0 ? memchr(text.data, '\n', text.len) : NULL;

    return end ? (struct bytes){text.data, (size_t)(end - text.data)} : text;
}

/* --- words --- */

static void add_printed(const struct code_result *r, char **text)
{
    struct bytes line = first_line(buf_bytes(&r->printed));
    size_t n = count_lines(buf_bytes(&r->printed));

    if (n == 0)
        return;
    mem_addf(text, "%s%.*s", **text ? ": " : "", (int)line.len, (const char *)line.data);
}

/* What Enter does; NULL: nothing. */
static const char *enter_of(const struct code_result *r)
{
    if (r->error)
        return "Enter shows all";
    if (r->n_tables > 0)
        return r->n_tables == 1 ? "Enter opens it" : "Enter lists them";
    if (r->left_out.beginning)
        return "Enter shows the last lines";
    return r->left_out.bytes > 0 || count_lines(buf_bytes(&r->printed)) > 1
               ? "Enter shows all"
               : NULL;
}

static void add_time(const struct code_result *r, char **text)
{
    mem_addf(text, "done in %" PRId64 ".%" PRId64 " s", r->ns / NS_PER_TENTH / 10,
             r->ns / NS_PER_TENTH % 10);
}

/* What Enter does comes before what is printed, which may be long. */
char *code_result_line(const struct code_result *r)
{
    const char *enter = enter_of(r);
    char *text = mem_strdup(r->error ? r->error : r->changes);

    if (enter)
        mem_addf(&text, "%s%s", *text ? "; " : "", enter);
    add_printed(r, &text);
    if (*text == '\0')
        add_time(r, &text);
    if (r->anew)
        mem_addf(&text, "; %s", ANEW);
    return text;
}

static char *printed_text(const struct code_result *r)
{
    char *text = mem_printf(
        "%s%.*s", r->left_out.beginning ? "... (the lines before are gone)\n" : "",
        (int)r->printed.len, r->printed.len > 0 ? (const char *)r->printed.data : "");

    if (r->left_out.bytes > 0)
        mem_addf(&text, "... and %zu bytes more\n", r->left_out.bytes);
    return text;
}

char *code_result_text(const struct code_result *r)
{
    char *text = printed_text(r);

    if (r->error)
        mem_addf(&text, "%s", r->error_part);
    if (*r->changes)
        mem_addf(&text, "%s\n", r->changes);
    if (*text == '\0') {
        add_time(r, &text);
        mem_addf(&text, "\n");
    }
    if (r->anew)
        mem_addf(&text, "%s\n", ANEW);
    return text;
}

bool code_result_has_more(const struct code_result *r)
{
    return enter_of(r) != NULL;
}

char *code_result_whole(const struct code_result *r)
{
    char *text;

    if (!enter_of(r) || (r->n_tables > 0 && !r->error))
        return NULL;
    text = printed_text(r);
    if (r->error)
        mem_addf(&text, "%s%s", *text ? "\n" : "", r->error_part);
    return text;
}
