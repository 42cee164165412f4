/*
 * What a text in the server's language says is used where no character of a value could
 * end it: numbers, dates, times. Texts of users are passed as Python's own, so that nothing
 * in them needs an escape but Python's.
 */
#include "model/condition_code.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/calendar.h"

char *python_literal(const char *text)
{
    char *out = mem_strdup("\"");

    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;

        if (c == '"' || c == '\\')
            mem_addf(&out, "\\%c", c);
        else if (c < 0x20 || c == 0x7f)
            mem_addf(&out, "\\x%02x", c);
        else
            mem_addf(&out, "%c", c);
    }
    mem_addf(&out, "\"");
    return out;
}

/* Formats (given) with the literal of text in the place of %s. */
static char *with_literal(const char *before, const char *text, const char *after)
{
    char *literal = python_literal(text);
    char *out = mem_printf("%s%s%s", before, literal, after);

    free(literal);
    return out;
}

/* --- literals --- */

/* '2026-11-20T14:03:11.204000000 UTC' */
static char *time_text(int64_t nanos)
{
    char text[CALENDAR_TEXT_MAX];

    (void)calendar_instant_text(nanos, 0, 9, text);
    text[strcspn(text, " ")] = 'T';
    return mem_printf("'%s UTC'", text);
}

/* In the server's language; NULL for a text, which has none that is safe. */
static char *formula_literal(const struct literal *l)
{
    switch (l->kind) {
    case LITERAL_DIGITS:
        return mem_strdup(l->text);
    case LITERAL_DATE:
        return mem_printf("'%s'", l->text);
    case LITERAL_LONG:
        return mem_printf("%" PRId64, l->number);
    case LITERAL_TIME:
        return time_text(l->number);
    case LITERAL_BOOL:
        return mem_strdup(l->number ? "true" : "false");
    case LITERAL_DOUBLE:
        return mem_printf("%.17g", l->real);
    case LITERAL_TEXT:
    case LITERAL_CHAR:
        break;
    }
    return NULL;
}

/* --- conditions --- */

/* The server reads no negative infinity in a text; a formula does, but takes NaN for the
 * largest number, where a comparison takes it for none. */
static char *infinity_code(const struct condition *c, const char *sign)
{
    const char *column = c->columns[0];

    if (*sign == '>')
        return mem_printf("\"!isNaN(%s) && %s %s NEG_INFINITY_DOUBLE\"", column, column,
                          sign);
    return mem_printf("\"%s %s NEG_INFINITY_DOUBLE\"", column, sign);
}

static char *compare_code(const struct condition *c)
{
    static const char *const signs[] = {"<", "<=", ">", ">="};
    static const char *const functions[] = {"lt", "le", "gt", "ge"};
    const struct literal *l = &c->literals[0];
    char *value = formula_literal(l), *start, *out;

    if (value && strcmp(value, "-Infinity") == 0) {
        free(value);
        return infinity_code(c, signs[c->comparison]);
    }
    if (value) {
        start = mem_printf("\"%s %s %s\"", c->columns[0], signs[c->comparison], value);
        free(value);
        return start;
    }
    start = mem_printf("%s(ColumnName(\"%s\"), ", functions[c->comparison], c->columns[0]);
    out = with_literal(start, l->text, ")");
    free(start);
    return out;
}

/* A text as part of a regular expression that matches it alone. */
static void add_quoted(char **pattern, const char *text)
{
    const char *end;

    mem_addf(pattern, "\\Q");
    for (; (end = strstr(text, "\\E")); text = end + 2)
        mem_addf(pattern, "%.*s\\E\\\\E\\Q", (int)(end - text), text);
    mem_addf(pattern, "%s\\E", text);
}

/* Texts, as a regular expression of which one alternative is the whole. */
static char *in_texts_code(const struct condition *c)
{
    char *pattern = mem_strdup(c->ignores_case ? "(?iu)" : ""), *start, *out;

    for (size_t i = 0; i < c->n_literals; i++) {
        mem_addf(&pattern, "%s", i > 0 ? "|" : "");
        add_quoted(&pattern, c->literals[i].text);
    }
    start = mem_printf("pattern(PatternMode.MATCHES, \"%s\", ", c->columns[0]);
    out = with_literal(start, pattern, c->inverted ? ", True)" : ")");
    free(start);
    free(pattern);
    if (!c->inverted)
        return out;
    start = mem_printf("or_([is_null(\"%s\"), %s])", c->columns[0], out);
    free(out);
    return start;
}

static char *in_code(const struct condition *c)
{
    char *out = mem_printf("%s %sin ", c->columns[0], c->inverted ? "not " : ""), *code;

    if (c->n_literals > 0 && c->literals[0].kind == LITERAL_TEXT) {
        free(out);
        return in_texts_code(c);
    }
    for (size_t i = 0; i < c->n_literals; i++) {
        char *value = formula_literal(&c->literals[i]);

        if (!value)
            value = mem_printf("'%s'", c->literals[i].text); /* also of a quote */
        mem_addf(&out, "%s%s", i > 0 ? ", " : "", value);
        free(value);
    }
    code = python_literal(out);
    free(out);
    return code;
}

/* Contains is a match of a part; what ignores case does so for ASCII letters. */
static char *pattern_code(const struct condition *c)
{
    bool part = c->kind == CONDITION_CONTAINS;
    char *pattern = mem_strdup(c->ignores_case ? "(?is)" : "(?s)"), *start, *out;

    if (part)
        add_quoted(&pattern, c->text);
    else
        mem_addf(&pattern, "%s", c->text);
    start = mem_printf("pattern(PatternMode.%s, \"%s\", ", part ? "FIND" : "MATCHES",
                       c->columns[0]);
    out = with_literal(start, pattern, c->inverted ? ", True)" : ")");
    free(start);
    free(pattern);
    return out;
}

static char *children_code(const struct condition *c)
{
    char *out = mem_strdup(c->kind == CONDITION_ALL ? "and_([" : "or_([");

    for (size_t i = 0; i < c->n_children; i++) {
        char *child = condition_code(c->children[i]);

        mem_addf(&out, "%s%s", i > 0 ? ", " : "", child);
        free(child);
    }
    mem_addf(&out, "])");
    return out;
}

/* The columns are listed, of which the server leaves those out that cannot have it. */
static char *search_code(const struct condition *c)
{
    char *out = with_literal("search(", c->text, ", [");

    for (size_t i = 0; i < c->n_columns; i++)
        mem_addf(&out, "%s\"%s\"", i > 0 ? ", " : "", c->columns[i]);
    mem_addf(&out, "])");
    return out;
}

char *condition_code(const struct condition *c)
{
    switch (c->kind) {
    case CONDITION_ALL:
    case CONDITION_ANY:
        return c->n_children > 0 ? children_code(c) : mem_strdup("\"true\"");
    case CONDITION_NONE:
        return mem_strdup("\"false\"");
    case CONDITION_IN:
        return in_code(c);
    case CONDITION_COMPARE:
        return compare_code(c);
    case CONDITION_IS_NULL:
        return mem_printf("is_%snull(\"%s\")", c->inverted ? "not_" : "", c->columns[0]);
    case CONDITION_CONTAINS:
    case CONDITION_MATCHES:
        return pattern_code(c);
    case CONDITION_SEARCH:
        return search_code(c);
    case CONDITION_NAN:
        return mem_printf("\"%sisNaN(%s)\"", c->inverted ? "!" : "", c->columns[0]);
    case CONDITION_FORMULA:
        break;
    }
    return python_literal(c->text);
}
