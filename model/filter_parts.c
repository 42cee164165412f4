#include "model/filter_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/text.h"
#include "model/java_type.h"

/* Null is the least number of each type, so it is no value. */
static const struct filter_type types[] = {
    [JAVA_OBJECT] = {.kind = FILTER_OBJECT},
    [JAVA_BYTE] = {FILTER_WHOLE, false, -INT8_MAX, INT8_MAX},
    [JAVA_SHORT] = {FILTER_WHOLE, false, -INT16_MAX, INT16_MAX},
    [JAVA_INT] = {FILTER_WHOLE, false, -INT32_MAX, INT32_MAX},
    [JAVA_LONG] = {FILTER_WHOLE, false, -INT64_MAX, INT64_MAX},
    [JAVA_FLOAT] = {.kind = FILTER_FLOATING, .single = true},
    [JAVA_DOUBLE] = {.kind = FILTER_FLOATING},
    [JAVA_BIG_INTEGER] = {.kind = FILTER_BIG_INTEGER},
    [JAVA_BIG_DECIMAL] = {.kind = FILTER_BIG_DECIMAL},
    [JAVA_BOOLEAN] = {.kind = FILTER_BOOLEAN},
    [JAVA_CHAR] = {.kind = FILTER_CHAR},
    [JAVA_STRING] = {.kind = FILTER_TEXT},
    [JAVA_INSTANT] = {.kind = FILTER_INSTANT},
    [JAVA_ZONED_DATE_TIME] = {.kind = FILTER_ZONED},
    [JAVA_LOCAL_DATE] = {.kind = FILTER_DATE},
    [JAVA_LOCAL_TIME] = {.kind = FILTER_TIME},
    [JAVA_DURATION] = {.kind = FILTER_DURATION},
    [JAVA_PERIOD] = {.kind = FILTER_PERIOD},
    [JAVA_LIST] = {.kind = FILTER_LIST},
};

const struct filter_type *filter_type_of(const char *java_type)
{
    return &types[java_type_of(java_type)];
}

enum err_code filter_fault(const struct filter_part *f, const char *p, const char *expected)
{
    char *found = text_clean_line(p, false);
    enum err_code rc;

    *f->fault = f->at[p - f->text];
    rc = *p ? err_set(f->e, ERR_USAGE, "expected %s, found '%s'", expected, found)
            : err_set(f->e, ERR_USAGE, "expected %s, found the end", expected);
    free(found);
    return rc;
}

const char *filter_skip_blanks(const char *p)
{
    return p + strspn(p, " \t\r\n");
}

enum filter_op filter_take_op(const char **p)
{
    static const struct {
        const char *text;
        enum filter_op op;
    } ops[] = {
        {">=", FILTER_GREATER_EQUAL}, {"=>", FILTER_GREATER_EQUAL},
        {"<=", FILTER_LESS_EQUAL},    {"=<", FILTER_LESS_EQUAL},
        {">", FILTER_GREATER},        {"<", FILTER_LESS},
        {"!=", FILTER_NOT_EQUAL},     {"!", FILTER_NOT_EQUAL},
        {"=", FILTER_EQUAL},
    };

    for (size_t i = 0; i < sizeof(ops) / sizeof(*ops); i++) {
        size_t n = strlen(ops[i].text);

        if (strncmp(*p, ops[i].text, n) != 0)
            continue;
        *p = filter_skip_blanks(*p + n);
        return ops[i].op;
    }
    return FILTER_EQUAL;
}

bool filter_is_null_word(const char *text)
{
    return strcasecmp(text, "null") == 0;
}

enum err_code filter_null(const struct filter_part *f, enum filter_op op,
                          struct condition **out)
{
    if (op != FILTER_EQUAL && op != FILTER_NOT_EQUAL)
        return filter_fault(f, f->text, "= or != before null, which has no order");
    *out = op == FILTER_EQUAL ? filter_is_null(f->column) : filter_is_not_null(f->column);
    return ERR_OK;
}

struct condition *filter_is_null(const char *column)
{
    return condition_is_null(column);
}

struct condition *filter_is_not_null(const char *column)
{
    return condition_inverted(condition_is_null(column));
}

enum comparison filter_comparison(enum filter_op op)
{
    switch (op) {
    case FILTER_LESS:
        return COMPARE_LESS;
    case FILTER_LESS_EQUAL:
        return COMPARE_LESS_EQUAL;
    case FILTER_GREATER:
        return COMPARE_GREATER;
    default:
        return COMPARE_GREATER_EQUAL;
    }
}

/* --- spans on a scale ------------------------------------------------------------------
 */

static bool is_above(const struct filter_scale *s, struct whole w)
{
    return w.beyond > 0 || (w.beyond == 0 && w.v > s->high);
}

static bool is_below(const struct filter_scale *s, struct whole w)
{
    return w.beyond < 0 || (w.beyond == 0 && w.v < s->low);
}

/* x < w, or x <= w: null is in it. */
static struct condition *up_to(const struct filter_scale *s, struct whole w, bool or_equal)
{
    if (is_above(s, w))
        return condition_everything();
    if (is_below(s, w))
        return filter_is_null(s->column);
    return s->compare(s->column, or_equal ? COMPARE_LESS_EQUAL : COMPARE_LESS, w.v);
}

/* x > w, or x >= w: null is not in it. */
static struct condition *from(const struct filter_scale *s, struct whole w, bool or_equal)
{
    if (is_above(s, w))
        return condition_none();
    if (is_below(s, w))
        return filter_is_not_null(s->column);
    return s->compare(s->column, or_equal ? COMPARE_GREATER_EQUAL : COMPARE_GREATER, w.v);
}

/* No value of the scale is in it. */
static bool is_empty(const struct filter_scale *s, struct when_span span)
{
    struct whole a = span.first, b = span.last;

    return is_above(s, a) || is_below(s, b) ||
           (a.beyond == 0 && b.beyond == 0 && a.v > b.v);
}

static bool is_one(const struct filter_scale *s, struct when_span span)
{
    return s->equals && span.first.beyond == 0 && span.last.beyond == 0 &&
           span.first.v == span.last.v;
}

static struct condition *within(const struct filter_scale *s, struct when_span span)
{
    if (is_empty(s, span))
        return condition_none();
    if (is_one(s, span))
        return s->equals(s->column, span.first.v);
    return condition_and(from(s, span.first, true), up_to(s, span.last, true));
}

static struct condition *outside(const struct filter_scale *s, struct when_span span)
{
    if (is_empty(s, span))
        return condition_everything();
    if (is_one(s, span))
        return condition_inverted(s->equals(s->column, span.first.v));
    return condition_or(up_to(s, span.first, false), from(s, span.last, false));
}

struct condition *filter_span(const struct filter_scale *s, enum filter_op op,
                              struct when_span span)
{
    switch (op) {
    case FILTER_EQUAL:
        return within(s, span);
    case FILTER_NOT_EQUAL:
        return outside(s, span);
    case FILTER_LESS:
        return up_to(s, span.first, false);
    case FILTER_LESS_EQUAL:
        return up_to(s, span.last, true);
    case FILTER_GREATER:
        return from(s, span.last, false);
    case FILTER_GREATER_EQUAL:
        break;
    }
    return from(s, span.first, true);
}

/* --- the server's language -------------------------------------------------------------
 */

/* What could end the literal, or begin an escape or a literal of another kind, goes by its
 * number. */
char *filter_quoted(const char *text)
{
    char *out = mem_calloc(4 * strlen(text) + 3, 1);
    char *p = out;

    *p++ = '`';
    for (; *text; text++) {
        if (strchr("`'\"\\", *text) || (unsigned char)*text < ' ')
            p += sprintf(p, "\\%03o", (unsigned)(unsigned char)*text);
        else
            *p++ = *text;
    }
    *p = '`';
    return out;
}
