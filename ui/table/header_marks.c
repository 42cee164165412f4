#include "ui/table/header_marks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/table/sort_keys.h"

#define MARK_LEN 32

struct marks_made {
    struct column_mark *marks; /* owned, and their texts */
    size_t n, cap;
};

/* The mark of a column that more is put into; the same one each time. */
static char *mark_for(struct marks_made *m, const char *column)
{
    for (size_t i = 0; i < m->n; i++)
        if (strcmp(m->marks[i].column, column) == 0)
            return (char *)(uintptr_t)m->marks[i].text;
    MEM_GROW(m->marks, m->cap, m->n + 1);
    m->marks[m->n] = (struct column_mark){column, MEM_ARRAY(char, MARK_LEN)};
    return (char *)(uintptr_t)m->marks[m->n++].text;
}

static void append(char mark[MARK_LEN], const char *text)
{
    size_t n = strlen(mark);

    (void)snprintf(mark + n, MARK_LEN - n, "%s", text);
}

static void mark_sort(struct marks_made *m, const struct sort_keys *k, size_t i, bool ascii)
{
    const struct sort_key *key = &k->keys[i];
    const char *bar = key->absolute ? "|" : "";
    const char *arrow = key->descending ? ascii ? "v" : "▼" : ascii ? "^" : "▲";
    char text[MARK_LEN], number[24] = "";

    if (k->n > 1)
        (void)snprintf(number, sizeof(number), "%zu", i + 1);
    (void)snprintf(text, sizeof(text), "%s%s%s%s", bar, arrow, bar, number);
    append(mark_for(m, key->column), text);
}

static void mark_filters(struct marks_made *m, const struct recipe *r, bool ascii)
{
    const struct recipe_step *filters[RECIPE_EDITS_MAX];
    const char *sign = ascii ? "&" : "⌕";
    size_t n = recipe_filters(r, filters);

    for (size_t i = 0; i < n; i++) {
        char *mark;

        if (!filters[i]->column)
            continue;
        mark = mark_for(m, filters[i]->column);
        if (!strstr(mark, sign))
            append(mark, sign);
    }
}

void header_marks_set(struct columns *c, const struct recipe *r, bool ascii)
{
    struct sort_keys keys = sort_keys_of(r);
    struct marks_made m = {NULL, 0, 0};

    for (size_t i = 0; i < keys.n; i++)
        mark_sort(&m, &keys, i, ascii);
    mark_filters(&m, r, ascii);
    columns_set_marks(c, m.marks, m.n);
    for (size_t i = 0; i < m.n; i++)
        free((char *)(uintptr_t)m.marks[i].text);
    free(m.marks);
}

/* Of this column, or of all of them. */
static bool is_about(const struct recipe_step *filter, const char *column)
{
    return filter->op == RECIPE_FILTER &&
           (!filter->column || strcmp(filter->column, column) == 0);
}

void header_marks_status(const struct recipe *r, const char *column, struct info_line *out)
{
    const struct recipe_step *filters[RECIPE_EDITS_MAX];
    size_t n = recipe_filters(r, filters), others = 0;

    for (size_t i = 0; i < n; i++) {
        if (is_about(filters[i], column))
            (void)info_line_addf(out, INFO_DETAIL, "filter%s %s",
                                 filters[i]->column ? "" : " all", filters[i]->text);
        else
            others++;
    }
    if (others > 0)
        (void)info_line_addf(out, INFO_COUNT, "%zu %sfilter%s", others,
                             others < n ? "more " : "", others == 1 ? "" : "s");
    if (recipe_is_reversed(r) && !recipe_sort(r))
        (void)info_line_add(out, INFO_DETAIL, "reversed");
}
