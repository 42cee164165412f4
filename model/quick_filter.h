/*
 * model/quick_filter.h - the text of a filter on one column, as a condition.
 *
 *     filter    = and-list { "||" and-list }
 *     and-list  = component { "&&" component }
 *
 * What a component may be depends on the column's type: see filter_number.c, filter_time.c
 * and filter_words.c. The grammar is that of Deephaven's web grid, so that one text selects
 * the same rows in both, but for: \&& and \|| are literal; nothing may be left dangling; a
 * zone may stand behind a time; dates, times of day, durations and periods have a grammar;
 * numbers keep all their digits and may have an exponent; *part* contains; a text quoted
 * behind = or != is compared with its case. Null is less than everything: < keeps it, as
 * != does.
 *
 * Pure: the present and the zone are given. Any thread.
 */
#ifndef MODEL_QUICK_FILTER_H
#define MODEL_QUICK_FILTER_H

#include "base/err.h"
#include "model/condition.h"
#include "model/format.h"
#include "model/schema.h"
#include "model/when.h"

struct quick_filter_column {
    const char *name;      /* borrowed */
    const char *java_type; /* borrowed */
};

/* *out is owned; NULL: the text is blank, there is no filter. On ERR_USAGE e says what was
 * expected and what was found, and *at is the byte of the text where that is. */
enum err_code quick_filter_parse(const char *text, const struct quick_filter_column *column,
                                 const struct when_now *now, struct condition **out,
                                 size_t *at, struct err *e);

/* Rows in which a column, other than those that only format others, has the text: contains
 * it, equals it as a number or boolean, or lies in the time that it stands for. Never NULL:
 * when no column can have it, no row fits. Blank text: NULL. */
struct condition *quick_filter_search(const char *text, const struct schema *schema,
                                      const struct when_now *now);

/* Whether the search for a text looks at a column. */
bool quick_filter_searches(const char *text, const struct schema_column *column);

/* What is to be added when a condition has found nothing, since that may be why: that case
 * counts in it; or "". Static. */
const char *quick_filter_miss_note(const struct condition *c);

/* What may be asked of the rows with a value in view, in a few words and as the text of a
 * filter. */
struct quick_filter_choice {
    const char *label; /* static */
    char *text;        /* owned */
};
#define QUICK_FILTER_CHOICES 8

/* Fills out with what can be said of a value (VALUE_SET or VALUE_NULL) of a column, the
 * first two being: exactly this one, and all others. Returns how many; 0, with e saying
 * why, when its type or value has no text that finds it again. Each is to be released. */
size_t quick_filter_choices(const struct value *v, const struct quick_filter_column *column,
                            const struct when_now *now,
                            struct quick_filter_choice out[QUICK_FILTER_CHOICES],
                            struct err *e);
void quick_filter_choices_release(struct quick_filter_choice *choices, size_t n);

#endif
