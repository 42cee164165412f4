/*
 * The attribute has three parts, each ended by a semicolon:
 *
 *     SHOW,GRAND,DEFAULT;COLUMN=OP:OP,COLUMN=OP,;COLUMN:OP=FORMAT,;
 *
 * SHOW and GRAND are true or false; DEFAULT is the operation of the columns that are not
 * named in the second part, as far as their type can take it; Skip is none. Grand totals
 * and formats are of no use here. What is unknown in it is left out, what is not in this
 * shape is an error.
 */
#include "model/totals.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define ATTRIBUTE "TotalsTable"

void totals_release(struct total_list *t)
{
    for (size_t i = 0; i < t->n; i++) {
        free(t->at[i].column);
        free(t->at[i].name);
    }
    free(t->at);
    *t = (struct total_list){0};
}

const struct total *totals_of(const struct total_list *t, const char *column, size_t line)
{
    for (size_t i = 0; i < t->n; i++)
        if (t->at[i].line == line && strcmp(t->at[i].column, column) == 0)
            return &t->at[i];
    return NULL;
}

/* Named as the column, or Column__Op from its second total on. */
static void add(struct total_list *t, const char *column, enum aggregation op)
{
    size_t line = 0;

    t->is_cut = t->is_cut || t->n == TOTALS_MAX;
    if (t->n == TOTALS_MAX)
        return;
    for (const struct total *old; (old = totals_of(t, column, line)); line++)
        if (old->op == op)
            return;
    MEM_GROW(t->at, t->cap, t->n + 1);
    t->at[t->n++] =
        (struct total){mem_strdup(column), op, line,
                       line == 0 ? mem_strdup(column)
                                 : mem_printf("%s__%s", column, aggregation_name(op))};
}

bool totals_take(const struct schema_column *c, enum aggregation op)
{
    return !c->is_format && !c->is_row_style &&
           aggregation_takes(op, java_type_of(c->java_type));
}

/* --- the attribute --- */

/* Cuts the text up to a mark off, and returns it; NULL when the mark is not there. */
static char *cut(char **text, char mark)
{
    char *start = *text, *end = strchr(start, mark);

    if (!end)
        return NULL;
    *end = '\0';
    *text = end + 1;
    return start;
}

/* OP:OP of a column. */
static void read_ops(struct total_list *t, const struct schema_column *c, char *ops)
{
    while (ops) {
        char *next = strchr(ops, ':');
        enum aggregation op;

        if (next)
            *next++ = '\0';
        if (aggregation_find(ops, &op) && totals_take(c, op))
            add(t, c->name, op);
        ops = next;
    }
}

/* COLUMN=OP:OP,COLUMN=OP, and what is named there, by column. */
static enum err_code read_columns(struct total_list *t, const struct schema *s, char *part,
                                  bool *named, struct err *e)
{
    while (*part) {
        char *equals = strchr(part, '='), *comma = strchr(part, ',');
        int64_t column;

        if (!equals || !comma || equals > comma)
            return err_set(e, ERR_USAGE,
                           "the attribute " ATTRIBUTE
                           ": expected COLUMN=OPERATION, found \"%s\"",
                           part);
        *equals = *comma = '\0';
        column = schema_find(s, part);
        if (column >= 0) {
            named[column] = true;
            read_ops(t, &s->columns[column], equals + 1);
        }
        part = comma + 1;
    }
    return ERR_OK;
}

static void add_default(struct total_list *t, const struct schema *s, enum aggregation op,
                        const bool *named)
{
    for (size_t i = 0; i < s->n_columns; i++)
        if (!named[i] && totals_take(&s->columns[i], op))
            add(t, s->columns[i].name, op);
}

static enum err_code read_attribute(const struct schema *s, char *text,
                                    struct total_list *t, struct err *e)
{
    char *head = cut(&text, ';'), *columns = head ? cut(&text, ';') : NULL;
    char *op = head ? strrchr(head, ',') : NULL;
    bool *named;
    enum aggregation found;
    enum err_code rc;

    if (!columns || !op)
        return err_set(e, ERR_USAGE,
                       "the attribute " ATTRIBUTE ": expected three parts ended by ;");
    named = MEM_ARRAY(bool, s->n_columns);
    rc = read_columns(t, s, columns, named, e);
    if (rc == ERR_OK && aggregation_find(op + 1, &found))
        add_default(t, s, found, named);
    free(named);
    return rc;
}

enum err_code totals_default(const struct schema *s, struct total_list *out, struct err *e)
{
    const char *attribute = schema_attribute(s, ATTRIBUTE);
    enum err_code rc = ERR_OK;
    char *text;

    *out = (struct total_list){0};
    if (attribute) {
        text = mem_strdup(attribute);
        rc = read_attribute(s, text, out, e);
        free(text);
        if (rc == ERR_OK)
            return ERR_OK;
        totals_release(out);
    }
    for (size_t i = 0; i < s->n_columns; i++)
        if (totals_take(&s->columns[i], AGGREGATION_AVG) &&
            java_type_of(s->columns[i].java_type) != JAVA_CHAR)
            add(out, s->columns[i].name, AGGREGATION_SUM);
    return rc;
}

bool totals_wanted(const struct schema *s)
{
    const char *attribute = schema_attribute(s, ATTRIBUTE);

    return attribute && strncmp(attribute, "true,", 5) == 0;
}

/* --- the user's choice --- */

static void keep_others(struct total_list *t, const char *column, size_t limit)
{
    struct total_list out = {.is_cut = t->is_cut};

    for (size_t i = 0; i < t->n && out.n < limit; i++)
        if (strcmp(t->at[i].column, column) != 0)
            add(&out, t->at[i].column, t->at[i].op);
    totals_release(t);
    *t = out;
}

void totals_clear(struct total_list *t, const char *column)
{
    keep_others(t, column, TOTALS_MAX);
}

void totals_set(struct total_list *t, const char *column, enum aggregation op)
{
    keep_others(t, column, TOTALS_MAX - 1);
    add(t, column, op);
}

/* --- what comes of it --- */

size_t totals_lines(const struct total_list *t)
{
    size_t lines = 0;

    for (size_t i = 0; i < t->n; i++)
        lines = t->at[i].line >= lines ? t->at[i].line + 1 : lines;
    return lines;
}

size_t totals_aggregates(const struct total_list *t, const struct schema *s,
                         struct aggregate out[TOTALS_MAX])
{
    size_t n = 0;

    for (size_t i = 0; i < t->n; i++) {
        const struct total *a = &t->at[i];
        int64_t column = schema_find(s, a->column);

        if (column >= 0 && totals_take(&s->columns[column], a->op))
            out[n++] = (struct aggregate){
                a->op, a->op == AGGREGATION_COUNT ? NULL : a->column, a->name};
    }
    return n;
}
