#include "tests/support/condition_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "model/calendar.h"

static void put(struct buf *out, const char *text)
{
    buf_append_fitting(out, text, strlen(text));
}

/* In UTC; a fraction of a second with all its digits. */
static void put_time(struct buf *out, int64_t nanos)
{
    char text[CALENDAR_TEXT_MAX];

    (void)calendar_instant_text(nanos, 0, nanos % CALENDAR_NANOS == 0 ? 0 : 9, text);
    put(out, "@");
    put(out, text);
}

static void put_literal(struct buf *out, const struct literal *l)
{
    char text[64] = "";

    switch (l->kind) {
    case LITERAL_TEXT:
    case LITERAL_CHAR:
    case LITERAL_DATE:
    case LITERAL_DIGITS:
        put(out, l->kind == LITERAL_TEXT   ? "\""
                 : l->kind == LITERAL_CHAR ? "c'"
                 : l->kind == LITERAL_DATE ? "'"
                                           : "#");
        put(out, l->text);
        put(out, l->kind == LITERAL_TEXT ? "\"" : l->kind == LITERAL_DIGITS ? "" : "'");
        return;
    case LITERAL_LONG:
        (void)snprintf(text, sizeof(text), "%" PRId64, l->number);
        break;
    case LITERAL_TIME:
        put_time(out, l->number);
        return;
    case LITERAL_BOOL:
        put(out, l->number ? "true" : "false");
        return;
    case LITERAL_DOUBLE:
        (void)snprintf(text, sizeof(text), "%.17gd", l->real);
        break;
    }
    put(out, text);
}

static void put_condition(struct buf *out, const struct condition *c);

static void put_list(struct buf *out, const char *name, const struct condition *c)
{
    put(out, name);
    put(out, "(");
    for (size_t i = 0; i < c->n_children; i++) {
        put(out, i > 0 ? ", " : "");
        put_condition(out, c->children[i]);
    }
    put(out, ")");
}

/* Column, "not", what is asked, "/i". */
static void put_leaf(struct buf *out, const char *what, const struct condition *c)
{
    put(out, c->columns[0]);
    put(out, c->inverted ? " not" : "");
    put(out, what);
    put(out, c->ignores_case ? "/i" : "");
    for (size_t i = 0; i < c->n_literals; i++) {
        put(out, i > 0 ? ", " : " ");
        put_literal(out, &c->literals[i]);
    }
    if (c->text) {
        put(out, " \"");
        put(out, c->text);
        put(out, "\"");
    }
}

static void put_search(struct buf *out, const struct condition *c)
{
    put(out, "search(");
    for (size_t i = 0; i < c->n_columns; i++) {
        put(out, c->columns[i]);
        put(out, " ");
    }
    put(out, "\"");
    put(out, c->text);
    put(out, "\")");
}

static void put_condition(struct buf *out, const struct condition *c)
{
    static const char *const comparisons[] = {" <", " <=", " >", " >="};

    switch (c->kind) {
    case CONDITION_ALL:
        put_list(out, "all", c);
        return;
    case CONDITION_ANY:
        put_list(out, "any", c);
        return;
    case CONDITION_NONE:
        put(out, "none");
        return;
    case CONDITION_IN:
        put_leaf(out, " in", c);
        return;
    case CONDITION_COMPARE:
        put_leaf(out, comparisons[c->comparison], c);
        return;
    case CONDITION_IS_NULL:
        put_leaf(out, " null", c);
        return;
    case CONDITION_CONTAINS:
        put_leaf(out, " has", c);
        return;
    case CONDITION_MATCHES:
        put_leaf(out, " like", c);
        return;
    case CONDITION_SEARCH:
        put_search(out, c);
        return;
    case CONDITION_NAN:
        put_leaf(out, " nan", c);
        return;
    case CONDITION_FORMULA:
        put(out, "{");
        put(out, c->text);
        put(out, "}");
        return;
    }
}

char *condition_short_text(const struct condition *c)
{
    struct buf out;
    char *text;

    buf_init(&out, (size_t)1 << 20);
    put_condition(&out, c);
    text = mem_strndup(out.len ? (const char *)out.data : "", out.len);
    buf_release(&out);
    return text;
}
