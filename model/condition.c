#include "model/condition.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct literal literal_text(enum literal_kind kind, const char *text)
{
    return (struct literal){.kind = kind, .text = mem_strdup(text)};
}

struct literal literal_number(enum literal_kind kind, int64_t number)
{
    return (struct literal){.kind = kind, .number = number};
}

struct literal literal_double(double real)
{
    return (struct literal){.kind = LITERAL_DOUBLE, .real = real};
}

void literal_release(struct literal *l)
{
    free(l->text);
    l->text = NULL;
}

char *literal_compare_text(const struct literal *l)
{
    switch (l->kind) {
    case LITERAL_TEXT:
    case LITERAL_CHAR:
        return mem_printf("\"%s\"", l->text); /* it strips both and reads the rest as is */
    case LITERAL_DATE:
        return mem_printf("'%s'", l->text);
    case LITERAL_DIGITS:
        return mem_strdup(l->text);
    case LITERAL_LONG:
    case LITERAL_TIME:
    case LITERAL_BOOL:
    case LITERAL_DOUBLE:
        break;
    }
    return NULL;
}

static struct condition *new_condition(enum condition_kind kind)
{
    struct condition *c = MEM_NEW(struct condition);

    c->kind = kind;
    return c;
}

static void set_columns(struct condition *c, const char *const *columns, size_t n)
{
    c->columns = MEM_ARRAY(char *, n);
    for (size_t i = 0; i < n; i++)
        c->columns[i] = mem_strdup(columns[i]);
    c->n_columns = n;
}

static struct condition *new_leaf(enum condition_kind kind, const char *column,
                                  const char *text)
{
    struct condition *c = new_condition(kind);

    if (column)
        set_columns(c, &column, 1);
    if (text)
        c->text = mem_strdup(text);
    return c;
}

struct condition *condition_everything(void)
{
    return new_condition(CONDITION_ALL);
}

struct condition *condition_none(void)
{
    return new_condition(CONDITION_NONE);
}

struct condition *condition_in(const char *column, struct literal l)
{
    return condition_in_list(column, mem_dup(&l, sizeof(l)), 1);
}

struct condition *condition_in_list(const char *column, struct literal *literals, size_t n)
{
    struct condition *c = new_leaf(CONDITION_IN, column, NULL);

    c->literals = literals;
    c->n_literals = n;
    return c;
}

struct condition *condition_compare(const char *column, enum comparison comparison,
                                    struct literal l)
{
    struct condition *c = new_leaf(CONDITION_COMPARE, column, NULL);

    c->comparison = comparison;
    c->literals = mem_dup(&l, sizeof(l));
    c->n_literals = 1;
    return c;
}

struct condition *condition_is_null(const char *column)
{
    return new_leaf(CONDITION_IS_NULL, column, NULL);
}

struct condition *condition_contains(const char *column, const char *text)
{
    return new_leaf(CONDITION_CONTAINS, column, text);
}

struct condition *condition_matches(const char *column, const char *pattern)
{
    return new_leaf(CONDITION_MATCHES, column, pattern);
}

struct condition *condition_search(const char *const *columns, size_t n, const char *text)
{
    struct condition *c = new_leaf(CONDITION_SEARCH, NULL, text);

    set_columns(c, columns, n);
    return c;
}

struct condition *condition_nan(const char *column)
{
    return new_leaf(CONDITION_NAN, column, NULL);
}

struct condition *condition_formula(const char *text)
{
    return new_leaf(CONDITION_FORMULA, NULL, text);
}

struct condition *condition_inverted(struct condition *c)
{
    c->inverted = true;
    return c;
}

struct condition *condition_ignoring_case(struct condition *c)
{
    c->ignores_case = true;
    return c;
}

static bool has_letters(const struct literal *l)
{
    const char *p = l->kind == LITERAL_TEXT || l->kind == LITERAL_CHAR ? l->text : "";

    while (*p && !isalpha((unsigned char)*p) && !(*p & 0x80))
        p++;
    return *p != '\0';
}

bool condition_counts_case(const struct condition *c)
{
    bool exact = c->kind == CONDITION_IN && !c->inverted && !c->ignores_case, yes = false;

    for (size_t i = 0; exact && i < c->n_literals && !yes; i++)
        yes = has_letters(&c->literals[i]);
    for (size_t i = 0; i < c->n_children && !yes; i++)
        yes = condition_counts_case(c->children[i]);
    return yes;
}

bool condition_is_everything(const struct condition *c)
{
    return c->kind == CONDITION_ALL && c->n_children == 0;
}

/* Moves c, or the children of a list of the same kind, to the end of list. */
static void add_child(struct condition *list, struct condition *c)
{
    struct condition *one[] = {c};
    bool same = c->kind == list->kind;
    struct condition **from = same ? c->children : one;
    size_t n = same ? c->n_children : 1;
    size_t cap = list->n_children;

    MEM_GROW(list->children, cap, list->n_children + n);
    for (size_t i = 0; i < n; i++)
        list->children[list->n_children++] = from[i];
    if (!same)
        return;
    c->n_children = 0;
    condition_free(c);
}

static struct condition *join(enum condition_kind kind, struct condition *a,
                              struct condition *b)
{
    struct condition *list = new_condition(kind);

    add_child(list, a);
    add_child(list, b);
    return list;
}

static struct condition *keep(struct condition *kept, struct condition *dropped)
{
    condition_free(dropped);
    return kept;
}

struct condition *condition_and(struct condition *a, struct condition *b)
{
    if (!a || !b)
        return a ? a : b;
    if (a->kind == CONDITION_NONE || condition_is_everything(b))
        return keep(a, b);
    if (b->kind == CONDITION_NONE || condition_is_everything(a))
        return keep(b, a);
    return join(CONDITION_ALL, a, b);
}

struct condition *condition_or(struct condition *a, struct condition *b)
{
    if (!a || !b)
        return a ? a : b;
    if (b->kind == CONDITION_NONE || condition_is_everything(a))
        return keep(a, b);
    if (a->kind == CONDITION_NONE || condition_is_everything(b))
        return keep(b, a);
    return join(CONDITION_ANY, a, b);
}

static struct literal literal_copy(const struct literal *l)
{
    struct literal copy = *l;

    copy.text = l->text ? mem_strdup(l->text) : NULL;
    return copy;
}

struct condition *condition_copy(const struct condition *c)
{
    struct condition *copy;

    if (!c)
        return NULL;
    copy = mem_dup(c, sizeof(*c));
    set_columns(copy, (const char *const *)c->columns, c->n_columns);
    copy->literals = MEM_ARRAY(struct literal, c->n_literals);
    for (size_t i = 0; i < c->n_literals; i++)
        copy->literals[i] = literal_copy(&c->literals[i]);
    copy->text = c->text ? mem_strdup(c->text) : NULL;
    copy->children = MEM_ARRAY(struct condition *, c->n_children);
    for (size_t i = 0; i < c->n_children; i++)
        copy->children[i] = condition_copy(c->children[i]);
    return copy;
}

void condition_free(struct condition *c)
{
    if (!c)
        return;
    for (size_t i = 0; i < c->n_columns; i++)
        free(c->columns[i]);
    for (size_t i = 0; i < c->n_literals; i++)
        literal_release(&c->literals[i]);
    for (size_t i = 0; i < c->n_children; i++)
        condition_free(c->children[i]);
    free(c->columns);
    free(c->literals);
    free(c->text);
    free(c->children);
    free(c);
}

static bool texts_equal(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool literals_equal(const struct literal *a, const struct literal *b)
{
    return a->kind == b->kind && a->number == b->number && a->real == b->real &&
           texts_equal(a->text, b->text);
}

static bool nodes_equal(const struct condition *a, const struct condition *b)
{
    bool equal = a->kind == b->kind && a->inverted == b->inverted &&
                 a->ignores_case == b->ignores_case && a->comparison == b->comparison &&
                 a->n_columns == b->n_columns && a->n_literals == b->n_literals &&
                 a->n_children == b->n_children && texts_equal(a->text, b->text);

    for (size_t i = 0; equal && i < a->n_columns; i++)
        equal = strcmp(a->columns[i], b->columns[i]) == 0;
    for (size_t i = 0; equal && i < a->n_literals; i++)
        equal = literals_equal(&a->literals[i], &b->literals[i]);
    return equal;
}

bool condition_equal(const struct condition *a, const struct condition *b)
{
    bool equal;

    if (!a || !b)
        return a == b;
    equal = nodes_equal(a, b);
    for (size_t i = 0; equal && i < a->n_children; i++)
        equal = condition_equal(a->children[i], b->children[i]);
    return equal;
}
