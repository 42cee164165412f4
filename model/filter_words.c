/*
 * Quick filters on texts, on objects by their text, on characters and on lists.
 *
 *     text = [ "!~" | "!=" | "~" | "=" | "!" ] blanks value blanks     none: =, ! is !=
 *     char = [ op ] ( one character, perhaps in " or ' | "null" )
 *
 * The value of = and != may have a "*" at either end: what starts, ends or has in it what
 * is left; of ~ and !~ one "*" is dropped. A backslash makes an operator at the start, a
 * "*" at an end, or the word null a part of the text; anywhere else it is itself. Case does
 * not count unless a value of = or != is in quotes, between which everything is literal.
 * List columns can be asked for null alone: the server has no text for a list that could be
 * compared.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "model/filter_parts.h"

enum words_look {
    LOOK_NULL,
    LOOK_SOME,
    LOOK_EQUALS,
    LOOK_CONTAINS,
    LOOK_STARTS,
    LOOK_ENDS
};

/* What is asked of a text. */
struct asked_words {
    enum words_look look; /* LOOK_SOME: any text but null */
    bool negated;
    bool exact;  /* case counts */
    char *value; /* owned */
};

/* --- the grammar -----------------------------------------------------------------------
 */

/* Reads an operator; NULL: there is none. */
static const char *take_text_op(const char **p)
{
    static const char *const ops[] = {"!~", "!=", "~", "=", "!"};

    for (size_t i = 0; i < sizeof(ops) / sizeof(*ops); i++) {
        size_t n = strlen(ops[i]);

        if (strncmp(*p, ops[i], n) == 0) {
            *p = filter_skip_blanks(*p + n);
            return ops[i];
        }
    }
    return NULL;
}

/* The value from which position on starts with a star that is a wildcard, or an escaped
 * one. */
static bool take_first_star(char **value)
{
    if (**value == '*') {
        ++*value;
        return true;
    }
    if (strncmp(*value, "\\*", 2) == 0)
        ++*value;
    return false;
}

/* Likewise at the end. */
static bool take_last_star(char *value)
{
    size_t n = strlen(value);

    if (n == 0 || value[n - 1] != '*')
        return false;
    if (n > 1 && value[n - 2] == '\\') {
        memcpy(value + n - 2, "*", 2);
        return false;
    }
    value[n - 1] = '\0';
    return true;
}

static void set_value(struct asked_words *w, const char *value)
{
    char *copy = mem_strdup(value);

    free(w->value);
    w->value = copy;
}

static bool is_quoted(const char *value)
{
    size_t n = strlen(value);

    return n >= 2 && value[0] == '"' && value[n - 1] == '"';
}

static void unquote(struct asked_words *w)
{
    char *inside = mem_strndup(w->value + 1, strlen(w->value) - 2);

    free(w->value);
    w->value = inside;
    w->exact = true;
}

/* A value behind = and !=: what its ends say. */
static void read_equals(struct asked_words *w)
{
    char *value = w->value;
    bool escaped = value[0] == '\\' && filter_is_null_word(value + 1 + (value[1] == '\\'));
    bool first = take_first_star(&value);
    bool last = take_last_star(value);

    w->look = first && last ? LOOK_CONTAINS
              : first       ? LOOK_ENDS
              : last        ? LOOK_STARTS
                            : LOOK_EQUALS;
    set_value(w, escaped ? value + 1 : value);
}

/* A value behind ~ and !~. */
static void read_contains(struct asked_words *w)
{
    char *value = w->value;

    if (!take_first_star(&value))
        (void)take_last_star(value);
    w->look = LOOK_CONTAINS;
    set_value(w, value);
}

/* A backslash before an operator that would otherwise be one. */
static const char *skip_escape(const char *p)
{
    return p[0] == '\\' && p[1] && strchr("=!~", p[1]) ? p + 1 : p;
}

static enum err_code read_words(const struct filter_part *f, struct asked_words *w)
{
    const char *p = f->text;
    const char *op = take_text_op(&p);

    *w = (struct asked_words){.negated = op && op[0] == '!'};
    if (!*p && op && strchr(op, '='))
        op = "="; /* the empty text */
    else if (!*p)
        return filter_fault(f, p, "a text");
    w->value = mem_strdup(op ? p : skip_escape(p));
    if (op && strchr(op, '~')) {
        read_contains(w);
    } else if (op && is_quoted(w->value)) {
        w->look = LOOK_EQUALS;
        unquote(w);
    } else if (filter_is_null_word(w->value)) {
        w->look = LOOK_NULL;
    } else {
        read_equals(w);
    }
    if (w->look >= LOOK_CONTAINS && w->value[0] == '\0')
        w->look = LOOK_SOME;
    return ERR_OK;
}

/* --- as a condition --------------------------------------------------------------------
 */

static bool is_ascii(const char *text)
{
    while (*text && !(*text & 0x80))
        text++;
    return *text == '\0';
}

/* Appends text to a pattern as itself. */
static char *pattern_quoted(const char *text)
{
    char *out = mem_calloc(4 * strlen(text) + 5, 1);
    char *p = out + sprintf(out, "\\Q");

    for (; *text; text++) {
        if (strncmp(text, "\\E", 2) == 0) {
            p += sprintf(p, "\\E\\\\E\\Q");
            text++;
        } else {
            *p++ = *text;
        }
    }
    (void)sprintf(p, "\\E");
    return out;
}

/* The pattern that the whole text fits. flags: what stands in front of it. */
static char *pattern_of(const struct asked_words *w, const char *flags)
{
    char *quoted = pattern_quoted(w->value);
    bool any_before = w->look == LOOK_CONTAINS || w->look == LOOK_ENDS;
    bool any_behind = w->look == LOOK_CONTAINS || w->look == LOOK_STARTS;
    char *out = mem_printf("%s%s%s%s", flags, any_before ? ".*" : "", quoted,
                           any_behind ? ".*" : "");

    free(quoted);
    return out;
}

/* What contains, starts or ends with the value. The server's own way of ignoring case knows
 * ASCII letters alone. */
static struct condition *part_condition(const char *column, const struct asked_words *w)
{
    bool ascii = is_ascii(w->value);
    struct condition *c;
    char *pattern;

    if (ascii && w->look == LOOK_CONTAINS)
        return condition_ignoring_case(condition_contains(column, w->value));
    pattern = pattern_of(w, ascii ? "" : "(?iu)");
    c = condition_matches(column, pattern);
    free(pattern);
    return ascii ? condition_ignoring_case(c) : c;
}

static struct condition *text_condition(const char *column, const struct asked_words *w)
{
    struct condition *c;

    if (w->look == LOOK_EQUALS) {
        c = condition_in(column, literal_text(LITERAL_TEXT, w->value));
        if (!w->exact)
            c = condition_ignoring_case(c);
        return w->negated ? condition_inverted(c) : c;
    }
    c = part_condition(column, w);
    return w->negated ? condition_or(filter_is_null(column), condition_inverted(c)) : c;
}

/* The same for what is no text: the server makes one of it, row by row. */
static struct condition *object_condition(const char *column, const struct asked_words *w)
{
    char *value = w->exact ? mem_strdup(w->value) : pattern_of(w, "(?isu)");
    char *quoted = filter_quoted(value);
    char *formula = mem_printf(w->negated ? "isNull(%s) || !(`` + %s).%s(%s)"
                                          : "!isNull(%s) && (`` + %s).%s(%s)",
                               column, column, w->exact ? "equals" : "matches", quoted);
    struct condition *c = condition_formula(formula);

    free(value);
    free(quoted);
    free(formula);
    return c;
}

static struct condition *words_condition(const struct filter_part *f,
                                         const struct asked_words *w)
{
    const char *column = f->column;
    bool some = w->look == LOOK_SOME;

    if (w->look == LOOK_NULL || some)
        return some == w->negated ? filter_is_null(column) : filter_is_not_null(column);
    return f->type->kind == FILTER_TEXT ? text_condition(column, w)
                                        : object_condition(column, w);
}

enum err_code filter_words(const struct filter_part *f, struct condition **out)
{
    struct asked_words w;
    enum err_code rc = read_words(f, &w);

    if (rc == ERR_OK)
        *out = words_condition(f, &w);
    free(w.value);
    return rc;
}

/* --- characters and lists --------------------------------------------------------------
 */

/* One UTF-16 unit in UTF-8; half a character cannot be sent. */
static bool is_char(const char *text)
{
    uint32_t cp;
    size_t n = text_code_point(bytes_of(text), &cp);

    return n > 0 && text[n] == '\0' && cp <= 0xffff && (cp < 0xd800 || cp > 0xdfff);
}

/* Its operator, when it has one: a character of its own is none, also behind one. */
static enum filter_op take_char_op(const char **p)
{
    const char *start = *p;
    enum filter_op op;

    if (is_char(start))
        return FILTER_EQUAL;
    op = filter_take_op(p);
    if (**p == '\0' && *p - start == 2) {
        *p = start;
        op = *start == '>'   ? FILTER_GREATER
             : *start == '<' ? FILTER_LESS
             : *start == '!' ? FILTER_NOT_EQUAL
                             : FILTER_EQUAL;
        ++*p;
    }
    return op;
}

/* The character that a value is, perhaps in quotes; owned, or NULL. */
static char *char_of(const char *p)
{
    size_t n = strlen(p);
    char *inside;

    if (is_char(p))
        return mem_strdup(p);
    if (n < 3 || !strchr("\"'", p[0]) || p[n - 1] != p[0])
        return NULL;
    inside = mem_strndup(p + 1, n - 2);
    if (is_char(inside))
        return inside;
    free(inside);
    return NULL;
}

static struct condition *char_condition(const char *column, enum filter_op op,
                                        const char *text)
{
    struct literal l = literal_text(LITERAL_CHAR, text);
    struct condition *c;

    if (op > FILTER_NOT_EQUAL)
        return condition_compare(column, filter_comparison(op), l);
    c = condition_in(column, l);
    return op == FILTER_EQUAL ? c : condition_inverted(c);
}

enum err_code filter_char(const struct filter_part *f, struct condition **out)
{
    const char *p = f->text;
    enum filter_op op = take_char_op(&p);
    char *text;

    if (strcmp(p, "null") == 0)
        return filter_null(f, op, out);
    text = char_of(p);
    if (!text)
        return filter_fault(f, p, "one character, or null");
    *out = char_condition(f->column, op, text);
    free(text);
    return ERR_OK;
}

enum err_code filter_list(const struct filter_part *f, struct condition **out)
{
    const char *p = f->text;
    enum filter_op op = filter_take_op(&p);

    if (!filter_is_null_word(p))
        return filter_fault(f, p, "null: the server cannot compare lists");
    return filter_null(f, op, out);
}
