#include "model/quick_filter.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/filter_parts.h"

static filter_parse_fn *const parsers[] = {
    [FILTER_WHOLE] = filter_number,       [FILTER_FLOATING] = filter_number,
    [FILTER_BIG_INTEGER] = filter_number, [FILTER_BIG_DECIMAL] = filter_number,
    [FILTER_BOOLEAN] = filter_boolean,    [FILTER_CHAR] = filter_char,
    [FILTER_TEXT] = filter_words,         [FILTER_INSTANT] = filter_moment,
    [FILTER_ZONED] = filter_moment,       [FILTER_DATE] = filter_date,
    [FILTER_TIME] = filter_time,          [FILTER_DURATION] = filter_duration,
    [FILTER_PERIOD] = filter_period,      [FILTER_LIST] = filter_list,
    [FILTER_OBJECT] = filter_words,
};

/* --- components ------------------------------------------------------------------------
 */

/* Where the text is read, and the component that was read last. */
struct splitter {
    const char *start, *p; /* borrowed: the whole text, and how far it is read */
    char *text;            /* owned, as large as the whole */
    size_t *at;            /* owned: where each byte of text stands in the whole */
    const char *last;      /* the operator before it, or NULL */
};

static void splitter_init(struct splitter *s, const char *text)
{
    size_t n = strlen(text) + 1;

    *s = (struct splitter){
        .start = text, .p = text, .text = mem_calloc(n, 1), .at = MEM_ARRAY(size_t, n)};
}

static void splitter_release(struct splitter *s)
{
    free(s->text);
    free(s->at);
}

static bool is_operator(const char *p)
{
    return strncmp(p, "&&", 2) == 0 || strncmp(p, "||", 2) == 0;
}

static void put_byte(struct splitter *s, size_t n)
{
    s->at[n] = (size_t)(s->p - s->start);
    s->text[n] = *s->p++;
}

/* Reads up to the next operator, which stays; escaped ones belong to the text. */
static void take_component(struct splitter *s)
{
    size_t n = 0;

    s->p = filter_skip_blanks(s->p);
    while (*s->p && !is_operator(s->p)) {
        if (*s->p == '\\' && is_operator(s->p + 1)) {
            s->p++;
            put_byte(s, n++);
        }
        put_byte(s, n++);
    }
    s->at[n] = (size_t)(s->p - s->start);
    while (n > 0 && isspace((unsigned char)s->text[n - 1]))
        n--;
    s->text[n] = '\0';
}

static enum err_code parse_component(const struct splitter *s, struct filter_part *f,
                                     struct condition **out)
{
    f->text = s->text;
    f->at = s->at;
    if (*f->text)
        return parsers[f->type->kind](f, out);
    return filter_fault(f, f->text,
                        s->last ? "a value behind the operator" : "a value before it");
}

static bool take_operator(struct splitter *s, const char *op)
{
    if (strncmp(s->p, op, 2) != 0)
        return false;
    s->last = s->p;
    s->p += 2;
    return true;
}

static enum err_code parse_and_list(struct splitter *s, struct filter_part *f,
                                    struct condition **out)
{
    do {
        struct condition *c = NULL;
        enum err_code rc;

        take_component(s);
        rc = parse_component(s, f, &c);
        if (rc != ERR_OK)
            return rc;
        *out = condition_and(*out, c);
    } while (take_operator(s, "&&"));
    return ERR_OK;
}

static enum err_code parse_or_list(struct splitter *s, struct filter_part *f,
                                   struct condition **out)
{
    do {
        struct condition *all = NULL;
        enum err_code rc = parse_and_list(s, f, &all);

        if (rc != ERR_OK) {
            condition_free(all);
            return rc;
        }
        *out = condition_or(*out, all);
    } while (take_operator(s, "||"));
    return ERR_OK;
}

/* --- formulas --------------------------------------------------------------------------
 */

/* A formula cannot stand among other conditions: what is said of a column whose type has
 * formulas becomes one. Its other conditions are on null, or on nothing. */
static char *formula_of(const struct condition *c)
{
    char *all = NULL;

    if (c->kind == CONDITION_FORMULA)
        return mem_strdup(c->text);
    if (c->kind == CONDITION_IS_NULL)
        return mem_printf("%sisNull(%s)", c->inverted ? "!" : "", c->columns[0]);
    for (size_t i = 0; i < c->n_children; i++) {
        char *one = formula_of(c->children[i]);
        char *longer =
            all ? mem_printf("%s %s (%s)", all, c->kind == CONDITION_ALL ? "&&" : "||", one)
                : mem_printf("(%s)", one);

        free(one);
        free(all);
        all = longer;
    }
    return all;
}

static bool has_formula(const struct condition *c)
{
    bool found = c->kind == CONDITION_FORMULA;

    for (size_t i = 0; i < c->n_children && !found; i++)
        found = has_formula(c->children[i]);
    return found;
}

static struct condition *one_formula(struct condition *c)
{
    struct condition *formula;
    char *text;

    if (c->kind == CONDITION_FORMULA || !has_formula(c))
        return c;
    text = formula_of(c);
    formula = condition_formula(text);
    free(text);
    condition_free(c);
    return formula;
}

enum err_code quick_filter_parse(const char *text, const struct quick_filter_column *column,
                                 const struct when_now *now, struct condition **out,
                                 size_t *at, struct err *e)
{
    struct filter_part f = {.column = column->name,
                            .type = filter_type_of(column->java_type),
                            .now = now,
                            .fault = at,
                            .e = e};
    struct condition *c = NULL;
    struct splitter s;
    enum err_code rc;

    *out = NULL;
    *at = 0;
    if (*filter_skip_blanks(text) == '\0')
        return ERR_OK;
    splitter_init(&s, text);
    rc = parse_or_list(&s, &f, &c);
    splitter_release(&s);
    if (rc == ERR_OK)
        *out = one_formula(c);
    else
        condition_free(c);
    return rc;
}

/* --- a search in all columns -----------------------------------------------------------
 */

/* What stands for a time begins with a digit: operators and words are looked for as they
 * are. */
static bool looks_like_time(const char *text)
{
    return isdigit((unsigned char)*text);
}

/* As the server's search reads a number. It refuses one with an exponent, or that begins
 * with a point, and never finds NaN or an infinity, or what has commas. */
static bool is_plain_number(const char *text)
{
    return text[strspn(text, "-.0123456789")] == '\0' && text[strspn(text, "-")] != '.';
}

/* The end of the text could be read as the word null, or its start as an operator: these
 * are looked for as they are. */
static bool is_number_for_us(const char *text)
{
    size_t n = strlen(text);

    return !is_plain_number(text) && !strchr("!=<>", *text) &&
           (n < 4 || !filter_is_null_word(text + n - 4));
}

/* The condition on one column that we make ourselves; NULL: none. */
static struct condition *search_one(const char *text, const struct schema_column *column,
                                    const struct when_now *now)
{
    const struct filter_type *type = filter_type_of(column->java_type);
    size_t n = strlen(text), fault;
    size_t *at = MEM_ARRAY(size_t, n + 1);
    struct filter_part f = {text, at, column->name, type, now, &fault, NULL};
    struct condition *out = NULL;

    if (parsers[type->kind](&f, &out) != ERR_OK)
        out = NULL;
    free(at);
    return out;
}

enum search_way { SEARCH_NOT, SEARCH_BY_SERVER, SEARCH_BY_CONDITION };

static enum search_way way_of(const struct schema_column *column, const char *text)
{
    if (column->is_format)
        return SEARCH_NOT;
    switch (filter_type_of(column->java_type)->kind) {
    case FILTER_WHOLE:
    case FILTER_FLOATING:
    case FILTER_BIG_INTEGER:
    case FILTER_BIG_DECIMAL:
        return is_plain_number(text)    ? SEARCH_BY_SERVER
               : is_number_for_us(text) ? SEARCH_BY_CONDITION
                                        : SEARCH_NOT;
    case FILTER_BOOLEAN:
    case FILTER_CHAR:
    case FILTER_TEXT:
        return SEARCH_BY_SERVER;
    case FILTER_INSTANT:
    case FILTER_DATE:
    case FILTER_TIME:
        return looks_like_time(text) ? SEARCH_BY_CONDITION : SEARCH_NOT;
    default:
        return SEARCH_NOT;
    }
}

static struct condition *search_columns(const char *text, const struct schema *schema,
                                        const struct when_now *now)
{
    const char **names = MEM_ARRAY(const char *, schema->n_columns);
    struct condition *out = NULL;
    size_t n = 0;

    for (size_t i = 0; i < schema->n_columns; i++) {
        const struct schema_column *column = &schema->columns[i];
        enum search_way way = way_of(column, text);

        if (way == SEARCH_BY_SERVER)
            names[n++] = column->name;
        else if (way == SEARCH_BY_CONDITION)
            out = condition_or(out, search_one(text, column, now));
    }
    if (n > 0) /* without a name it would look at every column, and fail at some */
        out = condition_or(condition_search(names, n, text), out);
    free(names);
    return out ? out : condition_none();
}

/* Without blanks at its ends. Owned. */
static char *trimmed(const char *text)
{
    const char *start = filter_skip_blanks(text);
    size_t n = strlen(start);

    while (n > 0 && isspace((unsigned char)start[n - 1]))
        n--;
    return mem_strndup(start, n);
}

struct condition *quick_filter_search(const char *text, const struct schema *schema,
                                      const struct when_now *now)
{
    char *what = trimmed(text);
    struct condition *out = *what ? search_columns(what, schema, now) : NULL;

    free(what);
    return out;
}

bool quick_filter_searches(const char *text, const struct schema_column *column)
{
    char *what = trimmed(text);
    bool yes = way_of(column, what) != SEARCH_NOT;

    free(what);
    return yes;
}

const char *quick_filter_miss_note(const struct condition *c)
{
    return condition_counts_case(c) ? "; case counts here" : "";
}
