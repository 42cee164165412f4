/*
 * model/condition.h - a condition on the rows of a table, in the shape in which a server
 * can be asked for it.
 *
 * A value: a tree that nobody changes once it is made. There is no Not in it, because the
 * server's own loses nulls or NaN in places: who makes a condition pushes Not inwards, down
 * to leaves that say what they do with nulls. Comparisons have the column on their left.
 * Pure; any thread.
 *
 * Protocol: deephaven-core table.proto Condition, FilterVisitor.
 */
#ifndef MODEL_CONDITION_H
#define MODEL_CONDITION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum condition_kind {
    CONDITION_ALL,      /* every child holds; without children: every row */
    CONDITION_ANY,      /* at least one child holds; has two or more */
    CONDITION_NONE,     /* no row */
    CONDITION_IN,       /* the column equals a literal; inverted: none, nulls stay */
    CONDITION_COMPARE,  /* column, comparison, the one literal; null is less than all */
    CONDITION_IS_NULL,  /* inverted: is not */
    CONDITION_CONTAINS, /* the text has `text` in it; nulls go, also when inverted */
    CONDITION_MATCHES,  /* the whole text matches the pattern `text`; nulls likewise */
    CONDITION_SEARCH,   /* `text` is found in one of the columns, as the server has it */
    CONDITION_NAN,      /* is not a number; inverted: is one, or null */
    CONDITION_FORMULA   /* `text` in the server's language; alone, or a child of the
                         * topmost CONDITION_ALL: it takes a step of its own */
};

enum comparison {
    COMPARE_LESS,
    COMPARE_LESS_EQUAL,
    COMPARE_GREATER,
    COMPARE_GREATER_EQUAL
};

enum literal_kind {
    LITERAL_TEXT,   /* text */
    LITERAL_CHAR,   /* text: one character */
    LITERAL_DIGITS, /* text: digits of a number that have been checked, or [-]Infinity */
    LITERAL_DATE,   /* text: a date or a time of day, ISO 8601 */
    LITERAL_LONG,   /* number */
    LITERAL_TIME,   /* number: nanoseconds since 1970-01-01T00:00Z */
    LITERAL_BOOL,   /* number: 0 or 1 */
    LITERAL_DOUBLE  /* real; finite, of at most 16 decimals: the server cuts the rest */
};

struct literal {
    enum literal_kind kind;
    char *text; /* owned, or NULL */
    int64_t number;
    double real;
};

struct condition {
    enum condition_kind kind;
    bool inverted;     /* IN, IS_NULL, CONTAINS, MATCHES, NAN */
    bool ignores_case; /* IN, CONTAINS, MATCHES; ASCII letters only, but for IN */
    enum comparison comparison;
    char **columns; /* one; more only of SEARCH. Owned, as all below */
    size_t n_columns;
    struct literal *literals; /* of IN: not LITERAL_DIGITS or LITERAL_DATE */
    size_t n_literals;
    char *text;
    struct condition **children;
    size_t n_children;
};

/* Literals; text is copied. The condition they are put into owns them. */
struct literal literal_text(enum literal_kind kind, const char *text);
struct literal literal_number(enum literal_kind kind, int64_t number);
struct literal literal_double(double real);
void literal_release(struct literal *l);

/* The string that the server takes for a literal of a COMPARE: quoted as its type wants it.
 * Owned; NULL for a kind that goes as it is. */
char *literal_compare_text(const struct literal *l);

/* Each gives an owned condition; names and texts are copied, literals and children given.
 */
struct condition *condition_everything(void);
struct condition *condition_none(void);
struct condition *condition_in(const char *column, struct literal l);
struct condition *condition_in_list(const char *column, struct literal *literals,
                                    size_t n); /* the array is given, too */
struct condition *condition_compare(const char *column, enum comparison c,
                                    struct literal l);
struct condition *condition_is_null(const char *column);
struct condition *condition_contains(const char *column, const char *text);
struct condition *condition_matches(const char *column, const char *pattern);
struct condition *condition_search(const char *const *columns, size_t n, const char *text);
struct condition *condition_nan(const char *column);
struct condition *condition_formula(const char *text);

/* c itself, a leaf, with a flag set. */
struct condition *condition_inverted(struct condition *c);
struct condition *condition_ignoring_case(struct condition *c);

/* Both, or at least one; what need not be asked is left out, and lists of one kind are
 * joined. A NULL is no condition: the other one is the result. */
struct condition *condition_and(struct condition *a, struct condition *b);
struct condition *condition_or(struct condition *a, struct condition *b);

/* Some rows may not fit for nothing but the case of their letters. */
bool condition_counts_case(const struct condition *c);

/* Every row fits: a CONDITION_ALL without children. */
bool condition_is_everything(const struct condition *c);

struct condition *condition_copy(const struct condition *c); /* owned; NULL of NULL */
void condition_free(struct condition *c);                    /* accepts NULL */
bool condition_equal(const struct condition *a, const struct condition *b);

#endif
