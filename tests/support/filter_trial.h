/*
 * tests/support/filter_trial.h - random filters, and a slow model of what they select.
 *
 * A filter is made as what it says, component by component, and as its text; the model
 * decides from what it says whether a cell fits, in plain arithmetic on digits, clocks and
 * letters. Cells are of a few values for each type, those where types end, clocks change
 * and texts look like operators among them. Tests only.
 */
#ifndef TESTS_SUPPORT_FILTER_TRIAL_H
#define TESTS_SUPPORT_FILTER_TRIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/format.h"
#include "tests/support/program.h"

enum filter_family {
    WHOLES,
    REALS,
    BIGS,
    TEXTS,
    CHARS,
    BOOLS,
    DURATIONS,
    PERIODS,
    UUIDS,
    INSTANTS,
    DATES,
    TIMES
};

struct filter_subject {
    const char *java_type;
    enum filter_family family;
};

/* The types, those first whose filters are conditions; the others' are formulas. */
extern const struct filter_subject filter_subjects[];
extern const size_t filter_subjects_len, filter_subjects_plain;

/* The member of its family; numbers other than reals are texts, lengths of time both. */
struct filter_cell {
    bool null;
    double real;
    int64_t i; /* INSTANTS, DATES, TIMES, BOOLS, DURATIONS, PERIODS */
    const char *text;
};

enum filter_says { SAYS_NULL, SAYS_NAN, SAYS_INFINITY, SAYS_VALUE };
enum filter_shape { SHAPE_EQUALS, SHAPE_CONTAINS, SHAPE_STARTS, SHAPE_ENDS };

/* What one component says, and as text. */
struct filter_component {
    char text[160];
    int op;
    enum filter_says says;
    enum filter_shape shape;
    bool exact, negative;
    char operand[96];
    struct filter_cell first, last; /* of a time: the span that it is */
};

#define FILTER_TRIAL_MOST 4

struct filter_trial {
    const struct filter_subject *subject;
    struct filter_component components[FILTER_TRIAL_MOST];
    bool starts_or[FILTER_TRIAL_MOST]; /* it stands behind a || */
    size_t n;
    char text[FILTER_TRIAL_MOST * 170];
};

/* The zone is that of the clocks that the text means. */
struct filter_trial filter_trial_make(struct prng *p, const struct filter_subject *s,
                                      const struct zone *z);
bool filter_trial_fits(const struct filter_trial *t, const struct filter_cell *v);

/* A random cell; of times one at an end of what the filter says, or next to it. */
struct filter_cell filter_trial_cell(struct prng *p, const struct filter_trial *t);

/* The i-th of the cells of a type, the first being null; false: there is none. */
bool filter_subject_cell(const struct filter_subject *s, size_t i, struct filter_cell *out);

/* Numbers as decimal texts, below, at or above 0; a text as the type holds it. */
int filter_compare_numbers(const char *a, const char *b);
double filter_real(const struct filter_subject *s, const char *text);
bool filter_ends_with(const char *text, const char *end);

#endif
