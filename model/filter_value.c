/*
 * The other way round: what can be asked of a value, as the text of a filter. A text that
 * would be read as something else is left out; that is found out by reading it, not by
 * rules of its own.
 */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/calendar.h"
#include "model/filter_parts.h"
#include "model/quick_filter.h"

#define VALUE_TEXT_MAX ((size_t)1 << 20)

/* A choice: its label, and what stands around the text of the value. */
struct form {
    const char *label, *before, *behind;
};

static const struct form null_forms[] = {
    {"is null", "=null", ""}, {"is not null", "!=null", ""}, {NULL, NULL, NULL}};
static const struct form equal_forms[] = {
    {"is", "=", ""}, {"is not", "!=", ""}, {NULL, NULL, NULL}};
static const struct form exact_forms[] = {
    {"is exactly", "=\"", "\""}, {"is not exactly", "!=\"", "\""}, {NULL, NULL, NULL}};
static const struct form order_forms[] = {{"more than", ">", ""},
                                          {"at least", ">=", ""},
                                          {"less than, or null", "<", ""},
                                          {"at most, or null", "<=", ""},
                                          {NULL, NULL, NULL}};
static const struct form time_forms[] = {{"after", ">", ""},
                                         {"at or after", ">=", ""},
                                         {"before, or null", "<", ""},
                                         {"at or before, or null", "<=", ""},
                                         {NULL, NULL, NULL}};

/* The choices so far, and the value as it is written in all of them. */
struct choices {
    struct quick_filter_choice *out;
    size_t n;
};

/* --- the value's text ------------------------------------------------------------------
 */

static void put(struct buf *out, const char *text)
{
    buf_append_fitting(out, text, strlen(text));
}

/* The clock's time; with its offset where the clock alone would be read as another time. */
static void put_instant(int64_t nanos, const struct zone *zone, struct buf *out)
{
    int64_t seconds = calendar_floor_div(nanos, CALENDAR_NANOS);
    int32_t offset = zone ? zone_offset(zone, seconds) : 0;
    int32_t size = abs(offset);
    char text[CALENDAR_TEXT_MAX], clock[CALENDAR_TEXT_MAX];
    bool skipped;

    (void)calendar_instant_text(nanos, offset, 9, text);
    put(out, text);
    if (!zone || zone_instant(zone, seconds + offset, &skipped) == seconds)
        return;
    (void)calendar_time_text(size * CALENDAR_NANOS, 0, clock);
    put(out, offset < 0 ? "-" : "+");
    put(out, clock);
}

/* A character that might be an operator or a blank, in quotes. */
static void put_char(const struct value *v, struct buf *out)
{
    bool plain = v->i < 0x80 && isalnum((int)v->i);

    put(out, plain ? "" : "\"");
    format_value(v, &(struct format_options){.zone = NULL}, out);
    put(out, plain ? "" : "\"");
}

/* A time that came as the server's own text of it. */
static void put_instant_text(const char *text, const struct when_now *now, struct buf *out)
{
    struct when_text when = {.p = text};
    struct when_span span;

    if (when_instant(&when, now, &span) && *when.p == '\0' && span.first.beyond == 0)
        put_instant(span.first.v, now->zone, out);
}

/* A text is written out in full, so that it fits the forms that quote it. */
static void put_value(const struct value *v, const struct filter_type *type,
                      const struct when_now *now, struct buf *out)
{
    struct format_options o = {.time_digits = 9};

    if (v->type->kind == KIND_CHAR)
        put_char(v, out);
    else if (v->type->kind == KIND_INSTANT)
        put_instant(v->i, now->zone, out);
    else
        format_value(v, &o, out);
    if (type->kind == FILTER_ZONED && v->type->kind == KIND_STRING) {
        char *text = mem_strndup((const char *)out->data, out->len);

        buf_clear(out);
        put_instant_text(text, now, out);
        free(text);
    }
}

/* Operators in it become part of it. Owned. */
static char *escaped(struct bytes text)
{
    char *out = mem_calloc(2 * text.len + 1, 1);
    char *p = out;

    for (size_t i = 0; i < text.len; i++) {
        bool both = i + 1 < text.len && text.data[i] == text.data[i + 1] &&
                    (text.data[i] == '&' || text.data[i] == '|');

        if (both) {
            *p++ = '\\';
            *p++ = (char)text.data[i++];
        }
        *p++ = (char)text.data[i];
    }
    return out;
}

/* --- choices ---------------------------------------------------------------------------
 */

static void add(struct choices *c, const char *label, char *text)
{
    c->out[c->n].label = label;
    c->out[c->n++].text = text;
}

static void add_forms(struct choices *c, const struct form *forms, const char *value)
{
    for (const struct form *f = forms; f->label; f++)
        add(c, f->label, mem_printf("%s%s%s", f->before, value, f->behind));
}

static bool has_blank_end(const char *text)
{
    size_t n = strlen(text);

    return n == 0 || isspace((unsigned char)text[0]) || isspace((unsigned char)text[n - 1]);
}

/* Parts of a text have no quotes: what cannot be written without is left out. */
static void add_part_forms(struct choices *c, const char *text)
{
    size_t n = strlen(text);
    bool star_first = text[0] == '*', star_last = n > 0 && text[n - 1] == '*';
    bool escape_first = strncmp(text, "\\*", 2) == 0;

    if (has_blank_end(text))
        return;
    /* the one star that is dropped makes all the rest literal */
    const char *drop = star_first || star_last || escape_first ? "*" : "";

    add(c, "contains", mem_printf("~%s%s", drop, text));
    add(c, "does not contain", mem_printf("!~%s%s", drop, text));
    if (!escape_first && text[n - 1] != '\\')
        add(c, "starts with", mem_printf("=%s%s*", star_first ? "\\" : "", text));
    add(c, "ends with",
        mem_printf("=*%.*s%s%s", (int)(n - star_last), text, star_last ? "\\" : "",
                   star_last ? "*" : ""));
}

static void add_null_choices(struct choices *c, enum filter_kind kind)
{
    add_forms(c, null_forms, "");
    if (kind == FILTER_TEXT)
        add_forms(c, exact_forms, "");
}

static void add_choices(struct choices *c, enum filter_kind kind, const struct value *v,
                        const char *text)
{
    switch (kind) {
    case FILTER_TEXT:
    case FILTER_OBJECT:
        add_forms(c, exact_forms, text);
        if (*text)
            add_part_forms(c, text);
        else
            add_forms(c, null_forms, "");
        return;
    case FILTER_FLOATING:
        add_forms(c, equal_forms, text);
        if (isfinite(v->d))
            add_forms(c, order_forms, text);
        return;
    case FILTER_BOOLEAN:
        add_forms(c, equal_forms, text);
        add_forms(c, null_forms, "");
        return;
    case FILTER_PERIOD:
        add_forms(c, equal_forms, text);
        return;
    case FILTER_INSTANT:
    case FILTER_ZONED:
    case FILTER_DATE:
    case FILTER_TIME:
        add_forms(c, equal_forms, text);
        add_forms(c, time_forms, text);
        return;
    default:
        add_forms(c, equal_forms, text);
        add_forms(c, order_forms, text);
        return;
    }
}

/* The first choice says what the column's type can be asked, or why it cannot. */
static bool can_be_read(const struct quick_filter_choice *first,
                        const struct quick_filter_column *column,
                        const struct when_now *now, struct err *e)
{
    struct condition *c = NULL;
    size_t at;

    if (quick_filter_parse(first->text, column, now, &c, &at, e) != ERR_OK)
        return false;
    condition_free(c);
    return true;
}

size_t quick_filter_choices(const struct value *v, const struct quick_filter_column *column,
                            const struct when_now *now,
                            struct quick_filter_choice out[QUICK_FILTER_CHOICES],
                            struct err *e)
{
    const struct filter_type *type = filter_type_of(column->java_type);
    struct choices c = {out, 0};
    struct buf plain;
    char *text;

    if (v->state == VALUE_NULL) {
        add_null_choices(&c, type->kind);
        return c.n;
    }
    buf_init(&plain, VALUE_TEXT_MAX);
    put_value(v, type, now, &plain);
    text = escaped(buf_bytes(&plain));
    if (strlen(text) < plain.len) /* it has a 0 byte */
        (void)err_set(e, ERR_USAGE, "no filter can hold a text with a NUL in it");
    else if (plain.len == plain.max)
        (void)err_set(e, ERR_LIMIT, "the value is too long for a filter");
    else
        add_choices(&c, type->kind, v, text);
    free(text);
    buf_release(&plain);
    if (c.n > 0 && !can_be_read(&out[0], column, now, e)) {
        quick_filter_choices_release(out, c.n);
        return 0;
    }
    return c.n;
}

void quick_filter_choices_release(struct quick_filter_choice *choices, size_t n)
{
    for (size_t i = 0; i < n; i++)
        free(choices[i].text);
}
