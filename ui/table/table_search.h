/*
 * ui/table/table_search.h - the search in a table on the screen: what is looked for, and
 * the cursor's way from hit to hit.
 *
 * The server looks through all rows that the table has on the screen, filters and sort
 * included, from the cursor on, whether its row is held or not, and tells how many hits
 * there are (client/hits): in the table itself where it can number rows, else in a copy as
 * of now. In a table that changes and is too large for that it looks for one value
 * (client/seek), or the search says that there is no way. Loop thread.
 */
#ifndef UI_TABLE_TABLE_SEARCH_H
#define UI_TABLE_TABLE_SEARCH_H

#include "ui/table/table_view.h"

/* What is looked for. */
struct search_wish {
    const char *column; /* name; NULL: all columns */
    const char *text;   /* as it was typed, to tell of */
    const struct condition *condition;
};

/* Looks for something (copied), the next one behind the cursor or before it. */
void table_search_start(struct table_view *t, const struct search_wish *wish,
                        bool backward);

/* Likewise for what was looked for last, also when the table has changed meanwhile: so many
 * hits on, or back when negative (not 0), counted from the hit that is waited for. Says so
 * when there was nothing. */
void table_search_again(struct table_view *t, int64_t hits);

#endif
