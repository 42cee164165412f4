#include "model/search_match.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/mem.h"
#include "model/format.h"

#define SHOWN_MAX ((size_t)64 << 10) /* bytes of a number as text that are looked at */

/* The value as text: a number with all its digits, a date in ISO 8601. Owned. */
static char *shown(const struct value *v)
{
    struct buf out;
    char *text;

    buf_init(&out, SHOWN_MAX);
    format_value(v, &(struct format_options){.time_digits = 9}, &out);
    text = mem_strndup((const char *)out.data, out.len);
    buf_release(&out);
    return text;
}

/* --- as the server's search decides --- */

static bool contains(struct bytes in, const char *text)
{
    size_t n = strlen(text);

    for (size_t i = 0; i + n <= in.len; i++)
        if (strncasecmp((const char *)in.data + i, text, n) == 0)
            return true;
    return false;
}

/* The digits behind zeros in front; *negative: there was a sign. */
static const char *digits_of(const char *text, bool *negative)
{
    *negative = *text == '-';
    text += *negative;
    while (*text == '0' && text[1] != '\0')
        text++;
    return text;
}

static bool is_whole(const char *value, const char *text)
{
    bool a, b;
    const char *x = digits_of(value, &a), *y = digits_of(text, &b);

    return a == b && strcmp(x, y) == 0;
}

/* Digits that were not typed may be any: 1.5 is all from there to below 1.6, -1 all down to
 * above -2. */
static bool begins_so(const char *value, const char *text)
{
    double v = strtod(value, NULL), first = strtod(text, NULL), width = 1;
    const char *point = strchr(text, '.');

    for (size_t i = 1; point && point[i] != '\0'; i++)
        width /= 10;
    return *text == '-' ? v > first - width && v <= first : v >= first && v < first + width;
}

static bool searched(const char *text, const struct value *v)
{
    char *value;
    bool yes;

    if (v->type->kind == KIND_STRING)
        return contains(v->bytes, text);
    value = shown(v);
    if (v->type->kind == KIND_CHAR)
        yes = strcmp(value, text) == 0;
    else if (v->type->kind == KIND_BOOL)
        yes = strcasecmp(value, text) == 0;
    else if (v->type->kind <= KIND_LONG || v->type->kind == KIND_BIG_INTEGER)
        yes = is_whole(value, text);
    else
        yes = begins_so(value, text);
    free(value);
    return yes;
}

/* --- conditions on one column --- */

/* Below, at or above 0, as the value is less than the literal, equal to it or more. */
static int compare(const struct value *v, const struct literal *l)
{
    char *value;
    int order;

    if (l->kind == LITERAL_TIME)
        return (v->i > l->number) - (v->i < l->number);
    value = shown(v);
    if (l->kind == LITERAL_DATE) {
        order = strcmp(value, l->text);
    } else {
        double a = strtod(value, NULL), b = l->kind == LITERAL_DIGITS
                                                ? strtod(l->text, NULL)
                                            : l->kind == LITERAL_LONG ? (double)l->number
                                                                      : l->real;

        order = (a > b) - (a < b);
    }
    free(value);
    return order;
}

static bool compares(enum comparison c, int order)
{
    switch (c) {
    case COMPARE_LESS:
        return order < 0;
    case COMPARE_LESS_EQUAL:
        return order <= 0;
    case COMPARE_GREATER:
        return order > 0;
    case COMPARE_GREATER_EQUAL:
        return order >= 0;
    }
    return false;
}

static bool is_in(const struct condition *c, const struct value *v)
{
    for (size_t i = 0; i < c->n_literals; i++)
        if (compare(v, &c->literals[i]) == 0)
            return true;
    return false;
}

/* What the search makes itself of one column: a span of values, or one of them. */
static bool holds(const struct condition *c, const struct value *v)
{
    bool all = c->kind == CONDITION_ALL;

    if (c->kind == CONDITION_IN)
        return is_in(c, v) != c->inverted;
    if (c->kind == CONDITION_COMPARE)
        return compares(c->comparison, compare(v, &c->literals[0]));
    if (c->kind == CONDITION_IS_NULL)
        return c->inverted;
    for (size_t i = 0; i < c->n_children; i++)
        if (holds(c->children[i], v) != all)
            return !all;
    return all;
}

/* The column of a condition that the search has made itself. */
static const char *column_of(const struct condition *c)
{
    while (c->n_columns == 0 && c->n_children > 0)
        c = c->children[0];
    return c->n_columns > 0 ? c->columns[0] : "";
}

bool search_match(const struct condition *c, const char *column, const struct value *v)
{
    const struct condition *const *parts =
        c->kind == CONDITION_ANY ? (const struct condition *const *)c->children : &c;
    size_t n = c->kind == CONDITION_ANY ? c->n_children : 1;
    const struct condition *search = NULL;
    bool own = false;

    for (size_t i = 0; i < n && v->state == VALUE_SET; i++) {
        if (parts[i]->kind == CONDITION_SEARCH) {
            search = parts[i];
        } else if (strcmp(column_of(parts[i]), column) == 0) {
            own = true;
            if (holds(parts[i], v))
                return true;
        }
    }
    return !own && search && searched(search->text, v);
}
