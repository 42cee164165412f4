#include "model/condition_link.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define NESTED_MAX 16 /* conditions in conditions */

static const char *const condition_names[] = {
    [CONDITION_ALL] = "all",           [CONDITION_ANY] = "any",
    [CONDITION_NONE] = "none",         [CONDITION_IN] = "in",
    [CONDITION_COMPARE] = "less",      [CONDITION_IS_NULL] = "null",
    [CONDITION_CONTAINS] = "contains", [CONDITION_MATCHES] = "matches",
    [CONDITION_SEARCH] = "search",     [CONDITION_NAN] = "nan",
    [CONDITION_FORMULA] = "formula",
};
#define N_CONDITIONS (sizeof(condition_names) / sizeof(*condition_names))

static const char *const comparison_names[] = {
    [COMPARE_LESS] = "less",
    [COMPARE_LESS_EQUAL] = "lesseq",
    [COMPARE_GREATER] = "greater",
    [COMPARE_GREATER_EQUAL] = "greatereq",
};
#define N_COMPARISONS (sizeof(comparison_names) / sizeof(*comparison_names))

static const char *const literal_names[] = {
    [LITERAL_TEXT] = "text", [LITERAL_CHAR] = "char",     [LITERAL_DIGITS] = "digits",
    [LITERAL_DATE] = "date", [LITERAL_LONG] = "long",     [LITERAL_TIME] = "time",
    [LITERAL_BOOL] = "bool", [LITERAL_DOUBLE] = "double",
};
#define N_LITERALS (sizeof(literal_names) / sizeof(*literal_names))

/* --- writing --- */

static void put_literal(struct link_writer *w, const struct literal *l)
{
    char text[32];

    link_put(w, literal_names[l->kind]);
    if (l->text) {
        link_put(w, l->text);
    } else if (l->kind == LITERAL_DOUBLE) {
        (void)snprintf(text, sizeof(text), "%.17g", l->real);
        link_put(w, text);
    } else {
        link_put_number(w, l->number);
    }
}

void condition_link_write(struct link_writer *w, const struct condition *c)
{
    if (c->inverted)
        link_put(w, "not");
    if (c->ignores_case)
        link_put(w, "nocase");
    link_put(w, c->kind == CONDITION_COMPARE ? comparison_names[c->comparison]
                                             : condition_names[c->kind]);
    if (c->kind == CONDITION_SEARCH)
        link_put_number(w, (int64_t)c->n_columns);
    link_put_names(w, (const char *const *)c->columns, c->n_columns);
    if (c->kind == CONDITION_IN)
        link_put_number(w, (int64_t)c->n_literals);
    for (size_t i = 0; i < c->n_literals; i++)
        put_literal(w, &c->literals[i]);
    if (c->text)
        link_put(w, c->text);
    if (c->kind == CONDITION_ALL || c->kind == CONDITION_ANY)
        link_put_number(w, (int64_t)c->n_children);
    for (size_t i = 0; i < c->n_children; i++)
        condition_link_write(w, c->children[i]);
}

/* --- reading --- */

/* Digits of a number or of a date: they go to where the server also takes expressions. */
static bool is_value(const char *text, const char *allowed)
{
    return *text && text[strspn(text, allowed)] == '\0';
}

/* "e" would be the name of a variable. */
static bool is_digits(const char *text)
{
    const char *infinity = text + (*text == '-');
    char *end;

    (void)strtod(text, &end);
    return (is_value(text, "0123456789+-.eE") && *end == '\0') ||
           strcmp(infinity, "Infinity") == 0;
}

static enum err_code read_double(struct link_reader *r, double *out)
{
    const char *text = "";

    TRY(link_next(r, "a number", &text));
    *out = strtod(text, NULL);
    if (!is_digits(text) || !isfinite(*out))
        return err_set(r->e, ERR_USAGE, "expected a number, found \"%s\"", text);
    return ERR_OK;
}

static enum err_code read_literal_text(struct link_reader *r, enum literal_kind kind,
                                       const char **text)
{
    TRY(link_next(r, "a value", text));
    if (kind == LITERAL_DIGITS && !is_digits(*text))
        return err_set(r->e, ERR_USAGE, "expected digits, found \"%s\"", *text);
    if (kind == LITERAL_DATE && !is_value(*text, "0123456789-:.TZ"))
        return err_set(r->e, ERR_USAGE, "expected a date or a time, found \"%s\"", *text);
    return ERR_OK;
}

static enum err_code read_literal(struct link_reader *r, struct literal *out)
{
    const char *name = "", *text = "";
    enum literal_kind kind;
    int64_t number = 0;
    double real = 0;

    TRY(link_next(r, "a kind of value", &name));
    kind = (enum literal_kind)link_find(literal_names, N_LITERALS, name);
    switch (kind) {
    case LITERAL_TEXT:
    case LITERAL_CHAR:
    case LITERAL_DIGITS:
    case LITERAL_DATE:
        TRY(read_literal_text(r, kind, &text));
        *out = literal_text(kind, text);
        return ERR_OK;
    case LITERAL_LONG:
    case LITERAL_TIME:
    case LITERAL_BOOL:
        TRY(link_next_number(r, kind == LITERAL_BOOL ? 0 : INT64_MIN, &number));
        *out = literal_number(kind, kind == LITERAL_BOOL ? number != 0 : number);
        return ERR_OK;
    case LITERAL_DOUBLE:
        TRY(read_double(r, &real));
        *out = literal_double(real);
        return ERR_OK;
    }
    return err_set(r->e, ERR_USAGE, "expected a kind of value, found \"%s\"", name);
}

static enum err_code read_condition(struct link_reader *r, int depth,
                                    struct condition **out);

static enum err_code read_in(struct link_reader *r, struct condition **out)
{
    struct literal *literals;
    const char *column = "";
    enum err_code rc = ERR_OK;
    size_t n, made = 0;

    TRY(link_next_name(r, &column));
    TRY(link_next_count(r, &n));
    literals = MEM_ARRAY(struct literal, n);
    while (made < n && (rc = read_literal(r, &literals[made])) == ERR_OK) {
        enum literal_kind kind = literals[made++].kind;

        if (kind == LITERAL_DIGITS || kind == LITERAL_DATE)
            rc = err_set(r->e, ERR_USAGE, "expected a value for in, found %s",
                         literal_names[kind]);
        if (rc != ERR_OK)
            break;
    }
    if (rc == ERR_OK) {
        *out = condition_in_list(column, literals, n);
        return ERR_OK;
    }
    while (made-- > 0)
        literal_release(&literals[made]);
    free(literals);
    return rc;
}

static enum err_code read_compare(struct link_reader *r, enum comparison c,
                                  struct condition **out)
{
    struct literal l;
    const char *column = "";

    TRY(link_next_name(r, &column));
    TRY(read_literal(r, &l));
    *out = condition_compare(column, c, l);
    return ERR_OK;
}

static enum err_code read_search(struct link_reader *r, struct condition **out)
{
    const char **columns;
    const char *text = NULL;
    enum err_code rc = ERR_OK;
    size_t n;

    TRY(link_next_count(r, &n));
    columns = MEM_ARRAY(const char *, n);
    for (size_t i = 0; i < n && rc == ERR_OK; i++)
        rc = link_next_name(r, &columns[i]);
    if (rc == ERR_OK)
        rc = link_next(r, "a text", &text);
    if (rc == ERR_OK)
        *out = condition_search(columns, n, text);
    free(columns);
    return rc;
}

/* Children are joined one by one, which leaves them as they are. */
static enum err_code read_children(struct link_reader *r, enum condition_kind kind,
                                   int depth, struct condition **out)
{
    struct condition *all = NULL, *child = NULL;
    enum err_code rc = ERR_OK;
    size_t n;

    TRY(link_next_count(r, &n));
    for (size_t i = 0; i < n && rc == ERR_OK; i++) {
        rc = read_condition(r, depth + 1, &child);
        if (rc == ERR_OK)
            all = kind == CONDITION_ALL ? condition_and(all, child)
                                        : condition_or(all, child);
    }
    if (rc != ERR_OK)
        condition_free(all);
    else
        *out = all                     ? all
               : kind == CONDITION_ALL ? condition_everything()
                                       : condition_none();
    return rc;
}

/* A column and a text. */
static enum err_code read_pattern(struct link_reader *r, enum condition_kind kind,
                                  struct condition **out)
{
    const char *column = "", *text = "";

    TRY(link_next_name(r, &column));
    TRY(link_next(r, "a text", &text));
    *out = kind == CONDITION_CONTAINS ? condition_contains(column, text)
                                      : condition_matches(column, text);
    return ERR_OK;
}

/* A column alone. */
static enum err_code read_state(struct link_reader *r, enum condition_kind kind,
                                struct condition **out)
{
    const char *column = "";

    TRY(link_next_name(r, &column));
    *out = kind == CONDITION_NAN ? condition_nan(column) : condition_is_null(column);
    return ERR_OK;
}

static enum err_code read_kind(struct link_reader *r, const char *name, int depth,
                               struct condition **out)
{
    enum condition_kind kind =
        (enum condition_kind)link_find(condition_names, N_CONDITIONS, name);
    size_t comparison = link_find(comparison_names, N_COMPARISONS, name);
    const char *text = "";

    if (comparison < N_COMPARISONS)
        return read_compare(r, (enum comparison)comparison, out);
    switch (kind) {
    case CONDITION_ALL:
    case CONDITION_ANY:
        return read_children(r, kind, depth, out);
    case CONDITION_NONE:
        *out = condition_none();
        return ERR_OK;
    case CONDITION_IN:
        return read_in(r, out);
    case CONDITION_IS_NULL:
    case CONDITION_NAN:
        return read_state(r, kind, out);
    case CONDITION_CONTAINS:
    case CONDITION_MATCHES:
        return read_pattern(r, kind, out);
    case CONDITION_SEARCH:
        return read_search(r, out);
    case CONDITION_FORMULA:
        TRY(link_next(r, "a formula", &text));
        *out = condition_formula(text);
        return ERR_OK;
    case CONDITION_COMPARE:
        break;
    }
    return err_set(r->e, ERR_USAGE, "expected a kind of condition, found \"%s\"", name);
}

static bool takes_nocase(const struct condition *c)
{
    return c->kind == CONDITION_IN || c->kind == CONDITION_CONTAINS ||
           c->kind == CONDITION_MATCHES;
}

static bool takes_not(const struct condition *c)
{
    return takes_nocase(c) || c->kind == CONDITION_IS_NULL || c->kind == CONDITION_NAN;
}

static enum err_code read_condition(struct link_reader *r, int depth,
                                    struct condition **out)
{
    bool inverted = false, ignores_case = false;
    struct condition *c = NULL;
    const char *name = "";

    if (depth > NESTED_MAX)
        return err_set(r->e, ERR_LIMIT, "more than %d conditions in each other",
                       NESTED_MAX);
    TRY(link_next(r, "a condition", &name));
    if (strcmp(name, "not") == 0) {
        inverted = true;
        TRY(link_next(r, "a condition", &name));
    }
    if (strcmp(name, "nocase") == 0) {
        ignores_case = true;
        TRY(link_next(r, "a condition", &name));
    }
    TRY(read_kind(r, name, depth, &c));
    if ((inverted && !takes_not(c)) || (ignores_case && !takes_nocase(c))) {
        condition_free(c);
        return err_set(r->e, ERR_USAGE, "expected %s alone, without not or nocase", name);
    }
    if (inverted)
        c = condition_inverted(c);
    if (ignores_case)
        c = condition_ignoring_case(c);
    *out = c;
    return ERR_OK;
}

enum err_code condition_link_read(struct link_reader *r, struct condition **out)
{
    return read_condition(r, 0, out);
}
