/*
 * model/filter_parts.h - what the grammars of quick filters share: a component of the text
 * with the place of each of its bytes, operators, and orders with null as the least value.
 *
 * Private to model/quick_filter.c, model/filter_*.c and model/typed_value.c.
 */
#ifndef MODEL_FILTER_PARTS_H
#define MODEL_FILTER_PARTS_H

#include "base/err.h"
#include "model/condition.h"
#include "model/when.h"

enum filter_kind {
    FILTER_WHOLE,       /* byte to long */
    FILTER_FLOATING,    /* float, double */
    FILTER_BIG_INTEGER, /* BigInteger */
    FILTER_BIG_DECIMAL, /* BigDecimal */
    FILTER_BOOLEAN,
    FILTER_CHAR,
    FILTER_TEXT,
    FILTER_INSTANT,
    FILTER_ZONED, /* ZonedDateTime */
    FILTER_DATE,  /* LocalDate */
    FILTER_TIME,  /* LocalTime */
    FILTER_DURATION,
    FILTER_PERIOD,
    FILTER_LIST,  /* arrays and vectors */
    FILTER_OBJECT /* everything else, by its text */
};

struct filter_type {
    enum filter_kind kind;
    bool single;       /* of FILTER_FLOATING: float */
    int64_t low, high; /* of FILTER_WHOLE: the values that are not null */
};

/* Never NULL; borrowed for good. */
const struct filter_type *filter_type_of(const char *java_type);

/* One component: blanks around it are gone, as are the escapes of operators. */
struct filter_part {
    const char *text;
    const size_t *at; /* the byte of the whole text that each byte was, and the end */
    const char *column;
    const struct filter_type *type;
    const struct when_now *now;
    size_t *fault; /* where an error is, a byte of the whole text */
    struct err *e;
};

typedef enum err_code filter_parse_fn(const struct filter_part *f, struct condition **out);
filter_parse_fn filter_number, filter_boolean, filter_char, filter_words, filter_moment,
    filter_date, filter_time, filter_duration, filter_period, filter_list;

/* Says that something else was expected at p, a place in the component. ERR_USAGE. */
enum err_code filter_fault(const struct filter_part *f, const char *p,
                           const char *expected);

enum filter_op {
    FILTER_EQUAL,
    FILTER_NOT_EQUAL,
    FILTER_LESS,
    FILTER_LESS_EQUAL,
    FILTER_GREATER,
    FILTER_GREATER_EQUAL
};

/* Reads an operator, if there is one, and the blanks behind it; else it is FILTER_EQUAL.
 */
enum filter_op filter_take_op(const char **p);
const char *filter_skip_blanks(const char *p);

/* The word null, in any case, and what it means behind an operator. */
bool filter_is_null_word(const char *text);
enum err_code filter_null(const struct filter_part *f, enum filter_op op,
                          struct condition **out);

struct condition *filter_is_null(const char *column);
struct condition *filter_is_not_null(const char *column);

/* Values of a column that are ordered like numbers of low..high. */
struct filter_scale {
    const char *column;
    int64_t low, high;
    struct condition *(*compare)(const char *column, enum comparison c, int64_t v);
    struct condition *(*equals)(const char *column, int64_t v); /* NULL: by compare */
};

/* The rows whose values compare so with a span. What is beyond the scale is decided here,
 * without asking the server. */
struct condition *filter_span(const struct filter_scale *s, enum filter_op op,
                              struct when_span span);

/* Not of FILTER_EQUAL and FILTER_NOT_EQUAL. */
enum comparison filter_comparison(enum filter_op op);

/* A text literal of the server's language. Owned. */
char *filter_quoted(const char *text);

#endif
