/*
 * ui/app/filters.h - filters of the table of a tab: typed, made of a value, listed,
 * cleared.
 *
 * Part of ui/app, see ui/app/state.h. Loop thread.
 */
#ifndef UI_APP_FILTERS_H
#define UI_APP_FILTERS_H

#include "base/err.h"
#include "model/condition.h"
#include "model/schema.h"
#include "model/when.h"
#include "ui/widget/keymap.h"

struct app;
struct tab;

/* On more rows a filter by a formula, or by a part of texts, may hold up other filters of
 * the server long enough to be worth saying. */
#define FILTERS_MANY_ROWS 10000000

/* The present, in the zone that a schema column of the tab's table is shown in; -1: in that
 * of the screen. */
struct when_now filters_now(const struct tab *t, int64_t column);

/* The condition of a filter's text on the table of a tab. column is a name, or NULL for all
 * that can be searched. *out is owned, NULL: the text is blank. ERR_USAGE says what is
 * wrong and *at where, in bytes. */
enum err_code filters_parse(const struct tab *t, const char *column, const char *text,
                            struct condition **out, size_t *at, struct err *e);

/* A key of a table that nothing lies on; false when the action is none of these. */
bool filters_action(struct tab *t, const struct key_match *m);

/* The tab must have a table in sight. text: a condition in the server's language.
 * filters_list(): all filters, to edit or drop. */
void filters_where(struct tab *t, const char *text);
void filters_list(struct tab *t);

/* What was typed for the filter that is asked for; refused while it is wrong. */
void filters_typed(struct app *a, const char *text);

/* The text of the filter that keeps the rows with a value of a column, owned; NULL, which
 * is said: there is none. value and why as in table_view_value_fn. filters_apply(): asks
 * for the filter of that text on that column. */
char *filters_value_text(struct tab *t, const struct schema_column *c,
                         const struct value *value, const struct err *why);
void filters_apply(struct tab *t, const char *column, const char *text);

/* The answer to whether all are to be cleared. */
void filters_clear(struct tab *t, const char *answer);

#endif
